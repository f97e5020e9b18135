// Package graph is the GraphQL API: the schema, its resolvers, who may ask for
// what, and the HTTP handler.
package graph

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"streamex/ent"
	"streamex/graph/generated"
	"streamex/graph/loader"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/home"
	"streamex/internal/policy"
)

// Config is what the API needs.
type Config struct {
	DB   *database.DB
	Auth *auth.Service

	// Documents are the web app's own operations: text by SHA-256 in hex.
	Documents map[string]string
	// Introspection tells who may ask for the schema; nil is nobody.
	Introspection func(context.Context) bool
	Log           *slog.Logger
	// TraceID names the request in logs and in masked errors.
	TraceID func(context.Context) string
	// OnOperation is told of every operation that ran; may be nil.
	OnOperation func(name, kind string, took time.Duration, statements int, failed bool)
}

// API answers GraphQL requests.
type API struct {
	config Config
	db     *ent.Client // keeps to the policy
	home   *home.Composer
	plan   *loader.Plan
	exec   *executor.Executor
	hashes map[string]string // of documents, by operation name
}

// New returns the API over a database.
func New(c Config) *API {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.TraceID == nil {
		c.TraceID = func(context.Context) string { return "" }
	}
	a := &API{config: c, db: policy.Guard(c.DB.NewClient()), hashes: make(map[string]string)}
	a.home = &home.Composer{DB: a.db, Dialect: c.DB.Dialect()}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: &Resolver{db: a.db, auth: c.Auth}})
	a.plan = loader.NewPlan(schema.Schema())
	for hash, text := range c.Documents {
		if m := operationName.FindStringSubmatch(text); m != nil {
			a.hashes[m[1]] = hash
		}
	}
	a.exec = executor.New(schema)
	a.exec.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	a.exec.SetErrorPresenter(presenter{c.Log, c.TraceID}.present)
	a.exec.SetRecoverFunc(a.recovered)
	a.exec.SetDisableSuggestion(true)
	a.exec.Use(documents{c.Documents})
	a.exec.Use(introspect{c.Introspection})
	a.exec.Use(operation{a})
	return a
}

// recovered logs a panic once; the presenter masks it.
func (a *API) recovered(ctx context.Context, cause any) error {
	a.config.Log.ErrorContext(ctx, "panic in a resolver", "cause", fmt.Sprint(cause), "trace_id", a.config.TraceID(ctx), "stack", string(debug.Stack()))
	return &failure{Internal, "something went wrong on our side"}
}

// run executes an operation whose parameters were read.
func (a *API) run(ctx context.Context, params *graphql.RawParams) (resp *graphql.Response, oc *graphql.OperationContext, ok bool) {
	start := time.Now()
	ctx, counter := database.WithCounter(ctx)
	ctx = graphql.StartOperationTrace(ctx)
	params.ReadTime = graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}
	oc, errs := a.exec.CreateOperationContext(ctx, params)
	if errs != nil {
		resp = a.exec.DispatchError(graphql.WithOperationContext(ctx, oc), errs)
		resp.Errors = resp.Errors[:min(maxErrors, len(resp.Errors))]
		return resp, oc, false
	}
	responses, ctx := a.exec.DispatchOperation(ctx, oc)
	resp = responses(ctx)
	resp.Errors = resp.Errors[:min(maxErrors, len(resp.Errors))]
	if a.config.OnOperation != nil {
		a.config.OnOperation(oc.OperationName, string(oc.Operation.Operation), time.Since(start), counter.N(), len(resp.Errors) > 0)
	}
	return resp, oc, true
}

// Answer runs one of the web app's own documents, without variables, on behalf
// of the viewer in ctx. ok is false when there is no such document or its
// answer has errors.
func (a *API) Answer(ctx context.Context, name string) (hash string, response []byte, ok bool) {
	hash, found := a.hashes[name]
	if !found {
		return "", nil, false
	}
	resp, _, ran := a.run(ctx, &graphql.RawParams{Query: a.config.Documents[hash], OperationName: name})
	if !ran || len(resp.Errors) > 0 {
		return "", nil, false
	}
	return hash, encode(resp, true), true
}

// introspect opens the schema to those who may see it.
type introspect struct{ allowed func(context.Context) bool }

func (introspect) ExtensionName() string                   { return "Introspection" }
func (introspect) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext opens or closes introspection for the operation.
func (i introspect) MutateOperationContext(ctx context.Context, oc *graphql.OperationContext) *gqlerror.Error {
	oc.DisableIntrospection = i.allowed == nil || !i.allowed(ctx)
	return nil
}

// documents finds the web app's own operations by their hash.
type documents struct{ texts map[string]string }

func (documents) ExtensionName() string                   { return "Documents" }
func (documents) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters puts the document's text in place of its hash.
func (d documents) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	persisted, _ := p.Extensions["persistedQuery"].(map[string]any)
	hash, _ := persisted["sha256Hash"].(string)
	if hash == "" || p.Query != "" {
		return nil
	}
	text, ok := d.texts[hash]
	if !ok {
		return &gqlerror.Error{Message: "PersistedQueryNotFound", Extensions: map[string]any{"code": DocumentNotFound}}
	}
	p.Query = text
	return nil
}

var (
	_ http.Handler                      = (*API)(nil)
	_ graphql.OperationInterceptor      = operation{}
	_ graphql.OperationContextMutator   = operation{}
	_ graphql.OperationContextMutator   = introspect{}
	_ graphql.OperationParameterMutator = documents{}
)
