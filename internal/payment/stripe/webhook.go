package stripe

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"streamex/internal/payment"
)

// Path is where Stripe posts its events.
const Path = "/payments/stripe/webhook"

// maxEvent bounds an event, in bytes.
const maxEvent = 256 << 10

// Webhook returns what takes Stripe's events and hands them to s. Stripe sends
// an event again until it is answered with 200.
func (g *Gateway) Webhook(s *payment.Service, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != Path {
			http.Error(w, "there is nothing here", http.StatusNotFound)
			return
		}
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "use POST", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			http.Error(w, "the event is too large", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "the event was cut off", http.StatusBadRequest)
			return
		}
		// The fields read below are old ones: an endpoint with another version of
		// Stripe's API sends them alike.
		event, err := api.ConstructEvent(body, r.Header.Get("Stripe-Signature"), g.config.WebhookSecret, api.WithIgnoreAPIVersionMismatch())
		if err != nil || event.Data == nil {
			http.Error(w, "the event is not signed by Stripe", http.StatusBadRequest)
			return
		}
		e, ok := understood(event)
		if ok {
			err = s.Apply(r.Context(), e)
		}
		if err != nil {
			log.ErrorContext(r.Context(), "an event of Stripe was not applied", "event", event.ID, "type", string(event.Type), "err", err)
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

// understood is an event as the service knows them. ok is false for those that
// mean nothing to it.
func understood(event api.Event) (e payment.Event, ok bool) {
	e = payment.Event{ID: event.ID, At: time.Unix(event.Created, 0).UTC()}
	if event.Type == api.EventTypeCustomerDeleted {
		var c api.Customer
		err := json.Unmarshal(event.Data.Raw, &c)
		e.Reference = c.ID
		return e, err == nil && c.ID != ""
	}
	var m api.PaymentMethod
	if err := json.Unmarshal(event.Data.Raw, &m); err != nil || m.ID == "" {
		return e, false
	}
	e.Reference = m.ID
	switch event.Type {
	case api.EventTypePaymentMethodDetached:
		return e, true
	case api.EventTypePaymentMethodUpdated, api.EventTypePaymentMethodAutomaticallyUpdated:
		c, err := card(&m)
		e.Card = &c
		return e, err == nil
	}
	return e, false
}

var _ payment.Gateway = (*Gateway)(nil)
