package database

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// migrations holds a folder of versioned files for each dialect, planned from
// the ent schema by the command in plan/.
//
//go:embed migrations
var migrations embed.FS

// ErrNewer means that a later version of the program migrated the database.
var ErrNewer = errors.New("the database is newer than this program: use the program that migrated it, or restore a backup")

// Migrate brings the schema up to date. Several processes may call it at
// once: one works, the others wait. It returns ErrNewer when it must not
// touch the database.
//
// Each file is one transaction. On SQLite it runs without foreign keys,
// because SQLite changes a table by copying and dropping it, and dropping
// would delete the rows that point to it; the keys are checked before the
// transaction is kept.
func (db *DB) Migrate(ctx context.Context) error { return db.migrate(ctx, migrationsOf(db.Dialect())) }

// Pending tells whether Migrate has something to do. It returns ErrNewer as
// Migrate does.
func (db *DB) Pending(ctx context.Context) (bool, error) {
	provider, err := db.provider(db.SQL(), migrationsOf(db.Dialect()))
	if err != nil {
		return false, fmt.Errorf("database: %w", err)
	}
	if err := checkNotNewer(ctx, provider); err != nil {
		return false, fmt.Errorf("database: %w", err)
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return false, fmt.Errorf("database: %w", err)
	}
	return pending, nil
}

func migrationsOf(name string) fs.FS {
	folder := "migrations/postgres"
	if name == dialect.SQLite {
		folder = "migrations/sqlite"
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		panic(err) // only for a malformed name
	}
	return files
}

func (db *DB) migrate(ctx context.Context, files fs.FS) (err error) {
	if db.Dialect() == dialect.SQLite { // PostgreSQL's lock is the provider's
		unlock, err := lockFolder(ctx, filepath.Dir(db.path))
		if err != nil {
			return err
		}
		defer unlock()
	}
	pool, err := db.maintenance()
	if err != nil {
		return fmt.Errorf("database: migrating: %w", err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	provider, err := db.provider(pool, files)
	if err != nil {
		return fmt.Errorf("database: migrating: %w", err)
	}
	_, err = provider.Up(ctx) // does nothing to a newer database
	if err == nil {
		err = checkNotNewer(ctx, provider)
	}
	if err != nil {
		return fmt.Errorf("database: migrating: %w", err)
	}
	return nil
}

func (db *DB) provider(pool *sql.DB, files fs.FS) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if db.Dialect() == dialect.SQLite {
		list, err := sqliteMigrations(files)
		if err != nil {
			return nil, err
		}
		return goose.NewProvider(goose.DialectSQLite3, pool, nil, append(options, goose.WithGoMigrations(list...))...)
	}
	// It asks every second, for ten minutes. To wait inside PostgreSQL would
	// block another's CREATE INDEX CONCURRENTLY.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, append(options, goose.WithSessionLocker(locker))...)
}

// sqliteMigrations are the files as functions, because goose cannot check the
// foreign keys inside a file's transaction.
func sqliteMigrations(files fs.FS) ([]*goose.Migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	list := make([]*goose.Migration, len(names))
	for i, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		list[i] = goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, string(text))
			if err == nil {
				err = checkForeignKeys(ctx, tx)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}}, nil)
	}
	return list, nil
}

func checkNotNewer(ctx context.Context, provider *goose.Provider) error {
	current, newest, err := provider.GetVersions(ctx)
	if err == nil && current > newest {
		err = fmt.Errorf("%w (its version is %d, the program's %d)", ErrNewer, current, newest)
	}
	return err
}

// checkForeignKeys fails when a row of an SQLite database points nowhere.
func checkForeignKeys(ctx context.Context, tx *sql.Tx) error {
	var table, parent string
	err := tx.QueryRowContext(ctx, `SELECT "table", "parent" FROM pragma_foreign_key_check LIMIT 1`).Scan(&table, &parent)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("a row of %s points to a missing row of %s", table, parent)
}
