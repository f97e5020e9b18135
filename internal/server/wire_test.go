package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/server"
	"streamex/internal/viewer"
)

// socket speaks graphql-transport-ws frame by frame.
type socket struct {
	t *testing.T
	*websocket.Conn
}

// dial opens a WebSocket. Headers are pairs.
func dial(t *testing.T, r *running, headers ...string) (*socket, *http.Response, error) {
	t.Helper()
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Add(headers[i], headers[i+1])
	}
	if h.Get("Sec-WebSocket-Protocol") == "" {
		h.Set("Sec-WebSocket-Protocol", "graphql-transport-ws")
	} else if h.Get("Sec-WebSocket-Protocol") == "none" {
		h.Del("Sec-WebSocket-Protocol")
	}
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), strings.Replace(r.url, "http", "ws", 1), h)
	if err != nil {
		return nil, resp, err
	}
	t.Cleanup(func() { conn.Close() })
	return &socket{t, conn}, resp, nil
}

// open opens a WebSocket that is signed in.
func open(t *testing.T, r *running, token string) *socket {
	t.Helper()
	s, _, err := dial(t, r)
	require.NoError(t, err)
	s.send(fmt.Sprintf(`{"type":"connection_init","payload":{"authorization":"Bearer %s"}}`, token))
	require.JSONEq(t, `{"type":"connection_ack"}`, s.read())
	return s
}

func (s *socket) send(text string) {
	s.t.Helper()
	require.NoError(s.t, s.WriteMessage(websocket.TextMessage, []byte(text)))
}

func (s *socket) subscribe(id, query string) {
	s.t.Helper()
	text, err := json.Marshal(map[string]any{"type": "subscribe", "id": id, "payload": map[string]string{"query": query}})
	require.NoError(s.t, err)
	s.send(string(text))
}

func (s *socket) read() string {
	s.t.Helper()
	require.NoError(s.t, s.SetReadDeadline(time.Now().Add(soon)))
	_, text, err := s.ReadMessage()
	require.NoError(s.t, err)
	return string(text)
}

// code reads to the end and returns the code that the server closes with.
func (s *socket) code() int {
	s.t.Helper()
	require.NoError(s.t, s.SetReadDeadline(time.Now().Add(soon)))
	for {
		_, _, err := s.ReadMessage()
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
			return closed.Code
		}
		require.NoError(s.t, err)
	}
}

