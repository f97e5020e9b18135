package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"streamex/graph/loader"
	"streamex/internal/viewer"
)

// operation is the gqlgen extension around every operation: it hands out the
// loaders, asks who may pass, and on root fields loads ahead.
type operation struct{ api *API }

func (operation) ExtensionName() string                   { return "Operation" }
func (operation) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation gives the operation loaders of its own.
func (o operation) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	return next(loader.NewContext(ctx, loader.New(o.api.db, o.api.home, o.api.plan)))
}

// MutateOperationContext puts resolve around the resolvers. An interceptor of
// fields would do the same with a closure for each of thousands of fields.
func (operation) MutateOperationContext(_ context.Context, oc *graphql.OperationContext) *gqlerror.Error {
	oc.ResolverMiddleware = resolve
	for _, v := range oc.Operation.VariableDefinitions {
		// A default allows such a variable where null is not, in @skip and
		// @include; gqlgen takes null there for a fault of ours.
		if value, given := oc.Variables[v.Variable]; given && value == nil && v.Type.Name() == "Boolean" && v.DefaultValue != nil {
			return gqlerror.ErrorPathf(ast.Path{ast.PathName("variable"), ast.PathName(v.Variable)}, "cannot be null")
		}
	}
	return nil
}

// resolve lets viewers pass to root fields who may: everybody where the schema
// says @public, administrators where it says @admin, all but children's
// profiles where it says @guardian, else whoever is signed in. Then it loads
// what the selection below needs. All other fields only read, a few of them for
// administrators alone.
func resolve(ctx context.Context, next graphql.Resolver) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	if err := denied(ctx, fc); err != nil {
		return nil, err
	}
	if !isRoot(fc.Object) {
		return next(ctx)
	}
	if fc.Object == "Mutation" {
		loader.From(ctx).Renew()
	}
	value, err := next(ctx)
	if err == nil && fc.Object != "Subscription" { // see current
		loader.Ahead(ctx, value)
	}
	return value, err
}

// denied tells why the viewer may not ask for a field; nil when they may.
func denied(ctx context.Context, fc *graphql.FieldContext) error {
	marks := fc.Field.Definition.Directives
	root := isRoot(fc.Object)
	if !root && len(marks) == 0 {
		return nil
	}
	v := viewer.From(ctx)
	switch {
	case root && marks.ForName("public") == nil && !v.SignedIn() && !introspection(fc.Field.Name):
		return errUnauthenticated
	case marks.ForName("admin") != nil && !v.Admin:
		return errForbidden
	case marks.ForName("guardian") != nil && v.Child:
		return errKidsMode
	}
	return nil
}

func isRoot(object string) bool {
	return object == "Query" || object == "Mutation" || object == "Subscription"
}

// introspection tells whether a field asks for the schema, which has a switch
// of its own.
func introspection(field string) bool { return strings.HasPrefix(field, "__") }
