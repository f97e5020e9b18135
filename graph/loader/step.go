package loader

import "context"

// source is an edge of whatever type.
type source interface {
	fillAll(ctx context.Context, lists []any) error
}

// step leads from objects along an edge.
type step struct {
	edge source
	// ask returns the keys of the parents, a list of the edge's type of key,
	// and what each parent leads to once they are filled; no keys when the
	// field's resolver will refuse the arguments.
	ask func(ctx context.Context, parents []any, args map[string]any) (keys any, children func(parent any) []any)
}

// at follows an edge whose key is in the parent; objects tells what of the
// value is an object with fields of its own.
func at[P any, K comparable, V any](e *Edge[K, V], key func(P) K, objects func(V) any) step {
	return step{e, func(_ context.Context, parents []any, _ map[string]any) (any, func(any) []any) {
		keys := make([]K, len(parents))
		for i, p := range parents {
			keys[i] = key(p.(P))
		}
		return keys, func(parent any) []any {
			return flatten(objects(e.value(key(parent.(P)))))
		}
	}}
}

// itself says that the whole value is objects.
func itself[V any](v V) any { return v }

// nothing says that the value has no objects to go on from.
func nothing[V any](V) any { return nil }

// atSome follows an edge that not every parent has.
func atSome[P any, K comparable, V any](e *Edge[K, V], key func(P) *K) step {
	return step{e, func(_ context.Context, parents []any, _ map[string]any) (any, func(any) []any) {
		keys := make([]K, 0, len(parents))
		for _, p := range parents {
			if k := key(p.(P)); k != nil {
				keys = append(keys, *k)
			}
		}
		return keys, func(parent any) []any {
			k := key(parent.(P))
			if k == nil {
				return nil
			}
			return flatten(e.value(*k))
		}
	}}
}

// atPage follows an edge to a page of the list that hangs on the parent.
func atPage[P any, K comparable, V any](e *Edge[Paged[K], V], list List, key func(P) K) step {
	return atKeys(e, func(_ context.Context, args map[string]any) (func(P) Paged[K], bool) {
		page, ok := argPage(list, args)
		return func(p P) Paged[K] { return Paged[K]{key(p), page} }, ok
	})
}

// atKeys follows an edge whose keys depend on the arguments.
func atKeys[P any, K comparable, V any](e *Edge[K, V], with func(ctx context.Context, args map[string]any) (key func(P) K, ok bool)) step {
	return step{e, func(ctx context.Context, parents []any, args map[string]any) (any, func(any) []any) {
		key, ok := with(ctx, args)
		if !ok {
			return nil, nil
		}
		return at(e, key, itself).ask(ctx, parents, nil)
	}}
}
