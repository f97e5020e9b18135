package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/stretchr/testify/require"

	"streamex/ent/migrate"
)

// TestMain lets the test binary be the command.
func TestMain(m *testing.M) {
	if os.Getenv("PLAN_TEST_MAIN") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// copied is the folder of migrations, to be changed.
func copied(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "migrations")
	require.NoError(t, os.CopyFS(folder, os.DirFS("../migrations")))
	return folder
}

func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, folder)] = string(b)
		return err
	}))
	return out
}

func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "PLAN_TEST_MAIN=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestNoChange(t *testing.T) {
	folder := copied(t)
	before := files(t, folder)
	require.NoError(t, run(t.Context(), folder, "nothing", false, false))
	require.Equal(t, before, files(t, folder))
	out, err := command(t, "-check", "-dir", folder)
	require.NoError(t, err, out)
	require.Equal(t, 2, strings.Count(out, "up to date"))
	require.Equal(t, before, files(t, folder))
}

// TestAddedColumn: one file for each database, which brings it up to date.
func TestAddedColumn(t *testing.T) {
	folder := copied(t)
	before := files(t, folder)
	columns := migrate.GenresTable.Columns
	migrate.GenresTable.Columns = append(append([]*schema.Column{}, columns...), &schema.Column{Name: "colour", Type: field.TypeString, Default: "green"})
	defer func() { migrate.GenresTable.Columns = columns }()

	err := run(t.Context(), folder, "", true, false)
	require.ErrorContains(t, err, "changes without a migration")
	require.ErrorContains(t, err, "sqlite3 needs:")
	require.ErrorContains(t, err, "postgres needs:")
	require.Equal(t, before, files(t, folder), "a check writes nothing")

	require.NoError(t, run(t.Context(), folder, "add_colour", false, false))
	added := 0
	for name, text := range files(t, folder) {
		if strings.HasSuffix(name, "_add_colour.sql") {
			added++
			require.True(t, strings.HasPrefix(text, "-- +goose Up\n"))
			require.Contains(t, text, "colour")
			require.NotContains(t, text, "PRAGMA")
			require.NotContains(t, text, "Down")
		} else if old, ok := before[name]; ok && !strings.HasSuffix(name, "atlas.sum") {
			require.Equal(t, old, text)
		}
	}
	require.Equal(t, 2, added)
	require.NoError(t, run(t.Context(), folder, "", true, false), "checksums included")
}

// TestCheckFails in the way that a build notices: with its exit code.
func TestCheckFails(t *testing.T) {
	folder := copied(t)
	matches, err := filepath.Glob(filepath.Join(folder, "*", "*_initial.sql"))
	require.NoError(t, err)
	require.Len(t, matches, 2)
	for _, name := range matches { // as if somebody had not planned an index
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var kept []string
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, "title_year_id") {
				kept = append(kept, line)
			}
		}
		require.NoError(t, os.WriteFile(name, []byte(strings.Join(kept, "")), 0o600))
	}
	failed := func(want string, args ...string) {
		t.Helper()
		out, err := command(t, append(args, "-dir", folder)...)
		require.IsType(t, &exec.ExitError{}, err, out)
		require.Equal(t, 1, err.(*exec.ExitError).ExitCode())
		require.Contains(t, out, want)
	}
	failed("checksum mismatch", "-check")
	out, err := command(t, "-hash", "-dir", folder)
	require.NoError(t, err, out)
	failed("title_year_id", "-check")
	failed("give the migration a -name", "-name", "Not A Name")
	failed("give the migration a -name")
}
