package graph

import (
	"context"
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"streamex/graph/loader"
	"streamex/internal/database"
	"streamex/internal/job"
	"streamex/internal/viewer"
)

// topics say, per field of Subscription, whose changes it follows. That is all
// there is to know of a new one: its resolver answers for now, with current.
var topics = map[string]func(viewer.Viewer) database.Topic{
	"viewerChanged": func(v viewer.Viewer) database.Topic { return database.Account(v.User) },
	"jobProgress":   func(viewer.Viewer) database.Topic { return job.Topic },
}

// pause is how long an answer is put off that could not be given.
const pause = time.Second

// current is what a field of Subscription answers now; what the selection below
// it needs is loaded ahead.
func current[T any](ctx context.Context, value T) <-chan T {
	loader.Ahead(ctx, value)
	one := make(chan T, 1)
	one <- value
	close(one)
	return one
}

// follow runs a subscription: c, which is its first call, and another like it
// after each change, until ctx ends or an answer is the last one. Each is an
// operation like any other, with a viewer, loaders, limits and a deadline of its
// own. It takes over c, and returns what send does.
func (s *stream) follow(ctx context.Context, c *call, params graphql.RawParams, send func(*call, *graphql.Response) error) error {
	changed, stop, err := s.changes(c)
	if err != nil {
		c.refuse(err)
	} else {
		defer stop()
	}
	for first := true; ; first = false {
		resp := c.run()
		c.end()
		if ctx.Err() != nil {
			return nil
		}
		if wait := c.putOff(resp, first); wait > 0 {
			if !sleep(ctx, wait) {
				return nil
			}
		} else {
			if err := send(c, resp); err != nil || c.last(resp) {
				return err
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return nil
			}
		}
		v, err := s.look(ctx)
		for ; err != nil; v, err = s.look(ctx) {
			if errors.Is(err, errSignedOut) {
				s.cancel(errSignedOut)
				return nil
			}
			if !sleep(ctx, pause) { // the database is away
				return nil
			}
		}
		again := params
		c = s.api.prepare(viewer.NewContext(ctx, v), &again)
	}
}

// changes listens to what a call of a subscription follows.
func (s *stream) changes(c *call) (changed <-chan struct{}, stop func(), err error) {
	if c.refused == nil {
		if f := c.followed(); f == nil || topics[f.Name] == nil { // such as __typename
			return nil, nil, &failure{code: BadUserInput, message: "a subscription has one field to follow"}
		}
		topic := topics[c.followed().Name](viewer.From(c.ctx))
		return s.api.config.DB.Listen(c.ctx, topic)
	}
	return nil, func() {}, nil
}

// followed is the field of a subscription.
func (c *call) followed() *graphql.CollectedField {
	fields := graphql.CollectFields(c.oc, c.oc.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 {
		return nil
	}
	return &fields[0]
}

// putOff tells for how long an answer must wait: nobody asked for just this one,
// so that we are busy, or the database away, is of no interest to the client.
func (c *call) putOff(resp *graphql.Response, first bool) time.Duration {
	if resp == nil { // too late: the machine is busy
		return pause
	}
	if first || len(resp.Errors) == 0 {
		return 0
	}
	switch resp.Errors[0].Extensions["code"] {
	case RateLimited, Overloaded, Unavailable:
		if seconds, ok := resp.Errors[0].Extensions["retryAfter"].(int); ok {
			return time.Duration(seconds) * time.Second
		}
		return pause
	}
	return 0
}

// last tells whether nothing can follow an answer: the operation was refused, or
// its field is not for the viewer, or no more.
func (c *call) last(resp *graphql.Response) bool {
	if !c.ran {
		return true
	}
	if len(resp.Errors) == 0 || len(resp.Data) > 0 && string(resp.Data) != "null" {
		return false
	}
	switch resp.Errors[0].Extensions["code"] {
	case Unauthenticated, Forbidden, ProfileRequired:
		return true
	}
	return false
}

// event is one answer of a subscription. gqlgen's executor knows neither the path
// of what is below its field, nor that the field may not be null.
func (c *call) event(ctx context.Context, responses graphql.ResponseHandler) *graphql.Response {
	f := c.followed()
	resp := responses(graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription", Field: *f}))
	if resp != nil && f.Definition.Type.NonNull && string(resp.Data) == `{"`+f.Alias+`":null}` {
		resp.Data = nil
	}
	return resp
}

// sleep waits. It is false when ctx ended before.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
