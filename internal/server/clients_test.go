package server_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

const clients = "testdata/clients"

// install fetches the clients of testdata, unless those of the lock file are there.
var install = sync.OnceValues(func() (output []byte, err error) {
	lock, err := os.Stat(clients + "/package-lock.json")
	if err != nil {
		return nil, err
	}
	if have, err := os.Stat(clients + "/node_modules/.package-lock.json"); err == nil && !have.ModTime().Before(lock.ModTime()) {
		return nil, nil
	}
	cmd := exec.Command("npm", "ci")
	cmd.Dir = clients
	return cmd.CombinedOutput()
})

// node runs one of the scripts in testdata/clients and returns what it prints.
// Without Node the test fails: nobody would miss what is never run.
func node(t *testing.T, script string, args ...string) []byte {
	t.Helper()
	output, err := install()
	require.NoError(t, err, "Node 20 with npm is needed: %s", output)
	cmd := exec.CommandContext(t.Context(), "node", append([]string{script}, args...)...)
	cmd.Dir, cmd.Stderr = clients, os.Stderr
	printed, err := cmd.Output()
	require.NoError(t, err, "%s: %s", script, printed)
	return printed
}

// openSchema lets everybody read the schema.
func openSchema(c *graph.Config) { c.Introspection = func(context.Context) bool { return true } }

// The server keeps to GraphQL over HTTP in all that the specification must,
// should and may ask.
func TestAudit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil, openSchema) // an audit asks for a type
		listener := httptest.NewServer(s)
		defer listener.Close()
		var audits []struct{ ID, Name, Status, Reason string }
		require.NoError(t, json.Unmarshal(node(t, "audit.mjs", listener.URL+"/graphql"), &audits))
		require.Len(t, audits, 61)
		for _, a := range audits {
			require.Equal(t, "ok", a.Status, "%s %s: %s", a.ID, a.Name, a.Reason)
		}
	})
}

// What tools send to read the schema is within the limits.
func TestToolsReadTheSchema(t *testing.T) {
	s, _ := newServer(t, dbtest.Open(t, dbtest.SQLite(t)), nil, openSchema)
	w, _ := ask(s, post(string(node(t, "introspection.mjs")), nil))
	require.Equal(t, 200, w.Code, "%.300s", w.Body)
	require.Empty(t, problems(t, w.Body.Bytes()))
	require.Greater(t, w.Body.Len(), 50_000)
}
