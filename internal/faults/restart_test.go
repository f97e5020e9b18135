//go:build faults

package faults_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/database"
	"streamex/internal/database/pgtemp"
)

// pool is how many connections a program may have to PostgreSQL.
const pool = 16

// TestPostgresRestarts restarts PostgreSQL under load, in an orderly way and as
// by a crash: requests are refused in our own words while it is down, and only
// then, nothing that was answered is lost, and there are no more connections
// than there may be.
func TestPostgresRestarts(t *testing.T) {
	server, err := pgtemp.Start("synchronous_commit=on", "fsync=on")
	require.NoError(t, err)
	defer server.Stop()
	url := newPostgres(t, server)
	p := serve(t, url, "--max-profiles", "1000000")
	work := prepareLoad(t, p, 8, createProfile, createUser, renameSession, signUp, createProfile, addPaymentMethod)
	var mu sync.Mutex
	var down, up time.Time // of the last time
	early, late := 0, 0    // refused while it was up
	said := func(a answer) {
		mu.Lock()
		defer mu.Unlock()
		if !a.is("UNAVAILABLE") {
			return
		}
		if down.IsZero() {
			early++
		} else if asked := time.Now().Add(-a.took); !up.IsZero() && asked.After(up.Add(2*time.Second)) {
			late++
		}
	}
	work.told = said
	readers := []*client{work.signedIn(0), work.signedIn(1), work.signedIn(2), work.signedIn(3)}
	each(t, func(n int) {
		for _, mode := range []string{"fast", "immediate"} {
			mu.Lock()
			down, up = time.Time{}, time.Time{}
			mu.Unlock()
			work.start()
			stop := make(chan struct{})
			var asking sync.WaitGroup
			reads, refusedReads := 0, 0
			for _, c := range readers {
				asking.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
						}
						a := c.ask(reading, nil)
						said(a)
						mu.Lock()
						switch {
						case a.ok():
							reads++
						case a.refused():
							refusedReads++
						default:
							t.Errorf("a read: %s", a)
						}
						mu.Unlock()
					}
				})
			}
			before, refused := work.counted("answered"), work.counted("UNAVAILABLE")
			require.Eventually(t, func() bool { return work.counted("answered") > before+20 }, time.Minute, time.Millisecond)
			mu.Lock()
			down = time.Now()
			mu.Unlock()
			require.NoError(t, server.Halt(mode))
			time.Sleep(500 * time.Millisecond)
			health := p.stranger().send("GET", "/readyz", nil)
			require.Equal(t, 503, health.status, "%s", health)
			before = work.counted("answered")
			require.NoError(t, server.Resume())
			back := time.Now()
			mu.Lock()
			up = back
			mu.Unlock()
			require.Eventually(t, func() bool { return work.counted("answered") > before }, time.Minute, time.Millisecond)
			first := time.Since(back)
			most := connections(t, url, 2500*time.Millisecond) // whoever is refused by its end is so without a reason
			work.wait()
			close(stop)
			asking.Wait()
			answered := work.check(url)
			say(t, "round %d, %s: down for %.1f s, first write %d ms after it was up; %d writes and %d reads refused as UNAVAILABLE, %d connections; %d writes and %d reads answered, 0 lost",
				n, mode, back.Sub(down).Seconds(), first.Milliseconds(), work.counted("UNAVAILABLE")-refused, refusedReads, most, answered, reads)
			require.Less(t, first, 2*time.Second)
			require.LessOrEqual(t, most, pool)
			require.Zero(t, early, "refused before PostgreSQL went down")
			require.Zero(t, late, "refused long after PostgreSQL was up")
		}
	})
}

// connections looks for a while how many connections to a database programs
// have at most.
func connections(t *testing.T, url string, while time.Duration) (most int) {
	t.Helper()
	with(t, url, func(ctx context.Context, db *database.DB) {
		for end := time.Now().Add(while); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			var n int
			err := db.SQL().QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_stat_activity
				WHERE datname = current_database() AND application_name = 'streamex' AND backend_type = 'client backend' AND pid <> pg_backend_pid()`).Scan(&n)
			require.NoError(t, err)
			most = max(most, n)
		}
	})
	return most
}
