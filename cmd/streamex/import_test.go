package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/internal/database/dbtest"
	"streamex/internal/importer/imdbtest"
)

// TestImportAndExport: what the commands print, and that a catalogue moves
// through files and pipes.
func TestImportAndExport(t *testing.T) {
	folder := t.TempDir()
	_, err := imdbtest.Write(folder, imdbtest.Size{Titles: 30, Credits: 4, Gzip: true})
	require.NoError(t, err)
	e := env{"STREAMEX_DATABASE": dbtest.SQLite(t)}
	stdout, stderr, err := command(t, e, "", "import", "imdb", "--dir", folder, "--types", "movie", "--dry-run")
	require.NoError(t, err)
	require.Contains(t, stdout, "dry run: nothing was written\n")
	require.Contains(t, stdout, " titles: of a type that is not wanted\n")
	require.Empty(t, stderr, "no bar in a pipe")
	_, _, err = command(t, e, "", "import", "imdb", "--dir", folder, "--types", "opera")
	require.ErrorContains(t, err, `there is no type "opera"`)
	_, _, err = command(t, e, "", "import", "imdb", "--dir", t.TempDir())
	require.ErrorContains(t, err, "there is no ")
	stdout, _, err = command(t, e, "", "import", "imdb", "--dir", folder)
	require.NoError(t, err)
	require.Contains(t, stdout, "\n0 changed\n")

	stdout, _, err = command(t, e, "", "import", "imdb", "--dir", folder)
	require.NoError(t, err)
	require.Contains(t, stdout, "0 inserted\n0 changed\n")

	file := filepath.Join(t.TempDir(), "all.jsonl")
	_, _, err = command(t, e, "", "export", file)
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	other := env{"STREAMEX_DATABASE": dbtest.Postgres(t)}
	_, _, err = command(t, other, string(text), "import", "jsonl", "-")
	require.NoError(t, err)
	stdout, _, err = command(t, other, "", "export")
	require.NoError(t, err)
	require.Equal(t, string(text), stdout)

	_, _, err = command(t, e, "", "import", "jsonl", filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
