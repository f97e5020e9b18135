package database_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// TestAway provokes the errors of the real databases.
func TestAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		newTitle(db, "a").ExecX(ctx)
		for _, err := range []error{
			nil, errors.New("pq: the database system is shutting down"), context.Canceled, context.DeadlineExceeded, sql.ErrNoRows,
			newTitle(db, "a").Exec(ctx), // is taken
			db.Client.Profile.Create().SetUserID(7).SetName("P").Exec(ctx),
		} {
			require.False(t, database.Away(err), "%v", err)
		}
		_, err := db.Client.QueryContext(ctx, "SELECT nonsense FROM nowhere")
		require.Error(t, err)
		require.False(t, database.Away(err), "%v", err)
		require.True(t, database.Away(fmt.Errorf("x: %w", &net.OpError{Op: "dial", Err: errors.New("refused")})))

		conn, err := db.SQL().Conn(ctx)
		require.NoError(t, err)
		defer conn.Close()
		// fails runs statements, of which the last one fails.
		fails := func(statements ...string) error {
			t.Helper()
			for i, text := range statements {
				if _, err = conn.ExecContext(ctx, text); i < len(statements)-1 {
					require.NoError(t, err, text)
				}
			}
			require.Error(t, err, statements)
			return err
		}
		tx, err := db.SQL().BeginTx(ctx, nil)
		require.NoError(t, err)
		defer tx.Rollback()
		_, err = tx.ExecContext(ctx, "UPDATE titles SET name = 'b'")
		require.NoError(t, err)
		if db.Dialect() == dialect.SQLite {
			require.True(t, database.Away(fails("PRAGMA busy_timeout = 10", "UPDATE titles SET name = 'c'")), "%v", err)
			require.NoError(t, tx.Rollback())
			require.True(t, database.Away(fails("PRAGMA max_page_count = 1", "CREATE TABLE big (b BLOB)")), "%v", err)
			require.True(t, database.Away(fails("PRAGMA query_only = 1", "UPDATE titles SET name = 'c'")), "%v", err)
			return
		}
		require.True(t, database.Away(fails("SET lock_timeout = 10", "UPDATE titles SET name = 'c'")), "%v", err)
		require.NoError(t, tx.Rollback())
		require.True(t, database.Away(fails("SET statement_timeout = 10", "SELECT pg_sleep(10)")), "%v", err)
		require.True(t, database.Away(fails("SET statement_timeout = 0", "SET default_transaction_read_only = on", "UPDATE titles SET name = 'c'")), "%v", err)
		require.True(t, database.Away(fails("SELECT pg_terminate_backend(pg_backend_pid())")), "%v", err)
	})
}

// TestDetach: who leaves does not end what others rely on; time does.
func TestDetach(t *testing.T) {
	ctx, leave := context.WithCancel(context.WithValue(t.Context(), key{}, 7))
	detached, done := database.Detach(ctx)
	leave()
	require.NoError(t, detached.Err())
	require.Equal(t, 7, detached.Value(key{}))
	_, limited := detached.Deadline()
	require.False(t, limited)
	done()
	require.ErrorIs(t, detached.Err(), context.Canceled)

	end := time.Now().Add(time.Hour)
	ctx, leave = context.WithDeadline(t.Context(), end)
	detached, done = database.Detach(ctx)
	defer done()
	leave()
	require.NoError(t, detached.Err())
	at, limited := detached.Deadline()
	require.True(t, limited)
	require.Equal(t, end, at)
}

type key struct{}
