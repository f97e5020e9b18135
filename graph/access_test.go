package graph_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/ent"
	"streamex/ent/credit"
	"streamex/ent/rating"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/ent/video"
	"streamex/graph/graphtest"
	"streamex/internal/catalog"
	"streamex/internal/search"
)

// call writes an operation that asks for a root field.
func call(s *ast.Schema, root *ast.Definition, f *ast.FieldDefinition) string {
	var value func(*ast.Type) string
	value = func(typ *ast.Type) string {
		if typ.Elem != nil {
			return "[" + value(typ.Elem) + "]"
		}
		def := s.Types[typ.Name()]
		switch def.Kind {
		case ast.Enum:
			return def.EnumValues[0].Name
		case ast.InputObject:
			var fields []string
			for _, f := range def.Fields {
				if f.Type.NonNull {
					fields = append(fields, f.Name+": "+value(f.Type))
				}
			}
			return "{" + strings.Join(fields, ", ") + "}"
		}
		return map[string]string{"ID": `"VDE"`, "String": `"x"`, "Int": "1", "Boolean": "true", "DateTime": `"2026-01-01T00:00:00Z"`}[typ.Name()]
	}
	var args []string
	for _, a := range f.Arguments {
		if a.Type.NonNull {
			args = append(args, a.Name+": "+value(a.Type))
		}
	}
	text := f.Name
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	if !s.Types[f.Type.Name()].IsLeafType() {
		text += " { __typename }"
	}
	return strings.ToLower(root.Name) + " { " + text + " }"
}

// Nobody gets at anything but what the schema opens to everybody.
func TestAnonymous(t *testing.T) {
	s := schema()
	graphtest.Each(t, 10, func(t *testing.T, srv *graphtest.Server) {
		for _, root := range []*ast.Definition{s.Query, s.Mutation} {
			for _, f := range root.Fields {
				if strings.HasPrefix(f.Name, "__") {
					continue
				}
				a := srv.Ask(t, graphtest.Nobody, call(s, root, f), nil)
				errs := a.Errors(t)
				if f.Directives.ForName("public") != nil {
					require.Empty(t, errs, "%s: %s", f.Name, a.Body)
					continue
				}
				require.Len(t, errs, 1, f.Name)
				require.Equal(t, "UNAUTHENTICATED", errs[0].Extensions.Code, "%s: %s", f.Name, a.Body)
				require.Equal(t, []any{f.Name}, errs[0].Path)
				require.Empty(t, a.Statements, "it must cost nothing")
			}
		}
		require.Empty(t, srv.Log())
	})
}

func TestWithoutProfile(t *testing.T) {
	graphtest.Each(t, 10, func(t *testing.T, s *graphtest.Server) {
		a := s.Ask(t, graphtest.NoProfile, `{ home { id } viewer { profile { id } profiles { name } } titles(first: 1) { nodes { inMyList rating progress { fraction } } } }`, nil)
		errs := a.Errors(t)
		require.Len(t, errs, 1)
		require.Equal(t, "PROFILE_REQUIRED", errs[0].Extensions.Code)
		a = s.Ask(t, graphtest.NoProfile, `{ viewer { profile { id } profiles { name } } titles(first: 1) { nodes { inMyList rating progress { fraction } } } }`, nil)
		require.JSONEq(t, `{"data":{"viewer":{"profile":null,"profiles":[{"name":"Cold"},{"name":"Keen"},{"name":"Kid"},{"name":"Spanish"}]},"titles":{"nodes":[{"inMyList":false,"rating":null,"progress":null}]}}}`, bare(t, a))
	})
}

// Introspection is for whom the configuration says.
func TestIntrospectionIsClosed(t *testing.T) {
	graphtest.Each(t, 10, func(t *testing.T, s *graphtest.Server) {
		for _, who := range []int{graphtest.Nobody, graphtest.Keen, graphtest.Admin} {
			errs := s.Ask(t, who, `{ __schema { types { name } } }`, nil).Errors(t)
			require.Len(t, errs, 1)
			require.Equal(t, "FORBIDDEN", errs[0].Extensions.Code)
		}
	})
}

// A child sees nothing above its age and nothing that is not available,
// wherever titles are to be found.
func TestChild(t *testing.T) { seesWhatAChildMay(t, graphtest.Kid) }

// Nor does whoever holds a device of the child's household on which nobody chose
// a profile: the adults' PINs would protect nothing.
func TestWithoutProfileAsTheYoungest(t *testing.T) { seesWhatAChildMay(t, graphtest.NoProfile) }

