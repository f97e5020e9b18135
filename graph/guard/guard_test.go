package guard_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"streamex/graph/generated"
	"streamex/graph/guard"
)

// times joins n copies of a text, each with its number in place of #.
func times(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", strconv.Itoa(i)))
	}
	return b.String()
}

// nested puts n pairs of brackets round a text.
func nested(n int, open, text, shut string) string {
	return strings.Repeat(open, n) + text + strings.Repeat(shut, n)
}

// check asks a new guard about a document.
func check(query string, variables map[string]any, trusted ...string) *gqlerror.Error {
	return guard.New(trusted...).MutateOperationParameters(context.Background(), &graphql.RawParams{Query: query, Variables: variables})
}

func code(err *gqlerror.Error) any {
	if err == nil {
		return nil
	}
	return err.Extensions["code"]
}

// limits of documents. Each query(n) has n of what is limited, and of nothing
// else too many.
var limits = []struct {
	what  string
	limit int
	query func(n int) string
}{
	{"bytes", guard.MaxBytes, func(n int) string { return "{genres{id}}" + strings.Repeat(" ", n-12) }},
	{"tokens", guard.MaxTokens, func(n int) string { // 4 of each variable, 6 of the rest
		return "query(" + times((n-6)/4, "$v#:Int ") + "){a" + strings.Repeat(" a", (n-6)%4) + "}"
	}},
	{"operations", guard.MaxOperations, func(n int) string { return times(n, "query Q#{a}") }},
	{"fragments", guard.MaxFragments, func(n int) string { return "{a}" + times(n, "fragment F# on T{a}") }},
	{"directives", guard.MaxDirectives, func(n int) string {
		return "query($v:Int@d)@d{a @d ...@d{a} ...F@d} fragment F on T@d{a" + strings.Repeat(" @d", n-6) + "}"
	}},
	{"levels", guard.MaxDepth, func(n int) string { return "{" + nested(n-2, "a{", "...F", "}") + "} fragment F on T{a{a}}" }},
	{"selections in one set", guard.MaxSelections, func(n int) string {
		return "{a{a ...{a} ...F " + strings.Repeat("a ", n-3) + "}} fragment F on T{a}"
	}},
	{"root fields", guard.MaxRootFields, func(n int) string { return "{" + times(n-1, "a ") + "...F} fragment F on Query{a}" }},
	{"fields", guard.MaxFields, func(n int) string {
		return "{" + strings.Repeat("a{...F}", n/50) + strings.Repeat(" a", n%50) + "} fragment F on T{" + strings.Repeat("a ", 49) + "}"
	}},
	{"aliases", guard.MaxAliases, func(n int) string {
		return "{a{...F} b{...F}" + strings.Repeat(" x:a", n%2) + "} fragment F on T{" + times(n/2, "a#:a ") + "}"
	}},
	{"levels in a value", guard.MaxValueDepth, func(n int) string { return "{a(x:" + nested(n-1, "[", "1", "]") + ")}" }},
	{"levels in a value", guard.MaxValueDepth, func(n int) string { return "{a@d(x:" + nested(n-1, "{x:", "1", "}") + ")}" }},
	{"levels in a value", guard.MaxValueDepth, func(n int) string { return "query($v:T=" + nested(n-1, "[", "1", "]") + "){a}" }},
	{"elements in a list", guard.MaxListLength, func(n int) string { return "{a(x:[" + strings.Repeat("1 ", n) + "])}" }},
	{"values", guard.MaxValues, func(n int) string {
		return "{a(x:[" + strings.Repeat("1 ", n/2-1) + "])" + "b(x:[" + strings.Repeat("1 ", n-n/2-1) + "])}"
	}},
}

func TestLimitsOfDocuments(t *testing.T) {
	for _, c := range limits {
		require.Nil(t, check(c.query(c.limit), nil), "%d %s", c.limit, c.what)
		more := c.query(c.limit + 1)
		err := check(more, nil)
		require.Equal(t, guard.TooComplex, code(err), "%d %s", c.limit+1, c.what)
		require.Equal(t, fmt.Sprintf("the query has more than %d %s", c.limit, c.what), err.Message)
		if c.what != "bytes" {
			require.Nil(t, check(more, nil, more), "a trusted document has any shape")
		}
	}
}

