// Package graph is the GraphQL API: the schema, its resolvers, who may ask for
// what, and the HTTP handler.
package graph

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"streamex/ent"
	"streamex/graph/generated"
	"streamex/graph/guard"
	"streamex/graph/loader"
	"streamex/internal/auth"
	"streamex/internal/catalog/edit"
	"streamex/internal/database"
	"streamex/internal/home"
	"streamex/internal/payment"
	"streamex/internal/payment/sandbox"
	"streamex/internal/policy"
)

// Config is what the API needs.
type Config struct {
	DB   *database.DB
	Auth *auth.Service
	// Payments looks after payment methods; nil keeps them with the test provider.
	Payments *payment.Service

	// Documents are the web app's own operations: text by SHA-256 in hex.
	Documents map[string]string
	// AnyDocument tells who may run documents that are not among Documents; nil
	// is everybody.
	AnyDocument func(context.Context) bool
	// Introspection tells who may ask for the schema; nil is nobody.
	Introspection func(context.Context) bool

	// Timeout is how long an operation may take; 0 is 10 seconds.
	Timeout time.Duration
	// Rate is the cost that one viewer may spend per second, ten times as much
	// from one address; 0 does not limit.
	Rate int64
	// Address is where a request comes from; nil does not know.
	Address func(context.Context) netip.Addr
	// Beat is how often an open stream is looked after: whether its client is
	// there and its session holds; 0 is 20 seconds.
	Beat time.Duration
	// Now is the clock of the rates; nil is time.Now.
	Now func() time.Time

	Log *slog.Logger
	// TraceID names the request in logs and in masked errors.
	TraceID func(context.Context) string
	// OnOperation is told of every operation that ran; may be nil.
	OnOperation func(name, kind string, took time.Duration, statements int, failed bool)
	// OnStream is told of every stream that opens (1) or closes (-1), by its
	// transport: websocket or sse. It may be nil.
	OnStream func(transport string, change int)
}

var operationName = regexp.MustCompile(`(?:query|mutation|subscription)\s+(\w+)`)

// API answers GraphQL requests.
type API struct {
	config Config
	db     *ent.Client // keeps to the policy
	home   *home.Composer
	plan   *loader.Plan
	limits *limits
	exec   *executor.Executor
	// streams are the open ones.
	streams *streams
	hashes  map[string]string // of documents, by operation name
}

// New returns the API over a database.
func New(c Config) *API {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Timeout == 0 {
		c.Timeout = timeout
	}
	if c.Beat == 0 {
		c.Beat = beat
	}
	if c.TraceID == nil {
		c.TraceID = func(context.Context) string { return "" }
	}
	if c.Payments == nil {
		c.Payments = payment.New(c.DB, sandbox.New(nil), payment.Options{Log: c.Log})
	}
	a := &API{config: c, db: policy.Guard(c.DB.NewClient()), hashes: make(map[string]string), streams: newStreams()}
	a.home = &home.Composer{DB: a.db, Dialect: c.DB.Dialect()}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: &Resolver{db: a.db, database: c.DB, auth: c.Auth, payments: c.Payments, edit: edit.New(a.db, c.DB.Dialect())}})
	a.plan = loader.NewPlan(schema.Schema())
	a.limits = newLimits(c, schema.Schema())
	for hash, text := range c.Documents {
		if m := operationName.FindStringSubmatch(text); m != nil {
			a.hashes[m[1]] = hash
		}
	}
	a.exec = executor.New(schema)
	a.exec.SetQueryCache(newParsed())
	a.exec.SetErrorPresenter(presenter{c.Log, c.TraceID}.present)
	a.exec.SetRecoverFunc(a.recovered)
	a.exec.SetDisableSuggestion(true)
	a.exec.SetDefaultRulesFn(withoutSuggestions)
	a.exec.Use(newDocuments(c.Documents, c.AnyDocument))
	a.exec.Use(guard.New(slices.Collect(maps.Values(c.Documents))...))
	a.exec.Use(introspect{c.Introspection})
	a.exec.Use(operation{a})
	return a
}

// recovered logs a panic once; the presenter masks it.
func (a *API) recovered(ctx context.Context, cause any) error {
	a.config.Log.ErrorContext(ctx, "panic in a resolver", "cause", fmt.Sprint(cause), "trace_id", a.config.TraceID(ctx), "stack", string(debug.Stack()))
	return &failure{code: Internal, message: "something went wrong on our side"}
}

// Answer runs one of the web app's own documents, without variables, on behalf
// of the viewer in ctx. ok is false when there is no such document or its
// answer has errors.
func (a *API) Answer(ctx context.Context, name string) (hash string, response []byte, ok bool) {
	hash, found := a.hashes[name]
	if !found {
		return "", nil, false
	}
	c := a.prepare(ctx, &graphql.RawParams{Query: a.config.Documents[hash], OperationName: name})
	defer c.end()
	resp := c.run()
	if resp == nil || !c.ran || len(resp.Errors) > 0 {
		return "", nil, false
	}
	resp.Extensions = nil // of no use to a page
	return hash, c.encode(resp), true
}

var (
	_ http.Handler                    = (*API)(nil)
	_ graphql.OperationInterceptor    = operation{}
	_ graphql.OperationContextMutator = operation{}
	_ graphql.OperationContextMutator = introspect{}
)