func seesWhatAChildMay(t *testing.T, who int) {
	allowed := map[string]bool{"ALL": true, "AGE_7": true}
	graphtest.Each(t, 200, func(t *testing.T, s *graphtest.Server) {
		seen := 0
		look := func(query string, variables graphtest.Variables) {
			t.Helper()
			var data any
			s.Ask(t, who, query, variables).Data(t, &data)
			before := seen
			walk(data, func(object map[string]any) {
				if m, ok := object["maturity"].(string); ok {
					seen++
					require.True(t, allowed[m], "%v", object)
					require.False(t, hiddenSlug(object["slug"]), "%v", object)
				}
			})
			require.Greater(t, seen, before, "the child sees nothing at all: %s", query)
		}
		for _, o := range orders {
			look(`query($o: TitleOrder) { titles(first: 100, orderBy: $o) { nodes { slug maturity similar { nodes { slug maturity } } } } }`, graphtest.Variables{"o": o})
		}
		look(`{ titles(first: 10) { nodes { slug maturity credits { nodes { person { credits(first: 50) { nodes { title { slug maturity } } } } title { slug maturity } } } } } }`, nil)
		look(`{ genres { titles(first: 50) { nodes { slug maturity } } } }`, nil)
		look(`{ people(first: 50) { nodes { credits { nodes { title { slug maturity } } } } } characters(first: 50) { nodes { credits { nodes { title { slug maturity } } } } } }`, nil)
		if who != graphtest.NoProfile {
			look(`{ home { rows(first: 100) { nodes { reason { ... on BecauseYouWatched { title { slug maturity } } } items(first: 50) { nodes { title { slug maturity } } } } } } }`, nil)
		}
		for title := 1; title <= 120; title++ {
			visible := graphtest.Maturity(title) <= 7 && !graphtest.Hidden(title)
			a := s.Ask(t, who, `query($slug: String!, $id: ID!) { title(slug: $slug) { id } node(id: $id) { id } }`,
				graphtest.Variables{"slug": fmt.Sprintf("title-%d", title), "id": id('T', int64(title))})
			want := `{"data":{"title":null,"node":null}}`
			if visible {
				want = fmt.Sprintf(`{"data":{"title":{"id":%q},"node":{"id":%q}}}`, id('T', int64(title)), id('T', int64(title)))
			}
			require.JSONEq(t, want, bare(t, a), "%d", title)
		}
		// The rows of titles that it may not see are not there either.
		above := firstAbove(t, 12, true)
		var data struct{ Nodes []json.RawMessage }
		s.Ask(t, who, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, graphtest.Variables{"ids": []string{id('C', characterOf(above)), id('H', 1)}}).Data(t, &data)
		for _, n := range data.Nodes {
			require.Equal(t, "null", string(n))
		}
	})
}

func hiddenSlug(slug any) bool {
	var n int
	_, err := fmt.Sscanf(fmt.Sprint(slug), "title-%d", &n)
	return err == nil && graphtest.Hidden(n)
}

// walk visits every object of an answer.
func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, child := range v {
			walk(child, visit)
		}
	case []any:
		for _, child := range v {
			walk(child, visit)
		}
	}
}

