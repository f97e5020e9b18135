package graph

import (
	"strings"

	"github.com/vektah/gqlparser/v2/formatter"

	"streamex/graph/generated"
)

// SDL is the schema's text, its topics merged: what clients' tools read.
func SDL() string {
	schema := *generated.NewExecutableSchema(generated.Config{}).Schema()
	schema.Directives = withoutBindings(schema.Directives)
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(&schema)
	return b.String()
}

// withoutBindings leaves out the directives that only the server's generator
// reads.
func withoutBindings[T any](all map[string]T) map[string]T {
	public := make(map[string]T, len(all))
	for name, d := range all {
		if !strings.HasPrefix(name, "go") {
			public[name] = d
		}
	}
	return public
}
