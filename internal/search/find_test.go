package search_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/demo"
	"streamex/internal/search"
	"streamex/internal/viewer"
)

// as asks as somebody who may see everything fit for an age.
func as(t *testing.T, language string, age int) context.Context {
	return viewer.NewContext(t.Context(), viewer.Viewer{Language: language, Maturity: age})
}

// called is what a hit is called: a title's slug, else the name.
func called(t *testing.T, db *ent.Client, h search.Hit, language string) string {
	switch h.Kind() {
	case search.Movie, search.Series:
		return db.Title.GetX(t.Context(), globalid.Title(h.Row())).Slug
	case search.Episode:
		e := db.Episode.GetX(t.Context(), globalid.Episode(h.Row()))
		if text := e.Texts[language]; text.Name != "" {
			return text.Name
		}
		return e.Name
	}
	return h.Name
}

func TestDemo(t *testing.T) {
	var answers [][]string
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, demo.Load(t.Context(), db, "!"))
		t.Run("queries", func(t *testing.T) { answers = append(answers, queries(t, db)) })
		t.Run("pages", func(t *testing.T) { pages(t, db) })
		t.Run("facets", func(t *testing.T) { facets(t, db) })
	})
	if len(answers) == 2 {
		require.Equal(t, answers[0], answers[1], "SQLite and PostgreSQL differ")
	}
}

// queries checks that the right hit comes first.
func queries(t *testing.T, db *database.DB) (answers []string) {
	text, err := os.ReadFile("testdata/queries.txt")
	require.NoError(t, err)
	asked, right := 0, 0
	for line := range strings.SplitSeq(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, " | ")
		query, language, want := parts[0], parts[1], parts[2]
		ctx, counter := database.WithCounter(as(t, language, viewer.Adult))
		found, err := search.Find(ctx, db.Client, search.Query{Text: query, First: 20, Count: true})
		require.NoError(t, err, query)
		require.LessOrEqual(t, counter.N(), 2, query)
		var names []string
		var title string
		for _, h := range found.Hits {
			name := called(t, db.Client, h, language)
			if title == "" && h.Kind() <= search.Series {
				title = name
			}
			names = append(names, name)
		}
		var places []search.Place
		for _, h := range found.Hits {
			places = append(places, h.Place)
		}
		answers = append(answers, fmt.Sprint(query, places, found.Kinds, found.Decades))
		asked++
		if want == "-" {
			require.Empty(t, names, query)
			right++
			continue
		}
		require.NotEmpty(t, names, query)
		require.Contains(t, names[:min(3, len(names))], want, query)
		if names[0] == want && (len(parts) < 4 || title == parts[3]) {
			right++
		} else {
			t.Logf("%q finds %v", query, names)
		}
	}
	t.Logf("the right one is first for %d of %d", right, asked)
	require.GreaterOrEqual(t, asked, 60)
	require.GreaterOrEqual(t, 100*right, 95*asked)
	return answers
}

// Signs, operators of full-text languages and wildcards are plain text.
func TestSignsMeanNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := db.Client
		for i, name := range []string{"The Kid AND the Near", "100% Wool", "snake_case", "O'Neill", "or"} {
			row := c.Title.Create().SetKind("MOVIE").SetSlug(strconv.Itoa(i)).SetName(name).SetSortKey("x").SetSortKeyEs("x").SaveX(t.Context())
			require.NoError(t, search.Refresh(t.Context(), c, search.Changed{Titles: []globalid.Title{row.ID}}))
		}
		find := func(text string) (found []int64) {
			t.Helper()
			a, err := search.Find(as(t, "en", viewer.Adult), c, search.Query{Text: text, First: 10, Count: true})
			require.NoError(t, err)
			for _, h := range a.Hits {
				found = append(found, h.Row())
			}
			return found
		}
		for _, nothing := range []string{"", " ", "%", "_", "*", "\"", "'", "\x00", "-", ":", "()", "!!!", "\xff", "& | <->", "k%d", "2__%"} {
			require.Empty(t, find(nothing), "%q", nothing)
		}
		for text, want := range map[string]int64{
			"kid*": 1, `"kid`: 1, "kid) OR (near": 0, "NEAR(kid, 2)": 0, "near kid": 1, "names:kid": 0, "kid:*": 1, "-kid": 1, "^kid": 1, "kid & near": 1, "kid\x00": 1,
			"100%": 2, "%100": 2, "snake_case": 3, "snake": 3, "o'neill": 4, "oneill": 4, "or": 5, "'; DROP TABLE titles": 0, strings.Repeat("kid ", 40): 1,
		} {
			if want == 0 {
				require.Empty(t, find(text), "%q", text)
			} else {
				require.Equal(t, []int64{want}, find(text), "%q", text)
			}
		}
		require.Empty(t, find(strings.Repeat("x", 10_000)))
		require.Empty(t, find(strings.Repeat("many different words ", 1000)))
	})
}

