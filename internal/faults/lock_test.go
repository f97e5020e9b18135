//go:build faults

package faults_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/database"
)

// TestLocked locks what 100 writers want for 6 s: reads of other things go on as
// if nothing were, and every writer gets an answer.
func TestLocked(t *testing.T) {
	profile := func(c *client, n int) answer { return createProfile.do(c, fmt.Sprint("profile ", n)) }
	card := func(c *client, n int) answer { return c.addCard("a-token", fmt.Sprint("key-", n), false) }
	all := func(c *client, n int) answer {
		switch n % 3 {
		case 0:
			return profile(c, n)
		case 1:
			return card(c, n)
		}
		// Refused, for it is the only administrator; until then it looks like any other.
		return c.ask(`mutation($id: ID!) { deleteUser(id: $id) { deletedId userErrors { code } } }`, vars{"id": c.user})
	}
	t.Run("profiles", func(t *testing.T) { // readers of it pass: each session reads its profile
		lockDuring(t, postgres(t), profile, "LOCK TABLE profiles IN EXCLUSIVE MODE")
	})
	t.Run("payments", func(t *testing.T) { // nobody passes
		lockDuring(t, postgres(t), card, "LOCK TABLE payment_requests IN ACCESS EXCLUSIVE MODE")
	})
	t.Run("accounts", func(t *testing.T) { // writers of all kinds wait at once
		lockDuring(t, postgres(t), all, "LOCK TABLE users IN EXCLUSIVE MODE")
	})
	t.Run("sqlite", func(t *testing.T) { // a transaction there keeps all writers out
		lockDuring(t, sqlite(t), all, "SELECT 1")
	})
}

// lockDuring runs a statement in a transaction that lasts for 6 s, during which
// 100 write.
func lockDuring(t *testing.T, url string, write func(*client, int) answer, statement string) {
	p := serve(t, url)
	boss := p.signIn(t)
	owners := []*client{boss}
	for i := range 24 {
		owners = append(owners, p.signUp(t, fmt.Sprintf("owner%d@example.com", i)))
	}
	reader := newClient(p.url)
	reader.token = owners[1].token
	quiet := quantiles(reads(t, reader, 200))
	db, err := database.Open(t.Context(), url, database.Options{MaxConns: 1})
	require.NoError(t, err)
	defer db.Close()
	lock, err := db.SQL().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer lock.Rollback()
	_, err = lock.ExecContext(t.Context(), statement)
	require.NoError(t, err)
	locked := time.Now()
	over, done := context.WithTimeout(t.Context(), 6*time.Second)
	defer done()
	var mu sync.Mutex
	codes, slowest := map[string]int{}, time.Duration(0)
	var writers sync.WaitGroup
	for i := range 100 {
		writers.Go(func() {
			c := newClient(p.url)
			if c.token = owners[i%len(owners)].token; i%3 == 2 {
				c.token, c.user = boss.token, boss.user
			}
			for over.Err() == nil {
				a := write(c, i)
				mu.Lock()
				slowest = max(slowest, a.took)
				switch {
				case a.refused():
					codes[a.codes[0]]++
				case a.err == nil && !a.faults: // written, or refused for what it is
					codes["answered"]++
				default:
					t.Errorf("a writer: %s", a)
				}
				mu.Unlock()
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	var during []time.Duration
	for time.Since(locked) < 6*time.Second {
		during = append(during, reads(t, reader, 10)...)
		time.Sleep(10 * time.Millisecond)
	}
	require.NoError(t, lock.Rollback())
	writers.Wait()
	busy := quantiles(during)
	after := write(boss, 0)
	require.False(t, after.err != nil || after.faults, "%s", after)
	say(t, "100 writers locked out for 6 s: %d reads, median %.1f ms and worst %.1f ms (%.1f and %.1f before); writers' answers: %v, the slowest after %.1f s, 0 hung",
		len(during), busy[0], busy[1], quiet[0], quiet[1], codes, slowest.Seconds())
	require.Less(t, busy[1], 500.0)
	require.Less(t, slowest, 11*time.Second)
}

// reads reads n times, and returns how long each took.
func reads(t *testing.T, c *client, n int) (took []time.Duration) {
	t.Helper()
	for range n {
		a := c.ask(reading, nil)
		require.True(t, a.ok(), "%s", a)
		took = append(took, a.took)
	}
	return took
}

// quantiles are the median and the worst, in milliseconds.
func quantiles(took []time.Duration) [2]float64 {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return [2]float64{ms(took[len(took)/2]), ms(took[len(took)-1])}
}
