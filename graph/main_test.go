package graph_test

import (
	"os"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"streamex/graph/graphtest"
	"streamex/internal/database/dbtest"
)

func TestMain(m *testing.M) { os.Exit(graphtest.Main(m)) }

// fresh returns a catalogue of n titles for a test that writes to it.
func fresh(t *testing.T, name string, n int) *graphtest.Server {
	url := dbtest.SQLite
	if name == dialect.Postgres {
		url = dbtest.Postgres
	}
	return graphtest.New(t, dbtest.Open(t, url(t)), n)
}

func countLines(text string) int { return strings.Count(text, "\n") }
