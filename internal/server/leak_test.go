package server_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/ent/migrate"
	"streamex/graph"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// The schema is shown to administrators alone, however it is asked for.
func TestIntrospection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		_, admin := signIn(t, db, true)
		for _, query := range []string{
			"{__schema{types{name}}}",
			"{x:__schema{queryType{name}}}",
			`{__type(name:"User"){fields{name}}}`,
			"query A{viewer{__typename} ...F} fragment F on Query{...{__schema{types{name}}}}",
			"query A($x:Boolean=true){__schema @include(if:$x){types{name}}}",
		} {
			w, statements := ask(s, post(query, nil))
			require.Equal(t, 400, w.Code, query)
			require.Equal(t, graph.Forbidden, problems(t, w.Body.Bytes())[0].Extensions.Code)
			require.NotContains(t, w.Body.String(), `"data"`)
			require.Zero(t, statements)
			w = get(s, "/graphql?query="+strings.NewReplacer(" ", "%20", "#", "%23").Replace(query))
			require.Equal(t, graph.Forbidden, problems(t, w.Body.Bytes())[0].Extensions.Code, "by GET")

			w, _ = ask(s, post(query, nil), "Authorization", "Bearer "+admin)
			require.Equal(t, 200, w.Code, "%s: %s", query, w.Body)
			require.Empty(t, problems(t, w.Body.Bytes()))
		}
		w, _ := ask(s, post("mutation{__typename}", nil))
		require.Equal(t, 200, w.Code, "%s", w.Body)
		w, _ = ask(s, post("query($x:Boolean=false){__typename __schema @include(if:$x){types{name}}}", nil))
		require.Equal(t, 200, w.Code, "what is left out is not asked for")
	})
}

// Wrong names are not put right: the schema could be guessed from that.
func TestNoSuggestions(t *testing.T) {
	s, _ := newServer(t, dbtest.Open(t, dbtest.SQLite(t)), nil)
	for _, query := range []string{
		"{viewe{id}}", "{viewer{usr{id}}}", "{viewer}", "{title(slugg:\"a\"){id}}", "{titles(firs:1){nodes{id}}}",
		"{titles(orderBy:{field:NAMES}){nodes{id}}}", "{titles(orderBy:{fiel:NAME}){nodes{id}}}", "{titles(filter:{kind:MOVI}){nodes{id}}}",
		"{titles(filter:{kin:MOVIE}){nodes{id}}}", "{node(id:\"a\"){... on Movi{id}}}", "query($f:TitleFilte){titles(filter:$f){nodes{id}}}",
		"{node(id:\"a\"){name}}", "mutation{signInn{token}}", "mutation{signIn(input:{emai:\"a\",password:\"b\"}){token}}", "{viewer @includ(if:true){__typename}}",
		"{titles(orderBy:{field:\"NAME\"}){nodes{id}}}",
	} {
		w, _ := ask(s, post(query, nil))
		require.Equal(t, 400, w.Code, query)
		require.NotRegexp(t, `(?i)did you mean|perhaps|\bor "`, w.Body.String(), query)
	}
	for value, query := range map[string]string{
		`{"field":"NAMES"}`: "query($o:TitleOrder){titles(orderBy:$o){nodes{id}}}",
		`{"fiel":"NAME"}`:   "query($o:TitleOrder){titles(orderBy:$o){nodes{id}}}",
	} {
		w, _ := ask(s, `{"query":"`+query+`","variables":{"o":`+value+`}}`)
		require.Equal(t, 400, w.Code)
		require.NotRegexp(t, `(?i)did you mean|perhaps|POPULARITY`, w.Body.String())
	}
}

