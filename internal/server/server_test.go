package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/server"
	"streamex/internal/viewer"
	"streamex/webapp"
)

const (
	password = "correct horse battery"
	page     = "<!doctype html><head><!--head--></head><body><!--boot--></body>"
	document = "query HomeQuery { viewer { profile { name } } }"
	hash     = "dfdc275418f4412b69e46e10c1b8c01468d44f1cad6b8b5deb8601e65eb166d6" // of document
)

// log collects what the server logs.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// site is a built tree of one page and one script.
func site(t *testing.T) *webapp.Site {
	s, err := webapp.New(fstest.MapFS{"index.html": {Data: []byte(page)}, "assets/app-B3kx9Zqa.js": {Data: []byte("1")}}, webapp.SiteCSP)
	require.NoError(t, err)
	return s
}

func newServer(t *testing.T, db *database.DB, change func(*server.Config), api ...func(*graph.Config)) (*server.Server, *log) {
	out := &log{}
	logger := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	documents := map[string]string{hash: document}
	c := server.Config{
		DB: db, Auth: auth.New(db.Client, auth.Options{TraceID: server.RequestID, Log: logger}), Site: site(t), GraphiQL: site(t),
		Metrics: server.NewMetrics(documents), Log: logger,
	}
	g := graph.Config{
		DB: db, Auth: c.Auth, Documents: documents, Log: logger, TraceID: server.RequestID, OnOperation: c.Metrics.Operation, OnStream: c.Metrics.Stream,
		Address: server.ClientAddress, Introspection: func(ctx context.Context) bool { return viewer.From(ctx).Admin },
	}
	for _, change := range api {
		change(&g)
	}
	c.API = graph.New(g)
	if change != nil {
		change(&c)
	}
	s, err := server.New(c)
	require.NoError(t, err)
	return s, out
}

func get(s http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	return send(s, "GET", path, "", headers...)
}

func send(s http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	ctx, cancel := context.WithTimeout(context.Background(), soon) // a stream that is none would never end
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else if headers[i] == "Remote" {
			r.RemoteAddr = headers[i+1]
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// signIn opens an account and returns its tokens without and with a profile.
func signIn(t *testing.T, db *database.DB, admin bool) (bare, chosen string) {
	a := auth.New(db.Client, auth.Options{})
	require.NoError(t, a.Create(t.Context(), auth.Account{Email: "ana@example.com", Password: password, Name: "</script>", Admin: admin}))
	bare, _, err := a.SignIn(t.Context(), "ana@example.com", password, "", "")
	require.NoError(t, err)
	chosen, v, err := a.SignIn(t.Context(), "ana@example.com", password, "", "")
	require.NoError(t, err)
	_, err = a.SelectProfile(viewer.NewContext(t.Context(), v), db.Client.Profile.Query().OnlyIDX(t.Context()))
	require.NoError(t, err)
	return bare, chosen
}

func TestRequestID(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		for id, kept := range map[string]bool{
			"abc-DEF_1.2": true, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false,
			"": false, "a b": false, "a\nb": false, "é": false, "a\"b": false,
		} {
			got := get(s, "/healthz", "X-Request-Id", id).Header().Get("X-Request-Id")
			require.NotEmpty(t, got)
			require.Equal(t, kept, got == id, id)
		}
	})
}

func TestLogHoldsNoSecrets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, out := newServer(t, db, nil)
		_, token := signIn(t, db, false)
		send(s, "POST", "/graphql?q=secret-query", `{"query":"{viewer{user{id}}} # secret-body"}`, "Content-Type", "application/json",
			"Authorization", "Bearer "+token, "Cookie", "a=secret-cookie", "X-Request-Id", "the-id")
		text := out.String()
		for _, secret := range []string{"secret", token, password} {
			require.NotContains(t, text, secret)
		}
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &entry), text)
		require.Equal(t, "POST", entry["method"])
		require.Equal(t, "/graphql", entry["path"])
		require.EqualValues(t, 200, entry["status"])
		require.NotZero(t, entry["bytes"])
		require.Contains(t, entry, "ms")
		require.Equal(t, "the-id", entry["request_id"])
		require.NotEmpty(t, entry["user"])
	})
}

