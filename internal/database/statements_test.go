package database_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/ent/title"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

func TestCounter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		outer, all := database.WithCounter(t.Context())
		inner, some := database.WithRecorder(outer)
		db.Client.Title.Query().CountX(outer)
		require.Equal(t, []int{1, 0}, []int{all.N(), some.N()})
		newTitle(db, "a").ExecX(inner)
		db.Client.Title.Query().Where(title.Slug("a")).OnlyX(inner)
		_, err := db.Client.ExecContext(inner, "no statement")
		require.Error(t, err)
		require.Equal(t, []int{4, 3}, []int{all.N(), some.N()}, "also those that fail")

		tx, err := db.Client.Tx(inner)
		require.NoError(t, err)
		tx.Title.Query().CountX(inner)
		require.NoError(t, tx.Commit())
		require.Equal(t, []int{5, 4}, []int{all.N(), some.N()}, "and those in transactions")
		require.Nil(t, all.Statements())
		texts := some.Statements()
		require.Len(t, texts, 4)
		require.Contains(t, texts[0], "INSERT INTO")
		require.Equal(t, "no statement", texts[2])
		texts[0] = "changed"
		require.NotEqual(t, texts, some.Statements())

		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					db.Client.Title.Query().CountX(inner)
				}
			})
		}
		wg.Wait()
		require.Equal(t, []int{165, 164}, []int{all.N(), some.N()})
		require.Len(t, some.Statements(), 164)

		db.Client.Title.Query().CountX(t.Context())
		require.Equal(t, 165, all.N(), "nothing outside")
	})
}

// ask sends the i-th of endlessly many statements and checks its answer.
func ask(ctx context.Context, db *database.DB, i int) error {
	parameter := "?"
	if db.Dialect() == dialect.Postgres {
		parameter = "$1::bigint"
	}
	rows, err := db.Client.QueryContext(ctx, fmt.Sprintf("SELECT %d + %s", i, parameter), int64(i))
	if err != nil {
		return err
	}
	defer rows.Close()
	var sum int
	if !rows.Next() {
		return errors.Join(rows.Err(), errors.New("no row"))
	}
	if err := rows.Scan(&sum); err != nil {
		return err
	}
	if sum != 2*i {
		return fmt.Errorf("%d + %d = %d", i, i, sum)
	}
	return rows.Err()
}

// TestPreparedStatementsAreBounded asks PostgreSQL how many there are.
func TestPreparedStatementsAreBounded(t *testing.T) {
	db, err := database.Open(t.Context(), dbtest.Postgres(t), database.Options{MaxConns: 1})
	require.NoError(t, err)
	defer db.Close()
	prepared := func() (n int) {
		require.NoError(t, db.SQL().QueryRow("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT %+%'").Scan(&n))
		return n
	}
	for range 3 {
		require.NoError(t, ask(t.Context(), db, 1))
	}
	require.Equal(t, 1, prepared())
	for i := range 3 * database.MaxStatements {
		require.NoError(t, ask(t.Context(), db, i))
	}
	require.Equal(t, database.MaxStatements, prepared())

	// The ones used last are kept: the first comes back and stays.
	for i := range database.MaxStatements + 10 {
		require.NoError(t, ask(t.Context(), db, 1_000_000+i))
		require.NoError(t, ask(t.Context(), db, 7))
	}
	var kept bool
	require.NoError(t, db.SQL().QueryRow("SELECT EXISTS (SELECT 1 FROM pg_prepared_statements WHERE statement LIKE 'SELECT 7 + %')").Scan(&kept))
	require.True(t, kept)

	// A long one, such as a bulk insert, and one without arguments are not kept.
	before := prepared()
	long := fmt.Sprintf("SELECT /* %0*d */ 1 + $1::int", 20_000, 0)
	rows, err := db.Client.QueryContext(t.Context(), long, 1)
	require.NoError(t, err)
	require.NoError(t, rows.Close())
	rows, err = db.Client.QueryContext(t.Context(), "SELECT 1 + 1")
	require.NoError(t, err)
	require.NoError(t, rows.Close())
	require.Equal(t, before, prepared())
}

// TestPreparedStatementsTogether lets goroutines evict each other's statements
// while their rows are open.
func TestPreparedStatementsTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		var wg sync.WaitGroup
		errs := make([]error, 12)
		for g := range errs {
			wg.Go(func() {
				for i := range 2 * database.MaxStatements {
					// Half are everybody's, half its own.
					n := i
					if i%2 == 1 {
						n = 1000*g + i
					}
					ctx := t.Context()
					if i%50 == 49 { // and some give up
						cancelled, cancel := context.WithCancel(ctx)
						cancel()
						if err := ask(cancelled, db, n); !errors.Is(err, context.Canceled) {
							errs[g] = errors.Join(errs[g], fmt.Errorf("not cancelled: %w", err))
						}
						continue
					}
					errs[g] = errors.Join(errs[g], ask(ctx, db, n))
				}
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
	})
}

// TestRowsOutliveTheirStatement reads rows whose statement has left the cache.
func TestRowsOutliveTheirStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for _, slug := range []string{"a", "b", "c"} {
			newTitle(db, slug).ExecX(t.Context())
		}
		text := "SELECT slug FROM titles WHERE id > ? ORDER BY id"
		if db.Dialect() == dialect.Postgres {
			text = "SELECT slug FROM titles WHERE id > $1 ORDER BY id"
		}
		rows, err := db.Client.QueryContext(t.Context(), text, 0)
		require.NoError(t, err)
		defer rows.Close()
		require.True(t, rows.Next())
		for i := range 2 * database.MaxStatements {
			require.NoError(t, ask(t.Context(), db, i))
		}
		var got []string
		for more := true; more; more = rows.Next() {
			var slug string
			require.NoError(t, rows.Scan(&slug))
			got = append(got, slug)
		}
		require.NoError(t, rows.Err())
		require.Equal(t, []string{"a", "b", "c"}, got)
	})
}

func TestCloseEndsEverything(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, ask(t.Context(), db, 1))
		require.NoError(t, db.Client.Close())
		require.Error(t, ask(t.Context(), db, 1))
		require.Error(t, db.Ping(t.Context()))
	})
}

// TestTransactionsLeaveConnections: while as many transactions as there may be
// wait for something, others read.
func TestTransactionsLeaveConnections(t *testing.T) {
	address := dbtest.Postgres(t)
	db, err := database.Open(t.Context(), address, database.Options{MaxConns: 4})
	require.NoError(t, err)
	defer db.Close()
	first, err := db.Client.Tx(t.Context())
	require.NoError(t, err)
	second, err := db.Client.Tx(t.Context())
	require.NoError(t, err)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = db.Client.Tx(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Zero(t, db.Client.Title.Query().CountX(t.Context()))

	require.NoError(t, first.Commit())
	require.Error(t, first.Rollback(), "it is over, and gives its place back once")
	third, err := db.Client.Tx(t.Context())
	require.NoError(t, err)
	_, err = db.Client.Tx(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, second.Rollback())
	require.NoError(t, third.Rollback())
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 { // what cannot begin keeps no place
		_, err = db.Client.Tx(gone)
		require.Error(t, err)
	}
	for range 2 {
		tx, err := db.Client.Tx(t.Context())
		require.NoError(t, err)
		defer tx.Rollback()
	}
}
