package server_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	entjob "streamex/ent/job"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/demo"
	"streamex/internal/importer"
	"streamex/internal/job"
	"streamex/internal/server"
)

// An administrator imports a file, and sees what came of it.
func TestUploadedCatalogue(t *testing.T) {
	from := dbtest.Open(t, dbtest.SQLite(t))
	require.NoError(t, demo.Load(t.Context(), from, "!"))
	var catalogue bytes.Buffer
	require.NoError(t, importer.Export(t.Context(), from, &catalogue))
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		runner := job.NewRunner(db, slog.New(slog.DiscardHandler))
		defer runner.Close()
		s, _ := newServer(t, db, func(c *server.Config) { c.Jobs = runner })
		a := auth.New(db.Client, auth.Options{})
		admin, viewer := token(t, a, "admin@example.com", true), token(t, a, "viewer@example.com", false)
		send := func(body, token string) (int, []byte) {
			w := send(s, "POST", "/imports/jsonl?name=demo.jsonl", body, "Authorization", "Bearer "+token)
			return w.Code, w.Body.Bytes()
		}
		run := func(body string) *ent.Job {
			status, answer := send(body, admin)
			require.Equal(t, http.StatusOK, status, "%s", answer)
			var started struct{ Job struct{ ID globalid.Job } }
			var raw struct{ Job struct{ ID string } }
			require.NoError(t, json.Unmarshal(data(t, answer), &raw))
			require.NoError(t, started.Job.ID.UnmarshalGQL(raw.Job.ID))
			var row *ent.Job
			require.Eventually(t, func() bool {
				row = db.Client.Job.GetX(t.Context(), started.Job.ID)
				return row.State != entjob.StateRUNNING
			}, 3*time.Minute, 50*time.Millisecond)
			return row
		}
		status, answer := send("{}", viewer)
		require.Equal(t, http.StatusForbidden, status)
		require.Equal(t, "FORBIDDEN", code(t, answer))

		row := run(catalogue.String())
		require.Equal(t, entjob.StateDONE, row.State, "%v", row.Error)
		require.Equal(t, "demo.jsonl", row.Label)
		require.EqualValues(t, catalogue.Len(), row.Total)
		require.EqualValues(t, catalogue.Len(), row.Done)
		titles := db.Client.Title.Query().CountX(t.Context())
		require.Contains(t, row.Report, schema.JobCount{Name: "inserted.titles", Count: int64(titles)})
		require.Equal(t, from.Client.Title.Query().CountX(t.Context()), titles)

		row = run(catalogue.String())
		require.Equal(t, entjob.StateDONE, row.State)
		for _, c := range row.Report {
			require.False(t, strings.HasPrefix(c.Name, "inserted.") || strings.HasPrefix(c.Name, "changed."), "%v", c)
		}
		row = run(catalogue.String() + "{broken\n")
		require.Equal(t, entjob.StateFAILED, row.State)
		require.Regexp(t, `^Line \d+: `, *row.Error)
	})
}
