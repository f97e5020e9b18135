package graphtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// Who asks, beside the profiles of a catalogue.
const (
	Nobody    = 0
	NoProfile = 100 // the household's account before a profile was chosen
)

// Token is the session of a profile, or of NoProfile.
func Token(who int) string { return base64.RawURLEncoding.EncodeToString(secret(who)) }

func secret(who int) []byte { return bytes.Repeat([]byte{byte(who)}, 32) }

func hash(who int) []byte {
	sum := sha256.Sum256(secret(who))
	return sum[:]
}

// Server is the API over a database, with a log to look into.
type Server struct {
	DB *database.DB
	N  int // titles

	handler http.Handler
	log     *log
}

// log is written by handlers while a test reads it.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// Serve returns the API over db as the server mounts it: behind the middleware
// that finds the viewer. Documents may be nil.
func Serve(db *database.DB, documents map[string]string) *Server {
	s := &Server{DB: db, log: new(log)}
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	trace := func(context.Context) string { return "trace" }
	accounts := auth.New(db.Client, auth.Options{Log: logger, TraceID: trace})
	s.handler = accounts.Middleware(graph.New(graph.Config{DB: db, Auth: accounts, Documents: documents, Log: logger, TraceID: trace, Timeout: time.Minute}))
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Log returns what was logged since the last call.
func (s *Server) Log() string {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	text := s.log.text.String()
	s.log.text.Reset()
	return text
}

// Answer is what a request got.
type Answer struct {
	server     *Server
	Status     int
	Header     http.Header
	Body       []byte
	Statements []string // sent for it, the session's look-up included
	Args       [][]any  // of the statements
}

// Errors are the errors of a GraphQL answer.
func (a Answer) Errors(tb testing.TB) []Error {
	tb.Helper()
	var body struct{ Errors []Error }
	if err := json.Unmarshal(a.Body, &body); err != nil {
		tb.Fatalf("%v: %s", err, a.Body)
	}
	return body.Errors
}

// Error is an error of a GraphQL answer.
type Error struct {
	Message    string
	Path       []any
	Extensions struct{ Code, TraceID string }
}

// Data decodes the data of an answer without errors into v.
func (a Answer) Data(tb testing.TB, v any) {
	tb.Helper()
	body := struct {
		Errors json.RawMessage
		Data   any
	}{Data: v}
	if err := json.Unmarshal(a.Body, &body); err != nil || a.Status != http.StatusOK || body.Errors != nil {
		tb.Fatalf("status %d, %v: %s\n%s", a.Status, err, a.Body, a.server.Log())
	}
}

// Variables of an operation.
type Variables map[string]any

// Ask sends an operation on behalf of a profile, Nobody or NoProfile.
func (s *Server) Ask(tb testing.TB, who int, query string, variables Variables) Answer {
	tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		tb.Fatal(err)
	}
	return s.Send(tb, who, http.MethodPost, "/graphql", body, "Content-Type", "application/json")
}

// Send sends a request with headers; empty ones are left out.
func (s *Server) Send(tb testing.TB, who int, method, target string, body []byte, headers ...string) Answer {
	tb.Helper()
	ctx, counter := database.WithRecorder(tb.Context())
	r := httptest.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	if who != Nobody {
		r.Header.Set("Authorization", "Bearer "+Token(who))
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	text, err := io.ReadAll(w.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return Answer{s, w.Code, w.Header(), text, counter.Statements(), counter.Args()}
}

// Each runs test on a catalogue of n titles in both kinds of database. The
// tests of a program share them: who writes to one takes New.
func Each(t *testing.T, n int, test func(*testing.T, *Server)) {
	t.Helper()
	for _, name := range []string{dialect.SQLite, dialect.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Helper()
			test(t, Shared(t, name, n))
		})
	}
}

// New returns a catalogue of n titles of the test's own, in a fresh database.
func New(tb testing.TB, db *database.DB, n int) *Server {
	tb.Helper()
	if err := Fill(tb.Context(), db, n); err != nil {
		tb.Fatal(err)
	}
	s := Serve(db, nil)
	s.N = n
	return s
}

type variant struct {
	dialect string
	n       int
}

var shared = struct {
	sync.Mutex
	open   map[variant]*database.DB
	folder string
}{open: make(map[variant]*database.DB)}

// Shared returns the API over the program's catalogue of n titles in a kind of
// database. Main must run the tests.
func Shared(tb testing.TB, name string, n int) *Server {
	tb.Helper()
	shared.Lock()
	defer shared.Unlock()
	db := shared.open[variant{name, n}]
	if db == nil {
		db = open(tb, name, n)
		shared.open[variant{name, n}] = db
	}
	s := Serve(db, nil)
	s.N = n
	return s
}

func open(tb testing.TB, name string, n int) *database.DB {
	tb.Helper()
	var url string
	if name == dialect.Postgres {
		url = dbtest.Postgres(tb)
	} else {
		url = "sqlite:" + filepath.Join(shared.folder, fmt.Sprintf("%d.db", n))
	}
	ctx := context.WithoutCancel(tb.Context()) // it outlives the test
	db, err := database.Open(ctx, url, database.Options{})
	if err == nil {
		err = db.Migrate(ctx)
	}
	if err == nil {
		err = Fill(ctx, db, n)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return db
}

// Main runs the tests of a program that share catalogues: for TestMain.
func Main(m *testing.M) (code int) {
	folder, err := os.MkdirTemp("", "streamex-graphtest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	shared.folder = folder
	defer os.RemoveAll(folder)
	defer func() {
		for _, db := range shared.open {
			_ = db.Close()
		}
	}()
	return m.Run()
}
