package graph_test

import (
	"os"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/graph/graphtest"
)

// BenchmarkHome answers the web app's home document, the session's look-up and
// HTTP included.
func BenchmarkHome(b *testing.B) {
	text, err := os.ReadFile("testdata/home.graphql")
	require.NoError(b, err)
	for _, name := range []string{dialect.SQLite, dialect.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := graphtest.Shared(b, name, 2000)
			first := s.Ask(b, graphtest.Keen, string(text), nil)
			first.Data(b, new(any))
			b.ReportAllocs()
			for b.Loop() {
				s.Ask(b, graphtest.Keen, string(text), nil)
			}
			b.ReportMetric(float64(len(first.Statements)), "statements")
			b.ReportMetric(float64(len(first.Body)), "bytes")
		})
	}
}