// All pages together are the list, whatever the size of a page.
func pages(t *testing.T, db *database.DB) {
	ctx := as(t, "en", viewer.Adult)
	for _, text := range []string{"mar", "the man", "the kidd", "moon"} {
		all, err := search.Find(ctx, db.Client, search.Query{Text: text, First: search.MaxHits})
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(all.Hits), 2)
		require.LessOrEqual(t, len(all.Hits), search.MaxHits)
		var paged []int64
		q := search.Query{Text: text, First: 5}
		for more := true; more; {
			page, err := search.Find(ctx, db.Client, q)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Hits), 5)
			for _, h := range page.Hits {
				paged = append(paged, h.ID)
			}
			if more = page.More; more {
				q.After = &page.Hits[4].Place
			}
		}
		var want []int64
		for _, h := range all.Hits {
			want = append(want, h.ID)
		}
		require.Equal(t, want, paged, text)
	}
}

// Filters and facets agree: what a facet counts is what its filter finds.
func facets(t *testing.T, db *database.DB) {
	ctx := as(t, "en", viewer.Adult)
	count := func(q search.Query) int {
		t.Helper()
		q.Text, q.First = "man", search.MaxHits
		a, err := search.Find(ctx, db.Client, q)
		require.NoError(t, err)
		return len(a.Hits)
	}
	all, err := search.Find(ctx, db.Client, search.Query{Text: "man", First: 1, Count: true})
	require.NoError(t, err)
	require.True(t, len(all.Kinds) > 2 && len(all.Genres) > 5 && len(all.Decades) > 2, "%v", all)
	sum := 0
	for _, f := range all.Kinds {
		require.Equal(t, f.Count, count(search.Query{Kinds: []search.Kind{f.Value}}))
		sum += f.Count
	}
	require.Equal(t, sum, count(search.Query{}))
	for _, f := range all.Genres {
		require.Equal(t, f.Count, count(search.Query{Genres: []globalid.Genre{f.Value.ID}}), f.Value.Slug)
	}
	for _, f := range all.Decades {
		require.Equal(t, f.Count, count(search.Query{Decade: &f.Value}), "%d", f.Value)
	}
}

// What a child may not see is not found by any of its words, nor is who works
// on nothing else, and no synopsis is needed for what has a name.
func TestChildFindsNothingAboveItsAge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c, ctx := db.Client, t.Context()
		row := c.Title.Create().SetKind("MOVIE").SetSlug("a").SetName("Forbidden").SetSynopsis("Basilisks").SetSortKey("f").SetSortKeyEs("f").SetMaturity(18).
			SetTexts(map[string]schema.Text{"fr": {Name: "Interdit"}}).SaveX(ctx)
		p := c.Person.Create().SetName("Zora Quill").SetSortKey("zora quill").SaveX(ctx)
		h := c.Character.Create().SetTitleID(row.ID).SetName("Mordant").SetSortKey("mordant").SaveX(ctx)
		c.Credit.Create().SetTitleID(row.ID).SetPersonID(p.ID).SetCharacterID(h.ID).SetRole("LEAD").ExecX(ctx)
		require.NoError(t, search.Refresh(ctx, c, search.Changed{Titles: []globalid.Title{row.ID}, People: []globalid.Person{p.ID}, Characters: []globalid.Character{h.ID}}))
		for _, text := range []string{"forbidden", "forbiden", "interdit", "basilisks", "zora", "quill zora", "mordant", "mordand", "forb"} {
			for age, some := range map[int]bool{7: false, 18: true} {
				a, err := search.Find(as(t, "en", age), c, search.Query{Text: text, First: 10, Count: true})
				require.NoError(t, err)
				require.Equal(t, some, len(a.Hits) > 0 && len(a.Kinds) > 0, "%q at %d", text, age)
			}
		}
	})
}
