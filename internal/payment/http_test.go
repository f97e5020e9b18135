package payment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/schema/globalid"
	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/payment"
	"streamex/internal/payment/sandbox"
	"streamex/internal/server"
	"streamex/webapp"
)

// The cards of the tests: none of them may be found anywhere afterwards.
const (
	visa       = "4242424242424242"
	mastercard = "5555555555554444"
	amex       = "378282246310005"
)

const password = "correct horse battery"

// provider is the test provider, that can go away and notes what it forgot.
type provider struct {
	*sandbox.Gateway
	away      atomic.Bool
	slow      chan struct{} // Attach waits until it is closed; nil does not wait
	mu        sync.Mutex
	forgotten []string
}

func (p *provider) reach() error {
	if p.away.Load() {
		return fmt.Errorf("%w: pulled the plug", payment.ErrUnavailable)
	}
	return nil
}

func (p *provider) Setup(ctx context.Context, customer string) (payment.Setup, error) {
	if err := p.reach(); err != nil {
		return payment.Setup{}, err
	}
	return p.Gateway.Setup(ctx, customer)
}

func (p *provider) Attach(ctx context.Context, a payment.Attachment) (payment.Card, error) {
	if p.slow != nil {
		select {
		case <-p.slow:
		case <-ctx.Done():
			return payment.Card{}, fmt.Errorf("%w: %w", payment.ErrUnavailable, ctx.Err())
		}
	}
	if err := p.reach(); err != nil {
		return payment.Card{}, err
	}
	return p.Gateway.Attach(ctx, a)
}

func (p *provider) Update(ctx context.Context, reference, holder string, e payment.Expiry) (payment.Card, error) {
	if err := p.reach(); err != nil {
		return payment.Card{}, err
	}
	return p.Gateway.Update(ctx, reference, holder, e)
}

func (p *provider) Forget(ctx context.Context, reference string) error {
	if err := p.reach(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgotten = append(p.forgotten, reference)
	return p.Gateway.Forget(ctx, reference)
}

func (p *provider) Forgotten() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.forgotten...)
}

// clock is a time that tests move.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) move(d time.Duration) { c.ahead.Add(int64(d)) }

// buffer collects what is written at the same time.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// world is the whole server over a database.
type world struct {
	db       *database.DB
	handler  http.Handler
	provider *provider
	service  *payment.Service
	clock    *clock
	log      *buffer
	answers  *buffer
}

// newWorld keeps cards with the test provider.
func newWorld(t *testing.T, db *database.DB) *world {
	c := &clock{}
	p := &provider{Gateway: sandbox.New(c.now)}
	w := newWorldOver(t, db, c, p, func(*payment.Service, *slog.Logger) http.Handler { return p })
	w.provider = p
	return w
}

func newWorldOver(t *testing.T, db *database.DB, c *clock, g payment.Gateway, routes func(*payment.Service, *slog.Logger) http.Handler) *world {
	w := &world{db: db, clock: c, log: &buffer{}, answers: &buffer{}}
	logger := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.service = payment.New(db, g, payment.Options{Log: logger, Now: c.now})
	accounts := auth.New(db.Client, auth.Options{TraceID: server.RequestID, Log: logger})
	site, err := webapp.New(fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}, webapp.SiteCSP)
	require.NoError(t, err)
	w.handler, err = server.New(server.Config{
		DB: db, Auth: accounts, Site: site, GraphiQL: site, Payments: routes(w.service, logger), Log: logger,
		API: graph.New(graph.Config{DB: db, Auth: accounts, Payments: w.service, Log: logger, TraceID: server.RequestID}),
	})
	require.NoError(t, err)
	return w
}

// caller is a session: "" is nobody's.
type caller string

// account opens an account and signs it in.
func (w *world) account(t *testing.T, name string, admin bool) (caller, globalid.User) {
	a := auth.New(w.db.Client, auth.Options{})
	require.NoError(t, a.Create(t.Context(), auth.Account{Email: name + "@example.com", Password: password, Name: name, Admin: admin}))
	token, v, err := a.SignIn(t.Context(), name+"@example.com", password, "", "")
	require.NoError(t, err)
	return caller(token), v.User
}

func (w *world) post(c caller, path string, body any) (status int, answer []byte) {
	return w.postIn(context.Background(), c, path, body)
}

