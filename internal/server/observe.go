package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"streamex/ent/schema/globalid"
	"streamex/internal/viewer"
)

// record is what is told of a request once it is answered.
type record struct {
	id   string
	user globalid.User // filled in by noteViewer, for it is found further inside
}

type recordKey struct{}

// RequestID names the request of ctx: "" outside of one. It is the trace id
// that clients see in masked errors.
func RequestID(ctx context.Context) string {
	if rec, _ := ctx.Value(recordKey{}).(*record); rec != nil {
		return rec.id
	}
	return ""
}

// tokens is what may be one, put into a path by mistake.
var tokens = regexp.MustCompile(`[\w-]{40,}`)

// observe names each request, logs and counts its answer, and turns a panic
// into one.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &record{id: requestID(r)}
		ctx := context.WithValue(r.Context(), recordKey{}, rec)
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		ww.Header().Set("X-Request-Id", rec.id)
		defer func() {
			cause := recover()
			if cause != nil && !aborted(cause) {
				s.Log.ErrorContext(ctx, "panic", "cause", fmt.Sprint(cause), "trace_id", rec.id, "stack", string(debug.Stack()))
				if ww.Status() == 0 {
					refuse(ww, http.StatusInternalServerError, "INTERNAL_SERVER_ERROR", "something went wrong on our side", rec.id)
					cause = nil
				}
			}
			s.tell(ctx, r, ww, rec, time.Since(start))
			if cause != nil {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
		}()
		next.ServeHTTP(ww, r.WithContext(ctx))
	})
}

// aborted tells whether a handler gave up on purpose: http.ErrAbortHandler says so.
func aborted(cause any) bool {
	err, _ := cause.(error)
	return errors.Is(err, http.ErrAbortHandler)
}

// tell logs and counts an answer. Query strings, headers and bodies stay out:
// they hold what people search and what opens their accounts.
func (s *Server) tell(ctx context.Context, r *http.Request, ww middleware.WrapResponseWriter, rec *record, took time.Duration) {
	status := ww.Status()
	if status == 0 {
		status = http.StatusOK
		if r.Header.Get("Upgrade") != "" { // a WebSocket took the connection over
			status = http.StatusSwitchingProtocols
		}
	}
	route := chi.RouteContext(ctx).RoutePattern()
	level := slog.LevelInfo
	switch route {
	case "/healthz", "/readyz", "/metrics":
		level = slog.LevelDebug // asked every few seconds
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", tokens.ReplaceAllString(r.URL.Path, "…")), slog.Int("status", status),
		slog.Int("bytes", ww.BytesWritten()), slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("request_id", rec.id),
	}
	if rec.user != 0 {
		attrs = append(attrs, slog.String("user", rec.user.String()))
	}
	s.Log.LogAttrs(ctx, level, "request", attrs...)
	stream := status == http.StatusSwitchingProtocols || strings.HasPrefix(ww.Header().Get("Content-Type"), "text/event-stream")
	s.Metrics.request(route, status, took, stream)
}

// noteViewer puts who asks into the request's record.
func noteViewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note(r.Context(), viewer.From(r.Context()))
		next.ServeHTTP(w, r)
	})
}

func note(ctx context.Context, v viewer.Viewer) {
	if rec, _ := ctx.Value(recordKey{}).(*record); rec != nil {
		rec.user = v.User
	}
}

// requestID is the name that a proxy gave the request, if it is a sane one, or
// a new one.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if id == "" || len(id) > 64 {
		return rand.Text()
	}
	for _, c := range []byte(id) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			return rand.Text()
		}
	}
	return id
}

// refuse writes an error in the API's form.
func refuse(w http.ResponseWriter, status int, code, message, trace string) {
	extensions := map[string]string{"code": code}
	if trace != "" {
		extensions["traceId"] = trace
	}
	writeJSON(w, status, map[string]any{"errors": []any{map[string]any{"message": message, "extensions": extensions}}})
}

// answer writes data in the API's form.
func answer(w http.ResponseWriter, data any) {
	writeJSON(w, http.StatusOK, map[string]any{"data": data})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
