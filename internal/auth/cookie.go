package auth

import (
	"context"
	"net/http"
	"strings"
)

// Names of the cookie that carries the token. The prefix makes browsers take it
// only over TLS, for this very host; over plain HTTP they would refuse it.
const (
	plainCookie  = "streamex_session"
	secureCookie = "__Host-streamex_session"
)

func cookieName(secure bool) string {
	if secure {
		return secureCookie
	}
	return plainCookie
}

// Jar is what resolvers, which have neither request nor response, know of the
// client that they answer. It lets them set its cookie.
type Jar struct {
	header  http.Header
	secure  bool   // the client came by TLS
	web     bool   // the client is a browser
	address string // the Network of the client; "" if unknown
	agent   string // what the client calls itself
}

type jarKey struct{}

func (s *Service) jar(w http.ResponseWriter, r *http.Request) *Jar {
	h := r.Header
	return &Jar{
		header:  w.Header(),
		secure:  s.secure(r),
		web:     h.Get("Origin") != "" || h.Get("Sec-Fetch-Site") != "" || h.Get("Cookie") != "",
		address: Network(s.options.Address(r.Context())),
		agent:   r.UserAgent(),
	}
}

// secure tells whether the client came by TLS.
func (s *Service) secure(r *http.Request) bool {
	return r.TLS != nil || s.options.TrustProxy && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// client is what is known of the client of ctx: nothing outside of a request.
func client(ctx context.Context) Jar {
	if j, _ := ctx.Value(jarKey{}).(*Jar); j != nil {
		return *j
	}
	return Jar{}
}

// SetToken gives the client of ctx the cookie of a session. It must be called
// before the response is written, and does nothing outside of a request. The
// cookie lives as long as a session can; when it ends is for the server to say.
func SetToken(ctx context.Context, token string) { setCookie(ctx, token, int(absolute.Seconds())) }

// ClearToken takes the cookie away again.
func ClearToken(ctx context.Context) { setCookie(ctx, "", -1) }

// WebClient tells whether the client of ctx is a browser: it keeps the cookie,
// and its scripts must not see the token.
func WebClient(ctx context.Context) bool { return client(ctx).web }

func setCookie(ctx context.Context, value string, maxAge int) {
	j := client(ctx)
	if j.header == nil {
		return
	}
	// The only cookie of the site: one that was set before is out of date.
	j.header.Set("Set-Cookie", (&http.Cookie{
		Name: cookieName(j.secure), Value: value, Path: "/", MaxAge: maxAge,
		Secure: j.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}).String())
}