func TestLimitsOfVariables(t *testing.T) {
	list := func(n int) any { return make([]any, n) }
	depth := func(n int) any {
		var v any = "a"
		for i := range n - 1 {
			if i%2 == 0 {
				v = []any{v}
			} else {
				v = map[string]any{"x": v}
			}
		}
		return v
	}
	for _, c := range []struct {
		what, code string
		value      any
	}{
		{"8 levels", "", depth(8)},
		{"9 levels", guard.TooComplex, depth(9)},
		{"1,000 elements", "", list(1_000)},
		{"1,001 elements", guard.TooComplex, list(1_001)},
		{"5,000 values", "", []any{list(999), list(999), list(999), list(999), list(999 - 1)}},
		{"5,001 values", guard.TooComplex, []any{list(999), list(999), list(999), list(999), list(999)}},
		{"10,000 bytes", "", strings.Repeat("a", 10_000)},
		{"10,001 bytes", guard.BadUserInput, strings.Repeat("a", 10_001)},
		{"a long number", guard.BadUserInput, json.Number(strings.Repeat("1", 10_001))},
		{"NUL", guard.BadUserInput, map[string]any{"x": []any{"", "a\x00"}}},
	} {
		err := check("{a}", map[string]any{"v": c.value}, "{a}") // of trusted documents too
		require.Equal(t, c.code == "", err == nil, c.what)
		if err != nil {
			require.Equal(t, c.code, code(err), c.what)
		}
		if c.what == "NUL" {
			require.Equal(t, "variable.v.x[1]", err.Path.String())
		}
	}
	many := make(map[string]any)
	for i := range guard.MaxVariables + 1 {
		many[strconv.Itoa(i)] = 1
	}
	require.Equal(t, guard.TooComplex, code(check("{a}", many)))
}

func TestTexts(t *testing.T) {
	for query, path := range map[string]string{
		`{a(x:"b\u0000")}`:                             "x",
		`{a(x:{y:["", """` + "\x00" + `"""]})}`:        "", // no document may have it as it is
		`{a(x:{y:["", "\u0000"]})}`:                    "x.y[1]",
		`{a(x:"` + strings.Repeat("a", 10_001) + `")}`: "x",
		`{a(first:9223372036854775808)}`:               "first",
		`{a(x:-9223372036854775809)}`:                  "x",
		`{a(x:1e999)}`:                                 "x",
		"{a(x:\"b\xff\")}":                             "x",
	} {
		err := check(query, nil)
		if path == "" {
			require.Nil(t, err, "the parser refuses it")
			continue
		}
		require.Equal(t, guard.BadUserInput, code(err), "%.60s", query)
		require.Equal(t, path, err.Path.String())
	}
	require.Nil(t, check(`{a(x:9223372036854775807,y:1e300,z:"😀")}`, nil))
	err := guard.New().MutateOperationParameters(t.Context(), &graphql.RawParams{Query: "{a}", OperationName: strings.Repeat("a", 101)})
	require.Equal(t, guard.BadUserInput, code(err))
}

func TestFragments(t *testing.T) {
	for _, c := range []struct{ what, code, query string }{
		{"of itself", "GRAPHQL_VALIDATION_FAILED", "{...A} fragment A on T{...A}"},
		{"of itself through a field", "GRAPHQL_VALIDATION_FAILED", "{...A} fragment A on T{a{...A}}"},
		{"of each other, unused", "GRAPHQL_VALIDATION_FAILED", "{a} fragment A on T{...B} fragment B on T{a{...A}}"},
		{"doubling", guard.TooComplex, "{...F0}" + times(26, "fragment F# on T{...G# ...G#}fragment G# on T{...F1# ...F1#}")},
		{"doubling in few fragments", guard.TooComplex, "{...F0}" + double(26) + "fragment F26 on T{a}"},
		{"not there", "", "{...A}"},
		{"twice in different places", "", "{a{...A} b{...A}} fragment A on T{a b c}"},
	} {
		start := time.Now()
		err := check(c.query, nil)
		require.Less(t, time.Since(start), 100*time.Millisecond, c.what)
		require.Equal(t, c.code == "", err == nil, c.what)
		if err != nil {
			require.Equal(t, c.code, code(err), c.what)
		}
	}
}

// double is n fragments of which each spreads the next one twice.
func double(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on T{...F%d ...F%d}", i, i+1, i+1)
	}
	return b.String()
}

// A document is surveyed once; who sends it again pays for its hash.
func TestAcceptedDocumentsAreKnown(t *testing.T) {
	g := guard.New()
	ask := func(query string) *gqlerror.Error {
		return g.MutateOperationParameters(t.Context(), &graphql.RawParams{Query: query})
	}
	large := "{a{" + strings.Repeat("a ", 80) + "}" + strings.Repeat(" ", 15_000) + "}"
	require.Nil(t, ask(large))
	params := &graphql.RawParams{Query: large}
	first := testing.AllocsPerRun(10, func() { _ = guard.New().MutateOperationParameters(t.Context(), params) })
	again := testing.AllocsPerRun(10, func() { _ = g.MutateOperationParameters(t.Context(), params) })
	require.Less(t, again, 3.0)
	require.Greater(t, first, 100.0)
	refused := "{" + strings.Repeat("a ", 21) + "}"
	require.NotNil(t, ask(refused))
	require.NotNil(t, ask(refused))
}

