package graph

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/internal/viewer"
)

// protocol is the only one that is spoken over a WebSocket.
const protocol = "graphql-transport-ws"

// closing is why a WebSocket is closed, as its client learns it. Clients stop
// for some codes and come back for others.
type closing struct {
	code   int
	reason string
}

func (c closing) Error() string { return c.reason }

var (
	errMessage      = closing{4400, "Invalid message received"}
	errUnauthorized = closing{4401, "Unauthorized"}
	errOver         = closing{4403, "Forbidden"}
	errSubprotocol  = closing{4406, "Subprotocol not acceptable"}
	errInitTimeout  = closing{4408, "Connection initialisation timeout"}
	errInitAgain    = closing{4429, "Too many initialisation requests"}
	errConnections  = closing{4429, "Too many connections"}
	errAway         = closing{websocket.CloseTryAgainLater, "Try again later"}
	errGoing        = closing{websocket.CloseGoingAway, "Going away"}
)

// closingOf says how a stream that ended for cause is closed.
func closingOf(cause error) closing {
	if c, ok := errors.AsType[closing](cause); ok {
		return c
	}
	if errors.Is(cause, errSignedOut) {
		return errOver
	}
	return errGoing
}

// message is one of the protocol's.
type message struct {
	Type    string          `json:"type"`
	ID      string          `json:"id,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// maxID bounds the id of an operation, in bytes.
const maxID = 256

// parseMessage reads what a client sent. It returns errMessage for what is none
// of the protocol's messages.
func parseMessage(text []byte) (m message, err error) {
	if len(text) == 0 || unmarshal(string(text), &m) != nil || len(m.ID) > maxID {
		return message{}, errMessage
	}
	object := len(m.Payload) > 0 && m.Payload[0] == '{'
	none := len(m.Payload) == 0 || string(m.Payload) == "null"
	ok := false
	switch m.Type {
	case "connection_init", "ping", "pong":
		ok = object || none
	case "subscribe":
		ok = m.ID != "" && object
	case "complete":
		ok = m.ID != ""
	}
	if !ok {
		return message{}, errMessage
	}
	return m, nil
}

// upgrader leaves it to the server whose pages may open a WebSocket.
var upgrader = websocket.Upgrader{
	Subprotocols: []string{protocol},
	CheckOrigin:  func(*http.Request) bool { return true },
	Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
		refuse(w, mediaJSON, status, reason.Error())
	},
	WriteBufferPool: new(sync.Pool),
}

// socket is a WebSocket: a stream whose client says in messages who it is and
// what it wants.
type socket struct {
	*stream
	conn *websocket.Conn

	writing sync.Mutex
	// What the reading goroutine alone knows.
	greeted  bool // by connection_init
	accepted bool // connection_ack was sent
	leave    []func()

	mu         sync.Mutex
	operations map[string]*subscriber
	closed     bool // the client was told to close
	running    sync.WaitGroup
}

// subscriber is an operation that a WebSocket runs.
type subscriber struct {
	id     string
	ctx    context.Context
	cancel context.CancelFunc
}

// serveSocket answers a WebSocket until it is closed.
func (a *API) serveSocket(w http.ResponseWriter, r *http.Request) {
	leave, err := a.streams.enter(a.ofAddress(r.Context())...)
	if err != nil {
		a.refuseStream(w, r, err)
		return
	}
	defer leave()
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // which was answered
	}
	defer conn.Close()
	defer a.opened("websocket")()
	s := &socket{stream: a.newStream(r, viewer.Viewer{}), conn: conn, operations: make(map[string]*subscriber)}
	s.serve()
}

func (s *socket) serve() {
	var closer sync.WaitGroup
	closer.Go(func() {
		select {
		case <-s.ctx.Done():
		case <-s.api.streams.leaving:
			s.cancel(errLeaving)
		}
		s.close(closingOf(context.Cause(s.ctx)))
	})
	initTimer := time.AfterFunc(initPatience, func() { s.cancel(errInitTimeout) })
	defer func() {
		initTimer.Stop()
		s.cancel(errSilent)
		closer.Wait()
		s.running.Wait()
		for _, leave := range s.leave {
			leave()
		}
	}()
	if s.conn.Subprotocol() != protocol {
		s.cancel(errSubprotocol)
	}
	s.conn.SetReadLimit(maxFrame)
	s.conn.SetPongHandler(func(string) error { return s.heard() })
	for {
		if s.heard() != nil {
			return
		}
		kind, text, err := s.conn.ReadMessage()
		if err != nil {
			s.drain(err)
			return
		}
		if s.ctx.Err() != nil { // it is being closed: all else is waste
			continue
		}
		m, err := parseMessage(text)
		if err == nil && kind != websocket.TextMessage {
			err = errMessage
		}
		if err == nil {
			err = s.handle(m, initTimer)
		}
		if err != nil {
			s.cancel(err)
		}
	}
}

// heard gives the client time until it must be heard of again. While it is told
// to close, that time is running already.
func (s *socket) heard() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	return s.conn.SetReadDeadline(time.Now().Add(2*s.api.config.Beat + initPatience))
}

// close tells the client why, and gives it time to agree.
func (s *socket) close(c closing) {
	s.mu.Lock()
	s.closed = true
	deadline := time.Now().Add(linger)
	_ = s.conn.SetReadDeadline(deadline)
	s.mu.Unlock()
	frame := websocket.FormatCloseMessage(c.code, c.reason)
	if err := s.conn.WriteControl(websocket.CloseMessage, frame, deadline); err != nil && !errors.Is(err, websocket.ErrCloseSent) {
		_ = s.conn.NetConn().Close() // it does not read, or is gone
	}
}

// drain reads on after what broke the rules of WebSockets: who closes with
// something unread may cut off the frame that says why.
func (s *socket) drain(err error) {
	if !errors.Is(err, websocket.ErrReadLimit) {
		return
	}
	s.cancel(closing{websocket.CloseMessageTooBig, "Message too big"})
	_ = s.conn.SetReadDeadline(time.Now().Add(linger))
	_, _ = io.Copy(io.Discard, s.conn.NetConn())
}

// handle does what a message asks for. It returns why the WebSocket must be
// closed, if it must.
func (s *socket) handle(m message, initTimer *time.Timer) error {
	switch m.Type {
	case "connection_init":
		if s.greeted {
			return errInitAgain
		}
		s.greeted = true
		initTimer.Stop()
		return s.accept(m.Payload)
	case "subscribe":
		return s.subscribe(m)
	case "complete":
		s.mu.Lock()
		defer s.mu.Unlock()
		if o := s.operations[m.ID]; o != nil {
			o.cancel()
			delete(s.operations, m.ID)
		}
	case "ping":
		return s.write(message{Type: "pong"})
	}
	return nil
}

// accept finds out who the client is: by a token in the payload, as scripts of
// browsers cannot set headers, or by what the request brought.
func (s *socket) accept(payload json.RawMessage) error {
	var shown struct{ Authorization *string }
	if len(payload) > 0 && unmarshal(string(payload), &shown) != nil {
		return errMessage
	}
	if shown.Authorization != nil {
		s.request = s.request.Clone(s.request.Context())
		s.request.Header.Set("Authorization", *shown.Authorization)
	}
	limit, cancel := context.WithTimeout(s.ctx, s.api.config.Timeout)
	defer cancel()
	v, err := s.api.config.Auth.Viewer(s.request.WithContext(limit))
	switch {
	case err != nil:
		return errAway
	case !v.SignedIn():
		return errUnauthorized
	}
	leave, err := s.api.streams.enter(ofViewer(v)...)
	if err != nil {
		return errConnections
	}
	s.leave = append(s.leave, leave)
	s.user = v.User
	changed, stop, err := s.listen(limit)
	if err != nil {
		return errAway
	}
	s.leave = append(s.leave, stop)
	s.running.Go(func() { s.watch(changed, s.ping) })
	s.accepted = true
	return s.write(message{Type: "connection_ack"})
}

// ping asks whether the client is there: heard waits for what it says.
func (s *socket) ping() error {
	return s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writePatience))
}

// write fails when the client does not read: nothing is kept for it.
func (s *socket) write(m message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return errSilent
	}
	if s.conn.WriteMessage(websocket.TextMessage, text) != nil {
		return errSilent
	}
	return nil
}

// subscribe starts an operation.
func (s *socket) subscribe(m message) error {
	if !s.accepted {
		return errUnauthorized
	}
	var in request
	if unmarshal(string(m.Payload), &in) != nil || in.Query == "" && in.Extensions["persistedQuery"] == nil {
		return errMessage
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[m.ID] != nil {
		return closing{4409, "Subscriber for " + cut(m.ID) + " already exists"}
	}
	o := &subscriber{id: m.ID}
	o.ctx, o.cancel = context.WithCancel(s.ctx)
	tooMany := len(s.operations) >= socketOperations
	s.operations[m.ID] = o
	s.running.Go(func() {
		defer o.cancel()
		defer func() {
			if cause := recover(); cause != nil {
				s.cancel(closing{websocket.CloseInternalServerErr, s.api.recovered(o.ctx, cause).Error()})
			}
		}()
		if err := s.run(o, in.params(s.request), tooMany); err != nil {
			s.cancel(err)
		}
	})
	return nil
}

// cut keeps a text short enough for a close frame.
func cut(text string) string {
	if len(text) > 60 {
		return "it"
	}
	return text
}

// run answers an operation. It returns why the WebSocket must be closed, if it
// must.
func (s *socket) run(o *subscriber, params graphql.RawParams, tooMany bool) error {
	v, err := s.look(o.ctx)
	if errors.Is(err, errSignedOut) {
		return err
	}
	if err != nil { // the database is away
		return s.error(o, s.api.failed(o.ctx, err))
	}
	first := params
	c := s.api.prepare(viewer.NewContext(o.ctx, v), &first)
	defer c.end()
	switch {
	case c.refused != nil:
	case tooMany:
		c.refuse(errTooManyStreams)
	case c.kind() == ast.Mutation: // it may sign in or out, which needs a cookie's header
		c.refuse(&failure{code: BadRequest, message: "a mutation cannot be sent over a WebSocket: use POST"})
	case c.kind() == ast.Subscription:
		return s.follow(o.ctx, c, params, func(c *call, resp *graphql.Response) error {
			if c.last(resp) {
				return s.error(o, resp)
			}
			return s.next(o, c, resp)
		})
	}
	resp := c.run()
	if resp == nil { // it took too long, if the client is there at all
		resp, c.ran = s.api.failed(o.ctx, context.DeadlineExceeded), false
	}
	if !c.ran {
		return s.error(o, resp)
	}
	if err := s.next(o, c, resp); err != nil {
		return err
	}
	return s.finish(o, message{Type: "complete"})
}

func (s *socket) next(o *subscriber, c *call, resp *graphql.Response) error {
	select {
	case <-o.ctx.Done(): // the client wants no more
		return nil
	default:
		return s.write(message{Type: "next", ID: o.id, Payload: c.encode(resp)})
	}
}

// error ends an operation with what is wrong with it.
func (s *socket) error(o *subscriber, resp *graphql.Response) error {
	payload, err := json.Marshal(resp.Errors)
	if err != nil {
		return err
	}
	return s.finish(o, message{Type: "error", Payload: payload})
}

// finish ends an operation, unless the client did. Its id is free before the
// client can know.
func (s *socket) finish(o *subscriber, m message) error {
	s.mu.Lock()
	if s.operations[o.id] != o {
		s.mu.Unlock()
		return nil
	}
	delete(s.operations, o.id)
	s.mu.Unlock()
	m.ID = o.id
	return s.write(m)
}
