package importer_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/predicate"
	"streamex/ent/title"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/importer"
	"streamex/internal/importer/imdbtest"
)

var now = time.Date(2026, 2, 3, 4, 5, 6, 789000000, time.UTC)

// hash is of all rows of a catalogue, ids and times included.
func hash(t testing.TB, db *database.DB) string {
	t.Helper()
	sum := sha256.New()
	dbtest.EachValue(t, db, func(table, column string, value any) {
		if at, ok := value.(time.Time); ok {
			value = at.UTC().Format(time.RFC3339Nano)
		}
		if text, ok := value.(string); ok && strings.HasPrefix(text, "{") {
			var v any
			if json.Unmarshal([]byte(text), &v) == nil {
				b, _ := json.Marshal(v)
				value = string(b)
			}
		}
		if table != "import_runs" {
			fmt.Fprintln(sum, table, column, value)
		}
	})
	return hex.EncodeToString(sum.Sum(nil))
}

// content is the catalogue without ids, which depend on what was there before
// and on how rows fell into batches.
func content(t testing.TB, db *database.DB) string {
	t.Helper()
	return export(t, db)
}

func TestIMDbAll(t *testing.T) {
	folder := t.TempDir()
	credits, err := imdbtest.Write(folder, imdbtest.Size{Titles: 100, Credits: 10, Gzip: true})
	require.NoError(t, err)
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		s, err := importer.ImportIMDb(ctx, db, importer.IMDb{Folder: folder}, importer.Options{Now: now})
		require.NoError(t, err)
		t.Log(credits, s)
		first := hash(t, db)
		s, err = importer.ImportIMDb(ctx, db, importer.IMDb{Folder: folder}, importer.Options{})
		require.NoError(t, err)
		require.Empty(t, s.Inserted)
		require.Empty(t, s.Changed)
		require.Equal(t, first, hash(t, db))
	})
}

// BenchmarkIMDb is to be run with -benchtime=1x: it measures one import of about
// a million credits.
func BenchmarkIMDb(b *testing.B) {
	folder := b.TempDir()
	credits, err := imdbtest.Write(folder, imdbtest.Size{Titles: 33_000, Credits: 10, Gzip: true})
	require.NoError(b, err)
	for name, url := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				db, err := database.Open(b.Context(), url(b), database.Options{Bulk: true})
				require.NoError(b, err)
				defer db.Close()
				start := time.Now()
				s, err := importer.ImportIMDb(b.Context(), db, importer.IMDb{Folder: folder}, importer.Options{Now: now})
				require.NoError(b, err)
				took := time.Since(start)
				b.ReportMetric(float64(credits)/took.Seconds(), "credits/s")
				b.Log(credits, took, s)
				b.Log(peak(b))
			}
		})
	}
}

// peak is the most memory that this process had.
func peak(tb testing.TB) string {
	status, err := os.ReadFile(filepath.Join("/proc", "self", "status"))
	require.NoError(tb, err)
	for s := bufio.NewScanner(bytes.NewReader(status)); s.Scan(); {
		if strings.HasPrefix(s.Text(), "VmHWM") {
			return s.Text()
		}
	}
	return ""
}

func slugIs(slug string) predicate.Title { return title.Slug(slug) }