func TestPanic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, out := newServer(t, db, nil)
		s.Handle("/panic", func(http.ResponseWriter, *http.Request) { panic("the cause") })
		s.Handle("/late", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "half"); panic("the cause") })
		w := get(s, "/panic", "X-Request-Id", "the-id")
		require.Equal(t, 500, w.Code)
		require.JSONEq(t, `{"errors":[{"message":"something went wrong on our side","extensions":{"code":"INTERNAL_SERVER_ERROR","traceId":"the-id"}}]}`, w.Body.String())
		require.Equal(t, 1, strings.Count(out.String(), "the cause"))
		require.Contains(t, out.String(), "server_test.go") // the stack
		require.Contains(t, out.String(), `"status":500`)
		require.PanicsWithValue(t, http.ErrAbortHandler, func() { get(s, "/late") })
	})
}

func TestHeaders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		for _, path := range []string{"/", "/healthz", "/title/x", "/graphql", "/nothing.js"} {
			h := get(s, path).Header()
			require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
			require.Equal(t, "same-origin", h.Get("Referrer-Policy"), path)
			require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"), path)
			require.NotEmpty(t, h.Get("Permissions-Policy"), path)
		}
		require.Contains(t, get(s, "/").Header().Get("Content-Security-Policy"), "default-src 'none'")
	})
}

func TestOtherSitesAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		body := `{"query":"{viewer{user{id}}}"}`
		for _, c := range []struct {
			header, value string
			status        int
		}{
			{"Sec-Fetch-Site", "cross-site", 403},
			{"Sec-Fetch-Site", "same-site", 403},
			{"Origin", "https://evil.example", 403},
			{"Origin", "null", 403},
			{"Sec-Fetch-Site", "same-origin", 200},
			{"Origin", "http://example.com", 200},
			{"Accept", "*/*", 200}, // no browser
		} {
			w := send(s, "POST", "/graphql", body, "Content-Type", "application/json", c.header, c.value)
			require.Equal(t, c.status, w.Code, "%s: %s", c.header, c.value)
			if c.status == 403 {
				require.Contains(t, w.Body.String(), `"CSRF"`)
			}
		}
	})
}

func TestHealth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		require.Equal(t, 200, get(s, "/healthz").Code)
		require.Equal(t, 200, get(s, "/readyz").Code)
		head := send(s, "HEAD", "/readyz", "")
		require.Equal(t, 200, head.Code)
		require.Equal(t, "text/plain; charset=utf-8", head.Header().Get("Content-Type"))
		require.Equal(t, 405, send(s, "POST", "/healthz", "").Code)
		require.NoError(t, db.Close())
		require.Equal(t, 200, get(s, "/healthz").Code)
		require.Equal(t, 503, get(s, "/readyz").Code)
		require.Equal(t, page, marks(get(s, "/", "Cookie", "streamex_session="+strings.Repeat("A", 43)).Body.String()), "the page must outlive the database")
	})
}

// marks puts the marks back that webapp takes out of a page without data.
func marks(s string) string {
	if strings.Contains(s, "<!--head-->") {
		return s
	}
	return strings.NewReplacer("<head>", "<head><!--head-->", "<body>", "<body><!--boot-->").Replace(s)
}

