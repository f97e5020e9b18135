// Package sandbox is the test provider: it takes cards as a payment provider
// does, but no money. Card numbers and codes are looked at and forgotten; what
// is behind a token stays in memory for a short while and goes with the
// process.
package sandbox

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"streamex/ent/paymentreference"
	"streamex/ent/schema/globalid"
	"streamex/internal/payment"
)

// Path is where clients post a card for a token.
const Path = "/payments/test/tokens"

// DeclinedNumber is a card that gets a token but is declined when it is added,
// so that clients can be tried with it.
const DeclinedNumber = "4000000000000002"

const (
	// life is how long a token can be used.
	life = 15 * time.Minute

	// Bounds of the tokens in memory. Who asks for more loses the oldest of their own.
	maxTokens     = 10_000
	maxUserTokens = 20
)

// Gateway is the test provider.
type Gateway struct {
	now func() time.Time

	mu     sync.Mutex
	tokens map[string]*kept
	byAge  []*kept                   // the oldest first
	byUser map[globalid.User][]*kept // the oldest first
}

// kept is a card behind a token.
type kept struct {
	token    string
	user     globalid.User
	card     payment.Card
	declined bool
	until    time.Time
	key      string // of the request that used it
}

// New returns the test provider. now is its clock; nil is time.Now.
func New(now func() time.Time) *Gateway {
	if now == nil {
		now = time.Now
	}
	return &Gateway{now: now, tokens: make(map[string]*kept), byUser: make(map[globalid.User][]*kept)}
}

// NewReference returns a new name of a method, as Attach gives it.
func NewReference() string { return "test_pm_" + rand.Text() }

// Provider is TEST.
func (*Gateway) Provider() payment.Provider { return paymentreference.ProviderTEST }

// Customer keeps no customers: a token is bound to the account that got it.
func (*Gateway) Customer(context.Context, globalid.User) (string, error) { return "", nil }

// Setup tells where to post a card.
func (*Gateway) Setup(context.Context, string) (payment.Setup, error) {
	return payment.Setup{Provider: paymentreference.ProviderTEST, TokenURL: Path}, nil
}

// Attach uses a token up. The same request may come again.
func (g *Gateway) Attach(_ context.Context, a payment.Attachment) (payment.Card, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep()
	k := g.tokens[a.Token]
	switch {
	case k == nil || k.user != a.User || k.key != "" && k.key != a.Key:
		return payment.Card{}, payment.ErrToken
	case k.declined:
		return payment.Card{}, payment.ErrDeclined
	case k.key == "":
		k.key, k.card.Reference = a.Key, NewReference()
	}
	card := k.card
	card.Holder = a.Holder
	return card, nil
}

// Update agrees to whatever is asked: nothing is kept here that could change.
func (*Gateway) Update(_ context.Context, reference, holder string, e payment.Expiry) (payment.Card, error) {
	return payment.Card{Reference: reference, Holder: holder, Expiry: e}, nil
}

// Forget has nothing to do: nothing is kept.
func (*Gateway) Forget(context.Context, string) error { return nil }

// keep puts a card behind a new token. ok is false when there is no room for
// one more.
func (g *Gateway) keep(user globalid.User, card payment.Card, declined bool) (token string, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep()
	if own := g.byUser[user]; len(own) >= maxUserTokens {
		g.remove(own[0])
	}
	if len(g.byAge) >= maxTokens {
		return "", false
	}
	k := &kept{token: "test_tok_" + rand.Text(), user: user, card: card, declined: declined, until: g.now().Add(life)}
	g.tokens[k.token] = k
	g.byAge = append(g.byAge, k)
	g.byUser[user] = append(g.byUser[user], k)
	return k.token, true
}

// sweep removes what is too old.
func (g *Gateway) sweep() {
	now := g.now()
	for len(g.byAge) > 0 && !now.Before(g.byAge[0].until) {
		g.remove(g.byAge[0])
	}
}

func (g *Gateway) remove(k *kept) {
	is := func(other *kept) bool { return other == k }
	delete(g.tokens, k.token)
	g.byAge = slices.DeleteFunc(g.byAge, is)
	if own := slices.DeleteFunc(g.byUser[k.user], is); len(own) > 0 {
		g.byUser[k.user] = own
	} else {
		delete(g.byUser, k.user)
	}
}

var _ payment.Gateway = (*Gateway)(nil)
