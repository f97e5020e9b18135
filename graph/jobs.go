package graph

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	entjob "streamex/ent/job"
	"streamex/ent/schema/globalid"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/job"
)

// jobs reads a page of jobs, the latest first.
func (r *Resolver) jobs(ctx context.Context, p loader.Page) (*model.JobConnection, error) {
	q := r.db.Job.Query().Order(entjob.ByID(sql.OrderDesc())).Limit(p.First + 1)
	if p.After.Set {
		q.Where(entjob.IDLT(globalid.Job(p.After.Number)))
	}
	rows, err := q.All(ctx)
	if err != nil {
		return nil, err
	}
	return relay.Page(rows, p.First, p.After.Set, func(_ int, j *ent.Job) string {
		return relay.Encode(loader.JobList.Name, int64(j.ID))
	}), nil
}

// job is the job with an id, nil when there is none that the viewer may see.
func (r *Resolver) job(ctx context.Context, g globalid.Global) (*ent.Job, error) {
	row, err := r.db.Job.Query().Where(entjob.ID(number[globalid.Job](g, globalid.KindJob))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

func (r *Resolver) cancelJob(ctx context.Context, g globalid.Global) (*model.CancelJobPayload, error) {
	row, err := job.Cancel(ctx, r.database, number[globalid.Job](g, globalid.KindJob))
	if errors.Is(err, job.ErrNotFound) {
		return &model.CancelJobPayload{UserErrors: []*model.UserError{{Code: NotFound, Message: "There is no such job that runs.", Path: []string{"id"}}}}, nil
	}
	return &model.CancelJobPayload{Job: row, UserErrors: []*model.UserError{}}, err
}
