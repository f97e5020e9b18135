package graph_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

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

// bare is an answer without its extensions.
func bare(t *testing.T, a graphtest.Answer) string {
	var body map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(a.Body, &body), "%s", a.Body)
	delete(body, "extensions")
	text, err := json.Marshal(body)
	require.NoError(t, err)
	return string(text)
}