// What only operators and developers need is not there for strangers.
func TestNothingElseIsOpen(t *testing.T) {
	s, _ := newServer(t, dbtest.Open(t, dbtest.SQLite(t)), nil)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/.env", "/.git/config", "/graphiql", "/graphiql/",
		"/%2egit/config", "/assets/../.env", "/assets/%2e%2e/.env", "/streamex.db", "/assets/", "/playground", "/altair", "/voyager"} {
		w := get(s, path, "Remote", "203.0.113.9:5")
		if w.Code == 200 { // a place of the web app: its page knows nothing of it
			require.Equal(t, page, marks(w.Body.String()), path)
			continue
		}
		require.GreaterOrEqual(t, w.Code, 300, path)
		require.Less(t, w.Code, 500, path)
	}
	for _, path := range []string{"/metrics", "/.env", "/.git/config", "/graphiql/", "/streamex.db"} {
		require.Equal(t, 404, get(s, path, "Remote", "203.0.113.9:5").Code, path)
	}
}

// internals are what no answer may show.
var internals = regexp.MustCompile(`(?i)sqlite|pq:|postgres|SELECT |INSERT |syntax error|no such|goroutine|runtime error|\.go:|/root/|/home/|panic`)

// hostile values for arguments, as JSON.
var hostile = []string{
	`null`, `true`, `-1`, `0`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775809`, `1e400`, `1.5`, `""`, `" "`, `"\ud800"`,
	`"'; DROP TABLE titles; --"`, `"' OR '1'='1"`, `"\" OR 1=1"`, `"%"`, `"_"`, `"\\"`, `"😀"`, `"\u202e"`, `"NAME; DELETE"`, `"../../etc/passwd"`, `"{{7*7}}"`,
	`"` + strings.Repeat("a", 9_000) + `"`, `"` + strings.Repeat("é", 4_900) + `"`, `[]`, `[[]]`, `[null]`, `{}`, `{"a":1}`, `["a","a"]`,
	`"VGl0bGU6MQ=="`, `"T1"`, `"T-1"`, `"T9223372036854775808"`, `"Thome.1"`,
}

// excessive values for arguments, as JSON, and what the guard says of each.
var excessive = []struct{ value, code, says string }{
	{nested(8, "[", "1", "]"), tooComplex, "8 levels in a value"},
	{"[" + strings.Repeat("1,", 1000) + "1]", tooComplex, "1000 elements in a list"},
	{"[" + strings.Repeat("["+strings.Repeat("1,", 99)+"1],", 49) + "[" + strings.Repeat("1,", 99) + "1]]", tooComplex, "5000 values"},
	{`"` + strings.Repeat("a", 10_001) + `"`, badInput, "10000 bytes"},
	{`"a\u0000b"`, badInput, "NUL"},
}

// Whatever is given to an argument, no answer is our fault, and none tells of
// the inside. What is too much for any argument is refused before all else.
func TestHostileValues(t *testing.T) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: graph.SDL()})
	require.NoError(t, err)
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, out := newServer(t, db, nil)
		_, token := signIn(t, db, false)
		asked, served := 0, 0
		try := func(f *ast.FieldDefinition, a *ast.ArgumentDefinition, value, code, says string) {
			var declared, given []string
			variables := []string{`"v":` + value}
			for _, other := range f.Arguments {
				if other != a && other.Type.NonNull && other.DefaultValue == nil {
					declared = append(declared, "$"+other.Name+":"+other.Type.String())
					given = append(given, other.Name+":$"+other.Name)
					variables = append(variables, fmt.Sprintf(`%q:"T1"`, other.Name))
				}
			}
			declared = append(declared, "$v:"+a.Type.String())
			selection := ""
			if schema.Types[f.Type.Name()].IsCompositeType() {
				selection = "{__typename}"
			}
			query := fmt.Sprintf("query(%s){%s(%s)%s}", strings.Join(declared, " "), f.Name, strings.Join(append(given, a.Name+":$v"), " "), selection)
			body := fmt.Sprintf(`{"query":%q,"variables":{%s}}`, query, strings.Join(variables, ","))
			w, _ := ask(s, body, "Authorization", "Bearer "+token)
			asked++
			if w.Code == 200 {
				served++
			}
			require.Less(t, w.Code, 500, "%.200s: %s", body, w.Body)
			require.NotRegexp(t, internals, w.Body.String(), "%.200s", body)
			list := problems(t, w.Body.Bytes())
			for _, p := range list {
				require.NotContains(t, []string{graph.Internal, graph.Unavailable, ""}, p.Extensions.Code, "%.200s: %s", body, w.Body)
			}
			if code != "" {
				require.NotEmpty(t, list, "%.200s", body)
				require.Equal(t, code, list[0].Extensions.Code, "%.200s: %s", body, list[0].Message)
				require.Contains(t, list[0].Message, says, "%.200s", body)
			}
		}
		for _, f := range schema.Query.Fields {
			for _, a := range f.Arguments {
				each := func(value, code, says string) {
					try(f, a, value, code, says)
					if in := schema.Types[a.Type.Name()]; in.Kind == ast.InputObject {
						for _, field := range in.Fields {
							try(f, a, fmt.Sprintf("{%q:%s}", field.Name, value), code, says)
							try(f, a, fmt.Sprintf("{%q:[%s]}", field.Name, value), code, says)
						}
					}
				}
				for _, value := range hostile {
					each(value, "", "")
				}
				for _, e := range excessive {
					each(e.value, e.code, e.says)
				}
				// JSON has no such text, but an address may.
				w := get(s, "/graphql?query="+url.QueryEscape("{"+f.Name+"("+a.Name+":\"a\xffb\")}"), "Authorization", "Bearer "+token)
				require.Contains(t, w.Body.String(), `"the text is not UTF-8"`, "%s %s", f.Name, a.Name)
				require.Equal(t, badInput, problems(t, w.Body.Bytes())[0].Extensions.Code)
			}
		}
		t.Logf("%d values, %d of them served", asked, served)
		require.Greater(t, served, 50, "some are fine")
		require.NotContains(t, out.String(), `"level":"ERROR"`)
	})
}

// When the database fails, with whatever words of its own, clients learn that
// it is our fault and no more.
func TestFailuresTellNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, out := newServer(t, db, nil)
		_, token := signIn(t, db, false)
		rename := func(tables ...*schema.Table) {
			for _, table := range tables {
				_, err := db.SQL().ExecContext(t.Context(), `ALTER TABLE "`+table.Name+`" RENAME TO "gone_`+table.Name+`"`)
				require.NoError(t, err)
			}
		}
		masked := func(query string, headers ...string) {
			t.Helper()
			w, _ := ask(s, post(query, nil), headers...)
			list := problems(t, w.Body.Bytes())
			require.NotEmpty(t, list, "%s: %s", query, w.Body)
			for _, p := range list {
				require.Equal(t, graph.Internal, p.Extensions.Code, "%s: %s", query, w.Body)
				require.Equal(t, "something went wrong on our side", p.Message)
			}
			require.NotRegexp(t, internals, w.Body.String(), query)
		}
		var catalogue []*schema.Table
		for _, table := range migrate.Tables {
			if !slices.Contains([]string{"sessions", "users", "profiles"}, table.Name) {
				catalogue = append(catalogue, table)
			}
		}
		rename(catalogue...)
		for _, query := range []string{"{home{rows{nodes{id}}}}", "{titles{nodes{id}}}", `{title(slug:"a"){id}}`, "{genres{id}}", "{people{nodes{id}}}", "{characters{nodes{id}}}",
			`{node(id:"VDE"){id}}`, "{viewer{paymentMethods{id}}}"} {
			masked(query, "Authorization", "Bearer "+token)
		}
		rename(migrate.UsersTable)
		masked(signIn1)
		masked(`mutation{signUp(input:{email:"eve@example.com",password:"` + password + `"}){token}}`)
		rename(migrate.SessionsTable)
		for _, path := range []string{"/graphql?query={viewer{__typename}}", "/", "/graphiql/"} {
			w := get(s, path, "Authorization", "Bearer "+token, "Cookie", "streamex_session="+token)
			require.NotRegexp(t, internals, w.Body.String(), path)
		}
		require.Regexp(t, `(no such table|does not exist)`, out.String(), "the log says what it was")
	})
}
