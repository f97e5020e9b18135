package loader

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/graph-gophers/dataloader/v7"
)

// wait is how long an edge collects keys that were not filled ahead.
const wait = time.Millisecond

// An Edge leads from keys to what stands behind them: a node, a list of nodes
// or a connection. Filled ahead, it answers from what it has; else siblings
// that ask at the same time share one statement.
type Edge[K comparable, V any] struct {
	fetch  func(context.Context, []K) (map[K]V, error)
	loader *dataloader.Loader[K, V]

	mu     sync.RWMutex
	filled map[K]V
}

func newEdge[K comparable, V any](fetch func(context.Context, []K) (map[K]V, error)) *Edge[K, V] {
	batch := func(ctx context.Context, keys []K) []*dataloader.Result[V] {
		// The batch serves more callers than the one whose ctx this is.
		found, err := fetch(context.WithoutCancel(ctx), keys)
		results := make([]*dataloader.Result[V], len(keys))
		for i, k := range keys {
			results[i] = &dataloader.Result[V]{Data: found[k], Error: err}
		}
		return results
	}
	return &Edge[K, V]{
		fetch: fetch, filled: make(map[K]V),
		loader: dataloader.NewBatchedLoader(batch, dataloader.WithWait[K, V](wait), dataloader.WithBatchCapacity[K, V](500), dataloader.WithInputCapacity[K, V](64)),
	}
}

// Of returns what stands behind k: the zero value when there is nothing.
func (e *Edge[K, V]) Of(ctx context.Context, k K) (V, error) {
	if v, ok := e.known(k); ok {
		return v, nil
	}
	return e.loader.Load(ctx, k)()
}

func (e *Edge[K, V]) known(k K) (V, bool) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	v, ok := e.filled[k]
	return v, ok
}

// Prime makes v the answer for k.
func (e *Edge[K, V]) Prime(k K, v V) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.filled[k] = v
}

// Fill fetches what stands behind all keys in one statement, or in none when
// all are known, and returns it.
func (e *Edge[K, V]) Fill(ctx context.Context, keys []K) (map[K]V, error) {
	out := make(map[K]V, len(keys))
	var missing []K
	e.mu.RLock()
	for _, k := range keys {
		if _, seen := out[k]; seen {
			continue
		}
		v, ok := e.filled[k]
		if !ok {
			missing = append(missing, k)
		}
		out[k] = v
	}
	e.mu.RUnlock()
	if len(missing) == 0 {
		return out, nil
	}
	found, err := e.fetch(ctx, slices.Clip(missing))
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, k := range missing {
		e.filled[k], out[k] = found[k], found[k]
	}
	return out, nil
}
