package importer_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/demo"
	"streamex/internal/importer"
	"streamex/internal/importer/imdbtest"
)

func export(t testing.TB, db *database.DB) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, importer.Export(t.Context(), db, &out))
	return out.String()
}

func load(t testing.TB, db *database.DB, text string, opts importer.Options) (*importer.Summary, error) {
	t.Helper()
	return importer.ImportJSONL(t.Context(), db, "-", strings.NewReader(text), opts)
}

// TestExportMoves: a catalogue made here, with an imported one, edited rows and
// rows of one name, is the same elsewhere, on either database.
func TestExportMoves(t *testing.T) {
	folder := t.TempDir()
	_, err := imdbtest.Write(folder, imdbtest.Size{Titles: 60, Credits: 6})
	require.NoError(t, err)
	kinds := map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres}
	for from, open := range kinds {
		t.Run("from "+from, func(t *testing.T) {
			ctx := t.Context()
			a := dbtest.Open(t, open(t))
			require.NoError(t, demo.Load(ctx, a, "!"))
			_, err := importer.ImportIMDb(ctx, a, importer.IMDb{Folder: folder}, importer.Options{Now: now})
			require.NoError(t, err)
			first := a.Client.Title.Query().FirstX(ctx)
			a.Client.Title.UpdateOne(first).SetEdited([]string{"name", "credits"}).SetName("Ñandú \"dos\" <b>").SetAvailableFrom(now).ExecX(ctx)
			for range 3 {
				p := a.Client.Person.Create().SetName("Twin Person").SetSortKey("twin person").SetBirthYear(1950).SaveX(ctx)
				a.Client.Credit.Create().SetTitle(first).SetPerson(p).SetRole("OTHER").SetBilling(7).SetJob("stunts").ExecX(ctx)
			}
			text := export(t, a)
			require.Contains(t, text, `"streamex/twin-person-3"`)
			require.Contains(t, text, `"imdb/tt0000001"`)
			require.Equal(t, text, export(t, a), "twice the same")

			s, err := load(t, a, text, importer.Options{})
			require.NoError(t, err)
			require.Empty(t, s.Inserted, "what it wrote itself is there already")
			require.Empty(t, s.Changed)

			for to, open := range kinds {
				b := dbtest.Open(t, open(t))
				_, err := load(t, b, text, importer.Options{})
				require.NoError(t, err)
				require.Equal(t, text, export(t, b), "to "+to)
				s, err := load(t, b, text, importer.Options{})
				require.NoError(t, err)
				require.Empty(t, s.Inserted, to)
				require.Empty(t, s.Changed, to)
				require.Equal(t, []string{"name", "credits"}, b.Client.Title.GetX(ctx, b.Client.Title.Query().Where(slugIs(first.Slug)).OnlyIDX(ctx)).Edited)
			}
		})
	}
}

const head = `{"type":"streamex","version":1}` + "\n"

// TestJSONLRefuses what is wrong, with the file and the line, and stays as it was.
func TestJSONLRefuses(t *testing.T) {
	genre := `{"type":"genre","id":"x/drama","slug":"drama","names":{"en":"Drama"},"position":0}` + "\n"
	movie := func(more string) string {
		return `{"type":"movie","id":"x/1","slug":"one","name":"One","addedAt":"2026-01-01T00:00:00Z"` + more + "}\n"
	}
	db := dbtest.Open(t, dbtest.SQLite(t))
	for _, c := range []struct{ text, want string }{
		{"", "f.jsonl:1: the file is empty"},
		{"{}\n", "f.jsonl:1: the first line is not"},
		{`{"type":"streamex","version":2}` + "\n", "f.jsonl:1: the format has version 2"},
		{head + "nonsense\n", "f.jsonl:2: this is no object"},
		{head + genre + `{"type":"genre","id":"x/d`, "f.jsonl:3: this is no object"}, // cut off
		{head + `{"type":"poem"}` + "\n", `f.jsonl:2: there is no type "poem"`},
		{head + movie(`,"colour":"red"`), `f.jsonl:2: json: unknown field "colour"`},
		{head + strings.Replace(movie(""), "x/1", "one", 1), `f.jsonl:2: one: "one" is no id`},
		{head + strings.Replace(movie(""), `"One"`, `" "`, 1), "f.jsonl:2: x/1: a name is empty"},
		{head + movie(`,"genres":["x/none"]`), "f.jsonl:2: x/none: no line before this describes it"},
		{head + movie(`,"credits":[{"id":"x/c","person":"x/p","role":"KING","billing":0}]`), `f.jsonl:2: x/1: credit: invalid enum value`},
		{head + movie(`,"credits":[{"id":"x/c","person":"x/p","role":"LEAD","billing":0}]`), "f.jsonl:2: x/p: no line before"},
		{head + movie(`,"credits":[{"id":"x/c","person":"x/p","role":"LEAD","billing":0,"character":"x/q"}]`), "has no character"},
		{head + movie(`,"seasons":[{"id":"x/s"}]`), "a movie has no seasons"},
		{head + movie(`,"runtimeSeconds":-1`), "a number is negative"},
		{head + strings.Replace(movie(`,"status":"GONE"`), "movie", "series", 1), `there is no status "GONE"`},
		{head + genre + "\xff\n", "f.jsonl:3: this is not UTF-8"},
	} {
		path := filepath.Join(t.TempDir(), "f.jsonl")
		require.NoError(t, os.WriteFile(path, []byte(c.text), 0o600))
		_, err := importer.ImportJSONL(t.Context(), db, path, nil, importer.Options{})
		require.ErrorContains(t, err, c.want)
	}
	require.Zero(t, db.Client.Title.Query().CountX(t.Context()))
	require.Zero(t, db.Client.Genre.Query().CountX(t.Context()))
}
