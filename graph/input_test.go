package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"streamex/ent/schema/globalid"
	"streamex/graph"
	"streamex/graph/graphtest"
	"streamex/graph/relay"
	"streamex/internal/viewer"
)

const (
	input      = "BAD_USER_INPUT"
	parsing    = "GRAPHQL_PARSE_FAILED"
	validation = "GRAPHQL_VALIDATION_FAILED"
	request    = "BAD_REQUEST"
	complex    = "QUERY_TOO_COMPLEX"
)

var (
	huge   = strings.Repeat("x", 200_000)
	number = func(text string) json.Number { return json.Number(text) }
)

// wrong is an operation that is refused.
var wrong = []struct {
	query     string
	variables graphtest.Variables
	code      string
	path      string // with dots
}{
	{`{ node(id: "xx") { id } }`, nil, input, "node.id"},
	{`{ node(id: "") { id } }`, nil, input, "node.id"},
	{`{ node(id: 5) { id } }`, nil, input, "node.id"},
	{`{ node(id: "VDE=") { id } }`, nil, input, "node.id"},
	{`{ node(id: "VC0x") { id } }`, nil, input, "node.id"},
	{`{ nodes(ids: ["VDE", "xx"]) { id } }`, nil, input, "nodes.ids.1"},
	{`{ a: node(id: "😀") { id } }`, nil, input, "a.id"},
	{`query($id: ID!) { node(id: $id) { id } }`, graphtest.Variables{"id": "x\x00"}, input, "variable.id"},
	{`query($id: ID!) { node(id: $id) { id } }`, graphtest.Variables{"id": huge}, input, "variable.id"},
	{`query($id: ID!) { node(id: $id) { id } }`, graphtest.Variables{"id": nil}, input, "node.id"},
	{`query($id: ID!) { node(id: $id) { id } }`, nil, input, "node.id"},
	{`query($id: ID!) { node(id: $id) { id } }`, graphtest.Variables{"id": []string{"VDE"}}, input, "node.id"},
	{`query($id: ID!) { node(id: $id) { id } }`, graphtest.Variables{"id": map[string]int{"a": 1}}, input, "node.id"},
	{`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, graphtest.Variables{"ids": []any{"VDE", nil}}, input, "nodes.ids.1"},
	{`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, graphtest.Variables{"ids": []any{[]any{[]any{"VDE"}}}}, input, "nodes.ids.0"},
	{`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, graphtest.Variables{"ids": strings.Split(strings.Repeat("VDE,", 100)+"VDE", ",")}, input, "nodes.ids"},
	{`query($ids: [ID!]!) { viewer { ...V } nodes(ids: $ids) { id } } fragment V on Viewer { user { id } }`, graphtest.Variables{"ids": 1.5}, input, "nodes.ids.0"},

	{`{ titles(first: 0) { nodes { id } } }`, nil, input, "titles.first"},
	{`{ titles(first: -1) { nodes { id } } }`, nil, input, "titles.first"},
	{`{ titles(first: 101) { nodes { id } } }`, nil, input, "titles.first"},
	{`{ titles(first: 1000000000) { nodes { id } } }`, nil, input, "titles.first"},
	{`{ titles(first: 2147483648) { nodes { id } } }`, nil, input, "titles.first"},
	{`{ titles(first: 9223372036854775808) { nodes { id } } }`, nil, input, "first"},
	{`{ titles(first: 1.5) { nodes { id } } }`, nil, validation, ""},
	{`{ titles(first: "5") { nodes { id } } }`, nil, validation, ""},
	{`query($n: Int) { titles(first: $n) { nodes { id } } }`, graphtest.Variables{"n": number("1000000000")}, input, "titles.first"},
	{`query($n: Int) { titles(first: $n) { nodes { id } } }`, graphtest.Variables{"n": number("9223372036854775807")}, input, "titles.first"},
	{`query($n: Int) { titles(first: $n) { nodes { id } } }`, graphtest.Variables{"n": number("9223372036854775808")}, input, "titles.first"},
	{`query($n: Int) { titles(first: $n) { nodes { id } } }`, graphtest.Variables{"n": number("1e400")}, input, "titles.first"},
	{`query($n: Int) { titles(first: $n) { nodes { id } } }`, graphtest.Variables{"n": true}, input, "titles.first"},
	{`query($n: Int = 0) { titles(first: $n) { nodes { id } } }`, nil, input, "titles.first"},
	{`{ people(first: 0) { nodes { id } } }`, nil, input, "people.first"},
	{`{ characters(first: 0) { nodes { id } } }`, nil, input, "characters.first"},
	{`{ home { rows(first: 0) { nodes { id } } } }`, nil, input, "home.rows.first"},
	{`{ home { rows { nodes { items(first: 1000) { nodes { title { id } } } } } } }`, nil, input, "home.rows.nodes.items.first"},
	{`{ titles(first: 1) { nodes { t: similar(first: 0) { nodes { id } } } } }`, nil, input, "titles.nodes.t.first"},
	{`query($n: Int) { titles(first: 1) { nodes { ... on Title { credits(first: $n) { nodes { id } } } } } }`, graphtest.Variables{"n": "x"}, input, "titles.nodes.credits.first"},
	{`{ genres { titles(first: 0) { nodes { id } } } }`, nil, input, "genres.titles.first"},
	{`{ title(slug: "title-1") { ... on Series { seasons { episodes(first: 0) { nodes { id } } } } } }`, nil, input, "title.seasons.episodes.first"},
	{`{ node(id: "UDE") { ... on Person { credits(first: 0) { nodes { id } } } } }`, nil, input, "node.credits.first"},
	{`{ node(id: "QzE") { ... on Character { credits(first: 0) { nodes { id } } } } }`, nil, input, "node.credits.first"},

	{`{ titles(after: "xx") { nodes { id } } }`, nil, input, "titles.after"},
	{`{ titles(after: "") { nodes { id } } }`, nil, input, "titles.after"},
	{`query($c: String) { titles(after: $c) { nodes { id } } }`, graphtest.Variables{"c": huge}, input, "variable.c"},
	{`query($c: String) { titles(after: $c) { nodes { id } } }`, graphtest.Variables{"c": []int{1}}, input, "titles.after"},
	{`query($c: String) { titles(after: $c) { nodes { id } } }`, graphtest.Variables{"c": relay.Encode("people", "a", 1)}, input, "titles.after"},
	{`query($c: String) { titles(after: $c) { nodes { id } } }`, graphtest.Variables{"c": relay.Encode("titles:popularity", "a", 1)}, input, "titles.after"},
	{`query($c: String) { titles(after: $c, orderBy: {field: NAME}) { nodes { id } } }`, graphtest.Variables{"c": relay.Encode("titles:popularity", 1, 1)}, input, "titles.after"},
	{`query($c: String) { titles(after: $c, orderBy: {field: NAME}) { nodes { id } } }`, graphtest.Variables{"c": relay.Encode("titles:sort_key", "a\x00", 1)}, input, "titles.after"},
	{`query($c: String) { people(after: $c) { nodes { id } } }`, graphtest.Variables{"c": relay.Encode("characters", "a", 1)}, input, "people.after"},
	{`query($c: String) { home { rows(after: $c) { nodes { id } } } }`, graphtest.Variables{"c": relay.Encode("rows", -1)}, input, "home.rows.after"},
	{`query($c: String) { home { rows { nodes { items(after: $c) { nodes { title { id } } } } } } }`, graphtest.Variables{"c": relay.Encode("rows", 1)}, input, "home.rows.nodes.0.items.after"},
	{`{ titles(first: 1) { nodes { credits(after: "xx") { nodes { id } } } } }`, nil, input, "titles.nodes.0.credits.after"},

	{`{ titles(filter: {kind: PLAY}) { nodes { id } } }`, nil, validation, ""},
	{`query($k: TitleKind) { titles(filter: {kind: $k}) { nodes { id } } }`, graphtest.Variables{"k": "PLAY"}, input, "titles.filter.kind"},
	{`query($k: TitleKind) { titles(filter: {kind: $k}) { nodes { id } } }`, graphtest.Variables{"k": "movie"}, input, "titles.filter.kind"},
	{`query($f: TitleFilter) { titles(filter: $f) { nodes { id } } }`, graphtest.Variables{"f": map[string]any{"maturityMax": "AGE_99"}}, input, "titles.filter.maturityMax"},
	{`query($f: TitleFilter) { titles(filter: $f) { nodes { id } } }`, graphtest.Variables{"f": map[string]any{"yearFrom": "x"}}, input, "titles.filter.yearFrom"},
	{`query($f: TitleFilter) { titles(filter: $f) { nodes { id } } }`, graphtest.Variables{"f": map[string]any{"nope": 1}}, input, "titles.filter.nope"},
	{`query($f: TitleFilter) { titles(filter: $f) { nodes { id } } }`, graphtest.Variables{"f": 5}, input, "titles.filter"},
	{`query($f: TitleFilter) { titles(filter: $f) { nodes { id } } }`, graphtest.Variables{"f": map[string]any{"genres": []string{"VDE"}}}, input, "titles.filter.genres"},
	{`{ titles(filter: {genres: ["xx"]}) { nodes { id } } }`, nil, input, "titles.filter.genres.0"},
	{`query($g: [ID!]) { titles(filter: {genres: $g}) { nodes { id } } }`, graphtest.Variables{"g": strings.Split(strings.Repeat("RzE,", 20)+"RzE", ",")}, input, "titles.filter.genres"},
	{`query($g: [ID!]) { titles(filter: {allGenres: $g}) { nodes { id } } }`, graphtest.Variables{"g": strings.Split(strings.Repeat("RzE,", 20)+"RzE", ",")}, input, "titles.filter.allGenres"},
	{`{ titles(filter: {allGenres: ["VDE"]}) { nodes { id } } }`, nil, input, "titles.filter.allGenres"},
	{`{ titles(filter: {person: "VDE"}) { nodes { id } } }`, nil, input, "titles.filter.person"},
	{`{ titles(filter: {person: "xx"}) { nodes { id } } }`, nil, input, "titles.filter.person"},
	{`{ titles(filter: {language: ""}) { nodes { id } } }`, nil, input, "titles.filter.language"},
	{`{ titles(filter: {language: "%"}) { nodes { id } } }`, nil, input, "titles.filter.language"},
	{`{ titles(filter: {watched: SOME}) { nodes { id } } }`, nil, validation, ""},
	{`query($f: TitleFilter) { titles(filter: $f) { nodes { id } } }`, graphtest.Variables{"f": map[string]any{"durationFrom": "x"}}, input, "titles.filter.durationFrom"},
	{`query($r: [CreditRole!]) { titles(first: 1) { nodes { credits(roles: $r) { nodes { id } } } } }`, graphtest.Variables{"r": []string{"NOPE"}}, input, "titles.nodes.credits.roles.0"},
	{`query($b: Boolean!) { viewer { user @skip(if: $b) { id } } }`, graphtest.Variables{"b": "x"}, input, "variable.b"},
	{`query($b: Boolean = true) { viewer { user @skip(if: $b) { id } } }`, graphtest.Variables{"b": nil}, input, "variable.b"},
	{`mutation { selectProfile(id: "xx") { userErrors { code } } }`, nil, input, "selectProfile.id"},
	{`mutation($i: SignInInput!) { signIn(input: $i) { userErrors { code } } }`, graphtest.Variables{"i": map[string]any{"email": "a"}}, input, "signIn.input.password"},

	{`{`, nil, parsing, ""},
	{"\x00", nil, parsing, ""},
	{`{ title(slug: "`, nil, parsing, ""},
	{strings.Repeat("{a", 9_000), nil, parsing, ""},
	{`{ nodes(ids: ` + strings.Repeat("[", 9_000), nil, parsing, ""},
	{`{ titles { nodes { ` + strings.Repeat("name ", 10_000) + `} } }`, nil, complex, ""},
	{`{ nope }`, nil, validation, ""},
	{`{ title { id } }`, nil, validation, ""},
	{`{ titles { nodes { ...F } } } fragment F on Title { ...F }`, nil, validation, ""},
	{`query A { viewer { user { id } } } query B { viewer { user { id } } }`, nil, validation, ""},
	{`fragment F on Title { id }`, nil, validation, ""},
	{`subscription { titles }`, nil, validation, ""},
	{`query($x: Nope) { viewer { user { id } } }`, nil, validation, ""},
	{`{ a b c d e f g h i j }`, nil, validation, ""},
	{`{ __schema { types { name } } }`, nil, "FORBIDDEN", ""},
	{`{ __type(name: "User") { name } }`, nil, "FORBIDDEN", ""},
}

// Whatever is wrong with an operation gets a code, and the path of the argument
// where there is one; nothing of it is our fault.
func TestWrongInput(t *testing.T) {
	graphtest.Each(t, 10, func(t *testing.T, s *graphtest.Server) {
		for _, c := range wrong {
			name := fmt.Sprintf("%.100s %.60v", c.query, c.variables)
			a := s.Ask(t, graphtest.Keen, c.query, c.variables)
			status := http.StatusOK
			if c.code == complex {
				status = http.StatusBadRequest
			}
			require.Equal(t, status, a.Status, "%s: %s", name, a.Body)
			errs := a.Errors(t)
			if !assert.NotEmpty(t, errs, "%s: %s", name, a.Body) {
				continue
			}
			require.LessOrEqual(t, len(errs), 5, name)
			assert.Equal(t, c.code, errs[0].Extensions.Code, "%s: %s", name, a.Body)
			assert.Equal(t, c.path, dotted(errs[0].Path), "%s: %s", name, a.Body)
			require.NotEmpty(t, errs[0].Message)
			clean(t, s, a)
		}
	})
}

func dotted(path []any) string {
	parts := make([]string, len(path))
	for i, p := range path {
		parts[i] = fmt.Sprint(p)
	}
	return strings.Join(parts, ".")
}

// clean checks that an answer tells nothing of our insides and that nothing was
// logged as our fault.
func clean(t *testing.T, s *graphtest.Server, a graphtest.Answer) {
	t.Helper()
	require.Empty(t, s.Log())
	for _, inside := range []string{"SELECT", "sql", "pq:", "ent:", ".go", "goroutine", "reflect", "slice", "float64", "/work", "INTERNAL"} {
		require.NotContains(t, string(a.Body), inside)
	}
}

// Texts that no row can have, and numbers that no year is, find nothing.
func TestOddInput(t *testing.T) {
	graphtest.Each(t, 10, func(t *testing.T, s *graphtest.Server) {
		for _, text := range []string{"", "a\x00b", "😀", "a\xffb", "'; DROP TABLE titles; --", "%", `\`, huge} {
			refused := strings.ContainsRune(text, 0) || len(text) > 10_000
			ask := func(who int, query, want string) {
				t.Helper()
				a := s.Ask(t, who, query, graphtest.Variables{"s": text})
				require.Equal(t, http.StatusOK, a.Status)
				clean(t, s, a)
				switch {
				case refused:
					errs := a.Errors(t)
					require.Len(t, errs, 1)
					require.Equal(t, input, errs[0].Extensions.Code)
					require.Equal(t, "variable.s", dotted(errs[0].Path))
				case want != "":
					require.JSONEq(t, want, bare(t, a), "%.20q", text)
				default:
					a.Data(t, new(any))
				}
			}
			ask(graphtest.Keen, `query($s: String!) { title(slug: $s) { id } }`, `{"data":{"title":null}}`)
			nobody := `{"data":{"people":{"nodes":[]},"characters":{"nodes":[]}}}`
			if text == "" || text == "a\xffb" || strings.HasPrefix(text, "'") { // which begin like a name, but for marks
				nobody = ""
			}
			ask(graphtest.Keen, `query($s: String) { people(text: $s) { nodes { id } } characters(text: $s) { nodes { id } } }`, nobody)
			ask(graphtest.Nobody, `mutation($s: String!) { signIn(input: {email: $s, password: $s, device: $s}) { token userErrors { code path } } }`,
				`{"data":{"signIn":{"token":null,"userErrors":[{"code":"BAD_USER_INPUT","path":["input","password"]}]}}}`)
		}
		// In the text of the operation itself there is no decoder of JSON before us.
		errs := s.Ask(t, graphtest.Keen, `{ title(slug: "a\u0000b") { id } }`, nil).Errors(t)
		require.Len(t, errs, 1)
		require.Equal(t, input, errs[0].Extensions.Code)
		a := s.Send(t, graphtest.Keen, "GET", "/graphql?query="+url.QueryEscape("{ title(slug: \"a\xff\") { id } }"), nil)
		errs = a.Errors(t)
		require.Len(t, errs, 1)
		require.Equal(t, input, errs[0].Extensions.Code)
		for _, year := range []string{"-1", "9223372036854775807", "99999999999", "-99999999999"} {
			a := s.Ask(t, graphtest.Keen, `query($y: Int) { titles(first: 1, filter: {yearFrom: $y, yearTo: $y}) { nodes { id } } }`, graphtest.Variables{"y": number(year)})
			require.JSONEq(t, `{"data":{"titles":{"nodes":[]}}}`, bare(t, a))
			clean(t, s, a)
		}
	})
}

// An id of somebody else, of something hidden, of another kind and of nothing
// answer the same, byte for byte.
func TestForeignIDs(t *testing.T) {
	graphtest.Each(t, 200, func(t *testing.T, s *graphtest.Server) {
		same := func(query string, ids ...string) {
			t.Helper()
			var first string
			whole := make(map[byte]string) // per kind: what it cost tells no more either
			for _, id := range ids {
				a := s.Ask(t, graphtest.Kid, query, graphtest.Variables{"id": id})
				require.Equal(t, http.StatusOK, a.Status)
				if first == "" {
					first = bare(t, a)
					require.NotContains(t, first, "errors")
				}
				require.Equal(t, first, bare(t, a), id)
				kind, err := globalid.Parse(id)
				require.NoError(t, err)
				if before, ok := whole[byte(kind.Kind)]; ok {
					require.Equal(t, before, string(a.Body), id)
				}
				whole[byte(kind.Kind)] = string(a.Body)
			}
			require.Empty(t, s.Log())
		}
		const other, missing = graphtest.Other, 99999
		series, movie := firstAbove(t, 12, true), firstAbove(t, 12, false)
		require.True(t, graphtest.Hidden(104)) // a movie
		same(`query($id: ID!) { node(id: $id) { id __typename } }`,
			id('F', other), id('F', missing), id('U', 2), id('U', missing), id('T', int64(movie)), id('T', int64(series)), id('T', 104), id('T', missing),
			id('N', other), id('N', missing), id('V', 1), id('W', 1), id('D', 1), id('H', 1), "SGguMQ", id('C', characterOf(movie)), id('C', missing), id('G', missing), id('P', missing), id('S', missing), id('E', missing))
		same(`mutation($id: ID!) { selectProfile(id: $id) { viewer { profile { id } } userErrors { code path message } } }`,
			id('F', other), id('F', missing), id('T', 1), id('U', 1))
		same(`query($id: ID!) { titles(filter: {genres: [$id]}) { nodes { id } } }`, id('G', missing), id('G', missing+1))
	})
}

// firstAbove is the first title that is not for a child.
func firstAbove(t *testing.T, age int, series bool) int {
	for i := 2; i < 100; i++ {
		if graphtest.Maturity(i) >= age && graphtest.IsSeries(i) == series && !graphtest.Hidden(i) {
			return i
		}
	}
	t.Fatal("there is none")
	return 0
}

// characterOf is the first character of a title.
func characterOf(title int) int64 { return int64((title-1)*5 + 1) }

// Requests that are not GraphQL over HTTP.
func TestWrongRequests(t *testing.T) {
	const jsonType, gqlType = "application/json", "application/graphql-response+json"
	get := func(parameters ...string) string {
		q := make(url.Values)
		for i := 0; i < len(parameters); i += 2 {
			q.Set(parameters[i], parameters[i+1])
		}
		return "/graphql?" + q.Encode()
	}
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	graphtest.Each(t, 10, func(t *testing.T, s *graphtest.Server) {
		for _, c := range []struct {
			method, target, body, content, accept string
			status                                int
			code                                  string
		}{
			{"POST", "/graphql", "", jsonType, "", 400, request},
			{"POST", "/graphql", " ", jsonType, "", 400, request},
			{"POST", "/graphql", "null", jsonType, "", 400, request},
			{"POST", "/graphql", "{}", jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":""}`, jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":5}`, jsonType, "", 400, request},
			{"POST", "/graphql", `"{viewer{user{id}}}"`, jsonType, "", 400, request},
			{"POST", "/graphql", `[{"query":"{viewer{user{id}}}"}]`, jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":"{viewer{user{id}}}"} x`, jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":"{viewer{user{id}}}"}{}`, jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":"{viewer{user{id}}}","variables":[]}`, jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":"{viewer{user{id}}}","variables":{"a":` + deep + `}}`, jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":"{viewer{user{id}}}`, jsonType, "", 400, request},
			{"POST", "/graphql", `{"query":"{viewer{user{id}}}"}`, "text/plain", "", 415, request},
			{"POST", "/graphql", `{"query":"{viewer{user{id}}}"}`, "", "", 415, request},
			{"POST", "/graphql", `query={viewer{user{id}}}`, "application/x-www-form-urlencoded", "", 415, request},
			{"POST", "/graphql", `{"query":"` + strings.Repeat(" ", 5<<20) + `"}`, jsonType, "", 413, request},
			{"PUT", "/graphql", `{"query":"{viewer{user{id}}}"}`, jsonType, "", 405, request},
			{"GET", "/graphql", "", "", "", 400, request},
			{"GET", get("query", "mutation { signOut { signedOut } }"), "", "", "", 405, request},
			{"GET", get("query", "query A { viewer { user { id } } } mutation B { signOut { signedOut } }", "operationName", "B"), "", "", "", 405, request},
			{"GET", get("query", "{viewer{user{id}}}", "variables", "{"), "", "", "", 400, request},
			{"GET", get("query", "{viewer{user{id}}}", "variables", "5"), "", "", "", 400, request},
			{"POST", "/graphql", `{"query":"query A{viewer{user{id}}}","operationName":"B"}`, jsonType, "", 200, validation},
			{"POST", "/graphql", `{"query":"query A{viewer{user{id}}}","operationName":"B"}`, jsonType, gqlType, 400, validation},
			{"POST", "/graphql", `{"query":"{"}`, jsonType, gqlType, 400, parsing},
			{"POST", "/graphql", `{"query":"query($id:ID!){node(id:$id){id}}"}`, jsonType, gqlType, 400, input},
			{"POST", "/graphql", `{"query":"{node(id:\"xx\"){id}}"}`, jsonType, gqlType, 200, input}, // it ran: there is data
			{"POST", "/graphql", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"nope"}}}`, jsonType, "", 200, "PERSISTED_QUERY_NOT_FOUND"},
			{"POST", "/graphql", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":5}}}`, jsonType, "", 200, "PERSISTED_QUERY_NOT_FOUND"},
			{"POST", "/graphql", `{"extensions":{"persistedQuery":5}}`, jsonType, "", 200, validation},
			{"GET", get("extensions", `{"persistedQuery":{"sha256Hash":"nope"}}`), "", "", gqlType, 400, "PERSISTED_QUERY_NOT_FOUND"},
		} {
			name := fmt.Sprintf("%s %s %.80s", c.method, c.target, c.body)
			a := s.Send(t, graphtest.Keen, c.method, c.target, []byte(c.body), "Content-Type", c.content, "Accept", c.accept)
			require.Equal(t, c.status, a.Status, "%s: %s", name, a.Body)
			errs := a.Errors(t)
			require.NotEmpty(t, errs, name)
			assert.Equal(t, c.code, errs[0].Extensions.Code, "%s: %s", name, a.Body)
			want := jsonType
			if c.accept != "" {
				want = c.accept
			}
			require.Equal(t, want+"; charset=utf-8", a.Header.Get("Content-Type"))
			require.Equal(t, c.status == 405, a.Header.Get("Allow") != "")
			require.Equal(t, "private, no-store", a.Header.Get("Cache-Control"))
			clean(t, s, a)
		}
		// A query by GET is fine, and the session outlives the refused mutations.
		a := s.Send(t, graphtest.Keen, "GET", get("query", "query($id: ID!) { node(id: $id) { id } }", "variables", `{"id":"VDE"}`), nil)
		require.JSONEq(t, `{"data":{"node":{"id":"VDE"}}}`, bare(t, a))
	})
}

// A panic in a resolver is masked and logged once, under the trace id that the
// answer has.
func TestPanicInResolver(t *testing.T) {
	for _, name := range []string{dialect.SQLite, dialect.Postgres} {
		t.Run(name, func(t *testing.T) {
			log := new(strings.Builder)
			api := graph.New(graph.Config{
				DB:      graphtest.Shared(t, name, 10).DB,
				Auth:    nil, // so that signing out panics
				Log:     slog.New(slog.NewTextHandler(log, nil)),
				TraceID: func(context.Context) string { return "the-trace" },
			})
			r := httptest.NewRequest("POST", "/graphql", strings.NewReader(`{"query":"mutation { signOut { signedOut } }"}`))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r.WithContext(viewer.NewContext(t.Context(), viewer.Viewer{User: 1, Session: 1})))
			require.Equal(t, http.StatusOK, w.Code)
			require.JSONEq(t, `{"errors":[{"message":"something went wrong on our side","path":["signOut"],"extensions":{"code":"INTERNAL_SERVER_ERROR","traceId":"the-trace"}}],"data":null}`,
				bare(t, graphtest.Answer{Body: w.Body.Bytes()}))
			require.Equal(t, 1, countLines(log.String()), log)
			require.Contains(t, log.String(), "trace_id=the-trace")
			require.Contains(t, log.String(), "SignOut") // the stack
		})
	}
}
