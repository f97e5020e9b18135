package payment_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	api "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/payment"
	"streamex/internal/payment/stripe"
)

const (
	stripeKey     = "sk_test_streamex"
	webhookSecret = "whsec_streamex"
)

// overStripe is the server with cards kept by Stripe's mock.
func overStripe(t *testing.T, db *database.DB, change func(path string, answer map[string]any)) (*world, *mock) {
	m := startMock(t, change)
	g := stripe.New(stripe.Config{SecretKey: stripeKey, PublishableKey: "pk_test_streamex", WebhookSecret: webhookSecret, URL: m.url})
	return newWorldOver(t, db, &clock{}, g, func(s *payment.Service, log *slog.Logger) http.Handler { return g.Webhook(s, log) }), m
}

func unchanged(string, map[string]any) {}

// lively makes the examples of the mock differ as Stripe's answers would: a
// customer for each account, and set-up intents that were confirmed.
func lively() func(path string, answer map[string]any) {
	customers := 0
	var mu sync.Mutex
	return func(path string, answer map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case path == "/v1/customers":
			customers++
			answer["id"] = fmt.Sprintf("cus_%d", customers)
		case strings.HasPrefix(path, "/v1/setup_intents/seti_of_1"):
			answer["customer"], answer["payment_method"] = "cus_1", "pm_confirmed"
			if path == "/v1/setup_intents/seti_of_1" {
				answer["status"] = "succeeded"
			}
		}
	}
}

func TestStripe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, m := overStripe(t, db, lively())
		ana, user := w.account(t, "ana", false)
		bob, _ := w.account(t, "bob", false)

		data, code := w.ask(t, ana, setUp, nil)
		require.Empty(t, code, w.log)
		setup := data["setUpPaymentMethod"].(map[string]any)
		require.Equal(t, []any{"STRIPE", "pk_test_streamex", nil}, []any{setup["provider"], setup["publishableKey"], setup["tokenUrl"]})
		require.Contains(t, setup["clientSecret"], "_secret_")
		require.Equal(t, []string{
			"POST /v1/customers metadata[streamex_user]=" + user.String(),
			"POST /v1/setup_intents customer=cus_1&payment_method_types[0]=card&usage=off_session",
		}, m.Requests())

		// A method that belongs to nobody yet, and one of a set-up intent.
		in := input("pm_card_visa", "k1")
		first := w.mutate(t, ana, add, in)
		require.Empty(t, first.UserErrors, w.log)
		require.Equal(t, []any{"VISA", "4242", "Ana Example", true}, []any{first.PaymentMethod.Brand, first.PaymentMethod.LastFour, first.PaymentMethod.Holder, first.PaymentMethod.Default})
		require.Equal(t, []string{
			"POST /v1/payment_methods/pm_card_visa/attach customer=cus_1",
			"POST /v1/payment_methods/pm_card_visa billing_details[name]=Ana+Example",
		}, m.Requests()[2:])
		require.Equal(t, first, w.mutate(t, ana, add, in))
		second := w.mutate(t, ana, add, input("seti_of_1", "k2"))
		require.Empty(t, second.UserErrors, w.log)
		require.Equal(t, []string{"BAD_USER_INPUT input.token"}, w.mutate(t, ana, add, input("pm_card_visa", "k3")).problems(), "it is there already")
		require.Len(t, w.methods(t, ana), 2)

		before := len(m.Requests())
		for _, token := range []string{"tok_visa", "cus_1", "pi_1", "../customers"} {
			require.Equal(t, []string{"BAD_USER_INPUT input.token"}, w.mutate(t, ana, add, input(token, "k")).problems(), token)
		}
		require.Len(t, m.Requests(), before, "these cannot be cards")
		require.Equal(t, []string{"BAD_USER_INPUT input.token"}, w.mutate(t, ana, add, input("seti_of_1_open", "k")).problems(), "not confirmed")
		require.Equal(t, []string{"BAD_USER_INPUT input.token"}, w.mutate(t, bob, add, input("seti_of_1", "k")).problems(), "somebody else's")

		r := w.mutate(t, ana, update, map[string]any{"id": first.PaymentMethod.ID, "i": map[string]any{"holder": "Ana M", "expiry": map[string]any{"month": 2, "year": soon()}}})
		require.Empty(t, r.UserErrors, w.log)
		require.Equal(t, []any{"Ana M", 2, soon()}, []any{r.PaymentMethod.Holder, r.PaymentMethod.Expiry.Month, r.PaymentMethod.Expiry.Year})
		require.Empty(t, w.mutate(t, ana, setDefault, map[string]any{"id": second.PaymentMethod.ID}).UserErrors)
		require.True(t, w.mutate(t, ana, remove, map[string]any{"id": first.PaymentMethod.ID}).Detached, w.log)
		require.Equal(t, "POST /v1/payment_methods/pm_card_visa/detach", m.Requests()[len(m.Requests())-1])

		// An account that is deleted is nobody at Stripe either.
		require.NoError(t, db.Client.User.DeleteOneID(user).Exec(t.Context()))
		require.NoError(t, w.service.Tidy(t.Context()))
		require.ElementsMatch(t, []string{"DELETE /v1/customers/cus_1", "POST /v1/payment_methods/pm_confirmed/detach"}, m.Requests()[len(m.Requests())-2:])
		require.Equal(t, 1, db.Client.PaymentReference.Query().CountX(t.Context()), "bob's customer")

		for _, secret := range []string{stripeKey, webhookSecret, "pm_card_visa", "seti_of_1"} {
			require.NotContains(t, w.log.String(), secret)
			require.NotContains(t, w.answers.String(), secret)
		}
	})
}

