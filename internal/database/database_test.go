package database_test

import (
	"context"
	"database/sql"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/genre"
	"streamex/ent/predicate"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

func TestOpenErrorsHideThePassword(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := closed.Addr().String()
	require.NoError(t, closed.Close())
	for _, url := range []string{
		"postgres://u:geheim@" + address + "/x?sslmode=disable", // nobody answers
		"postgresql://u:geheim@" + address + "/x?sslmode=disable",
		"postgres://u:ge/geheim@" + address + "/x", // reads as a port
		"postgres://u:%zzgeheim@" + address + "/x",
		"postgres://u:geheim@" + address + "/x?sslmode=geht-nicht",
		"postgres://u:geheim@" + address + "/x?statement_timeout=soon",
		"postgres://u:geheim@" + address + "/x?connect_timeout=soon",
		"postgres://u@" + address + "/x?sslmode=disable&password=geheim",
		"postgres://u:geheim@[::1/x",
		"postgres://u:geheim@host.invalid/x?connect_timeout=1",
		"postgres:geheim",
		"mysql://u:geheim@" + address + "/x",
		"POSTGRES://u:geheim@" + address + "/x",
		"://geheim", "geheim", "",
	} {
		db, err := database.Open(t.Context(), url, database.Options{})
		require.Error(t, err, url)
		require.Nil(t, db)
		require.NotContains(t, err.Error(), "geheim", url)
		require.True(t, strings.HasPrefix(err.Error(), "database: "), err.Error())
	}
}

func TestOpenSQLiteErrors(t *testing.T) {
	folder := t.TempDir()
	notes := filepath.Join(folder, "notes.txt")
	require.NoError(t, os.WriteFile(notes, []byte(strings.Repeat("no database, ", 100)), 0o600))
	for _, url := range []string{"sqlite:", "sqlite://", "sqlite::memory:", "sqlite:" + folder, "sqlite:" + notes, "sqlite:" + notes + "/below.db"} {
		_, err := database.Open(t.Context(), url, database.Options{})
		require.Error(t, err, url)
	}
	text, err := os.ReadFile(notes)
	require.NoError(t, err)
	require.Len(t, text, 1300, "a file of somebody else is left alone")
}

func TestSQLiteFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new folder", "50% of?a #1")
	path := filepath.Join(folder, "my é?#.db")
	db := dbtest.Open(t, "sqlite:"+path)
	require.NoError(t, db.Migrate(t.Context()))
	newTitle(db, "a").ExecX(t.Context())
	mode := func(name string) fs.FileMode {
		info, err := os.Stat(name)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	require.EqualValues(t, 0o700, mode(folder))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		require.EqualValues(t, 0o600, mode(path+suffix), suffix)
	}

	// Every connection of the pool has the settings.
	for range 8 {
		conn, err := db.SQL().Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		for pragma, want := range map[string]string{"foreign_keys": "1", "journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000"} {
			var got string
			require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
			require.Equal(t, want, got, pragma)
		}
		_, err = conn.ExecContext(t.Context(), `SELECT "no such column"`)
		require.Error(t, err)
	}
	require.Equal(t, 8, db.SQL().Stats().OpenConnections)

	// A file that exists keeps its mode and its rows.
	db.SQL().Close()
	require.NoError(t, os.Chmod(path, 0o640))
	again := dbtest.Open(t, "sqlite:"+path)
	require.NoError(t, again.Ping(t.Context()))
	require.EqualValues(t, 0o640, mode(path))
	pending, err := again.Pending(t.Context())
	require.NoError(t, err)
	require.False(t, pending)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		require.True(t, strings.HasPrefix(e.Name(), "my é?#.db"), "%s lies about", e.Name())
	}
}

func TestPostgresSession(t *testing.T) {
	address := dbtest.Postgres(t)
	show := func(db *database.DB, name string) (value string) {
		require.NoError(t, db.SQL().QueryRow("SELECT current_setting($1)", name).Scan(&value))
		return value
	}
	db := dbtest.Open(t, address)
	for name, want := range map[string]string{"timezone": "UTC", "statement_timeout": "15s", "lock_timeout": "5s", "application_name": "streamex"} {
		require.Equal(t, want, show(db, name))
	}
	db = dbtest.Open(t, address+"&statement_timeout=2min&timezone=Europe/Madrid&application_name=mine")
	for name, want := range map[string]string{"timezone": "UTC", "statement_timeout": "2min", "lock_timeout": "5s", "application_name": "mine"} {
		require.Equal(t, want, show(db, name))
	}
}

