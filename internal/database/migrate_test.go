package database_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"streamex/ent/migrate"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/demo"
)

func TestMigrateConcurrently(t *testing.T) {
	dbtest.EachEmptyURL(t, func(t *testing.T, url string) {
		one, two := dbtest.Open(t, url), dbtest.Open(t, url)
		for _, db := range []*database.DB{one, two} {
			pending, err := db.Pending(t.Context())
			require.NoError(t, err)
			require.True(t, pending)
		}
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() { errs[i] = []*database.DB{one, two}[i%2].Migrate(t.Context()) })
		}
		wg.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
		for _, db := range []*database.DB{one, two} {
			pending, err := db.Pending(t.Context())
			require.NoError(t, err)
			require.False(t, pending)
			require.Zero(t, db.Client.Title.Query().CountX(t.Context()))
		}
		var twice int
		require.NoError(t, one.SQL().QueryRow("SELECT COUNT(*) - COUNT(DISTINCT version_id) FROM goose_db_version").Scan(&twice))
		require.Zero(t, twice)
	})
}

func TestInterruptedMigrationLeavesNoLock(t *testing.T) {
	url := dbtest.EmptySQLite(t)
	one, two := dbtest.Open(t, url), dbtest.Open(t, url)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, one.Migrate(ctx), context.Canceled)
	require.NoError(t, two.Migrate(t.Context()))
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		_, err := db.SQL().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99990101000000, true)")
		require.NoError(t, err)
		require.ErrorIs(t, db.Migrate(t.Context()), database.ErrNewer)
		_, err = db.Pending(t.Context())
		require.ErrorIs(t, err, database.ErrNewer)
		require.ErrorContains(t, err, "99990101000000")
	})
}

// TestNewerDatabaseIsNotTouched: not even when this program has a migration
// that the newer one lacks.
func TestNewerDatabaseIsNotTouched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		_, err := db.SQL().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99990101000000, true)")
		require.NoError(t, err)
		files := with(t, db, "99980101000000_forked.sql", "CREATE TABLE forked (id integer);")
		require.Error(t, database.MigrateWith(t.Context(), db, files))
		_, err = db.SQL().Exec("SELECT * FROM forked")
		require.Error(t, err)
	})
}

// with are the migrations of db and another one.
func with(t *testing.T, db *database.DB, name, text string) fs.FS {
	t.Helper()
	files := fstest.MapFS{name: {Data: []byte("-- +goose Up\n" + text)}}
	own := database.MigrationsOf(db.Dialect())
	names, err := fs.Glob(own, "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, n := range names {
		b, err := fs.ReadFile(own, n)
		require.NoError(t, err)
		files[n] = &fstest.MapFile{Data: b}
	}
	return files
}

// rows counts the rows of every table.
func rows(t *testing.T, db *database.DB) map[string]int {
	t.Helper()
	list, err := db.SQL().Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'")
	require.NoError(t, err)
	out := make(map[string]int)
	for list.Next() {
		var name string
		require.NoError(t, list.Scan(&name))
		out[name] = 0
	}
	require.NoError(t, list.Err())
	for name := range out {
		var n int
		require.NoError(t, db.SQL().QueryRow("SELECT COUNT(*) FROM "+name).Scan(&n))
		out[name] = n
	}
	return out
}

// rebuild is how SQLite changes a table that it cannot alter, as the planner
// writes it: copy, drop, rename, and the indexes anew.
func rebuild(t *testing.T, db *database.DB, table, column string) string {
	t.Helper()
	var create string
	require.NoError(t, db.SQL().QueryRow("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", table).Scan(&create))
	_, body, found := strings.Cut(create, "(") // before it is the name, quoted in two ways
	require.True(t, found)
	copied := "CREATE TABLE `new_" + table + "` (`" + column + "` integer NOT NULL DEFAULT (0), " + body
	var columns, indexes string
	require.NoError(t, db.SQL().QueryRow("SELECT group_concat(name) FROM pragma_table_info(?)", table).Scan(&columns))
	require.NoError(t, db.SQL().QueryRow("SELECT COALESCE(group_concat(sql, ';'), '') FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", table).Scan(&indexes))
	return fmt.Sprintf("PRAGMA foreign_keys = off;\n%s;\nINSERT INTO `new_%[2]s` (%[3]s) SELECT %[3]s FROM `%[2]s`;\nDROP TABLE `%[2]s`;\nALTER TABLE `new_%[2]s` RENAME TO `%[2]s`;\n%[4]s;\nPRAGMA foreign_keys = on;\n",
		copied, table, columns, indexes)
}

