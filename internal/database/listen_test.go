package database_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// soon is longer than any event needs, however busy the machine.
const soon = 20 * time.Second

func listen(t *testing.T, db *database.DB, topic database.Topic) <-chan struct{} {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	wake, stop, err := db.Listen(ctx, topic)
	require.NoError(t, err)
	t.Cleanup(stop)
	return wake
}

func woken(t *testing.T, wake <-chan struct{}) {
	t.Helper()
	select {
	case <-wake:
	case <-time.After(soon):
		require.Fail(t, "nobody was woken")
	}
}

// asleep is called after an event that everybody who listens was told before
// hears of: it needs no time.
func asleep(t *testing.T, wake <-chan struct{}) {
	t.Helper()
	select {
	case <-wake:
		require.Fail(t, "somebody was woken")
	default:
	}
}

func publish(t *testing.T, db *database.DB, topics ...database.Topic) {
	t.Helper()
	tx, err := db.Client.Tx(t.Context())
	require.NoError(t, err)
	for _, topic := range topics {
		require.NoError(t, database.Publish(t.Context(), tx, topic))
	}
	require.NoError(t, tx.Commit())
}

// What is committed wakes those who listen to it, and nobody else.
func TestListen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ours, again, others := listen(t, db, "ours"), listen(t, db, "ours"), listen(t, db, "others")
		publish(t, db, "ours")
		woken(t, ours)
		woken(t, again)
		asleep(t, others)

		tx, err := db.Client.Tx(t.Context())
		require.NoError(t, err)
		require.NoError(t, database.Publish(t.Context(), tx, "ours"))
		asleep(t, ours)
		require.NoError(t, tx.Rollback())
		publish(t, db, "others")
		woken(t, others)
		asleep(t, ours)

		err = database.Publish(t.Context(), mustTx(t, db), database.Topic(strings.Repeat("a", 201)))
		require.Error(t, err)
	})
}

func mustTx(t *testing.T, db *database.DB) *ent.Tx {
	t.Helper()
	tx, err := db.Client.Tx(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

// Writers wait for nobody: who does not read finds one value for all that came.
func TestSlowListener(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		slow, marker := listen(t, db, "slow"), listen(t, db, "marker")
		for range 50 {
			publish(t, db, "slow")
		}
		publish(t, db, "marker")
		woken(t, marker)
		woken(t, slow)
		asleep(t, slow)
	})
}

// Processes on one PostgreSQL hear of each other.
func TestListenAcrossProcesses(t *testing.T) {
	url := dbtest.Postgres(t)
	one, other := dbtest.Open(t, url), dbtest.Open(t, url)
	here, there := listen(t, one, "a"), listen(t, other, "a")
	publish(t, one, "a")
	woken(t, here)
	woken(t, there)
	publish(t, other, "a")
	woken(t, here)
	woken(t, there)
}

// A link that breaks is mended, and everybody is woken: something may have
// happened meanwhile.
func TestListenerHeals(t *testing.T) {
	db := dbtest.Open(t, dbtest.Postgres(t))
	a, b := listen(t, db, "a"), listen(t, db, "b")
	var ended int
	err := db.SQL().QueryRowContext(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE datname = current_database() AND query ILIKE 'listen%'`).Scan(&ended)
	require.NoError(t, err)
	require.Equal(t, 1, ended) // one connection for all topics
	woken(t, a)
	woken(t, b)
	publish(t, db, "b")
	woken(t, b)
	asleep(t, a)
}

// Who listens while the database is away is told when patience ends; who closes
// it leaves nothing behind.
func TestListenEnds(t *testing.T) {
	db := dbtest.Open(t, dbtest.Postgres(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := db.Listen(ctx, "a")
	require.ErrorIs(t, err, context.Canceled)
	listen(t, db, "a")
	require.NoError(t, db.Close())
	require.NoError(t, db.Close())

	never := dbtest.Open(t, dbtest.Postgres(t))
	require.NoError(t, never.Close())
	_, _, err = never.Listen(t.Context(), "a")
	require.Error(t, err)
}

// Many come and go while others publish.
func TestListenersComeAndGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		stays := listen(t, db, "a")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 50 {
					_, stop, err := db.Listen(t.Context(), "a")
					if err == nil {
						stop()
					}
				}
			})
		}
		for range 20 {
			publish(t, db, "a")
		}
		all.Wait()
		publish(t, db, "a")
		woken(t, stays)
	})
}

func TestAccountTopic(t *testing.T) {
	require.Equal(t, database.Account(1), database.Account(1))
	require.NotEqual(t, database.Account(1), database.Account(2))
}
