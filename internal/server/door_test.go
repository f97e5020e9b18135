package server_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/server"
	"streamex/internal/viewer"
)

const signIn1 = `mutation{signIn(input:{email:"ana@example.com",password:"` + password + `"}){token}}`

// lockSessions keeps everybody from writing sessions, as a slow transaction
// would, until release. Reading goes on.
func lockSessions(t *testing.T, db *database.DB) (release func()) {
	tx, err := db.SQL().BeginTx(t.Context(), nil) // immediate on SQLite
	require.NoError(t, err)
	if db.Dialect() == dialect.Postgres {
		_, err = tx.ExecContext(t.Context(), "LOCK TABLE sessions IN SHARE ROW EXCLUSIVE MODE")
		require.NoError(t, err)
	}
	return sync.OnceFunc(func() { require.NoError(t, tx.Rollback()) })
}

// When a client leaves, the work for it stops.
func TestClientGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, out := newServer(t, db, nil)
		signIn(t, db, false)
		listener := httptest.NewServer(s)
		defer listener.Close()
		release := lockSessions(t, db)
		defer release()
		ctx, leave := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer leave()
		r, err := http.NewRequestWithContext(ctx, "POST", listener.URL+"/graphql", strings.NewReader(post(signIn1, nil)))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		_, err = http.DefaultClient.Do(r)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Eventually(t, func() bool { return strings.Contains(out.String(), `"msg":"request"`) }, time.Second, 10*time.Millisecond)
		require.NotContains(t, out.String(), `"level":"ERROR"`)
	})
}

// No operation runs for longer than its time.
func TestOperationsHaveADeadline(t *testing.T) {
	var left time.Duration
	s, _ := newServer(t, dbtest.Open(t, dbtest.SQLite(t)), nil, func(c *graph.Config) {
		c.Introspection = func(ctx context.Context) bool { // is asked under the operation's context
			deadline, ok := ctx.Deadline()
			require.True(t, ok)
			left = time.Until(deadline)
			return false
		}
	})
	ask(s, post("{viewer{__typename}}", nil))
	require.Greater(t, left, 5*time.Second)
	require.LessOrEqual(t, left, 10*time.Second)
}

// A body that is too large is refused before it was read.
func TestLargeBodies(t *testing.T) {
	s, _ := newServer(t, dbtest.Open(t, dbtest.SQLite(t)), nil)
	listener := httptest.NewServer(s)
	defer listener.Close()
	for _, chunked := range []bool{false, true} {
		conn, err := net.Dial("tcp", listener.Listener.Addr().String())
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
		size := "Content-Length: 100000000"
		if chunked {
			size = "Transfer-Encoding: chunked"
		}
		fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n\r\n", size)
		sent := make(chan int)
		go func() {
			total := 0
			for total < 100_000_000 {
				piece := strings.Repeat(" ", 64<<10)
				if chunked {
					piece = fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece)
				}
				n, err := io.WriteString(conn, piece)
				total += n
				if err != nil {
					break
				}
			}
			sent <- total
		}()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		require.Equal(t, 413, resp.StatusCode)
		require.Less(t, <-sent, 8<<20, "what lies in buffers of the kernel included")
	}

	var bomb bytes.Buffer
	zw := gzip.NewWriter(&bomb)
	_, err := io.WriteString(zw, `{"query":"{viewer{__typename}}"`+strings.Repeat(" ", 10<<20)+"}")
	require.NoError(t, err)
	require.NoError(t, zw.Close())
	w, _ := ask(s, bomb.String(), "Content-Encoding", "gzip")
	require.Equal(t, 415, w.Code)
}

