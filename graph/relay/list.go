package relay

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalList marshals the items of a list one after the other. The executor
// calls it where gqlgen would start a goroutine per item.
func MarshalList(ctx context.Context, length int, item func(context.Context, int) graphql.Marshaler) graphql.Array {
	list := make(graphql.Array, length)
	for i := range length {
		list[i] = marshalItem(graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i}), i, item)
	}
	return list
}

// marshalItem answers null for an item that panics, and reports it.
func marshalItem(ctx context.Context, i int, item func(context.Context, int) graphql.Marshaler) (m graphql.Marshaler) {
	defer func() {
		if cause := recover(); cause != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, cause))
			m = graphql.Null
		}
	}()
	return item(ctx, i)
}
