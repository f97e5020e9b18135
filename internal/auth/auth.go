// Package auth knows who somebody is: passwords, sessions and their tokens, and
// the middleware that finds the viewer of a request.
package auth

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"time"

	"streamex/ent"
)

// Errors that callers tell apart; every other one is a fault.
var (
	// ErrCredentials says that address and password do not belong together. It
	// does not say which of them is wrong.
	ErrCredentials = errors.New("the e-mail address or the password is wrong")
	// ErrNotFound says that the account has no such profile, or that there is no
	// such account.
	ErrNotFound = errors.New("not found")
	// ErrEmail says that a text is no address.
	ErrEmail = errors.New("not a valid e-mail address")
	// ErrPassword says that a new password is too short or too long.
	ErrPassword = errors.New("a password has 8 to 256 characters")
	// ErrTaken says that the address has an account already.
	ErrTaken = errors.New("the e-mail address has an account already")
)

// Options tune New. The zero value is right for tests.
type Options struct {
	// TrustProxy believes X-Forwarded-Proto: a proxy in front ends TLS.
	TrustProxy bool
	// TraceID names a request in logs and in masked errors; may be nil.
	TraceID func(context.Context) string
	Log     *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Service signs people in and out.
type Service struct {
	db      *ent.Client // not kept to the policy: here the viewer is still to be found
	options Options
	hashing chan struct{} // as many places as passwords may be hashed at once
}

// New returns the service over a database.
func New(db *ent.Client, o Options) *Service {
	if o.TraceID == nil {
		o.TraceID = func(context.Context) string { return "" }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{db: db, options: o, hashing: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// now is cut to what both databases store.
func (s *Service) now() time.Time { return s.options.Now().UTC().Truncate(time.Microsecond) }
