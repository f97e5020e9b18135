// Package stripe keeps cards with Stripe. A card goes from the client to Stripe
// directly; what comes here are names of Stripe's: of set-up intents, payment
// methods and customers.
package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"streamex/ent/paymentmethod"
	"streamex/ent/paymentreference"
	"streamex/ent/schema/globalid"
	"streamex/internal/payment"
)

// What names of Stripe's begin with.
const (
	customerPrefix = "cus_"
	intentPrefix   = "seti_"
	methodPrefix   = "pm_"
)

// Config is what Stripe gives to who has an account there.
type Config struct {
	SecretKey      string
	PublishableKey string // for the clients
	WebhookSecret  string
	// URL is where Stripe's API is; "" is Stripe itself.
	URL string
}

// Gateway is the way to Stripe.
type Gateway struct {
	config Config
	client *api.Client
}

// New returns the way to Stripe.
func New(c Config) *Gateway {
	backend := &api.BackendConfig{
		HTTPClient:        &http.Client{Timeout: 5 * time.Second},
		LeveledLogger:     &api.LeveledLogger{Level: api.LevelNull}, // it would write Stripe's answers to the log
		MaxNetworkRetries: new(int64(1)),
		EnableTelemetry:   new(false),
	}
	if c.URL != "" {
		backend.URL = &c.URL
	}
	return &Gateway{config: c, client: api.NewClient(c.SecretKey, api.WithBackends(api.NewBackendsWithConfig(backend)))}
}

// Provider is STRIPE.
func (*Gateway) Provider() payment.Provider { return paymentreference.ProviderSTRIPE }

// Customer opens a customer for the account. Stripe learns its id alone, no
// name and no address.
func (g *Gateway) Customer(ctx context.Context, user globalid.User) (string, error) {
	c, err := g.client.V1Customers.Create(ctx, &api.CustomerCreateParams{Metadata: map[string]string{"streamex_user": user.String()}})
	if err != nil {
		return "", failure(err)
	}
	return c.ID, nil
}

// Setup opens a set-up intent, which the client confirms with Stripe's library.
func (g *Gateway) Setup(ctx context.Context, customer string) (payment.Setup, error) {
	intent, err := g.client.V1SetupIntents.Create(ctx, &api.SetupIntentCreateParams{
		Customer: &customer, PaymentMethodTypes: []*string{new("card")}, Usage: new("off_session"),
	})
	if err != nil {
		return payment.Setup{}, failure(err)
	}
	return payment.Setup{Provider: paymentreference.ProviderSTRIPE, PublishableKey: g.config.PublishableKey, ClientSecret: intent.ClientSecret}, nil
}

// Attach keeps the card of a confirmed set-up intent, or a payment method that
// belongs to nobody yet.
func (g *Gateway) Attach(ctx context.Context, a payment.Attachment) (payment.Card, error) {
	name := a.Token
	if strings.HasPrefix(name, intentPrefix) {
		intent, err := g.client.V1SetupIntents.Retrieve(ctx, name, nil)
		if refused(err) {
			return payment.Card{}, payment.ErrToken
		}
		if err != nil {
			return payment.Card{}, failure(err)
		}
		if intent.Customer == nil || intent.Customer.ID != a.Customer || intent.Status != api.SetupIntentStatusSucceeded || intent.PaymentMethod == nil {
			return payment.Card{}, payment.ErrToken
		}
		name = intent.PaymentMethod.ID
	}
	if !strings.HasPrefix(name, methodPrefix) {
		return payment.Card{}, payment.ErrToken
	}
	// Stripe refuses the method of another customer, and agrees to our own again.
	m, err := g.client.V1PaymentMethods.Attach(ctx, name, &api.PaymentMethodAttachParams{Customer: &a.Customer})
	if refused(err) {
		return payment.Card{}, payment.ErrToken
	}
	if err == nil && m.BillingDetails != nil && m.BillingDetails.Name != a.Holder {
		m, err = g.client.V1PaymentMethods.Update(ctx, m.ID, &api.PaymentMethodUpdateParams{
			BillingDetails: &api.PaymentMethodUpdateBillingDetailsParams{Name: &a.Holder},
		})
	}
	if err != nil {
		return payment.Card{}, failure(err)
	}
	return card(m)
}

// Update changes holder and expiry.
func (g *Gateway) Update(ctx context.Context, reference, holder string, e payment.Expiry) (payment.Card, error) {
	m, err := g.client.V1PaymentMethods.Update(ctx, reference, &api.PaymentMethodUpdateParams{
		BillingDetails: &api.PaymentMethodUpdateBillingDetailsParams{Name: &holder},
		Card:           &api.PaymentMethodUpdateCardParams{ExpMonth: new(int64(e.Month)), ExpYear: new(int64(e.Year))},
	})
	if refused(err) {
		return payment.Card{}, payment.ErrDeclined
	}
	if err != nil {
		return payment.Card{}, failure(err)
	}
	return card(m)
}

// Forget detaches a method, or deletes a customer with all of its methods.
func (g *Gateway) Forget(ctx context.Context, reference string) error {
	var err error
	if strings.HasPrefix(reference, customerPrefix) {
		_, err = g.client.V1Customers.Delete(ctx, reference, nil)
	} else if _, err = g.client.V1PaymentMethods.Detach(ctx, reference, nil); refused(err) {
		// Stripe calls it an error to detach what is detached: look whether it is.
		var m *api.PaymentMethod
		if m, err = g.client.V1PaymentMethods.Retrieve(ctx, reference, nil); err == nil && m.Customer != nil {
			return fmt.Errorf("%w: Stripe will not detach the method", payment.ErrUnavailable)
		}
	}
	if e, ok := errors.AsType[*api.Error](err); ok && e.HTTPStatusCode == http.StatusNotFound {
		return nil
	}
	return failure(err)
}

// card is what we may know of a payment method. Only cards are taken.
func card(m *api.PaymentMethod) (payment.Card, error) {
	if m.Card == nil || len(m.Card.Last4) != 4 {
		return payment.Card{}, payment.ErrToken
	}
	c := payment.Card{
		Reference: m.ID, Brand: paymentmethod.BrandOTHER, LastFour: m.Card.Last4,
		Expiry: payment.Expiry{Month: int(m.Card.ExpMonth), Year: int(m.Card.ExpYear)},
	}
	if b := paymentmethod.Brand(strings.ToUpper(string(m.Card.Brand))); paymentmethod.BrandValidator(b) == nil {
		c.Brand = b
	}
	if m.BillingDetails != nil {
		c.Holder = m.BillingDetails.Name
	}
	return c, nil
}

// refused tells whether Stripe understood a request and will not do it.
func refused(err error) bool {
	e, ok := errors.AsType[*api.Error](err)
	return ok && e.Type == api.ErrorTypeInvalidRequest && (e.HTTPStatusCode == http.StatusBadRequest || e.HTTPStatusCode == http.StatusNotFound)
}

// failure is an error of Stripe's as the service knows them. Of its text only
// the kind of error is passed on: Stripe quotes what it was sent.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		if e.Type == api.ErrorTypeCard {
			return payment.ErrDeclined
		}
		return fmt.Errorf("%w: Stripe answered %d %s %s to request %s", payment.ErrUnavailable, e.HTTPStatusCode, e.Type, e.Code, e.RequestID)
	}
	if e, ok := errors.AsType[*url.Error](err); ok { // without the URL, which has names of Stripe's in it
		return fmt.Errorf("%w: %w", payment.ErrUnavailable, e.Err)
	}
	return fmt.Errorf("%w: its answer cannot be read", payment.ErrUnavailable)
}