// Nothing is changed by what a page of another site could send.
func TestWhatIsNoRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		_, token := signIn(t, db, false)
		const mutation = `mutation{signOut{signedOut}}`
		form := "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + post(mutation, nil) +
			"\r\n--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{}\r\n--x--\r\n"
		cookie := []string{"Cookie", "streamex_session=" + token}
		for _, c := range []struct {
			name, method, target, body string
			headers                    []string
			status                     int
		}{
			{"GET", "GET", "/graphql?query=" + mutation, "", nil, 405},
			{"GET of a named one", "GET", "/graphql?operationName=M&query=query%20Q{viewer{__typename}}mutation%20M{signOut{signedOut}}", "", nil, 405},
			{"HEAD", "HEAD", "/graphql?query=" + mutation, "", nil, 405},
			{"PUT", "PUT", "/graphql", post(mutation, nil), []string{"Content-Type", "application/json"}, 405},
			{"another method in a header", "GET", "/graphql?query=" + mutation, "", []string{"X-HTTP-Method-Override", "POST"}, 405},
			{"another method in the query", "GET", "/graphql?_method=POST&query=" + mutation, "", nil, 405},
			{"text", "POST", "/graphql", post(mutation, nil), []string{"Content-Type", "text/plain"}, 415},
			{"no type", "POST", "/graphql", post(mutation, nil), nil, 415},
			{"a form", "POST", "/graphql", "query=" + mutation, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
			{"bare GraphQL", "POST", "/graphql", mutation, []string{"Content-Type", "application/graphql"}, 415},
			{"multipart", "POST", "/graphql", form, []string{"Content-Type", "multipart/form-data; boundary=x"}, 415},
			{"multipart of another site", "POST", "/graphql", form, []string{"Content-Type", "multipart/form-data; boundary=x", "Sec-Fetch-Site", "cross-site"}, 403},
			{"JSON of another site", "POST", "/graphql", post(mutation, nil), []string{"Content-Type", "application/json", "Origin", "https://evil.example"}, 403},
			{"JSON of a sister site", "POST", "/graphql", post(mutation, nil), []string{"Content-Type", "application/json", "Sec-Fetch-Site", "same-site"}, 403},
			{"JSON of nowhere", "POST", "/graphql", post(mutation, nil), []string{"Content-Type", "application/json", "Origin", "null"}, 403},
			{"the query twice", "POST", "/graphql", post(mutation, nil) + post(mutation, nil), []string{"Content-Type", "application/json"}, 400},
		} {
			w := send(s, c.method, c.target, c.body, append(c.headers, cookie...)...)
			require.Equal(t, c.status, w.Code, c.name)
			if c.status == 403 {
				require.Equal(t, "CSRF", problems(t, w.Body.Bytes())[0].Extensions.Code)
			}
			require.Equal(t, 2, db.Client.Session.Query().CountX(t.Context()), c.name)
		}
		w := send(s, "POST", "/graphql", post(mutation, nil), append(cookie, "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin")...)
		require.Equal(t, 200, w.Code)
		require.Equal(t, 1, db.Client.Session.Query().CountX(t.Context()), "the session was good all the time")
	})
}

func TestCORS(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	closed, _ := newServer(t, db, nil)
	const friend = "https://tv.example.com"
	open, _ := newServer(t, db, func(c *server.Config) { c.AllowOrigins = []string{friend} })
	for _, c := range []struct {
		server  http.Handler
		origin  string
		allowed bool
	}{{closed, friend, false}, {closed, "null", false}, {open, friend, true}, {open, "https://evil.example", false},
		{open, "https://tv.example.com.evil.example", false}, {open, "http://tv.example.com", false}, {open, "null", false}} {
		preflight := send(c.server, "OPTIONS", "/graphql", "", "Origin", c.origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
		w := send(c.server, "POST", "/graphql", post("{viewer{__typename}}", nil), "Origin", c.origin, "Content-Type", "application/json")
		want := ""
		if c.allowed {
			want = friend
			require.Equal(t, 200, w.Code)
		} else {
			require.Equal(t, 403, w.Code)
		}
		for _, h := range []http.Header{preflight.Header(), w.Header(), get(c.server, "/graphql?query={viewer{__typename}}", "Origin", c.origin).Header()} {
			require.Equal(t, want, h.Get("Access-Control-Allow-Origin"), c.origin)
			require.Empty(t, h.Get("Access-Control-Allow-Credentials"))
		}
	}
	_, err := server.New(server.Config{AllowOrigins: []string{"tv.example.com/x"}, Auth: auth.New(nil, auth.Options{}), Site: site(t), GraphiQL: site(t)})
	require.Error(t, err)
}

// clock is a time that tests move.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	looks int
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks++
	return c.now
}

// Looks is how often somebody looked at the clock.
func (c *clock) Looks() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.looks
}

