package graph

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"streamex/internal/viewer"
)

// mediaEvents is the media type of GraphQL over server-sent events, in the mode
// that has a connection for each operation.
const mediaEvents = "text/event-stream"

// events writes server-sent events.
type events struct {
	w  http.ResponseWriter
	rc *http.ResponseController

	mu      sync.Mutex
	started bool
}

func newEvents(w http.ResponseWriter) *events {
	return &events{w: w, rc: http.NewResponseController(w)}
}

func (e *events) next(body []byte) error {
	return e.write("event: next\ndata: " + string(body) + "\n\n")
}

func (e *events) complete() error { return e.write("event: complete\ndata:\n\n") }

func (e *events) write(text string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.started {
		e.started = true
		h := e.w.Header()
		h.Set("Content-Type", mediaEvents+"; charset=utf-8")
		h.Set("Cache-Control", "private, no-store")
		h.Set("X-Accel-Buffering", "no") // a proxy must not wait for more
		h.Add("Vary", "Accept")
		e.w.WriteHeader(http.StatusOK)
	}
	return e.send(text)
}

// beat keeps proxies from taking the connection for dead, and finds out whether
// it is.
func (e *events) beat() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.started {
		return nil
	}
	return e.send(":\n\n")
}

// send fails when the client does not take text in time: nothing is kept for it.
func (e *events) send(text string) error {
	if err := e.rc.SetWriteDeadline(time.Now().Add(writePatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.rc.Flush()
}

// serveEvents answers a subscription, whose first call is c, until it ends. It
// takes over c.
func (a *API) serveEvents(w http.ResponseWriter, r *http.Request, c *call, params graphql.RawParams) {
	v := viewer.From(r.Context())
	leave, err := a.streams.enter(append(a.ofAddress(r.Context()), ofViewer(v)...)...)
	if err != nil {
		c.end()
		a.refuseStream(w, r, err)
		return
	}
	defer leave()
	defer a.opened("sse")()
	out := newEvents(w)
	_ = out.rc.SetReadDeadline(time.Time{}) // the one of the request, which was read, would end its answer
	s := a.newStream(r, v)
	defer s.cancel(nil)
	changed, stop, err := s.listen(s.ctx)
	if err != nil {
		c.end()
		a.refuseStream(w, r, err)
		return
	}
	defer stop()
	var watching sync.WaitGroup
	watching.Go(func() { s.watch(changed, out.beat) })
	err = s.follow(s.ctx, c, params, func(c *call, resp *graphql.Response) error {
		if !c.last(resp) {
			return out.next(c.encode(resp))
		}
		if r.Method == http.MethodGet && !out.started { // a browser's EventSource gives up for nothing else
			answer(w, mediaJSON, refusedEvents(resp), resp, c.ran)
			return nil
		}
		return errors.Join(out.next(c.encode(resp)), out.complete())
	})
	over := err == nil && errors.Is(context.Cause(s.ctx), errSignedOut)
	s.cancel(nil)
	watching.Wait()
	if over {
		_ = errors.Join(out.next(encode(a.failed(r.Context(), errUnauthenticated), false)), out.complete()) // or it is gone
	}
}

// refusedEvents is the status of an event stream that does not begin.
func refusedEvents(resp *graphql.Response) int {
	switch resp.Errors[0].Extensions["code"] {
	case Unauthenticated:
		return http.StatusUnauthorized
	case Forbidden, ProfileRequired:
		return http.StatusForbidden
	}
	if status := refusal(mediaJSON, resp.Errors); status != http.StatusOK {
		return status
	}
	return http.StatusBadRequest
}
