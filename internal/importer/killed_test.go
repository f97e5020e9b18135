package importer_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/importrun"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/importer"
	"streamex/internal/importer/imdbtest"
)

// killable names the folder that a process imports to be killed.
const killable = "STREAMEX_TEST_IMPORT"

const killedBatch = 300

func TestMain(m *testing.M) {
	if folder := os.Getenv(killable); folder != "" {
		if err := importSlowly(folder, os.Getenv("STREAMEX_DATABASE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// importSlowly imports in small batches.
func importSlowly(folder, url string) error {
	importer.SetBatchOf(killedBatch)
	db, err := database.Open(context.Background(), url, database.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = importer.ImportIMDb(context.Background(), db, importer.IMDb{Folder: folder}, importer.Options{Now: now})
	return err
}

// TestIMDbKilled: a process that is killed while it writes credits leaves a
// database that the same command brings to where one that was not killed gets,
// ids included.
func TestIMDbKilled(t *testing.T) {
	folder := t.TempDir()
	_, err := imdbtest.Write(folder, imdbtest.Size{Titles: 400, Credits: 8})
	require.NoError(t, err)
	importer.SetBatch(t, killedBatch)
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Run("first credits", func(t *testing.T) { killed(t, url, folder, false) })
	})
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Run("more credits", func(t *testing.T) { killed(t, url, folder, true) })
	})
}

// killed kills an import into a database that has credits, or has none, which are
// then written in one transaction.
func killed(t *testing.T, url, folder string, some bool) {
	open := func(url string) *database.DB {
		db := dbtest.Open(t, url)
		if some {
			c := db.Client
			film := c.Title.Create().SetKind("MOVIE").SetSlug("own").SetName("Own").SetSortKey("own").SetSortKeyEs("own").SetAddedAt(now).SetCreatedAt(now).SaveX(t.Context())
			c.Credit.Create().SetTitle(film).SetPerson(c.Person.Create().SetName("P").SetSortKey("p").SaveX(t.Context())).SetRole("OTHER").ExecX(t.Context())
		}
		return db
	}
	db := open(url)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killable+"="+folder, "STREAMEX_DATABASE="+url)
	child.Stderr = os.Stderr
	require.NoError(t, child.Start())
	require.Eventually(t, func() bool {
		run, err := db.Client.ImportRun.Query().Where(importrun.Source("imdb")).Only(t.Context())
		return err == nil && (run.Stage == "credits" && run.Position > 0 || !some && run.Stage == "people")
	}, 2*time.Minute, time.Millisecond)
	require.NoError(t, child.Process.Kill())
	require.ErrorContains(t, child.Wait(), "killed", "it was not at its end")

	written := db.Client.Credit.Query().CountX(t.Context())
	s, err := importer.ImportIMDb(t.Context(), db, importer.IMDb{Folder: folder}, importer.Options{})
	require.NoError(t, err)
	require.True(t, s.Resumed)
	require.Greater(t, db.Client.Credit.Query().CountX(t.Context()), written, "there was more to do")

	var whole string
	if url[:6] == "sqlite" {
		whole = dbtest.SQLite(t)
	} else {
		whole = dbtest.Postgres(t)
	}
	other := open(whole)
	_, err = importer.ImportIMDb(t.Context(), other, importer.IMDb{Folder: folder}, importer.Options{Now: now})
	require.NoError(t, err)
	require.Equal(t, hash(t, other), hash(t, db))
}