func (c *clock) Sleep(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestRates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := &clock{now: time.Unix(1e9, 0)}
		limited := func(c *graph.Config) { c.Rate, c.Now = 1000, now.Now } // 60,000 at once
		s, _ := newServer(t, db, nil, limited)
		_, ana := signIn(t, db, false)
		a := auth.New(db.Client, auth.Options{})
		require.NoError(t, a.Create(t.Context(), auth.Account{Email: "bob@example.com", Password: password}))
		bob, _, err := a.SignIn(t.Context(), "bob@example.com", password, "", "")
		require.NoError(t, err)

		dear := "{titles(first:99){nodes{similar(first:99){nodes{id}}}}}" // 10,000 and the 10 of each request
		try := func(query, token, from string, headers ...string) *httptest.ResponseRecorder {
			headers = append(headers, "Content-Type", "application/json", "Remote", from)
			if token != "" {
				headers = append(headers, "Authorization", "Bearer "+token)
			}
			return send(s, "POST", "/graphql", post(query, nil), headers...)
		}
		// drain spends what one has and returns the refusal.
		drain := func(token, from string, headers ...string) (served int, refusal *httptest.ResponseRecorder) {
			for served = range 1000 {
				if w := try(dear, token, from, headers...); w.Code != 200 {
					return served, w
				}
			}
			t.Fatal("nothing is limited")
			return 0, nil
		}
		served, w := drain(ana, "192.0.2.1:5")
		require.Equal(t, 5, served) // the sixth would be 60 over
		require.Equal(t, 429, w.Code)
		first := problems(t, w.Body.Bytes())[0]
		require.Equal(t, graph.RateLimited, first.Extensions.Code)
		require.Equal(t, 1, first.Extensions.RetryAfter)
		require.Equal(t, "1", w.Header().Get("Retry-After"))
		require.NotContains(t, w.Body.String(), `"data"`)
		require.Equal(t, 200, try("{viewer{__typename}}", ana, "192.0.2.1:5").Code, "something small is left")
		require.Equal(t, 429, try(dear, ana, "192.0.2.77:5").Code, "from anywhere")
		require.Equal(t, 200, try(dear, bob, "192.0.2.1:5").Code, "somebody else")
		now.Sleep(time.Duration(first.Extensions.RetryAfter) * time.Second)
		require.Equal(t, 200, try(dear, ana, "192.0.2.1:5").Code, "after the time that was told")

		// Ten times as much from one address, whoever asks and whatever they say.
		served, _ = drain("", "192.0.2.9:1")
		require.Equal(t, 59, served, "what is answered with UNAUTHENTICATED costs too")
		now.Sleep(time.Hour)
		served, _ = drain("", "[2001:db8::1]:1")
		require.Equal(t, 59, served)
		require.Equal(t, 429, try(dear, "", "[2001:db8::ffff:1]:9").Code, "of the same network")
		require.Equal(t, 429, try(dear, ana, "[2001:db8::1]:1").Code, "signed in too")
		require.Equal(t, 429, try(dear, "", "[2001:db8::1]:1", "X-Forwarded-For", "203.0.113.5").Code, "no proxy is trusted")
		require.Equal(t, 200, try(dear, "", "[2001:db8:0:1::1]:1").Code, "another network")

		// What is refused costs more than what is served.
		now.Sleep(time.Hour)
		refused := 0
		for try("{"+strings.Repeat("a ", 100)+"}", "", "192.0.2.50:1").Code == 400 {
			refused++
		}
		require.InDelta(t, 6_000, refused, 1)
	})
}

// Behind a proxy that is trusted an address is the last one that it noted.
func TestRatesBehindProxy(t *testing.T) {
	now := &clock{now: time.Unix(1e9, 0)}
	db := dbtest.Open(t, dbtest.SQLite(t))
	s, _ := newServer(t, db, func(c *server.Config) { c.TrustProxy = true }, func(c *graph.Config) { c.Rate, c.Now = 1, now.Now })
	try := func(forwarded string) int {
		return send(s, "POST", "/graphql", post("{"+strings.Repeat("a ", 100)+"}", nil), "Content-Type", "application/json", "Remote", "127.0.0.1:9", "X-Forwarded-For", forwarded).Code
	}
	for i := 0; ; i++ {
		require.Less(t, i, 10_000)
		if try(fmt.Sprintf("198.51.100.%d, 203.0.113.7", i%250)) == 429 { // the client's own invention comes first
			break
		}
	}
	require.Equal(t, 400, try("203.0.113.8"))
}

