package importer_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/internal/database/dbtest"
	"streamex/internal/importer"
	"streamex/internal/importer/imdbtest"
)

// rewrite changes a file of a folder.
func rewrite(t *testing.T, folder, name string, change func(string) string) {
	t.Helper()
	path := filepath.Join(folder, name+".tsv")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(change(string(text))), 0o600))
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

// TestIMDbDamaged: a damaged file ends the import with its name and the line, and
// the whole one then gives what an import without the accident gives.
func TestIMDbDamaged(t *testing.T) {
	cut := func(name string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			path := filepath.Join(folder, name+".tsv")
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			z := zipped(t, string(text))
			require.NoError(t, os.WriteFile(path+".gz", z[:len(z)*2/3], 0o600))
		}
	}
	edit := func(name string, change func(string) string) func(*testing.T, string) {
		return func(t *testing.T, folder string) { rewrite(t, folder, name, change) }
	}
	add := func(line string) func(string) string { return func(s string) string { return s + line } }
	for _, c := range []struct {
		name, want string
		damage     func(*testing.T, string)
	}{
		{"cut off", "title.principals.tsv.gz:", cut("title.principals")},
		{"cut off early", "title.basics.tsv.gz:", cut("title.basics")},
		{"no gzip", "name.basics.tsv.gz:1: not a file of gzip", func(t *testing.T, folder string) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "name.basics.tsv.gz"), []byte("plain text, which is long enough"), 0o600))
		}},
		{"header", `title.basics.tsv:1: the first line names no column "titleType"`, edit("title.basics", func(s string) string { return strings.Replace(s, "titleType", "kind", 1) })},
		{"empty", "title.ratings.tsv:1: the file is empty", edit("title.ratings", func(string) string { return "" })},
		{"missing", "there is no title.episode.tsv.gz and no title.episode.tsv", func(t *testing.T, folder string) {
			require.NoError(t, os.Remove(filepath.Join(folder, "title.episode.tsv")))
		}},
		{"long line", "name.basics.tsv:", edit("name.basics", add(strings.Repeat("x", 2<<20)))},
		{"not UTF-8", "this is not UTF-8 text", edit("name.basics", add("nm9999999\t\xff\xfe\t\\N\t\\N\t\\N\t\\N\n"))},
		{"columns", "3 columns where the first line names 6", edit("title.principals", add("tt0000001\t77\tnm0000001\n"))},
		{"own parent", "tt0000777 is an episode of itself", edit("title.episode", add("tt0000777\ttt0000777\t1\t1\n"))},
		{"cycle", "is an episode of itself, by way of others", func(t *testing.T, folder string) {
			rewrite(t, folder, "title.basics", add("tt7000001\ttvEpisode\tA\tA\t0\t\\N\t\\N\t\\N\t\\N\ntt7000002\ttvEpisode\tB\tB\t0\t\\N\t\\N\t\\N\t\\N\n"))
			rewrite(t, folder, "title.episode", add("tt7000001\ttt7000002\t1\t1\ntt7000002\ttt7000001\t1\t1\n"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, whole := t.TempDir(), t.TempDir()
			for _, f := range []string{folder, whole} {
				_, err := imdbtest.Write(f, imdbtest.Size{Titles: 30, Credits: 6})
				require.NoError(t, err)
			}
			c.damage(t, folder)
			db, other := dbtest.Open(t, dbtest.SQLite(t)), dbtest.Open(t, dbtest.SQLite(t))
			_, err := importer.ImportIMDb(t.Context(), db, importer.IMDb{Folder: folder}, importer.Options{Now: now})
			require.ErrorContains(t, err, c.want)
			_, err = importer.ImportIMDb(t.Context(), db, importer.IMDb{Folder: whole}, importer.Options{Now: now})
			require.NoError(t, err)
			_, err = importer.ImportIMDb(t.Context(), other, importer.IMDb{Folder: whole}, importer.Options{Now: now})
			require.NoError(t, err)
			require.Equal(t, content(t, other), content(t, db))
		})
	}
}

// endless is a line without an end.
type endless struct{ left int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	for i := range b {
		b[i] = 'x'
	}
	e.left -= int64(len(b))
	return len(b), nil
}

// TestJSONLLongLine: a line of a gigabyte is refused once it is too long.
func TestJSONLLongLine(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	in := &endless{1 << 30}
	_, err := importer.ImportJSONL(t.Context(), db, "-", io.MultiReader(strings.NewReader(head), in), importer.Options{})
	require.ErrorContains(t, err, "standard input:2: the line is longer than 256 MiB")
	require.Positive(t, in.left, "the rest is not read")
}

// TestIMDbInterrupted: an import that ends early goes on, with the same result,
// ids included.
func TestIMDbInterrupted(t *testing.T) {
	folder := t.TempDir()
	_, err := imdbtest.Write(folder, imdbtest.Size{Titles: 400, Credits: 8})
	require.NoError(t, err)
	importer.SetBatch(t, 700)
	whole := dbtest.Open(t, dbtest.SQLite(t))
	_, err = importer.ImportIMDb(t.Context(), whole, importer.IMDb{Folder: folder}, importer.Options{Now: now})
	require.NoError(t, err)
	want := hash(t, whole)
	resumed := 0
	for _, share := range []int64{20, 40, 70, 90, 97} {
		db := dbtest.Open(t, dbtest.SQLite(t))
		ctx, interrupt := context.WithCancel(t.Context())
		_, err := importer.ImportIMDb(ctx, db, importer.IMDb{Folder: folder}, importer.Options{Now: now, Progress: func(done, total int64) {
			if done*100 >= total*share {
				interrupt()
			}
		}})
		require.ErrorIs(t, err, context.Canceled)
		require.NotEqual(t, want, hash(t, db))
		s, err := importer.ImportIMDb(t.Context(), db, importer.IMDb{Folder: folder}, importer.Options{Now: now})
		require.NoError(t, err)
		if s.Resumed {
			resumed++
		}
		require.Equal(t, want, hash(t, db), "interrupted at %d %%", share)
	}
	require.GreaterOrEqual(t, resumed, 3)
}

// TestIMDbDryRun counts the same and writes nothing.
func TestIMDbDryRun(t *testing.T) {
	folder := t.TempDir()
	_, err := imdbtest.Write(folder, imdbtest.Size{Titles: 30, Credits: 6})
	require.NoError(t, err)
	db := dbtest.Open(t, dbtest.SQLite(t))
	before := hash(t, db)
	dry, err := importer.ImportIMDb(t.Context(), db, importer.IMDb{Folder: folder}, importer.Options{DryRun: true})
	require.NoError(t, err)
	require.Equal(t, before, hash(t, db))
	wet, err := importer.ImportIMDb(t.Context(), db, importer.IMDb{Folder: folder}, importer.Options{})
	require.NoError(t, err)
	require.Equal(t, wet.Inserted, dry.Inserted)
	require.Equal(t, wet.Skipped, dry.Skipped)
	require.NotEmpty(t, wet.Inserted["credits"])
}