// Ten first requests at once make one customer of the account.
func TestOneCustomer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, m := overStripe(t, db, lively())
		ana, _ := w.account(t, "ana", false)
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				_, code := w.ask(t, ana, setUp, nil)
				require.Empty(t, code)
			})
		}
		group.Wait()
		opened, deleted := 0, 0
		for _, r := range m.Requests() {
			if strings.HasPrefix(r, "POST /v1/customers") {
				opened++
			}
			if strings.HasPrefix(r, "DELETE /v1/customers/") {
				deleted++
			}
		}
		require.Equal(t, 1, opened-deleted)
		require.Equal(t, 1, db.Client.PaymentReference.Query().CountX(t.Context()))
	})
}

func TestStripeAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Stripe-Should-Retry", "false")
			http.Error(w, `{"error":{"type":"api_error","message":"pm_card_visa is away"}}`, 500)
		}))
		defer away.Close()
		g := stripe.New(stripe.Config{SecretKey: stripeKey, URL: away.URL})
		w := newWorldOver(t, db, &clock{}, g, func(s *payment.Service, log *slog.Logger) http.Handler { return g.Webhook(s, log) })
		ana, _ := w.account(t, "ana", false)
		_, code := w.ask(t, ana, setUp, nil)
		require.Equal(t, "UNAVAILABLE", code)
		_, code = w.ask(t, ana, add, input("pm_card_visa", "k"))
		require.Equal(t, "UNAVAILABLE", code)
		require.Contains(t, w.log.String(), "payment provider away")
		require.NotContains(t, w.log.String()+w.answers.String(), "pm_card_visa")
	})
}

// event is a signed event of Stripe's.
func event(id, kind string, at time.Time, object any) []byte {
	text, _ := json.Marshal(map[string]any{
		"id": id, "object": "event", "type": kind, "created": at.Unix(), "api_version": api.APIVersion, "data": map[string]any{"object": object},
	})
	return text
}

func changed(reference, holder, lastFour string, month, year int) map[string]any {
	return map[string]any{
		"id": reference, "object": "payment_method", "type": "card", "billing_details": map[string]any{"name": holder},
		"card": map[string]any{"brand": "mastercard", "last4": lastFour, "exp_month": month, "exp_year": year},
	}
}

func (w *world) deliver(body []byte, secret string, signed time.Time) int {
	s := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: signed})
	return w.deliverWith(body, s.Header)
}