// TestForeignKeysHold on both databases, with the deletes that go with them.
func TestForeignKeysHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, c := t.Context(), db.Client
		require.True(t, ent.IsConstraintError(c.Profile.Create().SetUserID(7).SetName("P").Exec(ctx)))
		u := c.User.Create().SetEmail("a@example.com").SetName("A").SetPasswordHash("!").SaveX(ctx)
		require.True(t, ent.IsConstraintError(c.User.Create().SetEmail("a@example.com").SetName("B").SetPasswordHash("!").Exec(ctx)))
		p := c.Profile.Create().SetUserID(u.ID).SetName("P").SaveX(ctx)
		s := c.Session.Create().SetUserID(u.ID).SetProfileID(p.ID).SetTokenHash([]byte("x")).SetExpiresAt(time.Now()).SaveX(ctx)
		c.Profile.DeleteOne(p).ExecX(ctx)
		require.Nil(t, c.Session.GetX(ctx, s.ID).ProfileID)
		c.User.DeleteOne(u).ExecX(ctx)
		require.Zero(t, c.Session.Query().CountX(ctx))
	})
}

func newTitle(db *database.DB, slug string) *ent.TitleCreate {
	return db.Client.Title.Create().SetKind(title.KindMOVIE).SetSlug(slug).SetName(slug).SetSortKey(slug).SetSortKeyEs(slug)
}

// TestTimes: both databases keep microseconds, in UTC, and compare instants
// whatever zone they were said in.
func TestTimes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		row := newTitle(db, "default").SaveX(ctx)
		got := db.Client.Title.GetX(ctx, row.ID)
		require.True(t, row.CreatedAt.Equal(got.CreatedAt))
		require.Zero(t, row.CreatedAt.Nanosecond()%1000)
		_, offset := got.CreatedAt.Zone()
		require.Zero(t, offset)

		lima := time.FixedZone("", -5*60*60)
		base := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
		times := []time.Time{
			base, base.Add(time.Microsecond), base.Add(500 * time.Millisecond), base.Add(50 * time.Millisecond), base.Add(510 * time.Millisecond),
			base.Add(-time.Hour).In(lima), base.Add(time.Hour).In(lima), base.Add(999_999_999), base.Add(2_999), base.AddDate(-120, 0, 0), base.AddDate(300, 0, 0),
		}
		for i, at := range times {
			newTitle(db, string(rune('a'+i))).SetAddedAt(at).ExecX(ctx)
		}
		slices.SortFunc(times, time.Time.Compare)
		stored := db.Client.Title.Query().Where(title.SlugNEQ("default")).Order(title.ByAddedAt()).AllX(ctx)
		for i, at := range times {
			require.Equal(t, at.UTC().Truncate(time.Microsecond), stored[i].AddedAt.UTC())
			after := db.Client.Title.Query().Where(title.SlugNEQ("default"), title.AddedAtGT(at)).CountX(ctx)
			require.Equal(t, len(times)-1-i, after, at)
		}
	})
}

func TestIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		var ids []globalid.Title
		for _, slug := range []string{"a", "b", "c"} {
			ids = append(ids, newTitle(db, slug).SaveX(ctx).ID)
		}
		count := func(ids []globalid.Title) int {
			ctx, c := database.WithRecorder(ctx)
			n := db.Client.Title.Query().Where(database.In[globalid.Title, predicate.Title](title.FieldID, ids)).CountX(ctx)
			require.Len(t, c.Statements(), 1)
			return n
		}
		require.Zero(t, count(nil))
		require.Zero(t, count([]globalid.Title{-1, 1 << 62}))
		require.Equal(t, 1, count(ids[1:2]))
		require.Equal(t, 2, count([]globalid.Title{ids[0], ids[2], ids[2]}), "twice the same is one")
		many := slices.Clone(ids)
		for i := range 40_000 {
			many = append(many, globalid.Title(1000+i))
		}
		require.Equal(t, 3, count(many))

		// The text does not depend on the number of ids.
		text := func(n int) string {
			ctx, c := database.WithRecorder(ctx)
			db.Client.Title.Query().Where(database.In[globalid.Title, predicate.Title](title.FieldID, many[:n])).CountX(ctx)
			return c.Statements()[0]
		}
		require.Equal(t, text(0), text(40_000))
	})
}

func TestWrite(t *testing.T) {
	for name, want := range map[string]string{
		dialect.SQLite:   "SELECT ? WHERE x = ? AND (y = ?) OR z",
		dialect.Postgres: "SELECT $1 WHERE x = $2 AND (y = $3) OR z",
	} {
		b := &entsql.Builder{}
		b.SetDialect(name)
		database.Write(b, "SELECT ? WHERE x = ? AND (?) OR z", 1, "é", func(b *entsql.Builder) { b.WriteString("y = ").Arg(3) })
		text, args := b.Query()
		require.Equal(t, want, text)
		require.Equal(t, []any{1, "é", 3}, args)
	}
}

