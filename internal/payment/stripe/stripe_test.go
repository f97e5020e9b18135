package stripe_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/payment"
	"streamex/internal/payment/stripe"
)

// reply is what Stripe answers to a request, by method and path.
type reply struct {
	status int
	body   string
}

const (
	attach = "POST /v1/payment_methods/pm_1/attach"
	detach = "POST /v1/payment_methods/pm_1/detach"
	look   = "GET /v1/payment_methods/pm_1"
	change = "POST /v1/payment_methods/pm_1"
	closed = "DELETE /v1/customers/cus_1"
)

// answering is the gateway to a Stripe that answers as it is told.
func answering(t *testing.T, replies map[string]reply) *stripe.Gateway {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply, ok := replies[r.Method+" "+r.URL.Path]
		require.True(t, ok, "%s %s", r.Method, r.URL.Path)
		w.Header().Set("Stripe-Should-Retry", "false")
		w.Header().Set("Request-Id", "req_1")
		w.WriteHeader(reply.status)
		_, _ = io.WriteString(w, reply.body)
	}))
	t.Cleanup(s.Close)
	return stripe.New(stripe.Config{SecretKey: "sk_test_1", URL: s.URL})
}

func problem(kind, code string) string {
	return fmt.Sprintf(`{"error":{"type":%q,"code":%q,"message":"pm_1 of cus_1: number 4242424242424242"}}`, kind, code)
}

const (
	cardOf = `{"id":"pm_1","object":"payment_method","customer":"cus_1","billing_details":{"name":"Ana"},"card":{"brand":"%s","last4":"%s","exp_month":3,"exp_year":2030}}`
	noCard = `{"id":"pm_1","object":"payment_method","type":"sepa_debit"}`
)

func TestAttachErrors(t *testing.T) {
	for name, c := range map[string]struct {
		reply
		want error
	}{
		"declined":            {reply{402, problem("card_error", "card_declined")}, payment.ErrDeclined},
		"unknown":             {reply{404, problem("invalid_request_error", "resource_missing")}, payment.ErrToken},
		"of another customer": {reply{400, problem("invalid_request_error", "payment_method_unexpected_state")}, payment.ErrToken},
		"no card":             {reply{200, noCard}, payment.ErrToken},
		"our key is wrong":    {reply{401, problem("invalid_request_error", "")}, payment.ErrUnavailable},
		"too many requests":   {reply{429, problem("rate_limit", "")}, payment.ErrUnavailable},
		"broken":              {reply{500, problem("api_error", "")}, payment.ErrUnavailable},
		"not Stripe":          {reply{502, `<html>pm_1 4242424242424242</html>`}, payment.ErrUnavailable},
		"half an answer":      {reply{200, `{"id":"pm_1",`}, payment.ErrUnavailable},
	} {
		_, err := answering(t, map[string]reply{attach: c.reply}).Attach(t.Context(), payment.Attachment{Customer: "cus_1", Token: "pm_1", Holder: "Ana"})
		require.ErrorIs(t, err, c.want, name)
		for _, known := range []error{payment.ErrDeclined, payment.ErrToken, payment.ErrUnavailable} {
			require.Equal(t, errors.Is(c.want, known), errors.Is(err, known), name)
		}
		require.NotContains(t, err.Error(), "4242", name)
		require.NotContains(t, err.Error(), "pm_1", name)
	}
}

func TestBrands(t *testing.T) {
	for brand, want := range map[string]string{"visa": "VISA", "amex": "AMEX", "mastercard": "MASTERCARD", "unionpay": "UNIONPAY", "cartes_bancaires": "OTHER", "unknown": "OTHER", "other": "OTHER", "": "OTHER"} {
		g := answering(t, map[string]reply{attach: {200, fmt.Sprintf(cardOf, brand, "4242")}})
		c, err := g.Attach(t.Context(), payment.Attachment{Customer: "cus_1", Token: "pm_1", Holder: "Ana"})
		require.NoError(t, err)
		require.Equal(t, payment.Card{Reference: "pm_1", Brand: c.Brand, LastFour: "4242", Holder: "Ana", Expiry: payment.Expiry{Month: 3, Year: 2030}}, c)
		require.EqualValues(t, want, c.Brand)
	}
	_, err := answering(t, map[string]reply{attach: {200, fmt.Sprintf(cardOf, "visa", "4242424242424242")}}).
		Attach(t.Context(), payment.Attachment{Customer: "cus_1", Token: "pm_1", Holder: "Ana"})
	require.ErrorIs(t, err, payment.ErrToken)
}

func TestUpdateErrors(t *testing.T) {
	for status, want := range map[int]error{400: payment.ErrDeclined, 404: payment.ErrDeclined, 403: payment.ErrUnavailable, 500: payment.ErrUnavailable} {
		_, err := answering(t, map[string]reply{change: {status, problem("invalid_request_error", "")}}).Update(t.Context(), "pm_1", "Ana", payment.Expiry{Month: 3, Year: 2030})
		require.ErrorIs(t, err, want, "%d", status)
	}
}

func TestForget(t *testing.T) {
	attached, loose := fmt.Sprintf(cardOf, "visa", "4242"), strings.Replace(fmt.Sprintf(cardOf, "visa", "4242"), `"cus_1"`, "null", 1)
	invalid, missing := reply{400, problem("invalid_request_error", "")}, reply{404, problem("invalid_request_error", "resource_missing")}
	broken := reply{500, problem("api_error", "")}
	for name, c := range map[string]struct {
		reference string
		replies   map[string]reply
		away      bool
	}{
		"detached":         {"pm_1", map[string]reply{detach: {200, loose}}, false},
		"detached before":  {"pm_1", map[string]reply{detach: invalid, look: {200, loose}}, false},
		"gone before":      {"pm_1", map[string]reply{detach: missing, look: missing}, false},
		"still attached":   {"pm_1", map[string]reply{detach: invalid, look: {200, attached}}, true},
		"broken":           {"pm_1", map[string]reply{detach: broken}, true},
		"broken at a look": {"pm_1", map[string]reply{detach: invalid, look: broken}, true},
		"customer":         {"cus_1", map[string]reply{closed: {200, `{"id":"cus_1","object":"customer","deleted":true}`}}, false},
		"customer gone":    {"cus_1", map[string]reply{closed: missing}, false},
		"customer broken":  {"cus_1", map[string]reply{closed: broken}, true},
	} {
		err := answering(t, c.replies).Forget(t.Context(), c.reference)
		if c.away {
			require.ErrorIs(t, err, payment.ErrUnavailable, name)
		} else {
			require.NoError(t, err, name)
		}
	}
}

// A Stripe that cannot be reached, or does not answer, is away.
func TestSilence(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := stripe.New(stripe.Config{URL: s.URL}).Setup(t.Context(), "cus_1")
	require.ErrorIs(t, err, payment.ErrUnavailable)
	require.NotContains(t, err.Error(), "/v1/")

	release := make(chan struct{})
	s = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = stripe.New(stripe.Config{URL: s.URL}).Setup(ctx, "cus_1")
	require.ErrorIs(t, err, payment.ErrUnavailable)
	require.Less(t, time.Since(start), 3*time.Second)
}
