package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/graph/graphtest"
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
		return map[string]string{"ID": `"VDE"`, "String": `"x"`, "Int": "1", "Boolean": "true"}[typ.Name()]
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
func TestChild(t *testing.T) {
	allowed := map[string]bool{"ALL": true, "AGE_7": true}
	graphtest.Each(t, 200, func(t *testing.T, s *graphtest.Server) {
		seen := 0
		look := func(query string, variables graphtest.Variables) {
			t.Helper()
			var data any
			s.Ask(t, graphtest.Kid, query, variables).Data(t, &data)
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
		look(`{ home { rows(first: 100) { nodes { reason { ... on BecauseYouWatched { title { slug maturity } } } items(first: 50) { nodes { title { slug maturity } } } } } } }`, nil)
		for title := 1; title <= 120; title++ {
			visible := graphtest.Maturity(title) <= 7 && !graphtest.Hidden(title)
			a := s.Ask(t, graphtest.Kid, `query($slug: String!, $id: ID!) { title(slug: $slug) { id } node(id: $id) { id } }`,
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
		s.Ask(t, graphtest.Kid, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, graphtest.Variables{"ids": []string{id('C', characterOf(above)), id('H', 1)}}).Data(t, &data)
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