func TestSyncSequences(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		require.NoError(t, database.SyncSequences(ctx, db.Client, db.Dialect()), "of empty tables")
		require.EqualValues(t, 1, db.Client.Genre.Create().SetSlug("a").SetNames(map[string]string{}).SaveX(ctx).ID)
		db.Client.Genre.Create().SetID(41).SetSlug("b").SetNames(map[string]string{}).ExecX(ctx)
		require.NoError(t, database.SyncSequences(ctx, db.Client, db.Dialect()))
		require.EqualValues(t, 42, db.Client.Genre.Create().SetSlug("c").SetNames(map[string]string{}).SaveX(ctx).ID)
		require.Equal(t, 3, db.Client.Genre.Query().Where(genre.IDGT(0)).CountX(ctx))
	})
}

// TestSilentServer: lib/pq would wait for ever for a server behind a link that
// swallows everything, whatever the context says.
func TestSilentServer(t *testing.T) {
	address, err := url.Parse(dbtest.Postgres(t))
	require.NoError(t, err)
	real := filepath.Join(address.Query().Get("host"), ".s.PGSQL.5432")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	silent := make(chan struct{})
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", real)
			if err != nil {
				_ = client.Close()
				return
			}
			go func() { _, _ = io.Copy(server, client) }()
			go func() {
				b := make([]byte, 4096)
				for {
					n, err := server.Read(b)
					if err != nil {
						return
					}
					select {
					case <-silent:
					default:
						_, _ = client.Write(b[:n])
					}
				}
			}()
		}
	}()
	through := "postgres://test@" + l.Addr().String() + address.Path + "?sslmode=disable"
	db := dbtest.Open(t, through+"&statement_timeout=200")
	patient := dbtest.Open(t, through+"&statement_timeout=1h&connect_timeout=3600")
	count := func(ctx context.Context, c *ent.TitleClient) error {
		_, err := c.Query().Count(ctx)
		return err
	}
	begins := dbtest.Open(t, through+"&statement_timeout=1h")
	inTx, leave := context.WithTimeout(t.Context(), 2*time.Second)
	defer leave()
	tx, err := patient.Client.Tx(inTx)
	require.NoError(t, err)
	require.NoError(t, count(inTx, tx.Title))
	require.NoError(t, count(t.Context(), db.Client.Title))
	require.NoError(t, count(t.Context(), patient.Client.Title)) // another connection of the pool
	close(silent)
	start := time.Now()
	require.True(t, database.Away(count(t.Context(), db.Client.Title)), "after twice the statement timeout")

	// Long before that, where the context ends.
	deadline, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, count(deadline, patient.Client.Title), context.DeadlineExceeded)
	deadline, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.Error(t, count(deadline, patient.Client.Title), "while it connects")
	deadline, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = begins.Client.Tx(deadline)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, count(inTx, tx.Title), context.DeadlineExceeded)
	require.Error(t, tx.Commit())
	require.Less(t, time.Since(start), 15*time.Second)
}

func TestRunningStatementsEndWithTheirContext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		endless := "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) SELECT COUNT(*) FROM n"
		if db.Dialect() == dialect.Postgres {
			endless = "SELECT pg_sleep($1)::text"
		}
		run := func(ctx context.Context, in func(context.Context, string, ...any) (*sql.Rows, error)) error {
			start := time.Now()
			rows, err := in(ctx, endless, int64(1)<<40)
			if err == nil {
				for rows.Next() {
				}
				err = rows.Err()
				rows.Close()
			}
			require.Less(t, time.Since(start), 5*time.Second)
			return err
		}
		deadline, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, run(deadline, db.Client.QueryContext), context.DeadlineExceeded)
		cancelled, cancel := context.WithCancel(t.Context())
		time.AfterFunc(200*time.Millisecond, cancel)
		require.ErrorIs(t, run(cancelled, db.Client.QueryContext), context.Canceled)
		require.ErrorIs(t, run(cancelled, db.Client.QueryContext), context.Canceled, "before it began")

		deadline, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		tx, err := db.Client.Tx(deadline)
		require.NoError(t, err)
		require.ErrorIs(t, run(deadline, tx.QueryContext), context.DeadlineExceeded)
		_ = tx.Rollback()
		_, err = db.Client.Tx(deadline)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		// The pool is whole again, and other errors are what they were.
		require.Zero(t, db.Client.Title.Query().CountX(t.Context()))
		_, err = db.Client.QueryContext(t.Context(), "SELECT nonsense FROM nowhere")
		require.Error(t, err)
		require.NotErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
	})
}
