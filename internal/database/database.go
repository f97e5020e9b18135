// Package database opens the database, an SQLite file or a PostgreSQL server,
// keeps its schema up to date and counts the statements sent to it.
package database

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"streamex/ent"
	_ "streamex/ent/runtime" // the schema's defaults, validators and hooks
)

// Options tune Open. The zero value is right for the server.
type Options struct {
	// MaxConns bounds the pool; 0 means 8 for SQLite and 16 for PostgreSQL. Half
	// of them, at most, are for transactions of Client.
	MaxConns int
	// Bulk is for a command that writes much: SQLite gets a larger cache, and does
	// not map the file, which would count as the command's memory; statements on
	// PostgreSQL may take longer.
	Bulk bool
}

// DB is an open database.
type DB struct {
	// Client is ent's view of the database. Its statements are counted (see
	// WithCounter) and, outside transactions, prepared.
	Client *ent.Client

	driver *driver
	// listener hears of what other processes publish; nil where there are none.
	listener *listener
	// maintenance opens a second handle, fit for migrations: without limits on
	// time and, on SQLite, without foreign keys.
	maintenance func() (*sql.DB, error)
	// path is the SQLite file.
	path string
}

// Open opens the database at url, which is "sqlite:PATH" or a PostgreSQL URL
// ("postgres://…"), and checks that it answers. A missing SQLite file is
// created with its folder. Migrate creates the tables.
//
// No error of Open ever holds the password of the URL.
func Open(ctx context.Context, url string, opts Options) (*DB, error) {
	switch scheme, rest, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		return openSQLite(ctx, rest, opts)
	case "postgres", "postgresql":
		if strings.HasPrefix(rest, "//") {
			return openPostgres(ctx, url, opts)
		}
	}
	return nil, errors.New("database: the URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")
}

// newDB takes over pool, and closes it when it does not answer.
func newDB(ctx context.Context, dialect string, pool *sql.DB) (*DB, error) {
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	drv := newDriver(dialect, pool)
	return &DB{Client: ent.NewClient(ent.Driver(drv)), driver: drv}, nil
}

// Dialect is ent's name of the database: dialect.SQLite or dialect.Postgres.
func (db *DB) Dialect() string { return db.driver.Dialect() }

// Path is the SQLite file, "" on PostgreSQL.
func (db *DB) Path() string { return db.path }

// SQL is the pool behind Client; its statements are neither counted nor
// prepared.
func (db *DB) SQL() *sql.DB { return db.driver.db }

// Ping checks that the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.driver.db.PingContext(ctx) }

// Close waits for running statements and closes the database.
func (db *DB) Close() error {
	if db.listener != nil {
		db.listener.close()
	}
	return db.driver.Close()
}
