package server_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	entjob "streamex/ent/job"
	"streamex/ent/schema"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/job"
)

// An administrator sees a job come further and ends it.
func TestJobProgress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := serveOn(t, db, ":0", nil)
		admin := token(t, auth.New(db.Client, auth.Options{}), "admin@example.com", true)
		runner := job.NewRunner(db, slog.New(slog.DiscardHandler))
		defer runner.Close()
		further := make(chan int64)
		row, err := runner.Start(t.Context(), 0, entjob.KindIMPORT, "catalogue.jsonl", func(ctx context.Context, progress func(int64, int64)) ([]schema.JobCount, error) {
			for {
				select {
				case done := <-further:
					progress(done, 100)
				case <-ctx.Done():
					return []schema.JobCount{{Name: "titles.created", Count: 4}}, ctx.Err()
				}
			}
		})
		require.NoError(t, err)
		events := bufio.NewReader(eventStream(t, r, admin, fmt.Sprintf(`subscription{jobProgress(id:%q){state done total label report{name count}}}`, row.ID)).Body)
		until := func(part string) {
			for {
				if e := event(t, events); strings.Contains(e, part) {
					return
				}
			}
		}
		until(`"state":"RUNNING","done":0,"total":0,"label":"catalogue.jsonl","report":[]`)
		further <- 40
		until(`"done":40,"total":100`)
		require.Contains(t, r.ask(admin, fmt.Sprintf(`mutation{cancelJob(id:%q){job{state}userErrors{code}}}`, row.ID), nil),
			`"data":{"cancelJob":{"job":{"state":"RUNNING"},"userErrors":[]}}`)
		until(`"state":"CANCELLED","done":40,"total":100,"label":"catalogue.jsonl","report":[{"name":"titles.created","count":4}]`)
		require.Contains(t, r.ask(admin, `{jobs(first:5){nodes{state}pageInfo{hasNextPage}}}`, nil),
			`"data":{"jobs":{"nodes":[{"state":"CANCELLED"}],"pageInfo":{"hasNextPage":false}}}`)
		require.Contains(t, r.ask(admin, fmt.Sprintf(`mutation{cancelJob(id:%q){userErrors{code path}}}`, row.ID), nil), `"NOT_FOUND"`)
	})
}
