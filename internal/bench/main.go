// Command bench measures the home page on both databases, and in the same run
// a handler that answers the same JSON from one hand-written SQL statement: the
// floor to compare with.
//
// CPU is that of this process and of PostgreSQL's. Requests are handed to the
// handlers directly, through everything that the server puts round the API but
// the network: the floor has none of it, neither sign-in nor logs. Handlers take
// turns in short rounds, so that noise of the machine meets all alike.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"streamex/graph"
	"streamex/graph/graphtest"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/pgtemp"
	"streamex/internal/server"
	"streamex/internal/viewer"
	"streamex/webapp"
)

//go:embed home.graphql
var homeDocument string

//go:embed floor.sql
var floorSQL string

// bar is how much more CPU than the floor the home page may take on PostgreSQL.
const bar = 4.0

func main() {
	var o options
	flag.IntVar(&o.titles, "titles", 5000, "size of the catalogue")
	flag.IntVar(&o.clients, "clients", 16, "clients at once")
	flag.IntVar(&o.rounds, "rounds", 8, "rounds of each handler")
	flag.IntVar(&o.requests, "requests", 100, "requests in a round")
	flag.Parse()
	ratio, err := run(context.Background(), o, os.Stdout)
	if err == nil && ratio > bar {
		err = fmt.Errorf("home takes %.2f times the CPU of one SQL statement on PostgreSQL; the bar is %.1f", ratio, bar)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct{ titles, clients, rounds, requests int }

// run measures and prints a table. It returns the home page's CPU on PostgreSQL
// as a multiple of the floor's.
func run(ctx context.Context, o options, w io.Writer) (ratio float64, err error) {
	folder, err := os.MkdirTemp("", "streamex-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	postgres, err := pgtemp.Start()
	if err != nil {
		return 0, err
	}
	defer postgres.Stop()

	var subjects []*subject
	for _, at := range []struct{ name, url string }{
		{"SQLite", "sqlite:" + filepath.Join(folder, "bench.db")},
		{"PostgreSQL", postgres.URL("postgres")},
	} {
		db, err := database.Open(ctx, at.url, database.Options{})
		if err != nil {
			return 0, err
		}
		defer db.Close()
		fmt.Fprintf(os.Stderr, "filling %s\n", at.name)
		home, err := prepare(ctx, db, o.titles)
		if err != nil {
			return 0, err
		}
		subjects = append(subjects, &subject{database: at.name, name: "home", handler: home})
		if at.name == "PostgreSQL" {
			floor, err := newFloor(ctx, db)
			if err != nil {
				return 0, err
			}
			if err := same(home, floor); err != nil {
				return 0, fmt.Errorf("the floor answers something else: %w", err)
			}
			subjects = append(subjects, &subject{database: at.name, name: "one SQL statement", handler: floor})
		}
	}
	for _, s := range subjects {
		if err := s.warm(o); err != nil {
			return 0, err
		}
	}
	for i := range o.rounds {
		for k := range subjects {
			subjects[(i+k)%len(subjects)].round(o, postgres.PID())
		}
	}
	return table(w, o, subjects), nil
}

// prepare fills the database and returns the server's answer to the home
// document for a profile that watched a lot.
func prepare(ctx context.Context, db *database.DB, titles int) (http.Handler, error) {
	if err := db.Migrate(ctx); err != nil {
		return nil, err
	}
	if err := graphtest.Fill(ctx, db, titles); err != nil {
		return nil, err
	}
	site, err := webapp.Open("none", "")
	if err != nil {
		return nil, err
	}
	silent := slog.New(slog.DiscardHandler)
	accounts := auth.New(db.Client, auth.Options{Log: silent})
	api := graph.New(graph.Config{DB: db, Auth: accounts, Log: silent, TraceID: server.RequestID})
	s, err := server.New(server.Config{DB: db, Auth: accounts, API: api, Site: site, GraphiQL: site, Log: silent})
	return withToken{s, graphtest.Token(graphtest.Keen)}, err
}

// withToken signs requests in.
type withToken struct {
	http.Handler
	token string
}

func (h withToken) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Set("Authorization", "Bearer "+h.token)
	h.Handler.ServeHTTP(w, r)
}

// newFloor answers the page of the same profile with one statement.
func newFloor(ctx context.Context, db *database.DB) (http.Handler, error) {
	statement, err := db.SQL().PrepareContext(ctx, floorSQL)
	if err != nil {
		return nil, fmt.Errorf("floor.sql: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body []byte
		if err := statement.QueryRowContext(r.Context(), graphtest.Keen, viewer.Adult).Scan(&body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}), nil
}

func newRequest() *http.Request {
	body, _ := json.Marshal(map[string]string{"query": homeDocument}) // a string cannot fail
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// same tells where two handlers' answers differ, field by field.
func same(a, b http.Handler) error {
	var left, right struct{ Data, Errors any } // extensions tell of the work
	for _, s := range []struct {
		h  http.Handler
		to *struct{ Data, Errors any }
	}{{a, &left}, {b, &right}} {
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, newRequest())
		if err := json.Unmarshal(w.Body.Bytes(), s.to); err != nil || w.Code != http.StatusOK {
			return fmt.Errorf("status %d: %.300s", w.Code, w.Body)
		}
	}
	return errors.Join(difference("data", left.Data, right.Data), difference("errors", left.Errors, right.Errors))
}

// difference compares what JSON decodes to; a member that is missing on one side
// may be null on the other.
func difference(path string, a, b any) error {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			return fmt.Errorf("%s: an object and %v", path, b)
		}
		var errs []error
		for name := range x {
			errs = append(errs, difference(path+"."+name, x[name], y[name]))
		}
		for name := range y {
			if _, ok := x[name]; !ok && y[name] != nil {
				errs = append(errs, fmt.Errorf("%s.%s: nothing and %v", path, name, y[name]))
			}
		}
		return errors.Join(errs...)
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return fmt.Errorf("%s: lists of different lengths: %v and %v", path, a, b)
		}
		for i := range x {
			if err := difference(fmt.Sprintf("%s[%d]", path, i), x[i], y[i]); err != nil {
				return err
			}
		}
		return nil
	case float64:
		if y, ok := b.(float64); ok && max(x-y, y-x) < 1e-9 {
			return nil
		}
	}
	if a != b {
		return fmt.Errorf("%s: %v and %v", path, a, b)
	}
	return nil
}

func table(w io.Writer, o options, subjects []*subject) (ratio float64) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "home page, %d clients, %d × %d requests each\n", o.clients, o.rounds, o.requests)
	fmt.Fprintln(t, "database\thandler\tKiB\tstatements\tallocs\tCPU ms\tof it database\tp50 ms\tp99 ms\trequests/s\tCPU ratio\t")
	floor := subjects[len(subjects)-1].cpu()
	for _, s := range subjects {
		of := "-"
		if s.database == "PostgreSQL" {
			of = fmt.Sprintf("%.2f", s.cpu()/floor)
			if s.name == "home" {
				ratio = s.cpu() / floor
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%.2f\t%.2f\t%.1f\t%.1f\t%.0f\t%s\t\n", s.database, s.name, s.bytes/1024, s.statements, s.allocs(),
			s.cpu(), s.databaseCPU(), s.percentile(.5), s.percentile(.99), s.rate(), of)
	}
	_ = t.Flush() // a broken pipe shows
	return ratio
}