func TestNotReadyBeforeMigration(t *testing.T) {
	db, err := database.Open(t.Context(), "sqlite:"+t.TempDir()+"/x.db", database.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, _ := newServer(t, db, nil)
	require.Equal(t, 503, get(s, "/readyz").Code)
	require.NoError(t, db.Migrate(t.Context()))
	require.Equal(t, 200, get(s, "/readyz").Code)
}

func TestMetrics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, func(c *server.Config) { c.MetricsToken = "metrics-token" })
		local := []string{"Remote", "127.0.0.1:5", "Host", "localhost:8080"}
		for _, c := range []struct {
			headers []string
			status  int
		}{
			{nil, 404},
			{local, 200},
			{[]string{"Remote", "[::1]:5", "Host", "[::1]:8080"}, 200},
			{append([]string{"X-Forwarded-For", "203.0.113.9"}, local...), 404},
			{append([]string{"Via", "1.1 proxy"}, local...), 404},
			{[]string{"Remote", "127.0.0.1:5", "Host", "rebound.example"}, 404},
			{[]string{"Remote", "203.0.113.9:5", "Host", "localhost"}, 404},
			{[]string{"Authorization", "Bearer metrics-token"}, 200},
			{[]string{"Authorization", "Bearer metrics-tokem"}, 404},
			{[]string{"Authorization", "Bearer "}, 404},
			{[]string{"Authorization", "Basic metrics-token"}, 404},
		} {
			require.Equal(t, c.status, get(s, "/metrics", c.headers...).Code, "%v", c.headers)
		}
		closed, _ := newServer(t, db, nil)
		require.Equal(t, 404, get(closed, "/metrics", "Authorization", "Bearer ").Code)

		for _, name := range []string{"HomeQuery", "Evil1", "Evil2", "Evil3", ""} {
			body, _ := json.Marshal(map[string]any{"query": "query " + name + "{viewer{user{id}}}", "operationName": name})
			send(s, "POST", "/graphql", string(body), "Content-Type", "application/json")
		}
		get(s, "/title/one")
		get(s, "/title/two")
		text := get(s, "/metrics", local...).Body.String()
		for _, line := range []string{
			`streamex_graphql_operations_total{failed="false",kind="query",operation="HomeQuery"} 1`,
			`streamex_graphql_operations_total{failed="false",kind="query",operation="other"} 4`,
			`streamex_graphql_statements_count `,
			`streamex_http_requests_total{route="/*",status="200"} 2`,
			`streamex_http_requests_total{route="/graphql",status="200"} 5`,
			`streamex_http_request_seconds_bucket{route="/graphql",le="0.001"}`,
			"go_goroutines", "process_",
		} {
			require.True(t, strings.Contains(text, line), line) // the text is long
		}
		require.False(t, strings.Contains(text, "Evil"))
	})
}

func TestArt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		for _, path := range []string{"/art/none/nosferatu-1922/poster.svg", "/art/horror/nosferatu-1922/card.svg", "/art/horror/a/backdrop.svg"} {
			w := get(s, path)
			require.Equal(t, 200, w.Code, path)
			h := w.Header()
			require.Equal(t, "image/svg+xml", h.Get("Content-Type"))
			require.Equal(t, "public, max-age=31536000, immutable", h.Get("Cache-Control"))
			require.True(t, strings.HasPrefix(w.Body.String(), "<svg "))
			require.Equal(t, 304, get(s, path, "If-None-Match", h.Get("ETag")).Code)

			packed := get(s, path, "Accept-Encoding", "br, gzip;q=0.8")
			require.Equal(t, "gzip", packed.Header().Get("Content-Encoding"))
			require.NotEqual(t, h.Get("ETag"), packed.Header().Get("ETag"))
			zr, err := gzip.NewReader(packed.Body)
			require.NoError(t, err)
			plain, err := io.ReadAll(zr)
			require.NoError(t, err)
			require.Equal(t, w.Body.String(), string(plain))
			require.Empty(t, get(s, path, "Accept-Encoding", "gzip;q=0").Header().Get("Content-Encoding"))

			head := send(s, "HEAD", path, "")
			require.Equal(t, 200, head.Code)
			require.Zero(t, head.Body.Len())
		}
		for _, path := range []string{
			"/art/none/a/poster.png", "/art/none/a/poster", "/art/none/A/poster.svg", "/art/none/a.b/poster.svg", "/art/None/a/poster.svg",
			"/art/none/" + strings.Repeat("a", 201) + "/poster.svg", "/art/none/%2e%2e/poster.svg", "/art/none/a/small.svg",
			"/art/" + strings.Repeat("a", 41) + "/a/poster.svg", "/art/none/a%0a/poster.svg",
		} {
			require.Equal(t, 404, get(s, path).Code, path)
		}
	})
}

func TestPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		bare, chosen := signIn(t, db, false)
		for _, path := range []string{"/", "/title/x", "/index.html"} {
			w := get(s, path)
			require.Equal(t, 200, w.Code, path)
			require.Equal(t, "no-cache", w.Header().Get("Cache-Control"), path)
			require.NotContains(t, w.Body.String(), `id="boot"`)
			require.NotContains(t, w.Body.String(), "streamex-demo")
		}
		require.NotContains(t, get(s, "/", "Cookie", "streamex_session="+bare).Body.String(), `id="boot"`)

		w := get(s, "/", "Cookie", "streamex_session="+chosen)
		require.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
		_, rest, found := strings.Cut(w.Body.String(), `<script type="application/json" id="boot">`)
		require.True(t, found)
		boot, _, _ := strings.Cut(rest, "</script>")
		require.JSONEq(t, `{"id":"`+hash+`","variables":{},"response":{"data":{"viewer":{"profile":{"name":"</script>"}}}}}`, boot)

		require.Equal(t, 200, get(s, "/assets/app-B3kx9Zqa.js").Code)
		for _, path := range []string{"/assets/none.js", "/.env", "/.git/config", "/a/../.git/HEAD", "/favicon.ico"} {
			require.Equal(t, 404, get(s, path).Code, path)
		}
		require.Equal(t, 405, send(s, "POST", "/title/x", "").Code)
	})
}

func TestDemo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, func(c *server.Config) { c.Demo = true })
		for _, path := range []string{"/", "/title/x"} {
			require.Contains(t, get(s, path).Body.String(), `<meta name="streamex-demo" content="1">`, path)
		}
		require.Equal(t, 405, send(s, "POST", "/title/x", "").Code)
		require.Equal(t, 404, get(s, "/nothing.js").Code)
		require.Equal(t, 301, get(s, "/graphiql").Code)
		require.Equal(t, 200, get(s, "/graphiql/").Code)
	})
}

func TestGraphiQLIsForAdministrators(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		token, _ := signIn(t, db, true)
		require.Equal(t, 404, get(s, "/graphiql/").Code)
		require.Equal(t, 200, get(s, "/graphiql/", "Cookie", "streamex_session="+token).Code)
		require.NoError(t, auth.New(db.Client, auth.Options{}).SetAdmin(t.Context(), "ana@example.com", false))
		require.Equal(t, 404, get(s, "/graphiql/", "Cookie", "streamex_session="+token).Code)
	})
}

// A request that runs when the end is asked for gets its answer; new ones are
// told to go elsewhere, then find nobody.
func TestShutdownFinishesRequests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, _ := newServer(t, db, nil)
		started, finish := make(chan struct{}), make(chan struct{})
		s.Handle("/slow", func(w http.ResponseWriter, r *http.Request) {
			close(started)
			<-finish
			n, err := db.Client.User.Query().Count(r.Context()) // its context and the database are still there
			if err != nil || n != 0 {
				http.Error(w, "too late", http.StatusInternalServerError)
				return
			}
			_, _ = io.WriteString(w, "finished")
		})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, l) }()

		type answer struct {
			body string
			err  error
		}
		answered := make(chan answer, 1)
		go func() {
			resp, err := http.Get("http://" + l.Addr().String() + "/slow")
			if err != nil {
				answered <- answer{"", err}
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			answered <- answer{string(body), err}
		}()
		<-started
		stop()
		require.Eventually(t, func() bool { return get(s, "/readyz").Code == 503 }, time.Second, time.Millisecond)
		require.Equal(t, 200, get(s, "/healthz").Code)
		require.Eventually(t, func() bool {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err == nil {
				conn.Close()
			}
			return err != nil
		}, time.Second, time.Millisecond)
		require.Empty(t, ended)
		close(finish)
		require.Equal(t, answer{"finished", nil}, <-answered)
		require.NoError(t, <-ended)
	})
}

func BenchmarkArt(b *testing.B) {
	s, err := server.New(server.Config{Auth: auth.New(nil, auth.Options{}), Site: new(webapp.Site), GraphiQL: new(webapp.Site), Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	for b.Loop() {
		get(s, "/art/horror/nosferatu-1922/card.svg", "Accept-Encoding", "gzip")
	}
}