func (w *world) postIn(ctx context.Context, c caller, path string, body any) (status int, answer []byte) {
	text, _ := json.Marshal(body)
	r := httptest.NewRequestWithContext(ctx, "POST", path, bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	if c != "" {
		r.Header.Set("Authorization", "Bearer "+string(c))
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	answer, _ = io.ReadAll(rec.Body)
	_, _ = w.answers.Write(append(answer, '\n'))
	return rec.Code, answer
}

// ask runs an operation and returns the whole answer. Like a good client it
// tries again when the server has too much to do.
func (w *world) ask(t *testing.T, c caller, query string, variables map[string]any) (data map[string]any, code string) {
	var answer struct {
		Data   map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}
	for {
		status, text := w.post(c, "/graphql", map[string]any{"query": query, "variables": variables})
		require.NoError(t, json.Unmarshal(text, &answer), "%d %s", status, text)
		if len(answer.Errors) == 0 || answer.Errors[0].Extensions.Code != "OVERLOADED" {
			require.Equal(t, 200, status, "%s", text)
			break
		}
		answer.Errors = nil
		time.Sleep(50 * time.Millisecond)
	}
	if len(answer.Errors) > 0 {
		code = answer.Errors[0].Extensions.Code
	}
	return answer.Data, code
}

const (
	methodFields = `{ id brand lastFour holder expiry { month year state } default addedAt }`
	payload      = `{ paymentMethod ` + methodFields + ` paymentMethods { id default } userErrors { code message path } }`

	list       = `{ viewer { paymentMethods ` + methodFields + ` } }`
	setUp      = `mutation { setUpPaymentMethod { provider tokenUrl publishableKey clientSecret } }`
	add        = `mutation($i: AddPaymentMethodInput!) { result: addPaymentMethod(input: $i) ` + payload + ` }`
	update     = `mutation($id: ID!, $i: UpdatePaymentMethodInput!) { result: updatePaymentMethod(id: $id, input: $i) ` + payload + ` }`
	setDefault = `mutation($id: ID!) { result: setDefaultPaymentMethod(id: $id) ` + payload + ` }`
	remove     = `mutation($id: ID!) { result: removePaymentMethod(id: $id) { removedId detached paymentMethods { id default } userErrors { code message path } } }`
)

// method is a payment method as clients see it.
type method struct {
	ID, Brand, LastFour, Holder string
	Expiry                      struct {
		Month, Year int
		State       string
	}
	Default bool
	AddedAt time.Time
}

// result is the payload of each of the mutations.
type result struct {
	PaymentMethod  *method
	PaymentMethods []method
	RemovedID      *string
	Detached       bool
	UserErrors     []struct {
		Code, Message string
		Path          []string
	}
}

// problems are the codes and paths of what was wrong.
func (r result) problems() []string {
	out := []string{}
	for _, e := range r.UserErrors {
		out = append(out, e.Code+" "+strings.Join(e.Path, "."))
	}
	return out
}

func into[T any](t *testing.T, v any) (out T) {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

// mutate runs a mutation that is answered with a payload.
func (w *world) mutate(t *testing.T, c caller, mutation string, variables map[string]any) result {
	data, code := w.ask(t, c, mutation, variables)
	require.Empty(t, code)
	return into[result](t, data["result"])
}

func (w *world) methods(t *testing.T, c caller) []method {
	data, code := w.ask(t, c, list, nil)
	require.Empty(t, code)
	return into[[]method](t, data["viewer"].(map[string]any)["paymentMethods"])
}

// soon is a year in which the cards of tests are still valid.
func soon() int { return time.Now().Year() + 2 }

// token hands a card to the provider.
func (w *world) token(t *testing.T, c caller, number, cvc string) string {
	status, text := w.post(c, sandbox.Path, map[string]any{"number": number, "expiryMonth": 7, "expiryYear": soon(), "cvc": cvc})
	require.Equal(t, 201, status, "%s", text)
	var answer struct{ Token string }
	require.NoError(t, json.Unmarshal(text, &answer))
	return answer.Token
}

func input(token, key string) map[string]any {
	return map[string]any{"i": map[string]any{"token": token, "holder": "Ana Example", "idempotencyKey": key}}
}

// added adds a card and returns it.
func (w *world) added(t *testing.T, c caller, key string) method {
	r := w.mutate(t, c, add, input(w.token(t, c, visa, "737"), key))
	require.Empty(t, r.UserErrors)
	return *r.PaymentMethod
}