// recording is what a child asks for in an evening: everything that lists
// titles, people or characters, in all orders, over several pages.
func recording(t *testing.T, s *graphtest.Server) (answers []string) {
	ask := func(query string, variables graphtest.Variables) graphtest.Answer {
		t.Helper()
		a := s.Ask(t, graphtest.Kid, query, variables)
		require.Empty(t, a.Errors(t), "%s", a.Body)
		answers = append(answers, query+"\n"+string(a.Body)) // what it cost too
		return a
	}
	const fields = `id slug name maturity year progress { fraction } genres { slug } `
	pages := func(field, declared, arguments, selection string, variables graphtest.Variables) {
		t.Helper()
		query := `query($after: String` + declared + `) { ` + field + `(first: 7, after: $after` + arguments + `) { nodes { ` + selection + ` } edges { cursor } pageInfo { hasNextPage endCursor } } }`
		for range 4 {
			var data map[string]struct {
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
			ask(query, variables).Data(t, &data)
			if !data[field].PageInfo.HasNextPage {
				return
			}
			variables["after"] = data[field].PageInfo.EndCursor
		}
	}
	for _, o := range orders {
		pages("titles", ", $o: TitleOrder", ", orderBy: $o", fields, graphtest.Variables{"o": o})
	}
	pages("titles", ", $f: TitleFilter", ", filter: $f", fields, graphtest.Variables{"f": map[string]any{"genres": []string{id('G', 1), id('G', 2)}}})
	for _, f := range []map[string]any{
		{"allGenres": []string{id('G', 1), id('G', 2)}}, {"durationFrom": 3600}, {"person": id('P', 7)}, {"language": "en"}, {"watched": "UNWATCHED"}, {"watched": "STARTED"}, {"watched": "FINISHED"},
	} {
		pages("titles", ", $f: TitleFilter", ", filter: $f", fields, graphtest.Variables{"f": f})
	}
	pages("people", "", "", `id name credits(first: 12) { nodes { role title { `+fields+` } character { name } episode { name } } pageInfo { hasNextPage } }`, graphtest.Variables{})
	pages("characters", "", "", `id name credits(first: 12) { nodes { title { `+fields+` } person { name } } }`, graphtest.Variables{})
	const hit = `__typename ... on Node { id } ... on Movie { ` + fields + ` } ... on Series { ` + fields + ` } ... on Episode { name } ... on Person { name } ... on Character { name } `
	for _, text := range []string{"the", "harbour", "others", "aaron", "another name", "not children", "persn", "charactr", "amber statoin", "a", "title for othrs", "Aaron Aardvarc"} {
		pages("search", "", ", text: "+strconv.Quote(text), hit, graphtest.Variables{})
		ask(`query($text: String!, $filter: SearchFilter) { search(text: $text, filter: $filter) { nodes { `+hit+` } facets { kinds { kind count } genres { count genre { name } } decades { decade count } } } suggest(text: $text) { `+hit+` } }`,
			graphtest.Variables{"text": text, "filter": map[string]any{"genres": []string{id('G', 1), id('G', 2)}}})
		ask(`query($text: String!) { search(text: $text) { facets { kinds { kind count } genres { count genre { name } } decades { decade count } } } suggest(text: $text) { `+hit+` } }`, graphtest.Variables{"text": text})
	}
	ask(`{ home { rows(first: 30) { nodes { id kind heading reason { __typename ... on BecauseYouWatched { title { `+fields+` } } ... on PopularInGenre { genre { name } } ... on TrendingNow { rank } }
		items(first: 25) { nodes { title { `+fields+` } playable { id name } reason { __typename ... on TrendingNow { rank } ... on PopularInGenre { genre { name } } } } pageInfo { hasNextPage endCursor } } } } } }`, nil)
	ask(`{ genres { id name titles(first: 20) { nodes { `+fields+` similar(first: 5) { nodes { slug } pageInfo { hasNextPage } } } pageInfo { hasNextPage endCursor } } } }`, nil)
	ask(`{ viewer { profile { name } profiles { name maturity } } }`, nil)
	for n := 1; n <= s.N; n += 3 {
		ask(`query($slug: String!, $id: ID!) { title(slug: $slug) { `+fields+` similar { nodes { slug } } credits(first: 20) { nodes { person { name credits { nodes { title { slug } } } } } } } node(id: $id) { id __typename } }`,
			graphtest.Variables{"slug": fmt.Sprintf("title-%d", n), "id": id('T', int64(n))})
	}
	return answers
}

// Nothing that a child can ask tells whether there are titles that are not for
// it: the same evening gets the same answers, byte for byte, after such titles
// were added, changed and deleted.
func TestChildDoesNotNoticeOtherTitles(t *testing.T) {
	const n = 120
	graphtest.Each(t, 10, func(t *testing.T, shared *graphtest.Server) {
		s := fresh(t, shared.DB.Dialect(), n)
		before := recording(t, s)
		same := func(what string) {
			t.Helper()
			after := recording(t, s)
			require.Len(t, after, len(before), what)
			for i := range before {
				require.Equal(t, before[i], after[i], what)
			}
		}
		same("nothing")

		ctx, db := t.Context(), s.DB.Client
		tx := func(do func(*ent.Tx)) {
			t.Helper()
			tx, err := db.Tx(ctx)
			require.NoError(t, err)
			do(tx)
			require.NoError(t, tx.Commit())
		}
		child := func(title int) bool { return graphtest.Maturity(title) <= 7 && !graphtest.Hidden(title) }
		tx(func(tx *ent.Tx) { // 40 more, in the way of all that is ordered, with everybody who is known, and one who was not
			var changed search.Changed
			somebody := tx.Person.Create().SetName("Aaron Aardvark").SetSortKey("aaron aardvark").SaveX(ctx)
			for i := range 40 {
				name := fmt.Sprintf("A title for others %d", i)
				row := tx.Title.Create().SetKind(title.KindMOVIE).SetSlug(fmt.Sprintf("title-for-others-%d", i)).SetName(name).SetSynopsis("It is not for children.").
					SetSortKey(catalog.SortKey(name, "en")).SetSortKeyEs(catalog.SortKey(name, "es")).SetYear(1900 + i*3).SetMaturity([]int{12, 16, 18}[i%3]).SetLanguage("en").
					SetAddedAt(time.Now().UTC()).SetPopularity(int64(1000 + i)).SetScore(1_000_000).SetColor("#123456").SetScene("sea").SaveX(ctx)
				tx.Movie.Create().SetTitleID(row.ID).SetRuntimeSeconds(6000).ExecX(ctx)
				video := tx.Video.Create().SetTitleID(row.ID).SetState(video.StateMISSING).SaveX(ctx)
				tx.TitleGenre.Create().SetTitleID(row.ID).SetGenreID(globalid.Genre(i%graphtest.Genres + 1)).SetPosition(0).SetPopularity(int64(1000 + i)).ExecX(ctx)
				character := tx.Character.Create().SetTitleID(row.ID).SetName("Aaron").SetSortKey("aaron").SaveX(ctx)
				tx.Credit.Create().SetTitleID(row.ID).SetPersonID(globalid.Person(i + 1)).SetCharacterID(character.ID).SetRole(credit.RoleLEAD).SetBilling(1).ExecX(ctx)
				tx.Credit.Create().SetTitleID(row.ID).SetPersonID(somebody.ID).SetRole(credit.RoleDIRECTOR).SetBilling(0).ExecX(ctx)
				tx.Trend.Create().SetTitleID(row.ID).SetScore(1_000_000 + int64(i)).ExecX(ctx)
				tx.View.Create().SetProfileID(graphtest.Keen).SetVideoID(video.ID).SetTitleID(row.ID).SetPositionSeconds(60).SetStarted(true).SetStartedAt(time.Now().UTC()).SetViewedAt(time.Now().UTC()).ExecX(ctx)
				tx.Rating.Create().SetProfileID(graphtest.Keen).SetTitleID(row.ID).SetThumb(rating.ThumbDOUBLE_UP).SetRatedAt(time.Now().UTC()).ExecX(ctx)
				changed.Titles, changed.Characters = append(changed.Titles, row.ID), append(changed.Characters, character.ID)
				for k := 1; k <= 10; k++ {
					tx.Similarity.Create().SetTitleID(globalid.Title(k)).SetSimilarID(row.ID).SetScore(1_000_000 + i).ExecX(ctx)
					tx.Similarity.Create().SetTitleID(row.ID).SetSimilarID(globalid.Title(k)).SetScore(1_000_000 + i).ExecX(ctx)
				}
			}
			changed.People = append(changed.People, somebody.ID)
			require.NoError(t, search.Refresh(ctx, tx.Client(), changed))
		})
		same("added")
		tx(func(tx *ent.Tx) {
			var changed search.Changed
			for i := 1; i <= n; i++ {
				if !child(i) {
					changed.Titles = append(changed.Titles, globalid.Title(i))
					tx.Title.UpdateOneID(globalid.Title(i)).SetName("Another name").SetSortKey("another name").SetSortKeyEs("another name").SetYear(1950).SetMaturity(18).
						SetPopularity(9_999).SetScore(2_000_000).SetAddedAt(time.Now().UTC()).ExecX(ctx)
					tx.TitleGenre.Update().Where(titlegenre.TitleID(globalid.Title(i))).SetPopularity(9_999).ExecX(ctx)
				}
			}
			require.NoError(t, search.Refresh(ctx, tx.Client(), changed))
		})
		same("changed")
		tx(func(tx *ent.Tx) {
			for i := 1; i <= n; i++ {
				if !child(i) {
					tx.Title.DeleteOneID(globalid.Title(i)).ExecX(ctx)
				}
			}
		})
		same("deleted")
	})
}

// How far a profile is can be asked by a profile alone.
func TestWatchedNeedsAProfile(t *testing.T) {
	graphtest.Each(t, 10, func(t *testing.T, s *graphtest.Server) {
		const query = `{ titles(filter: {watched: UNWATCHED}) { nodes { id } } }`
		require.Equal(t, "PROFILE_REQUIRED", s.Ask(t, graphtest.NoProfile, query, nil).Errors(t)[0].Extensions.Code)
		require.Empty(t, s.Ask(t, graphtest.Keen, query, nil).Errors(t))
	})
}
