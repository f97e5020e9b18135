// Package auth knows who somebody is: accounts, passwords, sessions and their
// tokens, profiles and their PINs, and the middleware that finds the viewer of
// a request.
package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"sync"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
)

// Errors that callers tell apart, beside Problems and *TooMany; every other one
// is a fault.
var (
	// ErrCredentials says that address and password do not belong together. It
	// does not say which of them is wrong.
	ErrCredentials = errors.New("the e-mail address or the password is wrong")
	// ErrNotFound says that the account has no such profile, or that there is no
	// such account.
	ErrNotFound = errors.New("not found")
)

// Options tune New. The zero value is right for tests.
type Options struct {
	// TrustProxy believes X-Forwarded-Proto: a proxy in front ends TLS.
	TrustProxy bool
	// Address tells where the request of ctx comes from; nil, and what is not
	// valid, does not count tries by address.
	Address func(context.Context) netip.Addr
	// MaxProfiles is how many profiles an account may have; 0 is 5.
	MaxProfiles int
	// Mail sends letters; without it nobody can reset a password.
	Mail Mailer
	// Key seals second factors; without it nobody can turn one on.
	Key *Key
	// URL is where people find the web app, for links in letters.
	URL string
	// TraceID names a request in logs and in masked errors; may be nil.
	TraceID func(context.Context) string
	Log     *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Mailer sends letters of plain text.
type Mailer interface {
	Send(ctx context.Context, to, subject, text string) error
}

// Service looks after accounts and signs people in and out.
type Service struct {
	db       *ent.Client // not kept to the policy: here the viewer is still to be found
	options  Options
	hashing  chan struct{} // as many places as passwords may be hashed at once
	throttle *throttles
	letters  sync.WaitGroup // being written
	writing  chan struct{}  // as many places as letters may be written at once
}

// New returns the service over a database.
func New(db *ent.Client, o Options) *Service {
	if o.TraceID == nil {
		o.TraceID = func(context.Context) string { return "" }
	}
	if o.Address == nil {
		o.Address = func(context.Context) netip.Addr { return netip.Addr{} }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.MaxProfiles = cmp.Or(o.MaxProfiles, 5)
	return &Service{
		db: db, options: o, throttle: newThrottles(),
		hashing: make(chan struct{}, runtime.GOMAXPROCS(0)), writing: make(chan struct{}, maxLetters),
	}
}

// now is cut to what both databases store.
func (s *Service) now() time.Time { return s.options.Now().UTC().Truncate(time.Microsecond) }

// inTx runs do in one transaction. It returns do's Problems and the package's
// own errors as they are.
func (s *Service) inTx(ctx context.Context, what string, do func(*ent.Tx) error) error {
	tx, err := s.db.Tx(ctx)
	if err == nil {
		defer func() { _ = tx.Rollback() }() // nothing after Commit
		if err = do(tx); err == nil {
			err = tx.Commit()
		}
	}
	if _, ok := errors.AsType[Problems](err); ok || err == nil || errors.Is(err, ErrNotFound) {
		return err
	}
	return fmt.Errorf("auth: %s: %w", what, err)
}

// change is inTx for what changes the account: it tells whoever shows it, and
// every stream of a session that ended.
func (s *Service) change(ctx context.Context, what string, id globalid.User, do func(*ent.Tx) error) error {
	return s.inTx(ctx, what, func(tx *ent.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return database.Publish(ctx, tx, database.Account(id))
	})
}

// forUpdate keeps the rows that a query finds from others until the transaction
// ends. SQLite needs nothing: a transaction there is the only one that writes.
func forUpdate(q *sql.Selector) {
	if q.Dialect() == dialect.Postgres {
		q.ForUpdate()
	}
}