// A page goes out without its answer when its viewer has nothing left.
func TestPageOfWhoIsLimited(t *testing.T) {
	now := &clock{now: time.Unix(1e9, 0)}
	db := dbtest.Open(t, dbtest.SQLite(t))
	s, _ := newServer(t, db, nil, func(c *graph.Config) { c.Rate, c.Now = 1, now.Now })
	_, token := signIn(t, db, false)
	headers := []string{"Cookie", "streamex_session=" + token}
	require.Contains(t, get(s, "/", headers...).Body.String(), `"response"`)
	for range 5_000 {
		get(s, "/", headers...)
	}
	w := get(s, "/", headers...)
	require.Equal(t, 200, w.Code)
	require.NotContains(t, w.Body.String(), `"response"`)
}

// Writes that do not come to an end are few, others are told so soon, and keep
// neither reads nor signing in from their place.
func TestBulkheads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		entered, release := make(chan struct{}), make(chan struct{})
		s, _ := newServer(t, db, nil, func(c *graph.Config) {
			c.OnOperation = func(name, _ string, _ time.Duration, _ int, _ bool) { // is told before the place is given back
				if name == "Slow" {
					entered <- struct{}{}
					<-release
				}
			}
		})
		token, _ := signIn(t, db, false)
		write := func(name string) *httptest.ResponseRecorder {
			w, _ := ask(s, `{"operationName":"`+name+`","query":"mutation `+name+`{signOut{signedOut}}"}`)
			return w
		}
		var writers sync.WaitGroup
		codes := make(chan int, 4)
		for range 4 {
			writers.Go(func() { codes <- write("Slow").Code })
			<-entered
		}
		start := time.Now()
		w := write("Quick")
		require.GreaterOrEqual(t, time.Since(start), 300*time.Millisecond, "a place may come free")
		require.Less(t, time.Since(start), slowdown*time.Second)
		require.Equal(t, 503, w.Code)
		require.Equal(t, "1", w.Header().Get("Retry-After"))
		require.Equal(t, graph.Overloaded, problems(t, w.Body.Bytes())[0].Extensions.Code)

		start = time.Now()
		w, _ = ask(s, post("{viewer{user{id}}}", nil), "Authorization", "Bearer "+token)
		require.Equal(t, 200, w.Code)
		require.Less(t, time.Since(start), slowdown*500*time.Millisecond)
		w, _ = ask(s, post(`mutation{signIn(input:{email:"ana@example.com",password:"a wrong one"}){userErrors{code}}}`, nil))
		require.Equal(t, 200, w.Code)
		require.Empty(t, problems(t, w.Body.Bytes()))

		close(release)
		writers.Wait()
		for range 4 {
			require.Equal(t, 200, <-codes)
		}
		require.Equal(t, 200, write("Quick").Code, "the places are free again")
	})
}

