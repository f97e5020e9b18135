// Package payment looks after the payment methods of accounts. Card numbers
// never come here: a client hands them to the payment provider, and brings the
// token that the provider gave for them.
package payment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/ent/paymentreference"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/policy"
)

// patience is how long a call to the provider may take.
const patience = 8 * time.Second

// MaxMethods is how many methods an account may have.
const MaxMethods = 10

// Errors that callers tell apart; every other one is a fault.
var (
	// ErrToken says that the provider gave no such token to this account, or that
	// it was used or is too old.
	ErrToken = errors.New("payment: the token is unknown, used or too old")
	// ErrDeclined says that the card's bank wants nothing of it.
	ErrDeclined = errors.New("payment: the card was declined")
	// ErrUnavailable says that the provider is away or did not understand us;
	// nothing was changed.
	ErrUnavailable = errors.New("payment: the provider is away")
	// ErrNotFound says that the account has no such method.
	ErrNotFound = errors.New("payment: there is no such method")
	// ErrConflict says that the idempotency key was used with another input.
	ErrConflict = errors.New("payment: the key was used for something else")
	// ErrRemoved says that what the key once added was removed since.
	ErrRemoved = errors.New("payment: the method of this key was removed")
	// ErrLimit says that the account has MaxMethods already.
	ErrLimit = errors.New("payment: too many methods")
)

// Provider names a payment provider.
type Provider = paymentreference.Provider

// Gateway is the way to a payment provider. Its methods return ErrToken,
// ErrDeclined or an error that wraps ErrUnavailable; all but Setup may be
// repeated without harm.
type Gateway interface {
	Provider() Provider
	// Customer makes the account known to the provider. It returns "" when the
	// provider keeps no customers.
	Customer(ctx context.Context, user globalid.User) (reference string, err error)
	// Setup prepares for a client that is about to hand a card to the provider.
	Setup(ctx context.Context, customer string) (Setup, error)
	// Attach keeps the card behind a token for the account.
	Attach(ctx context.Context, a Attachment) (Card, error)
	// Update changes what may be changed about a card.
	Update(ctx context.Context, reference string, holder string, e Expiry) (Card, error)
	// Forget makes the provider forget a method or a customer with all methods.
	// It is no error when there is no such thing.
	Forget(ctx context.Context, reference string) error
}

// Setup is what a client needs to hand a card to the provider.
type Setup struct {
	Provider       Provider
	TokenURL       string // of the test provider: where to post the card
	PublishableKey string // of Stripe: for its library
	ClientSecret   string // of Stripe: of the set-up intent to confirm
}

// Attachment says which card is to be kept for whom.
type Attachment struct {
	User     globalid.User
	Customer string // the account's name at the provider, "" where it has none
	Token    string
	Holder   string
	Key      string // of the client's request: the same one may come again
}

// Card is what we may know of a card.
type Card struct {
	Reference string // the provider's name for it
	Brand     paymentmethod.Brand
	LastFour  string
	Holder    string // "" when the provider does not say
	Expiry    Expiry
}

// Options tune New. The zero value is right for tests.
type Options struct {
	Log *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Service looks after payment methods. The methods that take no user act for
// the viewer of their context.
type Service struct {
	db      *ent.Client // keeps to the policy
	all     *ent.Client // does not: what the provider tells and must forget is nobody's
	dialect string
	gateway Gateway
	log     *slog.Logger
	clock   func() time.Time
}

// New returns the service over a database and a provider.
func New(db *database.DB, g Gateway, o Options) *Service {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{db: policy.Guard(db.NewClient()), all: db.NewClient(), dialect: db.Dialect(), gateway: g, log: o.Log, clock: o.Now}
}

// now is cut to what both databases store.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// Methods are the viewer's, the default one first.
func (s *Service) Methods(ctx context.Context) ([]*ent.PaymentMethod, error) {
	rows, err := s.db.PaymentMethod.Query().Order(ent.Desc(paymentmethod.FieldIsDefault), ent.Asc(paymentmethod.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("payment: %w", err)
	}
	return rows, nil
}

// ask limits the time for a call to the provider, which goes on when the client
// leaves: what the provider did must be written down.
func ask(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}

// heard logs that the provider is away, where that is what err says: whoever
// gets the error only says so.
func (s *Service) heard(ctx context.Context, err error) error {
	if errors.Is(err, ErrUnavailable) {
		s.log.ErrorContext(ctx, "payment provider away", "err", err)
	}
	return err
}
