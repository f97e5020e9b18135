package job_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	entjob "streamex/ent/job"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/job"
)

// patience is how long a busy machine may take.
const patience = 30 * time.Second

// follow waits for a job to be as wanted, looking only when it is told to.
func follow(t *testing.T, db *database.DB, id globalid.Job, wanted func(*ent.Job) bool) *ent.Job {
	t.Helper()
	wake, stop, err := db.Listen(t.Context(), job.Topic)
	require.NoError(t, err)
	defer stop()
	limit := time.After(patience)
	for {
		row := db.Client.Job.GetX(t.Context(), id)
		if wanted(row) {
			return row
		}
		select {
		case <-wake:
		case <-limit:
			require.FailNow(t, "the job never came to it", "%+v", row)
		}
	}
}

func ended(j *ent.Job) bool { return j.State != entjob.StateRUNNING }

// wrong is an error that tells what people can put right.
type wrong struct{}

func (wrong) Error() string  { return "secret detail" }
func (wrong) Public() string { return "line 3: no name" }

func TestEnds(t *testing.T) {
	counts := []schema.JobCount{{Name: "titles.created", Count: 2}}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		var log bytes.Buffer
		r := job.NewRunner(db, slog.New(slog.NewTextHandler(&log, nil)))
		for name, c := range map[string]struct {
			work  job.Work
			state entjob.State
			text  string
			log   string
		}{
			"done": {func(_ context.Context, p func(int64, int64)) ([]schema.JobCount, error) { p(7, 7); return counts, nil }, entjob.StateDONE, "", ""},
			"wrong": {func(_ context.Context, p func(int64, int64)) ([]schema.JobCount, error) {
				p(7, 7)
				return counts, wrong{}
			}, entjob.StateFAILED, "line 3: no name", ""},
			"our side": {func(_ context.Context, p func(int64, int64)) ([]schema.JobCount, error) {
				p(7, 7)
				return counts, errors.New("pq: broken")
			}, entjob.StateFAILED, "Something went wrong on our side; the log tells what.", "pq: broken"},
			"panic": {func(_ context.Context, p func(int64, int64)) ([]schema.JobCount, error) { p(7, 7); panic("nil map") }, entjob.StateFAILED, "Something went wrong on our side; the log tells what.", "nil map"},
		} {
			log.Reset()
			row, err := r.Start(t.Context(), 0, entjob.KindIMPORT, name, c.work)
			require.NoError(t, err)
			require.Equal(t, entjob.StateRUNNING, row.State)
			row = follow(t, db, row.ID, ended)
			require.Equal(t, c.state, row.State, name)
			require.EqualValues(t, 7, row.Done)
			require.EqualValues(t, 7, row.Total)
			require.NotNil(t, row.FinishedAt)
			if c.text == "" {
				require.Nil(t, row.Error)
			} else {
				require.Equal(t, c.text, *row.Error)
			}
			if name != "panic" {
				require.Equal(t, counts, row.Report, name)
			}
			require.Contains(t, log.String(), c.log)
			_, err = job.Cancel(t.Context(), db, row.ID)
			require.ErrorIs(t, err, job.ErrNotFound, "it has ended")
		}
		r.Close()
		_, err := job.Cancel(t.Context(), db, 4711)
		require.ErrorIs(t, err, job.ErrNotFound)
	})
}

// TestProgress: who listens sees a job come further, and may end it, from
// another process too.
func TestProgress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := job.NewRunner(db, slog.New(slog.DiscardHandler))
		defer r.Close()
		further := make(chan int64)
		row, err := r.Start(t.Context(), 0, entjob.KindIMPORT, "x", func(ctx context.Context, progress func(int64, int64)) ([]schema.JobCount, error) {
			for {
				select {
				case done := <-further:
					progress(done, 100)
				case <-ctx.Done():
					return []schema.JobCount{{Name: "seen", Count: 1}}, ctx.Err()
				}
			}
		})
		require.NoError(t, err)
		for _, done := range []int64{10, 60} {
			further <- done
			seen := follow(t, db, row.ID, func(j *ent.Job) bool { return j.Done == done })
			require.Equal(t, entjob.StateRUNNING, seen.State)
			require.EqualValues(t, 100, seen.Total)
		}
		_, err = job.Cancel(t.Context(), db, row.ID)
		require.NoError(t, err)
		seen := follow(t, db, row.ID, ended)
		require.Equal(t, entjob.StateCANCELLED, seen.State)
		require.Nil(t, seen.Error)
		require.EqualValues(t, 60, seen.Done)
		require.Equal(t, []schema.JobCount{{Name: "seen", Count: 1}}, seen.Report)
	})
}

func TestStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := job.NewRunner(db, slog.New(slog.DiscardHandler))
		row, err := r.Start(t.Context(), 0, entjob.KindIMPORT, "x", func(ctx context.Context, _ func(int64, int64)) ([]schema.JobCount, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		require.NoError(t, err)
		r.Close()
		row = db.Client.Job.GetX(t.Context(), row.ID)
		require.Equal(t, entjob.StateFAILED, row.State)
		require.Contains(t, *row.Error, "The server was stopped")
	})
}

func TestLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Now().UTC().Truncate(time.Second)
		create := func(state entjob.State, beat time.Time) globalid.Job {
			return db.Client.Job.Create().SetKind(entjob.KindIMPORT).SetLabel("x").SetState(state).SetBeatAt(beat).SaveX(t.Context()).ID
		}
		old := now.Add(-time.Hour)
		lost, alive, done := create(entjob.StateRUNNING, old), create(entjob.StateRUNNING, now), create(entjob.StateDONE, old)
		r := job.NewRunner(db, slog.New(slog.DiscardHandler))
		defer r.Close()
		require.NoError(t, job.EndLost(r, t.Context(), now.Add(-time.Minute)))
		for id, want := range map[globalid.Job]entjob.State{lost: entjob.StateFAILED, alive: entjob.StateRUNNING, done: entjob.StateDONE} {
			require.Equal(t, want, db.Client.Job.GetX(t.Context(), id).State)
		}
	})
}
