package graph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/graph/generated"
)

func schema() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

// Every type, field, argument, value and input of the schema is described.
func TestSchemaIsDescribed(t *testing.T) {
	s := schema()
	described := func(text, what string) {
		require.NotEmpty(t, text, "%s has no description", what)
		require.True(t, strings.HasSuffix(text, "."), "%s: %q is no sentence", what, text)
	}
	types := 0
	for name, def := range s.Types {
		if def.BuiltIn {
			continue
		}
		types++
		described(def.Description, name)
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			described(f.Description, name+"."+f.Name)
			for _, a := range f.Arguments {
				described(a.Description, name+"."+f.Name+"("+a.Name+":)")
			}
		}
		for _, v := range def.EnumValues {
			described(v.Description, name+"."+v.Name)
		}
	}
	require.Greater(t, types, 50)
	for name, d := range s.Directives {
		if d.Position != nil && !d.Position.Src.BuiltIn {
			described(d.Description, "@"+name)
		}
	}
}