// eventStream opens an event stream of a subscription.
func eventStream(t *testing.T, r *running, token, query string) *http.Response {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), "POST", r.url, strings.NewReader(string(body)))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// Each way to break the protocol has its code, and each message its answer.
func TestProtocol(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	r := serveOn(t, db, ":0", nil)
	h := newHousehold(t, db, "ana@example.com")
	init := fmt.Sprintf(`{"type":"connection_init","payload":{"authorization":"Bearer %s"}}`, h.tablet)
	follow := fmt.Sprintf(`{"type":"subscribe","id":"1","payload":{"query":%q}}`, followNames)
	long := strings.Repeat("x", 300)
	for name, c := range map[string]struct {
		code   int
		frames []string
	}{
		"subscribe before init":        {4401, []string{follow}},
		"subscribe before ack":         {4401, []string{`{"type":"connection_init","payload":{"authorization":"Bearer x"}}`, follow}},
		"nobody":                       {4401, []string{`{"type":"connection_init"}`}},
		"nobody, null":                 {4401, []string{`{"type":"connection_init","payload":null}`}},
		"a forged token":               {4401, []string{`{"type":"connection_init","payload":{"authorization":"Bearer ` + strings.Repeat("A", 43) + `"}}`}},
		"a token that is none":         {4400, []string{`{"type":"connection_init","payload":{"authorization":5}}`}},
		"init twice":                   {4429, []string{init, init}},
		"init twice, the second empty": {4429, []string{init, `{"type":"connection_init"}`}},
		"no init":                      {4408, nil},
		"ping alone is no init":        {4408, []string{`{"type":"ping"}`}},
		"no JSON":                      {4400, []string{"hello"}},
		"nothing":                      {4400, []string{""}},
		"a list":                       {4400, []string{`[]`}},
		"two values":                   {4400, []string{`{"type":"ping"}{"type":"ping"}`}},
		"no type":                      {4400, []string{`{}`}},
		"another type":                 {4400, []string{`{"type":"start","id":"1","payload":{}}`}},
		"what a server sends":          {4400, []string{init, `{"type":"next","id":"1","payload":{}}`}},
		"init with a text":             {4400, []string{`{"type":"connection_init","payload":"x"}`}},
		"subscribe without id":         {4400, []string{init, strings.Replace(follow, `"1"`, `""`, 1)}},
		"subscribe with a number":      {4400, []string{init, strings.Replace(follow, `"1"`, `1`, 1)}},
		"subscribe with a long id":     {4400, []string{init, strings.Replace(follow, `"1"`, `"`+long+`"`, 1)}},
		"subscribe without payload":    {4400, []string{init, `{"type":"subscribe","id":"1"}`}},
		"subscribe without query":      {4400, []string{init, `{"type":"subscribe","id":"1","payload":{}}`}},
		"subscribe to a number":        {4400, []string{init, `{"type":"subscribe","id":"1","payload":{"query":1}}`}},
		"complete without id":          {4400, []string{init, `{"type":"complete"}`}},
		"the same id twice":            {4409, []string{init, follow, follow}},
		"too large":                    {1009, []string{init, `{"type":"ping","payload":{"x":"` + strings.Repeat("x", 64<<10) + `"}}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, err := dial(t, r)
			require.NoError(t, err)
			for _, text := range c.frames {
				_ = s.WriteMessage(websocket.TextMessage, []byte(text)) // it may be closed by then
			}
			require.Equal(t, c.code, s.code())
		})
	}
	t.Run("binary", func(t *testing.T) {
		t.Parallel()
		s, _, err := dial(t, r)
		require.NoError(t, err)
		require.NoError(t, s.WriteMessage(websocket.BinaryMessage, []byte(init)))
		require.Equal(t, 4400, s.code())
	})
	for _, subprotocol := range []string{"none", "graphql-ws"} {
		t.Run("subprotocol "+subprotocol, func(t *testing.T) {
			t.Parallel()
			s, _, err := dial(t, r, "Sec-WebSocket-Protocol", subprotocol)
			require.NoError(t, err)
			require.Equal(t, 4406, s.code())
		})
	}
	t.Run("all is well", func(t *testing.T) {
		t.Parallel()
		s, _, err := dial(t, r)
		require.NoError(t, err)
		s.send(`{"type":"ping"}`)
		require.JSONEq(t, `{"type":"pong"}`, s.read())
		s.send(init)
		require.JSONEq(t, `{"type":"connection_ack"}`, s.read())
		s.send(`{"type":"ping","payload":{"a":1}}`)
		require.JSONEq(t, `{"type":"pong"}`, s.read())
		s.send(`{"type":"pong"}`)
		s.send(`{"type":"complete","id":"never started"}`)

		s.send(follow)
		require.Contains(t, s.read(), `{"type":"next","id":"1","payload":{"data":{"viewerChanged":{"user":{"name":"Ana"}`)
		s.send(`{"type":"complete","id":"1"}`)
		s.send(follow) // the id is free again
		require.Contains(t, s.read(), `{"type":"next","id":"1"`)

		s.subscribe("2", `mutation { updateAccount(input: {name: "Eve"}) { userErrors { code } } }`)
		require.Contains(t, s.read(), `{"type":"error","id":"2","payload":[{"message":"a mutation cannot be sent over a WebSocket: use POST"`)
		s.subscribe("2", `{ viewer { user { name } } }`)
		require.Contains(t, s.read(), `{"type":"next","id":"2","payload":{"data":{"viewer":{"user":{"name":"Ana"}}}`)
		require.JSONEq(t, `{"type":"complete","id":"2"}`, s.read())

		for query, code := range map[string]string{
			`subscription { __typename }`: "",
			`subscription { viewerChanged { user { name } } again: viewerChanged { __typename } }`:  "",
			`subscription($no: Boolean = false) { viewerChanged @include(if: $no) { __typename } }`: "BAD_USER_INPUT",
			`subscription { __schema { types { name } } }`:                                          "",
			`{ __schema { types { name } } }`:                                                       "FORBIDDEN",
		} {
			s.subscribe("3", query)
			answer := s.read()
			require.Contains(t, answer, `{"type":"error","id":"3","payload":[{"message"`, query)
			require.Contains(t, answer, code, query)
		}
		require.NoError(t, s.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, "")))
		require.Equal(t, 1000, s.code())
	})
}

// Every end of a session ends its streams, also when another replica sees to it.
func TestSessionEnds(t *testing.T) {
	type end struct {
		name string
		do   func(ctx context.Context, a *auth.Service, h *household) error
	}
	ends := []end{
		{"revoking the others", func(ctx context.Context, a *auth.Service, _ *household) error {
			_, err := a.RevokeOtherSessions(ctx)
			return err
		}},
		{"another password", func(ctx context.Context, a *auth.Service, _ *household) error {
			_, err := a.ChangePassword(ctx, password, "a quite different one")
			return err
		}},
		{"deleting the account", func(ctx context.Context, a *auth.Service, _ *household) error { return a.DeleteAccount(ctx, password) }},
		{"an administrator disables it", func(ctx context.Context, a *auth.Service, h *household) error {
			_, err := a.UpdateUser(ctx, h.viewer.User, auth.UserChange{Disabled: new(true)})
			return err
		}},
		{"another role", func(ctx context.Context, a *auth.Service, h *household) error {
			_, err := a.UpdateUser(ctx, h.viewer.User, auth.UserChange{Admin: new(true)})
			return err
		}},
		{"the command line sets a password", func(ctx context.Context, a *auth.Service, _ *household) error {
			return a.SetPassword(ctx, "ana@example.com", "a quite different one")
		}},
		{"the command line sets a role", func(ctx context.Context, a *auth.Service, _ *household) error {
			return a.SetAdmin(ctx, "ana@example.com", true)
		}},
	}
	dbtest.EachURL(t, func(t *testing.T, url string) {
		for _, end := range ends {
			t.Run(end.name, func(t *testing.T) {
				if strings.HasPrefix(url, "sqlite:") {
					url = dbtest.SQLite(t)
				} else {
					url = dbtest.Postgres(t)
				}
				db := dbtest.Open(t, url)
				replica := db
				if db.Dialect() == "postgres" {
					replica = dbtest.Open(t, url)
				}
				r := serveOn(t, db, ":0", nil)
				h := newHousehold(t, db, "ana@example.com")
				ws := open(t, r, h.tablet)
				ws.subscribe("1", followNames)
				require.Contains(t, ws.read(), `"next"`)
				idle := open(t, r, h.tablet) // which follows nothing
				sse := eventStream(t, r, h.tablet, followNames)
				events := bufio.NewReader(sse.Body)
				require.Contains(t, event(t, events), "data: ")

				require.NoError(t, end.do(viewer.NewContext(t.Context(), h.viewer), auth.New(replica.Client, auth.Options{}), h))
				require.Equal(t, 4403, ws.code())
				require.Equal(t, 4403, idle.code())
				rest, err := io.ReadAll(events)
				require.NoError(t, err)
				require.True(t, strings.HasSuffix(string(rest),
					"event: next\ndata: {\"errors\":[{\"message\":\"sign in first\",\"extensions\":{\"code\":\"UNAUTHENTICATED\"}}]}\n\nevent: complete\ndata:\n\n"), "%s", rest)
			})
		}
	})
}

// event reads one server-sent event.
func event(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		require.NoError(t, err, "%s", b.String())
		b.WriteString(line)
		if line == "\n" {
			return b.String()
		}
	}
}

// A session that expires ends its streams without an event; one that another
// process on the same file ends is found by looking now and then.
func TestSessionsAreLookedAfter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		at := &clock{now: time.Now()}
		accounts := auth.New(db.Client, auth.Options{Now: at.Now})
		r := serveOn(t, db, ":0", func(c *server.Config) { c.Auth = accounts }, func(g *graph.Config) {
			g.Auth, g.Beat = accounts, 50*time.Millisecond
		})
		h := newHousehold(t, db, "ana@example.com")
		ws := open(t, r, h.tablet)
		sse := bufio.NewReader(eventStream(t, r, h.tablet, followNames).Body)
		require.Contains(t, event(t, sse), `"Ana"`)
		require.Equal(t, ":\n\n", event(t, sse)) // a proxy would end what is silent
		at.Sleep(31 * 24 * time.Hour)
		require.Equal(t, 4403, ws.code())
		rest, err := io.ReadAll(sse)
		require.NoError(t, err)
		require.Contains(t, string(rest), "UNAUTHENTICATED")
	})
}

// An answer is for the profile that the session has then.
func TestProfileOfTheNextAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		s := open(t, r, h.phone)
		s.subscribe("1", followNames)
		require.Contains(t, s.read(), `"profile":{"name":"Ana","child":false}`)
		answer := r.ask(h.phone, `mutation { createProfile(input: {name: "Leo", child: true}) { profile { id } userErrors { code } } }`, nil)
		var made struct {
			Data struct {
				CreateProfile struct{ Profile struct{ ID string } }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(answer), &made), answer)
		require.Contains(t, s.read(), `"profiles":[{"name":"Ana"},{"name":"Leo"}]`)
		r.ask(h.phone, `mutation($id: ID!) { selectProfile(id: $id) { userErrors { code } } }`, map[string]string{"id": made.Data.CreateProfile.Profile.ID})
		require.Contains(t, s.read(), `"profile":{"name":"Leo","child":true}`)
	})
}

// Pages of other sites open nothing; those of allowed sites show a token, for
// cookies are not theirs.
func TestStreamOrigins(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	r := serveOn(t, db, ":0", func(c *server.Config) { c.AllowOrigins = []string{"https://tv.example.com"} })
	h := newHousehold(t, db, "ana@example.com")
	host := strings.TrimSuffix(r.url, "/graphql")
	cookie := "streamex_session=" + h.tablet
	init := `{"type":"connection_init"}`
	withToken := fmt.Sprintf(`{"type":"connection_init","payload":{"Authorization":"bearer %s"}}`, h.phone)
	for name, c := range map[string]struct {
		headers []string
		init    string
		code    int // 0 is welcome, 403 is not even opened
	}{
		"ours, with the cookie":           {[]string{"Origin", host, "Cookie", cookie}, init, 0},
		"ours, without":                   {[]string{"Origin", host}, init, 4401},
		"ours, a token before it":         {[]string{"Origin", host, "Cookie", cookie}, `{"type":"connection_init","payload":{"authorization":"Bearer x"}}`, 4401},
		"an app with a header":            {[]string{"Authorization", "Bearer " + h.tablet}, init, 0},
		"another site":                    {[]string{"Origin", "https://evil.example", "Cookie", cookie}, init, 403},
		"another site, with a token":      {[]string{"Origin", "https://evil.example"}, withToken, 403},
		"a sandbox":                       {[]string{"Origin", "null", "Cookie", cookie}, init, 403},
		"says that it is another site":    {[]string{"Sec-Fetch-Site", "cross-site", "Cookie", cookie}, init, 403},
		"an allowed site with a token":    {[]string{"Origin", "https://tv.example.com", "Cookie", cookie}, withToken, 0},
		"an allowed site with a cookie":   {[]string{"Origin", "https://tv.example.com", "Cookie", cookie}, init, 4401},
		"an allowed site, another scheme": {[]string{"Origin", "http://tv.example.com"}, withToken, 403},
	} {
		t.Run(name, func(t *testing.T) {
			s, resp, err := dial(t, r, c.headers...)
			if c.code == 403 {
				require.ErrorIs(t, err, websocket.ErrBadHandshake)
				require.Equal(t, 403, resp.StatusCode)
				body, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				require.Contains(t, string(body), `"CSRF"`)
				return
			}
			require.NoError(t, err)
			s.send(c.init)
			if c.code != 0 {
				require.Equal(t, c.code, s.code())
				return
			}
			require.JSONEq(t, `{"type":"connection_ack"}`, s.read())
		})
	}
	// An EventSource is a GET, too.
	target := r.url + "?query=" + url.QueryEscape(followNames)
	for name, c := range map[string]struct {
		status  int
		headers []string
	}{
		"ours":            {200, []string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin"}},
		"another site":    {403, []string{"Cookie", cookie, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}},
		"an allowed site": {401, []string{"Cookie", cookie, "Origin", "https://tv.example.com"}},
		"nobody":          {401, nil},
	} {
		t.Run("EventSource, "+name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), "GET", target, nil)
			require.NoError(t, err)
			req.Header.Set("Accept", "text/event-stream")
			for i := 0; i < len(c.headers); i += 2 {
				req.Header.Set(c.headers[i], c.headers[i+1])
			}
			resp, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			defer resp.Body.Close()
			require.Equal(t, c.status, resp.StatusCode)
			if c.status == 200 {
				require.Equal(t, "text/event-stream; charset=utf-8", resp.Header.Get("Content-Type"))
				require.Contains(t, event(t, bufio.NewReader(resp.Body)), "event: next\ndata: {\"data\":{\"viewerChanged\":{")
			}
		})
	}
}

// Subscriptions need a way to answer more than once, and GET changes nothing.
func TestStreamsByHTTP(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	s, _ := newServer(t, db, nil)
	h := newHousehold(t, db, "ana@example.com")
	bearer := "Bearer " + h.tablet
	w := send(s, "POST", "/graphql", post(followNames, nil), "Content-Type", "application/json", "Authorization", bearer)
	require.Equal(t, 406, w.Code)
	require.Contains(t, w.Body.String(), "text/event-stream")
	w = send(s, "GET", "/graphql?query="+url.QueryEscape(`mutation { signOut { signedOut } }`), "", "Accept", "text/event-stream", "Authorization", bearer)
	require.Equal(t, 405, w.Code)
	w = send(s, "GET", "/graphql?query="+url.QueryEscape(`{ viewer { user { name } } }`), "", "Accept", "text/event-stream", "Authorization", bearer)
	require.Equal(t, 200, w.Code)
	require.True(t, strings.HasPrefix(w.Body.String(), "event: next\ndata: {\"data\":{\"viewer\":{\"user\":{\"name\":\"Ana\"}}}"), w.Body)
	// A client that takes events among others gets what it likes best.
	w = send(s, "POST", "/graphql", post(`{ viewer { user { name } } }`, nil), "Content-Type", "application/json", "Authorization", bearer,
		"Accept", "application/graphql-response+json, application/json, text/event-stream")
	require.Equal(t, "application/graphql-response+json; charset=utf-8", w.Header().Get("Content-Type"))
	// A mutation may be answered as an event, and set its cookie.
	w = send(s, "POST", "/graphql", post(`mutation { signOut { signedOut } }`, nil), "Content-Type", "application/json", "Authorization", bearer, "Accept", "text/event-stream")
	require.Equal(t, 200, w.Code)
	require.Contains(t, w.Header().Get("Set-Cookie"), "streamex_session=;")
	require.Contains(t, w.Body.String(), "event: complete\ndata:\n\n")
}

// What strangers and greedy clients try: row by row refused, and bounded.
func TestStreamAttacks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		began := time.Now()
		never, _, err := dial(t, r) // says nothing
		require.NoError(t, err)

		t.Run("2 MB", func(t *testing.T) {
			s := open(t, r, h.tablet)
			_ = s.WriteMessage(websocket.TextMessage, make([]byte, 2<<20)) // it is cut off
			require.Equal(t, 1009, s.code())
		})
		t.Run("too dear", func(t *testing.T) {
			s := open(t, r, h.tablet)
			s.subscribe("1", `subscription { viewerChanged { `+strings.Repeat("profiles { name } ", 100)+` } }`)
			answer := s.read()
			require.Contains(t, answer, `"type":"error"`)
			require.Contains(t, answer, "QUERY_TOO_COMPLEX")
			s.subscribe("2", `{ titles(first: 100) { nodes { similar(first: 100) { nodes { genres { name } } } } } }`)
			require.Contains(t, s.read(), "QUERY_TOO_COMPLEX")
		})
		t.Run("anonymous mutation", func(t *testing.T) {
			s, _, err := dial(t, r)
			require.NoError(t, err)
			s.send(`{"type":"connection_init"}`)
			s.subscribe("1", `mutation { signIn(input: {email: "ana@example.com", password: "x"}) { token } }`)
			require.Equal(t, 4401, s.code())
		})
		t.Run("300 subscriptions", func(t *testing.T) {
			s := open(t, r, h.tablet)
			for i := range 300 {
				s.subscribe(strconv.Itoa(i), followNames)
			}
			next, refused := 0, 0
			for range 300 {
				answer := s.read()
				if strings.Contains(answer, `"type":"next"`) {
					next++
				} else {
					require.Contains(t, answer, "RATE_LIMITED")
					refused++
				}
			}
			require.Equal(t, 20, next)
			require.Equal(t, 280, refused)
		})
		t.Run("many sockets of one viewer", func(t *testing.T) {
			r.eventuallyOpen("websocket", 1) // never's
			for range 10 {
				open(t, r, h.tablet)
			}
			s, _, err := dial(t, r)
			require.NoError(t, err)
			s.send(fmt.Sprintf(`{"type":"connection_init","payload":{"authorization":"Bearer %s"}}`, h.phone))
			require.Equal(t, 4429, s.code())
			resp := eventStream(t, r, h.tablet, followNames)
			require.Equal(t, 429, resp.StatusCode)
			require.Equal(t, "10", resp.Header.Get("Retry-After"))
		})
		require.Equal(t, 4408, never.code())
		t.Logf("cut off after %v", time.Since(began))

		t.Run("many sockets from one address", func(t *testing.T) {
			r.eventuallyOpen("websocket", 0)
			for range 50 {
				_, _, err := dial(t, r)
				require.NoError(t, err)
			}
			_, resp, err := dial(t, r)
			require.ErrorIs(t, err, websocket.ErrBadHandshake)
			require.Equal(t, 429, resp.StatusCode)
			require.NotEmpty(t, resp.Header.Get("Retry-After"))
		})
		require.NotContains(t, r.log.String(), h.tablet)
		require.NotContains(t, r.log.String(), h.phone)
	})
}

// A client that does not answer is dropped.
func TestDeadClients(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	r := serveOn(t, db, ":0", nil, func(g *graph.Config) { g.Beat = 100 * time.Millisecond })
	h := newHousehold(t, db, "ana@example.com")
	s := open(t, r, h.tablet)
	s.subscribe("1", followNames)
	alive := open(t, r, h.tablet)
	var asked atomic.Int32
	answer := alive.PingHandler()
	alive.SetPingHandler(func(data string) error { asked.Add(1); return answer(data) })
	go func() {
		for {
			if _, _, err := alive.ReadMessage(); err != nil { // answers pings
				return
			}
		}
	}()
	r.eventuallyOpen("websocket", 1) // s reads nothing, so it answers no ping
	before := asked.Load()
	require.Eventually(t, func() bool { return asked.Load() > before+40 }, soon, 10*time.Millisecond, "who answers is not asked any more")
	require.Equal(t, 1, r.open("websocket"))
}

// When the server ends, streams are told and do not hold it up.
func TestDrainStreams(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		ws := open(t, r, h.tablet)
		ws.subscribe("1", followNames)
		ws.read()
		greeting, _, err := dial(t, r)
		require.NoError(t, err)
		sse := bufio.NewReader(eventStream(t, r, h.tablet, followNames).Body)
		event(t, sse)
		ended := make(chan error, 1)
		go func() { ended <- r.stop() }()
		require.Equal(t, 1001, ws.code())
		require.Equal(t, 1001, greeting.code())
		rest, err := io.ReadAll(sse)
		require.NoError(t, err)
		require.Empty(t, rest) // no complete: the client comes back
		require.NoError(t, <-ended)
	})
}

// Streams leave nothing running.
func TestStreamsLeaveNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		round := func() {
			for i := range 5 {
				s := open(t, r, h.tablet)
				for id := range 5 {
					s.subscribe(strconv.Itoa(id), followNames)
					s.read()
				}
				if i%2 == 0 {
					s.Close() // without a word
				} else {
					_ = s.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""))
					s.code()
				}
				resp := eventStream(t, r, h.tablet, followNames)
				event(t, bufio.NewReader(resp.Body))
				resp.Body.Close()
			}
			r.eventuallyOpen("websocket", 0)
			r.eventuallyOpen("sse", 0)
			http.DefaultClient.CloseIdleConnections()
		}
		round() // what is made once, such as the connection that listens
		before := runtime.NumGoroutine()
		for range 5 {
			round()
		}
		require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+5 }, soon, 10*time.Millisecond, "%d before", before)
	})
}

// How long a stream lasts is no time to answer.
func TestStreamsInMetrics(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	r := serveOn(t, db, ":0", nil)
	h := newHousehold(t, db, "ana@example.com")
	s := open(t, r, h.tablet)
	s.subscribe("1", followNames)
	s.read()
	require.Equal(t, 1, r.open("websocket"))
	s.Close()
	r.eventuallyOpen("websocket", 0)
	var text string
	require.Eventually(t, func() bool {
		resp, err := http.Get(strings.TrimSuffix(r.url, "/graphql") + "/metrics")
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		text = string(body)
		return strings.Contains(text, `streamex_http_requests_total{route="/graphql",status="101"} 1`)
	}, soon, 10*time.Millisecond)
	require.NotContains(t, text, `streamex_http_request_seconds_count{route="/graphql"}`)
	require.Contains(t, text, `streamex_graphql_operations_total{failed="false",kind="subscription",operation="other"} 1`)
}

// What goes wrong below the field has its whole path, and leaves no null where
// the schema has none. What the next answer needs was not loaded before.
func TestErrorsOfEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		s := open(t, r, h.tablet)
		s.subscribe("1", `subscription { v: viewerChanged { user { name } methods: paymentMethods { id } } }`)
		require.Contains(t, s.read(), `"payload":{"data":{"v":{"user":{"name":"Ana"},"methods":[]}},"extensions":{"cost":{"requested":`)
		rename := func(from, to string) {
			_, err := db.SQL().ExecContext(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to)
			require.NoError(t, err)
		}
		rename("payment_methods", "elsewhere")
		h.rename(r, "Berta")
		require.Regexp(t, `"payload":\{"errors":\[\{"message":"something went wrong on our side","path":\["v","methods"\],"locations":\S+,"extensions":\{"code":"INTERNAL_SERVER_ERROR","traceId":"\w+"\}\}\],"data":null,`, s.read())
		rename("elsewhere", "payment_methods")
		h.rename(r, "Carla") // an error of ours does not end it
		require.Regexp(t, `"data":\{"v":\{"user":\{"name":"Carla"\},"methods":\[\]\}\}.*"statements":2\}`, s.read())
	})
}

// That the viewer has spent too much, or that we are busy, is no event: the
// answer comes when it can.
func TestEventsArePutOff(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	at := &clock{now: time.Unix(1e9, 0)}
	r := serveOn(t, db, ":0", nil, func(c *graph.Config) { c.Rate, c.Now = 1000, at.Now })
	h := newHousehold(t, db, "ana@example.com")
	s := open(t, r, h.tablet)
	s.subscribe("1", followNames)
	s.read()
	dear := `{ titles(first: 100) { nodes { similar(first: 90) { nodes { id } } } } }`
	for limit := 0; !strings.Contains(r.ask(h.phone, dear, nil), "RATE_LIMITED"); limit++ {
		require.Less(t, limit, 20)
	}
	for !strings.Contains(r.ask(h.phone, `{ __typename }`, nil), "RATE_LIMITED") { // until not even asking is paid for
	}
	s.subscribe("2", followNames) // who asks is told
	require.Contains(t, s.read(), "RATE_LIMITED")
	looks := at.Looks()
	require.NoError(t, h.auth.UpdateAccount(viewer.NewContext(t.Context(), h.viewer), auth.AccountChange{Name: new("Berta")}))
	require.Eventually(t, func() bool { return at.Looks() >= looks+2 }, soon, time.Millisecond, "the budgets of address and viewer are asked")
	at.Sleep(time.Minute)
	require.Contains(t, s.read(), `"user":{"name":"Berta"}`)
}

// small makes connections that hold next to nothing under way.
type small struct{ net.Listener }

func (l small) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// Who does not read is dropped, before its silence tells that it is gone:
// nothing is kept for it.
func TestSlowReaders(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := serveAt(t, db, small{l}, nil, func(g *graph.Config) { g.Beat = time.Hour }) // nobody is asked
	h := newHousehold(t, db, "ana@example.com")
	var aliases strings.Builder
	for i := range 25 {
		fmt.Fprintf(&aliases, "a%d: sessions { id createdAt lastUsedAt expiresAt } ", i)
	}
	query := `subscription { viewerChanged { user { name } ` + aliases.String() + `} }`
	dialer := &net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4<<10) })
	}}
	ws := websocket.Dialer{NetDialContext: dialer.DialContext, Subprotocols: []string{"graphql-transport-ws"}}
	conn, _, err := ws.DialContext(t.Context(), strings.Replace(r.url, "http", "ws", 1), http.Header{"Authorization": {"Bearer " + h.tablet}})
	require.NoError(t, err)
	defer conn.Close()
	s := &socket{t, conn}
	s.send(`{"type":"connection_init"}`)
	s.read()
	for i := range 10 {
		s.subscribe(strconv.Itoa(i), query)
	}
	raw, err := dialer.DialContext(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	defer raw.Close()
	body := post(query, nil)
	_, err = fmt.Fprintf(raw, "POST /graphql HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s",
		l.Addr(), h.tablet, len(body), body)
	require.NoError(t, err)
	r.eventuallyOpen("sse", 1)
	for i := range 100 {
		h.rename(r, fmt.Sprint("Ana ", i))
	}
	for _, transport := range []string{"sse", "websocket"} {
		require.Eventually(t, func() bool { return r.open(transport) == 0 }, 2*soon, 50*time.Millisecond, "streams of %s", transport)
	}
}
