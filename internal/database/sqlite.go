package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"entgo.io/ent/dialect"
	_ "modernc.org/sqlite" // the driver "sqlite"; ent's dialect is "sqlite3"
)

func openSQLite(ctx context.Context, path string, opts Options) (*DB, error) {
	if path = strings.TrimPrefix(path, "//"); path == "" || path == ":memory:" {
		return nil, errors.New("database: sqlite: needs the path of a file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	// One process at a time creates the file and turns WAL on, for which
	// SQLite does not wait.
	unlock, err := lockFolder(ctx, folder)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := createPrivate(path); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	pool, err := sqlitePool(path, true, opts.Bulk, cmp.Or(opts.MaxConns, 8))
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	db, err := newDB(ctx, dialect.SQLite, pool)
	if err != nil {
		return nil, fmt.Errorf("database: opening %s: %w", path, err)
	}
	db.path = path
	db.maintenance = func() (*sql.DB, error) { return sqlitePool(path, false, false, 2) }
	return db, nil
}

// createPrivate makes an empty file that only its owner reads. SQLite gives
// its journal files the same mode. A file that exists is left alone: closing
// it here would drop the locks that this process holds on it.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func sqlitePool(path string, foreignKeys, bulk bool, conns int) (*sql.DB, error) {
	enforce := "0"
	if foreignKeys {
		enforce = "1"
	}
	pragmas := []string{"cache_size(-8192)", "mmap_size(268435456)", "temp_store(MEMORY)"}
	if bulk {
		pragmas = []string{"cache_size(-65536)", "mmap_size(0)", "temp_store(MEMORY)"}
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: url.Values{
		"_busy_timeout": {"5000"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"}, // an answered write survives a power cut
		"_foreign_keys": {enforce},
		"_dqs":          {"0"},         // "x" is a column, never a text
		"_txlock":       {"immediate"}, // deferred transactions fail when two of them write
		"_time_format":  {"sqlite"},    // with UTC: times sort as texts
		"_timezone":     {"UTC"},
		"_pragma":       pragmas,
	}.Encode()}
	pool, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool, nil
}