// Clients that dawdle lose their connection; others do not notice them.
func TestSlowClients(t *testing.T) {
	s, _ := newServer(t, dbtest.Open(t, dbtest.SQLite(t)), nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	defer func() { stop(); require.NoError(t, <-ended) }()

	var slow sync.WaitGroup
	closed := make(chan time.Duration, 250)
	dawdle := func(opening, more string) {
		conn, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		slow.Go(func() {
			defer conn.Close()
			start := time.Now()
			gone := make(chan struct{})
			go func() { _, _ = io.Copy(io.Discard, conn); close(gone) }()
			_, _ = io.WriteString(conn, opening)
			for {
				select {
				case <-gone:
					closed <- time.Since(start)
					return
				case <-time.After(500 * time.Millisecond):
					_, _ = io.WriteString(conn, more)
				}
			}
		})
	}
	for range 200 {
		dawdle("POST /graphql HTTP/1.1\r\nHost: x\r\n", "X: y\r\n")
	}
	for range 50 {
		dawdle("POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", " ")
	}
	var took []time.Duration
	for range 40 {
		start := time.Now()
		resp, err := http.Get("http://" + l.Addr().String() + "/graphql?query={viewer{__typename}}")
		require.NoError(t, err)
		resp.Body.Close()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	require.Less(t, took[len(took)*95/100], 250*time.Millisecond)
	slow.Wait()
	close(closed)
	headers := 0
	for after := range closed {
		require.Less(t, after, 20*time.Second)
		if after < 10*time.Second {
			headers++
		}
	}
	require.Equal(t, 200, headers)
}

// A burst is served or refused, never broken, and is over when it is over.
func TestBurst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil, func(c *graph.Config) { c.Rate = 10_000 })
		_, token := signIn(t, db, false)
		listener := httptest.NewServer(s)
		defer listener.Close()
		do := func() (int, error) {
			r, err := http.NewRequest("POST", listener.URL+"/graphql", strings.NewReader(post("{home{rows{nodes{heading items{nodes{title{name}}}}}}}", nil)))
			if err != nil {
				return 0, err
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+token)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				return 0, err
			}
			defer resp.Body.Close()
			if !json.Valid(must(io.ReadAll(resp.Body))) {
				return 0, fmt.Errorf("no JSON with status %d", resp.StatusCode)
			}
			return resp.StatusCode, nil
		}
		var wg sync.WaitGroup
		statuses := make(chan int, 400)
		for range 400 {
			wg.Go(func() {
				status, err := do()
				if err != nil {
					status = -1
				}
				statuses <- status
			})
		}
		wg.Wait()
		close(statuses)
		for status := range statuses {
			require.Contains(t, []int{200, 429, 503}, status)
		}
		time.Sleep(2 * time.Second)
		start := time.Now()
		status, err := do()
		require.NoError(t, err)
		require.NotEqual(t, 503, status)
		require.Less(t, time.Since(start), 500*time.Millisecond)
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Whoever asks for a part to come later gets it at once: one whole answer.
func TestDeferIsAnsweredAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		_, token := signIn(t, db, false)
		for _, query := range []string{
			"{viewer{user{email} ...@defer{profile{language}}}}",
			"{viewer{user{email} ...F@defer(label:\"x\")}} fragment F on Viewer{profile{...@defer{language}}}",
		} {
			for range 2 { // parsed and kept
				w, _ := ask(s, post(query, nil), "Authorization", "Bearer "+token)
				require.JSONEq(t, `{"viewer":{"user":{"email":"ana@example.com"},"profile":{"language":"en"}}}`, string(data(t, w.Body.Bytes())))
				require.NotContains(t, w.Body.String(), "hasNext")
			}
		}
	})
}

// With trusted documents nothing else runs, however it is sent.
func TestTrustedDocuments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil, func(c *graph.Config) {
			c.AnyDocument = func(ctx context.Context) bool { return viewer.From(ctx).Admin }
		})
		_, admin := signIn(t, db, true)
		sum := sha256.Sum256([]byte("{viewer{__typename}}"))
		own := sha256.Sum256([]byte(document))
		persisted := func(hash string) string {
			return `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
		}
		for _, c := range []struct{ body, code string }{
			{post(document, nil), ""},
			{persisted(hex.EncodeToString(own[:])) + "}", ""},
			{post("{viewer{__typename}}", nil), graph.Forbidden},
			{post(document+" ", nil), graph.Forbidden},
			{persisted(hex.EncodeToString(sum[:])) + `,"query":"{viewer{__typename}}"}`, graph.Forbidden},
			{persisted(hex.EncodeToString(sum[:])) + "}", graph.DocumentNotFound},
			{persisted(hex.EncodeToString(own[:])) + `,"query":"{viewer{__typename}}"}`, graph.Forbidden},
		} {
			w, statements := ask(s, c.body)
			if c.code == "" {
				require.Equal(t, 200, w.Code, c.body)
				require.Empty(t, problems(t, w.Body.Bytes()))
				continue
			}
			require.Equal(t, 400, w.Code, c.body)
			require.Equal(t, c.code, problems(t, w.Body.Bytes())[0].Extensions.Code, c.body)
			require.Zero(t, statements)
		}
		w, _ := ask(s, post("{viewer{__typename}}", nil), "Authorization", "Bearer "+admin)
		require.Equal(t, 200, w.Code, "who may")
	})
}