// guarded is an executor of our schema behind a guard.
func guarded(trusted ...string) *executor.Executor {
	e := executor.New(generated.NewExecutableSchema(generated.Config{}))
	e.Use(guard.New(trusted...))
	return e
}

// prepare does all of an operation but running it.
func prepare(e *executor.Executor, query string, variables map[string]any) (*graphql.OperationContext, gqlerror.List) {
	ctx := graphql.StartOperationTrace(context.Background())
	return e.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: variables})
}

func TestCost(t *testing.T) {
	e := guarded()
	for _, c := range []struct {
		query string
		vars  map[string]any
		cost  int64
	}{
		{"{__typename}", nil, 0},
		{"{viewer{__typename}}", nil, 1},
		{"{viewer{user{id name email}}}", nil, 2},
		{`{genres{id}}`, nil, 20},
		{`{titles{nodes{id}}}`, nil, 1 + 20},
		{`{titles(first:3){nodes{id} edges{cursor node{id}} pageInfo{endCursor}}}`, nil, 1 + 3 + 3 + 1},
		{`{titles(first:null){nodes{id}}}`, nil, 1 + 20},
		{`{titles(first:3){nodes{similar(first:4){nodes{id}}}}}`, nil, 1 + 3*(1+1+4)},
		{`query($n:Int){titles(first:$n){nodes{id}}}`, map[string]any{"n": json.Number("7")}, 1 + 7},
		{`query($n:Int=9){titles(first:$n){nodes{id}}}`, nil, 1 + 9},
		{`query($n:Int){titles(first:$n){nodes{id}}}`, nil, 1 + 20}, // the schema's default
		{`{title(slug:"a"){genres{id}}}`, nil, 1 + 3},
		{`{nodes(ids:["a","b","c"]){id}}`, nil, 3},
		{`query($ids:[ID!]!){nodes(ids:$ids){id}}`, map[string]any{"ids": []any{"a", "b"}}, 2},
		{`{a:viewer{user{id}} b:viewer{user{id}}}`, nil, 4},
		{`{titles(first:2){...F}} fragment F on TitleConnection{nodes{...G ...G}} fragment G on Title{artwork{card}}`, nil, 1 + 2*(1+2)},
		// The dearest type counts: a series' seasons, not the movie's video too.
		{`{title(slug:"a"){... on Movie{video{id}} ... on Series{seasons{id}}}}`, nil, 1 + 20},
		{`{title(slug:"a"){... on Playable{video{id}} ... on Node{id} artwork{card}}}`, nil, 1 + 1 + 1},
		{`{viewer{user@skip(if:true){id} profile@include(if:false){id}}}`, nil, 1},
		{`query($x:Boolean!){viewer{user@skip(if:$x){id} profile@include(if:$x){id} ...@include(if:$x){profiles{id}} ...F @skip(if:$x)}} fragment F on Viewer{profiles{id}}`,
			map[string]any{"x": false}, 1 + 1 + 5},
		{`{viewer{...F@skip(if:true) ...F@include(if:false) ...@skip(if:true){user{id}}}} fragment F on Viewer{profiles{id}}`, nil, 1},
		{`{__schema{types{fields{args{type{name}}}}}}`, nil, 2000},
		{`{__schema{types{name}} __type(name:"Title"){name}}`, nil, 4000},
		{`mutation{signOut{signedOut}}`, nil, 11},
		{`query A{viewer{user{id}}}`, nil, 2},
	} {
		oc, errs := prepare(e, c.query, c.vars)
		require.Empty(t, errs, c.query)
		require.Equal(t, c.cost, guard.Cost(oc), c.query)
	}
	require.Zero(t, guard.Cost(&graphql.OperationContext{}))
}

