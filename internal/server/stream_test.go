package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/server"
	"streamex/internal/viewer"
)

const (
	// soon is longer than any event needs however busy the machine, and shorter
	// than what an open stream is looked after without one.
	soon = 18 * time.Second

	followNames = `subscription { viewerChanged { user { name } profile { name child } profiles { name } } }`
)

// running is a server on a port of its own.
type running struct {
	t    *testing.T
	url  string // of the API
	log  *log
	stop func() error // ends it as a signal does
}

// serveOn serves on an address; ":0" takes any port.
func serveOn(t *testing.T, db *database.DB, address string, change func(*server.Config), api ...func(*graph.Config)) *running {
	t.Helper()
	var l net.Listener
	require.Eventually(t, func() (ok bool) { // the one before may still have it
		var err error
		l, err = net.Listen("tcp", "127.0.0.1"+address)
		return err == nil
	}, soon, 10*time.Millisecond)
	return serveAt(t, db, l, change, api...)
}

func serveAt(t *testing.T, db *database.DB, l net.Listener, change func(*server.Config), api ...func(*graph.Config)) *running {
	t.Helper()
	s, out := newServer(t, db, change, api...)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	r := &running{t: t, url: "http://" + l.Addr().String() + "/graphql", log: out}
	r.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = r.stop() })
	return r
}

func (r *running) port() string {
	return r.url[strings.LastIndex(r.url, ":"):strings.LastIndex(r.url, "/")]
}

// ask sends an operation and returns its answer.
func (r *running) ask(token, query string, variables any) string {
	r.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(r.t, err)
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.url, bytes.NewReader(body))
	require.NoError(r.t, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(r.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(r.t, err)
	return string(text)
}

// open is how many streams the server has open, as its metrics say.
func (r *running) open(transport string) int {
	r.t.Helper()
	resp, err := http.Get(strings.TrimSuffix(r.url, "/graphql") + "/metrics")
	require.NoError(r.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(r.t, err)
	m := regexp.MustCompile(`streamex_graphql_streams\{transport="` + transport + `"\} (\d+)`).FindSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(string(m[1]))
	require.NoError(r.t, err)
	return n
}

func (r *running) eventuallyOpen(transport string, n int) {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return r.open(transport) == n }, soon, 10*time.Millisecond, "streams of %s", transport)
}

// household is an account with a session that watches, and one that changes
// things from elsewhere.
type household struct {
	tablet, phone string // tokens
	auth          *auth.Service
	viewer        viewer.Viewer // of the phone
}

func newHousehold(t *testing.T, db *database.DB, email string) *household {
	t.Helper()
	h := &household{auth: auth.New(db.Client, auth.Options{})}
	require.NoError(t, h.auth.Create(t.Context(), auth.Account{Email: email, Password: password, Name: "Ana"}))
	in := func() (string, viewer.Viewer) {
		token, v, err := h.auth.SignIn(t.Context(), email, password, "", "")
		require.NoError(t, err)
		profiles, err := db.Client.Profile.Query().All(t.Context())
		require.NoError(t, err)
		for _, p := range profiles {
			if p.UserID == v.User {
				v, err = h.auth.SelectProfile(viewer.NewContext(t.Context(), v), p.ID)
				require.NoError(t, err)
			}
		}
		return token, v
	}
	h.tablet, _ = in()
	h.phone, h.viewer = in()
	return h
}

// rename changes something that the tablet shows.
func (h *household) rename(r *running, name string) {
	r.t.Helper()
	require.Contains(r.t, r.ask(h.phone, `mutation($n: String!) { updateAccount(input: {name: $n}) { userErrors { code } } }`, map[string]string{"n": name}), `"userErrors":[]`)
}

// signOutTablet revokes the tablet's session from the phone.
func (h *household) signOutTablet(r *running) {
	r.t.Helper()
	require.Contains(r.t, r.ask(h.phone, `mutation { revokeOtherSessions { userErrors: __typename } }`, nil), `"data"`)
}