func (w *world) deliverWith(body []byte, signature string) int {
	r := httptest.NewRequest("POST", stripe.Path, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Stripe-Signature", signature)
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec.Code
}

func TestWebhook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, _ := overStripe(t, db, lively())
		ana, _ := w.account(t, "ana", false)
		first := w.mutate(t, ana, add, input("pm_1", "k1")).PaymentMethod
		second := w.mutate(t, ana, add, input("pm_2", "k2")).PaymentMethod
		require.NotNil(t, first, w.log)
		require.NotNil(t, second, w.log)
		now := time.Now()
		only := func() method {
			for _, m := range w.methods(t, ana) {
				if m.ID == first.ID {
					return m
				}
			}
			return method{}
		}
		const updated = "payment_method.updated"
		good := event("evt_1", updated, now, changed("pm_1", "Renewed Example", "1111", 3, 2040))

		// Whoever cannot sign is not heard.
		require.Equal(t, 400, w.deliverWith(good, ""))
		require.Equal(t, 400, w.deliverWith(good, "t=1,v1=00"))
		require.Equal(t, 400, w.deliver(good, "whsec_other", now))
		require.Equal(t, 400, w.deliver(good, webhookSecret, now.Add(-6*time.Minute)), "an old signature is a replay")
		s := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: good, Secret: webhookSecret, Timestamp: now})
		require.Equal(t, 400, w.deliverWith(bytes.Replace(good, []byte("1111"), []byte("2222"), 1), s.Header))
		require.Equal(t, 413, w.deliver(bytes.Repeat([]byte(" "), 300<<10), webhookSecret, now))
		require.Equal(t, *first, only())
		require.Zero(t, db.Client.PaymentEvent.Query().CountX(t.Context()))

		// Each event counts once, however often and whenever it comes.
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() { require.Equal(t, 200, w.deliver(good, webhookSecret, now)) })
		}
		group.Wait()
		require.Equal(t, 1, db.Client.PaymentEvent.Query().CountX(t.Context()))
		m := only()
		require.Equal(t, []any{"MASTERCARD", "1111", "Renewed Example", 3, 2040}, []any{m.Brand, m.LastFour, m.Holder, m.Expiry.Month, m.Expiry.Year})
		require.Empty(t, w.mutate(t, ana, update, map[string]any{"id": first.ID, "i": map[string]any{"holder": "Own"}}).UserErrors)
		require.Equal(t, 200, w.deliver(good, webhookSecret, now))
		require.Equal(t, "Own", only().Holder, "a replay changes nothing")
		require.Equal(t, 200, w.deliver(event("evt_0", updated, now.Add(-time.Hour), changed("pm_1", "Old", "0000", 1, 2030)), webhookSecret, now))
		require.Equal(t, []any{"Own", "1111"}, []any{only().Holder, only().LastFour}, "an older event changes nothing")
		require.Equal(t, 200, w.deliver(event("evt_2", "payment_method.automatically_updated", now.Add(time.Hour), changed("pm_1", "", "3333", 4, 2041)), webhookSecret, now))
		require.Equal(t, []any{"Own", "3333", 2041}, []any{only().Holder, only().LastFour, only().Expiry.Year})

		// What is unknown is passed over, and answered so that it is not sent again.
		for id, c := range map[string]struct {
			kind   string
			object any
		}{
			"evt_3": {updated, changed("pm_unknown", "x", "9999", 1, 2040)},
			"evt_4": {"payment_method.detached", map[string]any{"id": "pm_unknown"}},
			"evt_5": {"customer.deleted", map[string]any{"id": "cus_unknown"}},
			"evt_6": {"invoice.paid", map[string]any{"id": "in_1"}},
			"evt_7": {updated, map[string]any{"id": "pm_1", "type": "sepa_debit"}},
		} {
			require.Equal(t, 200, w.deliver(event(id, c.kind, now.Add(2*time.Hour), c.object), webhookSecret, now), id)
		}
		require.Equal(t, "3333", only().LastFour)

		// Detached there is removed here, and what was said of it before comes too late.
		require.Equal(t, 200, w.deliver(event("evt_9", "payment_method.detached", now, map[string]any{"id": "pm_1"}), webhookSecret, now))
		all := w.methods(t, ana)
		require.Len(t, all, 1)
		require.True(t, all[0].Default, "the other one became the default")
		require.Equal(t, second.ID, all[0].ID)
		require.Equal(t, 200, w.deliver(event("evt_10", updated, now.Add(3*time.Hour), changed("pm_1", "x", "9999", 1, 2040)), webhookSecret, now))
		require.Len(t, w.methods(t, ana), 1)

		require.Equal(t, 200, w.deliver(event("evt_11", "customer.deleted", now, map[string]any{"id": "cus_1"}), webhookSecret, now))
		require.Empty(t, w.methods(t, ana))
		require.Zero(t, db.Client.PaymentReference.Query().CountX(t.Context()))

		// Events are remembered for a month.
		require.NotZero(t, db.Client.PaymentEvent.Query().CountX(t.Context()))
		w.clock.move(31 * 24 * time.Hour)
		require.NoError(t, w.service.Tidy(t.Context()))
		require.Zero(t, db.Client.PaymentEvent.Query().CountX(t.Context()))

		rec := httptest.NewRecorder()
		w.handler.ServeHTTP(rec, httptest.NewRequest("GET", stripe.Path, nil))
		require.Equal(t, 405, rec.Code)
	})
}

// A method that another provider keeps is shown, and removed once that provider
// is asked again.
func TestOtherProvider(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		before := newWorld(t, db)
		ana, _ := before.account(t, "ana", false)
		m := before.added(t, ana, "k")

		w, requests := overStripe(t, db, unchanged)
		require.Equal(t, []method{m}, w.methods(t, ana))
		_, code := w.ask(t, ana, update, map[string]any{"id": m.ID, "i": map[string]any{"holder": "x"}})
		require.Equal(t, "UNAVAILABLE", code)
		r := w.mutate(t, ana, remove, map[string]any{"id": m.ID})
		require.False(t, r.Detached)
		require.Empty(t, r.PaymentMethods)
		require.NoError(t, w.service.Tidy(t.Context()))
		require.Empty(t, requests.Requests())

		require.NoError(t, before.service.Tidy(t.Context()))
		require.Len(t, before.provider.Forgotten(), 1)
	})
}
