//go:build faults

package faults_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestLockedTable locks a table for 6 s, while 100 want to write to it: other
// reads go on as if nothing were, and every writer gets an answer.
func TestLockedTable(t *testing.T) {
	t.Run("profiles", func(t *testing.T) { // readers of it pass: each session reads its profile
		lockTable(t, "profiles IN EXCLUSIVE MODE", func(c *client, n int) answer { return createProfile.do(c, fmt.Sprint("profile ", n)) })
	})
	t.Run("payments", func(t *testing.T) { // nobody passes
		lockTable(t, "payment_requests IN ACCESS EXCLUSIVE MODE", func(c *client, n int) answer { return c.addCard("a-token", fmt.Sprint("key-", n), false) })
	})
}

func lockTable(t *testing.T, table string, write func(*client, int) answer) {
	url := postgres(t)
	p := serve(t, url)
	owners := make([]*client, 25)
	for i := range owners {
		owners[i] = p.signUp(t, fmt.Sprintf("owner%d@example.com", i))
	}
	reader := newClient(p.url)
	reader.token = owners[0].token
	quiet := quantiles(reads(t, reader, 200))
	db := open(t, url)
	lock, err := db.SQL().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer lock.Rollback()
	_, err = lock.ExecContext(t.Context(), "LOCK TABLE "+table)
	require.NoError(t, err)
	locked := time.Now()
	var mu sync.Mutex
	codes, slowest := map[string]int{}, time.Duration(0)
	var writers sync.WaitGroup
	for i := range 100 {
		writers.Go(func() {
			c := newClient(p.url)
			c.token = owners[i%len(owners)].token
			for time.Since(locked) < 6*time.Second {
				a := write(c, i)
				mu.Lock()
				slowest = max(slowest, a.took)
				switch {
				case a.ok(), a.err == nil && !a.faults: // written, or refused for what it is
					codes["answered"]++
				case a.refused():
					codes[a.codes[0]]++
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
	after := write(owners[0], 100)
	require.False(t, after.err != nil || after.faults, "%s", after)
	say(t, "100 writers before a table locked for 6 s: %d reads, median %.1f ms and worst %.1f ms (%.1f and %.1f before); writers' answers: %v, the slowest after %.1f s, 0 hung",
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