// happening is what a client prints.
type happening struct {
	What, ID string
	Value    json.RawMessage
}

// client is one of other people's, in a process of its own.
type client struct {
	t      *testing.T
	input  io.Writer
	output chan happening
	seen   []happening
}

func startClient(t *testing.T, script, url, token string) *client {
	t.Helper()
	printed, err := install()
	require.NoError(t, err, "Node 20 with npm is needed: %s", printed)
	cmd := exec.CommandContext(t.Context(), "node", script, url, token)
	cmd.Dir, cmd.Stderr = clients, os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	c := &client{t: t, input: in, output: make(chan happening, 1000)}
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(c.output)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var h happening
			if json.Unmarshal(lines.Bytes(), &h) == nil {
				c.output <- h
			}
		}
	})
	t.Cleanup(func() {
		in.Close()
		reading.Wait()
		_ = cmd.Wait()
	})
	return c
}

func (c *client) do(command map[string]string) {
	c.t.Helper()
	require.NoError(c.t, json.NewEncoder(c.input).Encode(command))
}

func (c *client) subscribe(id, query string) {
	c.do(map[string]string{"subscribe": id, "query": query})
}

// until reads on to something that happens to an operation, or with "" to the
// connection.
func (c *client) until(what, id string) string {
	c.t.Helper()
	limit := time.After(3 * soon) // clients wait before they come back
	for {
		select {
		case h, ok := <-c.output:
			require.True(c.t, ok, "the client ended before %s; %v", what, c.seen)
			c.seen = append(c.seen, h)
			if h.What == what && h.ID == id {
				return string(h.Value)
			}
			if h.What == "error" && h.ID == id {
				require.Fail(c.t, "an error", "%s", h.Value)
			}
		case <-limit:
			require.Fail(c.t, "it did not happen", "%s %s; %v", what, id, c.seen)
		}
	}
}

func (c *client) count(what string) (n int) {
	for _, h := range c.seen {
		if h.What == what {
			n++
		}
	}
	return n
}

func (h happening) String() string { return fmt.Sprintf("%s %s %s", h.What, h.ID, h.Value) }

var transports = []struct{ script, name, scheme string }{{"ws.mjs", "websocket", "ws"}, {"sse.mjs", "sse", "http"}}

// eachTransport runs a test with both clients on both databases.
func eachTransport(t *testing.T, test func(t *testing.T, db *database.DB, transport string, start func(r *running, token string) *client)) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for i, tr := range transports {
			t.Run(tr.name, func(t *testing.T) {
				if i > 0 { // of its own
					db = another(t, db)
				}
				test(t, db, tr.name, func(r *running, token string) *client {
					return startClient(t, tr.script, strings.Replace(r.url, "http", tr.scheme, 1), token)
				})
			})
		}
	})
}

// another is a fresh database of the same kind.
func another(t *testing.T, db *database.DB) *database.DB {
	if db.Dialect() == "postgres" {
		return dbtest.Open(t, dbtest.Postgres(t))
	}
	return dbtest.Open(t, dbtest.SQLite(t))
}

