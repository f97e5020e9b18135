package server

import (
	"context"
	"io"
	"net/http"
	"time"
)

// health says that the process lives, whatever else is broken: who asks would
// restart it.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok\n") }

// ready says whether requests should come here.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	switch {
	case s.draining.Load():
		say(w, http.StatusServiceUnavailable, "shutting down\n")
	case s.DB.Ping(ctx) != nil:
		say(w, http.StatusServiceUnavailable, "the database is away\n")
	case !s.schemaReady(ctx):
		say(w, http.StatusServiceUnavailable, "the database must be migrated\n")
	default:
		say(w, http.StatusOK, "ready\n")
	}
}

// schemaReady looks until the schema was up to date once. It does not look
// again: while replicas are replaced one by one the first new one migrates, and
// the old ones must go on until their turn comes.
func (s *Server) schemaReady(ctx context.Context) bool {
	if s.migrated.Load() {
		return true
	}
	pending, err := s.DB.Pending(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "not ready", "err", err)
	}
	if pending || err != nil {
		return false
	}
	s.migrated.Store(true)
	return true
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}
