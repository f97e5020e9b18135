// Package server is the program's HTTP side: the routes, what stands round
// them, and a shutdown that lets running requests finish.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"

	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/job"
	"streamex/internal/media"
	"streamex/webapp"
)

// Config is what a server needs.
type Config struct {
	DB       *database.DB
	Auth     *auth.Service
	API      *graph.API
	Site     *webapp.Site // the web app
	GraphiQL *webapp.Site
	Media    *media.Store // uploaded files
	Jobs     *job.Runner
	Payments http.Handler // what the payment provider wants below /payments/; may be nil
	Metrics  *Metrics
	Log      *slog.Logger

	// AllowOrigins are the other sites whose pages may use the API, with bearer
	// tokens: cookies are for our own pages.
	AllowOrigins []string
	// TrustProxy believes the last X-Forwarded-For: a proxy in front wrote it.
	TrustProxy bool
	// Demo opens GraphiQL to everybody and tells the web app to show the demo
	// accounts. Only for listeners that this machine alone reaches.
	Demo bool
	// MetricsToken opens /metrics to other machines; "" keeps them out.
	MetricsToken string
	// Drain is how long /readyz says no before the listener closes, for load
	// balancers that ask it now and then.
	Drain time.Duration
}

// Server serves StreamEx.
type Server struct {
	Config
	router   *chi.Mux
	draining atomic.Bool
	migrated atomic.Bool // the schema was seen up to date

	drawing, importing chan struct{} // one at a time
}

const (
	// grace is how long running requests may take to finish after the end was
	// asked for.
	grace = 15 * time.Second

	// maxBody bounds what a request may send; the API allows itself less.
	maxBody = 1 << 20
)

// New returns a server; Serve runs it. It returns an error for an allowed
// origin that is none.
func New(c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	s := &Server{Config: c, router: chi.NewRouter(), drawing: make(chan struct{}, 1), importing: make(chan struct{}, 1)}
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(denyCrossOrigin))
	for _, origin := range c.AllowOrigins {
		if err := crossOrigin.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("server: %w", err)
		}
	}
	s.router.Use(s.observe, securityHeaders, s.clientAddress(), crossOrigin.Handler)
	s.router.Group(s.uploads)
	r := s.router.With(limitBody)
	read := func(pattern string, h http.HandlerFunc) { r.Get(pattern, h); r.Head(pattern, h) }
	read("/healthz", s.health)
	read("/readyz", s.ready)
	read("/metrics", s.metrics)
	read("/art/{scene}/{slug}/{file}", s.art)
	read("/art/upload/{name}/{file}", s.picture)
	r.With(s.otherSites(), streamOrigins(crossOrigin), s.Auth.Middleware, noteViewer).Handle("/graphql", s.API)
	if s.Payments != nil {
		r.With(s.otherSites(), s.Auth.Middleware, noteViewer).Handle("/payments/*", s.Payments)
	}
	graphiql := s.graphiql()
	r.Handle("/graphiql", graphiql)
	r.Handle("/graphiql/*", graphiql)
	read("/", s.home)
	r.Handle("/*", http.HandlerFunc(s.app))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// Serve serves on l until ctx ends; then it says that it is not ready, closes l
// and waits for running requests. It returns an error when it had to cut some.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug), // clients' broken connections
	}
	srv.RegisterOnShutdown(s.API.EndStreams) // they would not end by themselves
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("server: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.Log.Info("finishing running requests", "limit", grace.String())
	time.Sleep(s.Drain)
	// ctx is over: what follows has a limit of its own.
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := srv.Shutdown(limit)
	if err = errors.Join(err, s.API.WaitStreams(limit)); err != nil { // of WebSockets, Shutdown knows nothing
		return fmt.Errorf("server: requests were cut: %w", errors.Join(err, srv.Close()))
	}
	return nil
}