// TestRebuildingTablesKeepsTheirChildren is about the worst trap: in SQLite,
// dropping a table deletes the rows that point to it, silently.
func TestRebuildingTablesKeepsTheirChildren(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	require.NoError(t, demo.Load(t.Context(), db, "!"))
	before := rows(t, db)
	for _, table := range []string{"titles", "series", "episodes", "views", "sessions", "genres"} {
		require.Contains(t, before, table)
	}
	require.Greater(t, before["episodes"], 100)
	var script strings.Builder
	planned := func(table string) bool { return !strings.HasPrefix(table, "search_") } // the others are no planner's
	for table := range before {
		if !planned(table) {
			continue
		}
		script.WriteString(rebuild(t, db, table, "added"))
	}
	files := with(t, db, "99990101000000_rebuild.sql", script.String())
	require.NoError(t, database.MigrateWith(t.Context(), db, files))
	require.Equal(t, before, rows(t, db))
	for table := range before {
		if !planned(table) {
			continue
		}
		_, err := db.SQL().Exec("SELECT added FROM " + table)
		require.NoError(t, err)
	}

	// The keys still work, on connections from before and after.
	var dangling int
	require.NoError(t, db.SQL().QueryRow("SELECT COUNT(*) FROM pragma_foreign_key_check").Scan(&dangling))
	require.Zero(t, dangling)
	require.Error(t, db.Client.Season.Create().SetSeriesID(1<<40).Exec(t.Context()))
	db.Client.User.Delete().ExecX(t.Context())
	require.Zero(t, rows(t, db)["views"])
}

func TestMigrationThatBreaksAKeyIsUndone(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	require.NoError(t, demo.Load(t.Context(), db, "!"))
	before := rows(t, db)
	files := with(t, db, "99990101000000_lose.sql", "CREATE TABLE half (id integer);\nDELETE FROM genres;")
	for range 2 { // it does not pass as done the next time
		err := database.MigrateWith(t.Context(), db, files)
		require.ErrorContains(t, err, "a row of title_genres points to a missing row of genres")
		require.ErrorContains(t, err, "99990101000000_lose.sql")
		require.Equal(t, before, rows(t, db))
	}
	require.NoError(t, db.Migrate(t.Context()))
}

// TestFailedMigrationIsUndone: half a file is no file.
func TestFailedMigrationIsUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		files := with(t, db, "99990101000000_half.sql", "CREATE TABLE half (id integer);\nINSERT INTO nowhere VALUES (1);")
		require.ErrorContains(t, database.MigrateWith(t.Context(), db, files), "nowhere")
		_, err := db.SQL().Exec("SELECT * FROM half")
		require.Error(t, err)
		require.NoError(t, db.Migrate(t.Context()))
	})
}

// TestMigrationsLeadToTheSchema: what the files build needs no change to be
// what the ent schema describes.
func TestMigrationsLeadToTheSchema(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		drift := func() string {
			var b bytes.Buffer
			tables, err := database.Tables(db.Dialect())
			require.NoError(t, err)
			printer := migrate.NewSchema(&schema.WriteDriver{Driver: entsql.OpenDB(db.Dialect(), db.SQL()), Writer: &b})
			require.NoError(t, migrate.Create(t.Context(), printer, tables, schema.WithDropColumn(true), schema.WithDropIndex(true)))
			return b.String()
		}
		require.Empty(t, drift())
		for _, change := range []string{"DROP INDEX title_year_id", "DROP INDEX video_of_movie", "ALTER TABLE genres ADD COLUMN stray text"} {
			_, err := db.SQL().Exec(change)
			require.NoError(t, err)
			require.NotEmpty(t, drift(), change)
		}
	})
}

// TestConstraintsHold tries what only the database refuses.
func TestConstraintsHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		exec := func(text string) error { _, err := db.SQL().Exec(text); return err }
		for i := range 3 {
			require.NoError(t, exec(fmt.Sprintf("INSERT INTO titles (created_at, added_at, kind, slug, name, sort_key, sort_key_es, color) VALUES ('2026-01-01', '2026-01-01', 'MOVIE', 's%d', 'n', 'k', 'k', '#000000')", i)))
		}
		require.Error(t, exec("INSERT INTO movies (id, title_id) VALUES (1, 2)"), "a movie's id is its title's")
		require.NoError(t, exec("INSERT INTO movies (id, title_id) VALUES (1, 1)"))
		require.NoError(t, exec("INSERT INTO videos (title_id, state) VALUES (1, 'MISSING')"))
		require.Error(t, exec("INSERT INTO videos (title_id, state) VALUES (1, 'MISSING')"), "a movie has one video")
		require.Error(t, exec("INSERT INTO videos (title_id, state) VALUES (99, 'MISSING')"))
	})
}

func TestChecksumsAreValid(t *testing.T) {
	for _, name := range []string{dialect.SQLite, dialect.Postgres} {
		folder := map[string]string{dialect.SQLite: "migrations/sqlite", dialect.Postgres: "migrations/postgres"}[name]
		dir, err := sqltool.NewGooseDir(folder)
		require.NoError(t, err)
		require.NoError(t, atlas.Validate(dir), "%s: run go run ./internal/database/plan -hash", folder)
		files, err := fs.Glob(database.MigrationsOf(name), "*.sql")
		require.NoError(t, err)
		for _, f := range files {
			b, err := fs.ReadFile(database.MigrationsOf(name), f)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(string(b), "-- +goose Up\n"), f)
			for _, unknown := range []string{"+goose Down", "+goose NO TRANSACTION", "PRAGMA"} {
				require.NotContains(t, string(b), unknown, f)
			}
		}
	}
}
