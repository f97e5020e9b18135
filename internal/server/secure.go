package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/cors"
)

// securityHeaders sets what holds for every answer. Pages and pictures add a
// policy of what they may load.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		next.ServeHTTP(w, r)
	})
}

func denyCrossOrigin(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusForbidden, "CSRF", "requests from other sites are refused", "")
}

// otherSites lets the pages of allowed sites use the API. They show a token:
// cookies are not sent along. With none allowed, answers say nothing of it.
func (s *Server) otherSites() func(http.Handler) http.Handler {
	if len(s.AllowOrigins) == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	return cors.Handler(cors.Options{
		AllowedOrigins: s.AllowOrigins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"Authorization", "Content-Type", "Accept-Language", "X-Request-Id"},
		ExposedHeaders: []string{"Retry-After", "X-Request-Id"},
		MaxAge:         int((10 * time.Minute).Seconds()),
	})
}

// streamOrigins refuses pages of other sites that open a stream, which they do by
// GET: neither the protection nor CORS stands before a WebSocket, and who opens
// an EventSource takes a place. The pages of allowed sites show a token; cookies
// are not theirs.
func streamOrigins(p *http.CrossOriginProtection) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			accepts := strings.ToLower(strings.Join(r.Header.Values("Accept"), ","))
			if r.Method != http.MethodGet || r.Header["Upgrade"] == nil && !strings.Contains(accepts, "text/event-stream") {
				next.ServeHTTP(w, r)
				return
			}
			asWrite := r.Clone(r.Context())
			asWrite.Method = http.MethodPost
			if p.Check(asWrite) != nil {
				denyCrossOrigin(w, r)
				return
			}
			asWrite.Method = r.Method
			if origin, err := url.Parse(r.Header.Get("Origin")); err != nil || origin.Host != "" && !strings.EqualFold(origin.Host, r.Host) {
				asWrite.Header.Del("Cookie")
			}
			next.ServeHTTP(w, asWrite)
		})
	}
}

// clientAddress notes where a request comes from; see ClientAddress.
func (s *Server) clientAddress() func(http.Handler) http.Handler {
	if s.TrustProxy {
		return middleware.ClientIPFromXFFTrustedProxies(1)
	}
	return middleware.ClientIPFromRemoteAddr
}

// ClientAddress is where the request of ctx comes from, not valid outside of
// one.
func ClientAddress(ctx context.Context) netip.Addr { return middleware.GetClientIPAddr(ctx) }

func limitBody(next http.Handler) http.Handler { return http.MaxBytesHandler(next, maxBody) }

// local tells whether r comes from this very machine: not through a proxy on
// it, nor from a page whose name was pointed at it.
func local(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	return loopback(r.RemoteAddr) && loopback(r.Host)
}

// loopback tells whether an address, with or without a port, is this machine's
// own.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// bearer tells whether r shows token.
func bearer(r *http.Request, token string) bool {
	scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token == "" || !strings.EqualFold(scheme, "Bearer") {
		return false
	}
	a, b := sha256.Sum256([]byte(strings.TrimSpace(shown))), sha256.Sum256([]byte(token)) // of equal length
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
