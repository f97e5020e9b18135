// Package job runs long work in the background and keeps its progress in the
// database, where every process and its clients see it.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"streamex/ent"
	entjob "streamex/ent/job"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
)

const (
	// step is how often progress is written while there is some.
	step = 500 * time.Millisecond
	// beat is how often a job says that its process is there, and asks whether
	// somebody wants it to end.
	beat = 5 * time.Second
	// lost is how long after its last beat a job counts as ended with its process.
	lost = time.Minute
)

// Topic is that of all jobs.
const Topic database.Topic = "jobs"

// What becomes of jobs that did not end by themselves.
var (
	// ErrNotFound says that there is no such job, or that it has ended.
	ErrNotFound = errors.New("job: there is no such job, or it has ended")

	errCancelled = errors.New("job: somebody ended it")
)

// Work is what a job does. It tells of its progress, in whatever unit, with a
// total of 0 when it does not know; the report is kept, also beside an error. It
// shall end soon after ctx does, and so that it can be done again.
type Work func(ctx context.Context, progress func(done, total int64)) (report []schema.JobCount, err error)

// Runner runs jobs in this process.
type Runner struct {
	db   *database.DB
	log  *slog.Logger
	all  context.Context
	stop context.CancelFunc
	wait sync.WaitGroup
}

// NewRunner returns a runner; Close ends its jobs.
func NewRunner(db *database.DB, log *slog.Logger) *Runner {
	r := &Runner{db: db, log: log}
	r.all, r.stop = context.WithCancel(context.Background())
	return r
}

// Close ends the jobs that run here, which fail, and waits for them.
func (r *Runner) Close() {
	r.stop()
	r.wait.Wait()
}

// public is an error whose text is for people: it tells what they can put right.
type public interface {
	error
	Public() string
}

// Start begins a job on behalf of an account, 0 for none, and returns at once.
func (r *Runner) Start(ctx context.Context, user globalid.User, kind entjob.Kind, label string, work Work) (*ent.Job, error) {
	create := r.db.Client.Job.Create().SetKind(kind).SetLabel(label)
	if user != 0 {
		create.SetUserID(user)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("job: %w", err)
	}
	r.wait.Go(func() { r.run(row.ID, work) })
	return row, nil
}

func (r *Runner) run(id globalid.Job, work Work) {
	ctx, cancel := context.WithCancelCause(r.all)
	defer cancel(nil)
	var done, total atomic.Int64
	ended := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() { r.watch(id, &done, &total, cancel, ended) })
	report, err := protect(ctx, work, func(d, t int64) { done.Store(d); total.Store(t) })
	close(ended)
	watch.Wait()
	r.finish(ctx, id, done.Load(), total.Load(), report, err)
}

// protect runs work, of which a panic ends nothing but the job.
func protect(ctx context.Context, work Work, progress func(done, total int64)) (report []schema.JobCount, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return work(ctx, progress)
}

// watch writes progress and beats until the job has ended, and ends it when
// somebody wants that.
func (r *Runner) watch(id globalid.Job, done, total *atomic.Int64, cancel context.CancelCauseFunc, ended <-chan struct{}) {
	ticker := time.NewTicker(step)
	defer ticker.Stop()
	told, stop, err := r.db.Listen(r.all, Topic)
	if err != nil { // then a beat tells
		told, stop = nil, func() {}
	}
	defer stop()
	var shownDone, shownTotal int64
	last := time.Now()
	for {
		select {
		case <-ended:
			return
		case <-told:
			if unwanted, err := r.db.Client.Job.Query().Where(entjob.ID(id), entjob.Cancel(true)).Exist(r.all); err == nil && unwanted {
				cancel(errCancelled)
			}
			continue
		case <-ticker.C:
		}
		d, t := done.Load(), total.Load()
		changed := d != shownDone || t != shownTotal
		if !changed && time.Since(last) < beat {
			continue
		}
		ctx, stop := context.WithTimeout(r.all, beat)
		row, err := write(ctx, r.db, changed, func(c *ent.Client) (*ent.Job, error) {
			return c.Job.UpdateOneID(id).Where(entjob.StateEQ(entjob.StateRUNNING)).SetDone(d).SetTotal(t).SetBeatAt(now()).Save(ctx)
		})
		stop()
		switch {
		case ent.IsNotFound(err): // its account's database was emptied, or it was held for lost
			cancel(errCancelled)
		case err != nil:
			r.log.Warn("progress of a job was not written", "job", id, "err", err)
		case row.Cancel:
			cancel(errCancelled)
		default:
			shownDone, shownTotal, last = d, t, time.Now()
		}
	}
}