// Real clients follow, get errors, ask once, and stop; the server forgets them.
func TestClientsFollow(t *testing.T) {
	eachTransport(t, func(t *testing.T, db *database.DB, transport string, start func(*running, string) *client) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		c := start(r, h.tablet)

		c.subscribe("names", followNames)
		require.Contains(t, c.until("next", "names"), `"user":{"name":"Ana"},"profile":{"name":"Ana","child":false}`)
		h.rename(r, "Berta")
		require.Contains(t, c.until("next", "names"), `"user":{"name":"Berta"}`)
		h.rename(r, "Carla")
		require.Contains(t, c.until("next", "names"), `"user":{"name":"Carla"}`)

		c.subscribe("query", `{ viewer { user { name } } }`)
		require.Contains(t, c.until("next", "query"), `{"viewer":{"user":{"name":"Carla"}}}`)
		c.until("complete", "query")

		for id, query := range map[string]string{
			"GRAPHQL_VALIDATION_FAILED": `subscription { nothing }`,
			"GRAPHQL_PARSE_FAILED":      `subscription {`,
			"QUERY_TOO_COMPLEX":         `{ titles(first: 100) { nodes { similar(first: 100) { nodes { genres { name } } } } } }`,
			"FORBIDDEN":                 `{ users { nodes { name } } }`,
		} {
			c.subscribe(id, query)
			if transport == "websocket" && id != "FORBIDDEN" {
				require.Contains(t, c.fails(id), id)
				continue
			}
			require.Contains(t, c.until("next", id), id)
			c.until("complete", id)
		}

		require.Equal(t, 1, r.open(transport))
		c.do(map[string]string{"complete": "names"})
		c.until("complete", "names")
		r.eventuallyOpen(transport, 0)
	})
}

// fails waits for the error of an operation.
func (c *client) fails(id string) string {
	c.t.Helper()
	limit := time.After(3 * soon)
	for {
		select {
		case h, ok := <-c.output:
			require.True(c.t, ok, "the client ended; %v", c.seen)
			c.seen = append(c.seen, h)
			if h.What == "error" && h.ID == id {
				return string(h.Value)
			}
		case <-limit:
			require.Fail(c.t, "it did not fail", "%s; %v", id, c.seen)
		}
	}
}

// When the server ends, clients come back to the next one, which answers at
// once: nothing is missed.
func TestClientsComeBack(t *testing.T) {
	eachTransport(t, func(t *testing.T, db *database.DB, transport string, start func(*running, string) *client) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		c := start(r, h.tablet)
		c.subscribe("names", followNames)
		c.until("next", "names")
		require.NoError(t, r.stop(), "streams must not hold it up")
		require.NoError(t, h.auth.UpdateAccount(viewer.NewContext(t.Context(), h.viewer), auth.AccountChange{Name: new("Berta")}))
		if transport == "websocket" {
			require.Equal(t, "1001", c.until("closed", ""))
		}
		r = serveOn(t, db, r.port(), nil)
		require.Contains(t, c.until("next", "names"), `"user":{"name":"Berta"}`)
		h.rename(r, "Carla")
		require.Contains(t, c.until("next", "names"), `"user":{"name":"Carla"}`)
	})
}

// Who is signed out hears so at once, tries again at most once, and stops.
func TestClientsStopWhenSignedOut(t *testing.T) {
	eachTransport(t, func(t *testing.T, db *database.DB, transport string, start func(*running, string) *client) {
		r := serveOn(t, db, ":0", nil)
		h := newHousehold(t, db, "ana@example.com")
		c := start(r, h.tablet)
		c.subscribe("names", followNames)
		c.until("next", "names")
		began := time.Now()
		h.signOutTablet(r)
		if transport == "sse" {
			require.Contains(t, c.until("next", "names"), "UNAUTHENTICATED")
			t.Logf("heard after %v", time.Since(began))
			c.until("complete", "names")
			require.Equal(t, 1, c.count("connecting"))
		} else {
			require.Equal(t, "4403", c.until("closed", ""))
			t.Logf("closed after %v", time.Since(began))
			require.Equal(t, "4401", c.fails("names"))
			require.Equal(t, 2, c.count("connecting"))
		}
		r.eventuallyOpen(transport, 0)

		stranger := start(r, "")
		stranger.subscribe("names", followNames)
		if transport == "sse" {
			require.Contains(t, stranger.until("next", "names"), "UNAUTHENTICATED")
			stranger.until("complete", "names")
		} else {
			require.Equal(t, "4401", stranger.fails("names"))
		}
		require.Equal(t, 1, stranger.count("connecting"))
	})
}
