package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/graph/graphtest"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// TestDatabaseAway: that the database is busy for too long is no fault of ours,
// and nobody learns which database it is.
func TestDatabaseAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := graphtest.New(t, db, 10)
		lock, err := db.SQL().BeginTx(t.Context(), nil)
		require.NoError(t, err)
		defer lock.Rollback()
		_, err = lock.ExecContext(t.Context(), "UPDATE users SET name = name")
		require.NoError(t, err)
		const write = `mutation { createProfile(input: {name: "New"}) { profile { name } userErrors { code } } }`
		a := s.Ask(t, 1, write, nil)
		require.Equal(t, 200, a.Status)
		require.Len(t, a.Errors(t), 1, "%s", a.Body)
		problem := a.Errors(t)[0]
		require.Equal(t, graph.Unavailable, problem.Extensions.Code)
		require.Equal(t, "the database is away, try again soon", problem.Message)
		require.Equal(t, []any{"createProfile"}, problem.Path)
		require.Contains(t, s.Log(), "database away")

		s.Ask(t, 1, "{ titles(first: 1) { nodes { name } } }", nil).Data(t, new(any))
		require.NoError(t, lock.Rollback())
		s.Ask(t, 1, write, nil).Data(t, new(any))
	})
}