func TestTooDear(t *testing.T) {
	e := guarded()
	for _, c := range []struct {
		query, code, path string
		vars              map[string]any
	}{
		{"{titles(first:100){nodes{similar(first:100){nodes{id}}}}}", "", "", nil},
		{"{titles(first:100){nodes{similar(first:100){nodes{artwork{card}}}}}}", guard.TooComplex, "", nil},
		{"{titles(first:100){nodes{similar(first:100){nodes{similar(first:100){nodes{similar(first:100){nodes{similar(first:100){nodes{id}}}}}}}}}}}", guard.TooComplex, "", nil},
		{"{a:titles(first:0){nodes{id}}}", guard.BadUserInput, "a.first", nil},
		{"{titles(first:101){nodes{id}}}", guard.BadUserInput, "titles.first", nil},
		{"{titles(first:1){nodes{x:credits(first:-1){nodes{id}}}}}", guard.BadUserInput, "titles.nodes.x.first", nil},
		{"query($n:Int){titles(first:$n){nodes{id}}}", guard.BadUserInput, "titles.first", map[string]any{"n": json.Number("2147483647")}},
		{"query($n:Int){titles{...F}} fragment F on TitleConnection{nodes{similar(first:$n){nodes{id}}}}", guard.BadUserInput, "titles.nodes.similar.first",
			map[string]any{"n": json.Number("101")}},
		{"{" + times(11, "a#:__schema{types{name}} ") + "}", guard.TooComplex, "", nil},
	} {
		_, errs := prepare(e, c.query, c.vars)
		require.Equal(t, c.code == "", len(errs) == 0, c.query)
		if len(errs) > 0 {
			require.Equal(t, c.code, code(errs[0]), c.query)
			require.Equal(t, c.path, errs[0].Path.String(), c.query)
		}
	}
}

// FuzzGuard sends anything through guard, parser, validator and cost: nothing
// may panic, and nothing may take long.
func FuzzGuard(f *testing.F) {
	for _, c := range limits {
		f.Add(c.query(c.limit), `{}`)
	}
	f.Add(home, `{"v":1}`)
	f.Add("{...F0}"+double(10)+"fragment F10 on Query{genres{id}}", `{"a":[{"b":"\u0000"}]}`)
	f.Add("query($n:Int){titles(first:$n){nodes{id}}}", `{"n":9223372036854775807}`)
	f.Add("query($n:Int=3,$f:TitleFilter){titles(first:$n,filter:$f){nodes{... on Movie{id} ... on Series{seasons{id}}}}}", `{"f":{"genres":["x"],"yearFrom":1e5}}`)
	e := guarded()
	f.Fuzz(func(t *testing.T, query, variables string) {
		var v map[string]any
		d := json.NewDecoder(strings.NewReader(variables))
		d.UseNumber()
		if d.Decode(&v) != nil {
			v = nil
		}
		start := time.Now()
		oc, errs := prepare(e, query, v)
		if took := time.Since(start); took > 2*time.Second {
			t.Fatalf("took %v", took)
		}
		if len(errs) == 0 && (guard.Cost(oc) < 0 || guard.Cost(oc) > guard.MaxCost) {
			t.Fatalf("costs %d", guard.Cost(oc))
		}
	})
}

// home is a page of rows as a client would ask for it.
const home = `query Home {
  viewer { profile { name avatar } }
  home { rows(first: 16) { edges { node { id kind heading reason { ...Reason } items(first: 20) { edges { cursor node {
    title { id slug name synopsis year maturity inMyList rating artwork { card color } genres { name }
      credits(roles: [LEAD, SUPPORTING], first: 3) { nodes { person { name } character { name } } }
      progress { fraction finished } ... on Movie { durationSeconds } ... on Series { seasonCount } }
    playable { id name durationSeconds ... on Episode { number season { number } } }
    reason { ...Reason }
  } } pageInfo { hasNextPage endCursor } } } } } }
}
fragment Reason on Reason {
  ... on BecauseYouWatched { title { name } }
  ... on TrendingNow { rank }
  ... on NewEpisode { episode { number } }
  ... on PopularInGenre { genre { name } }
}`

func TestHomeFitsWithRoom(t *testing.T) {
	oc, errs := prepare(guarded(), home, nil)
	require.Empty(t, errs)
	t.Log("cost:", guard.Cost(oc))
	require.Less(t, guard.Cost(oc), int64(guard.MaxCost/2))
}

func BenchmarkKnownDocument(b *testing.B) {
	g := guard.New()
	ask := func() {
		if err := g.MutateOperationParameters(b.Context(), &graphql.RawParams{Query: home}); err != nil {
			b.Fatal(err)
		}
	}
	ask()
	for b.Loop() {
		ask()
	}
}

func BenchmarkNewDocument(b *testing.B) {
	for b.Loop() {
		if err := check(home, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCost(b *testing.B) {
	g := guard.New()
	e := executor.New(generated.NewExecutableSchema(generated.Config{}))
	e.Use(g)
	oc, errs := prepare(e, home, nil)
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	for b.Loop() {
		if err := g.MutateOperationContext(b.Context(), oc); err != nil {
			b.Fatal(err)
		}
	}
}
