// Package dbtest gives tests real, empty, migrated databases: an SQLite file
// and a PostgreSQL server of their own. There is no mock of a database.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"streamex/ent/migrate"
	"streamex/internal/database"
	"streamex/internal/database/pgtemp"
)

// sqliteOnly names the variable that lets tests pass without PostgreSQL.
const sqliteOnly = "STREAMEX_TEST_SQLITE_ONLY"

// Each runs test on a fresh database of both kinds.
func Each(t *testing.T, test func(*testing.T, *database.DB)) {
	t.Helper()
	EachURL(t, func(t *testing.T, url string) { test(t, Open(t, url)) })
}

// EachURL runs test with the address of a fresh, migrated database of both
// kinds.
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// EachEmptyURL runs test with the address of a database of both kinds that
// nothing has migrated.
func EachEmptyURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, EmptySQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, postgresURL(t, "template0")) })
}

// EmptySQLite returns the URL of an SQLite database that does not exist yet.
func EmptySQLite(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "test.db")
}

// Open opens the database at url for the length of the test.
func Open(tb testing.TB, url string) *database.DB {
	tb.Helper()
	db, err := database.Open(tb.Context(), url, database.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() }) // a test may have closed it
	return db
}

// EachValue visits every value of every row that a database holds, table by
// table and row by row in the order of their first columns; bytes as a string.
func EachValue(tb testing.TB, db *database.DB, visit func(table, column string, value any)) {
	tb.Helper()
	for _, table := range migrate.Tables {
		if err := eachValue(tb.Context(), db, table.Name, visit); err != nil {
			tb.Fatalf("%s: %v", table.Name, err)
		}
	}
}

func eachValue(ctx context.Context, db *database.DB, table string, visit func(table, column string, value any)) error {
	rows, err := db.SQL().QueryContext(ctx, `SELECT * FROM "`+table+`" ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, value := range values {
			if b, ok := value.([]byte); ok {
				value = string(b)
			}
			visit(table, columns[i], value)
		}
	}
	return rows.Err()
}

// SQLite returns the URL of a fresh, migrated SQLite database.
func SQLite(tb testing.TB) string {
	tb.Helper()
	file, err := sqliteTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "test.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		tb.Fatal(err)
	}
	return "sqlite:" + path
}

// sqliteTemplate is a migrated file, made once.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "streamex-dbtest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "template.db")
	if err := migrated("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres returns the URL of a fresh, migrated PostgreSQL database. Without
// PostgreSQL the test fails: a run that did not try both databases has not
// passed. Whoever cannot have it sets $STREAMEX_TEST_SQLITE_ONLY, and is told.
func Postgres(tb testing.TB) string {
	tb.Helper()
	return postgresURL(tb, template)
}

func postgresURL(tb testing.TB, template string) string {
	tb.Helper()
	if os.Getenv(sqliteOnly) != "" {
		warn()
		tb.Skip("PostgreSQL was not tested: $" + sqliteOnly + " is set")
	}
	s, err := postgres()
	if err != nil {
		tb.Fatalf("PostgreSQL was NOT tested (set $%s to go without): %v", sqliteOnly, err)
	}
	url, err := s.copy(template)
	if err != nil {
		tb.Fatal(err)
	}
	return url
}

var warn = sync.OnceFunc(func() {
	fmt.Fprintln(os.Stderr, "WARNING: PostgreSQL is NOT tested in this run, because $"+sqliteOnly+" is set")
})

// server is the PostgreSQL of this test binary, with a migrated database to
// copy. It ends with the process.
type server struct {
	*pgtemp.Server
	mu   sync.Mutex
	last int
}

const template = "template"

var postgres = sync.OnceValues(func() (*server, error) {
	s, err := pgtemp.Start()
	if err != nil {
		return nil, err
	}
	out := &server{Server: s}
	if err := out.exec(`CREATE DATABASE "` + template + `"`); err != nil {
		return nil, err
	}
	return out, migrated(s.URL(template))
})

// copy makes a database like template.
func (s *server) copy(template string) (url string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	name := fmt.Sprintf("test%d", s.last)
	return s.URL(name), s.exec(fmt.Sprintf(`CREATE DATABASE %q TEMPLATE %q`, name, template))
}

func (s *server) exec(statement string) error {
	return with(s.URL("postgres"), func(db *database.DB) error {
		_, err := db.SQL().Exec(statement)
		return err
	})
}

func migrated(url string) error {
	return with(url, func(db *database.DB) error { return db.Migrate(context.Background()) })
}

func with(url string, do func(*database.DB) error) error {
	db, err := database.Open(context.Background(), url, database.Options{})
	if err != nil {
		return err
	}
	err = do(db)
	if closing := db.Close(); err == nil {
		err = closing
	}
	return err
}