// write changes a job, and tells of it.
func write(ctx context.Context, db *database.DB, tell bool, change func(*ent.Client) (*ent.Job, error)) (row *ent.Job, err error) {
	tx, err := db.Client.Tx(ctx)
	if err != nil {
		return nil, err
	}
	if row, err = change(tx.Client()); err == nil && tell {
		err = database.Publish(ctx, tx, Topic)
	}
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return row, tx.Commit()
}

func (r *Runner) finish(ended context.Context, id globalid.Job, done, total int64, report []schema.JobCount, err error) {
	// The end is written even when the program stops: then that is what it tells.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ended), 10*time.Second)
	defer cancel()
	state, text := entjob.StateDONE, ""
	shown, isPublic := errors.AsType[public](err)
	switch {
	case err == nil:
	case errors.Is(context.Cause(ended), errCancelled):
		state = entjob.StateCANCELLED
	case ended.Err() != nil:
		state, text = entjob.StateFAILED, interrupted
	case isPublic:
		state, text = entjob.StateFAILED, shown.Public()
	default:
		state, text = entjob.StateFAILED, "Something went wrong on our side; the log tells what."
		r.log.Error("a job failed", "job", id, "err", err)
	}
	_, err = write(ctx, r.db, true, func(c *ent.Client) (*ent.Job, error) {
		u := c.Job.UpdateOneID(id).SetState(state).SetDone(done).SetTotal(total).SetReport(report).SetBeatAt(now()).SetFinishedAt(now())
		if text != "" {
			u.SetError(text)
		}
		return u.Save(ctx)
	})
	if err != nil {
		r.log.Error("the end of a job was not written", "job", id, "err", err)
	}
}

const interrupted = "The server was stopped in the middle. Start it again: what was done is not done twice."

// Cancel asks a running job of any process to end; it does so soon. It returns
// ErrNotFound.
func Cancel(ctx context.Context, db *database.DB, id globalid.Job) (*ent.Job, error) {
	row, err := write(ctx, db, true, func(c *ent.Client) (*ent.Job, error) {
		return c.Job.UpdateOneID(id).Where(entjob.StateEQ(entjob.StateRUNNING)).SetCancel(true).Save(ctx)
	})
	if ent.IsNotFound(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("job: %w", err)
	}
	return row, nil
}

// Watch ends the jobs of processes that were killed, now and then, until ctx
// ends.
func (r *Runner) Watch(ctx context.Context) {
	ticker := time.NewTicker(lost / 2)
	defer ticker.Stop()
	for {
		if err := r.endLost(ctx, now().Add(-lost)); err != nil && ctx.Err() == nil {
			r.log.Warn("lost jobs were not ended", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// endLost ends the running jobs that were last heard of before a time.
//
// Plan: the index (state, beat_at).
func (r *Runner) endLost(ctx context.Context, before time.Time) error {
	dead, err := r.db.Client.Job.Query().Where(entjob.StateEQ(entjob.StateRUNNING), entjob.BeatAtLT(before)).IDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range dead {
		_, err := write(ctx, r.db, true, func(c *ent.Client) (*ent.Job, error) {
			return c.Job.UpdateOneID(id).Where(entjob.StateEQ(entjob.StateRUNNING), entjob.BeatAtLT(before)).
				SetState(entjob.StateFAILED).SetError(interrupted).SetFinishedAt(now()).Save(ctx)
		})
		if err != nil && !ent.IsNotFound(err) { // another process was quicker
			return err
		}
	}
	return nil
}

// now cuts times to microseconds, the precision of both databases.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
