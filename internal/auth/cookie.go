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

// Jar lets resolvers, which have no response to write to, set the cookie of the
// request that they answer.
type Jar struct {
	header http.Header
	secure bool // the client came by TLS
	web    bool // the client is a browser
}

type jarKey struct{}

func (s *Service) jar(w http.ResponseWriter, r *http.Request) *Jar {
	h := r.Header
	return &Jar{
		header: w.Header(),
		secure: s.secure(r),
		web:    h.Get("Origin") != "" || h.Get("Sec-Fetch-Site") != "" || h.Get("Cookie") != "",
	}
}

// secure tells whether the client came by TLS.
func (s *Service) secure(r *http.Request) bool {
	return r.TLS != nil || s.options.TrustProxy && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// SetToken gives the client of ctx the cookie of a session. It must be called
// before the response is written, and does nothing outside of a request.
func SetToken(ctx context.Context, token string) { setCookie(ctx, token, int(lifetime.Seconds())) }

// ClearToken takes the cookie away again.
func ClearToken(ctx context.Context) { setCookie(ctx, "", -1) }

// WebClient tells whether the client of ctx is a browser: it keeps the cookie,
// and its scripts must not see the token.
func WebClient(ctx context.Context) bool {
	j, _ := ctx.Value(jarKey{}).(*Jar)
	return j != nil && j.web
}

func setCookie(ctx context.Context, value string, maxAge int) {
	j, _ := ctx.Value(jarKey{}).(*Jar)
	if j == nil {
		return
	}
	// The only cookie of the site: one that was set before is out of date.
	j.header.Set("Set-Cookie", (&http.Cookie{
		Name: cookieName(j.secure), Value: value, Path: "/", MaxAge: maxAge,
		Secure: j.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}).String())
}
