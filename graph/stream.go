package graph

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"streamex/ent/schema/globalid"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/viewer"
)

// Why a stream ends, when its client did not end it. They are causes of its
// context.
var (
	// errSignedOut says that the session is over, or that its token is.
	errSignedOut = errors.New("the session is over")
	// errLeaving says that the server is about to end.
	errLeaving = errors.New("the server is about to end")
	// errSilent says that the client does not answer, or does not read.
	errSilent = errors.New("the client is gone")
)

// stream is an answer without an end: a WebSocket with any number of
// operations, or an event stream with one.
type stream struct {
	api *API
	// request is what it came by: its headers say who asks, now and later.
	request *http.Request
	user    globalid.User

	ctx    context.Context
	cancel context.CancelCauseFunc
}

func (a *API) newStream(r *http.Request, v viewer.Viewer) *stream {
	s := &stream{api: a, request: r, user: v.User}
	s.ctx, s.cancel = context.WithCancelCause(r.Context())
	return s
}

// look finds who asks now: with another profile, or no administrator any more.
// It returns errSignedOut when that is not who opened the stream.
func (s *stream) look(ctx context.Context) (viewer.Viewer, error) {
	limit, cancel := context.WithTimeout(ctx, s.api.config.Timeout)
	defer cancel()
	v, err := s.api.config.Auth.Again(s.request.WithContext(limit))
	if err == nil && v.User != s.user {
		err = errSignedOut
	}
	return v, err
}

// watch ends the stream with its session or with the server, and calls beat now
// and then, which fails when the client is gone. It returns when the stream has
// ended.
func (s *stream) watch(changed <-chan struct{}, beat func() error) {
	pulse := time.NewTicker(s.api.config.Beat)
	defer pulse.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.api.streams.leaving:
			s.cancel(errLeaving)
			return
		case <-changed:
		case <-pulse.C: // sessions also expire, and other processes may share an SQLite file
			if beat() != nil {
				s.cancel(errSilent)
				return
			}
		}
		if _, err := s.look(s.ctx); errors.Is(err, errSignedOut) {
			s.cancel(errSignedOut)
			return
		}
	}
}

// listen tells of changes of the account that opened the stream.
func (s *stream) listen(ctx context.Context) (changed <-chan struct{}, stop func(), err error) {
	limit, cancel := context.WithTimeout(ctx, s.api.config.Timeout)
	defer cancel()
	return s.api.config.DB.Listen(limit, database.Account(s.user))
}

// streams counts those that are open in this process.
type streams struct {
	mu   sync.Mutex
	open map[string]int // by who has them
	all  sync.WaitGroup
	// leaving is closed when no more may be opened and those that are must end.
	leaving chan struct{}
}

func newStreams() *streams { return &streams{open: make(map[string]int), leaving: make(chan struct{})} }

// place is one of a number that somebody may have.
type place struct {
	who   string
	limit int
}

// enter takes one place of each. It returns a failure, and takes none, when one
// is not free. leave gives them back.
func (s *streams) enter(places ...place) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.leaving:
		return nil, errOverloaded
	default:
	}
	for _, p := range places {
		if s.open[p.who] >= p.limit {
			return nil, errTooManyStreams
		}
	}
	for _, p := range places {
		s.open[p.who]++
	}
	s.all.Add(1)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, p := range places {
			if s.open[p.who]--; s.open[p.who] == 0 {
				delete(s.open, p.who)
			}
		}
		s.all.Done()
	}, nil
}

// ofAddress are the places of a connection from where ctx comes.
func (a *API) ofAddress(ctx context.Context) []place {
	places := []place{{"", allStreams}}
	if a.config.Address != nil {
		if from := a.config.Address(ctx); from.IsValid() {
			places = append(places, place{"address " + auth.Network(from), addressStreams})
		}
	}
	return places
}

// ofViewer is the place of a viewer's connection.
func ofViewer(v viewer.Viewer) []place {
	if !v.SignedIn() {
		return nil
	}
	return []place{{"viewer " + v.User.String(), viewerStreams}}
}

// failed is the answer that says why there is none.
func (a *API) failed(ctx context.Context, err error) *graphql.Response {
	ctx = graphql.WithOperationContext(graphql.StartOperationTrace(ctx), new(graphql.OperationContext))
	return a.exec.DispatchError(ctx, asList(err))
}

// refuseStream says why a stream is not opened.
func (a *API) refuseStream(w http.ResponseWriter, r *http.Request, err error) {
	resp := a.failed(r.Context(), err)
	answer(w, mediaJSON, refusal(mediaJSON, resp.Errors), resp, false)
}

// opened tells of a stream, and returns what tells of its end.
func (a *API) opened(transport string) (closed func()) {
	tell := a.config.OnStream
	if tell == nil {
		return func() {}
	}
	tell(transport, 1)
	return func() { tell(transport, -1) }
}

// EndStreams ends all open streams, so that their clients go elsewhere, and lets
// nobody open another.
func (a *API) EndStreams() {
	a.streams.mu.Lock()
	defer a.streams.mu.Unlock()
	select {
	case <-a.streams.leaving:
	default:
		close(a.streams.leaving)
	}
}

// WaitStreams waits until the streams that EndStreams ended are closed. It
// returns ctx's error when that takes longer.
func (a *API) WaitStreams(ctx context.Context) error {
	closed := make(chan struct{})
	go func() {
		a.streams.all.Wait()
		close(closed)
	}()
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
