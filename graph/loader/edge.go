package loader

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"streamex/internal/database"
)

// wait is how long an edge collects keys that were not filled ahead.
const wait = time.Millisecond

// An Edge leads from keys to what stands behind them: a node, a list of nodes
// or a connection. Filled ahead, it answers from what it has; else siblings
// that ask at the same time share one statement.
type Edge[K comparable, V any] struct {
	fetch func(context.Context, []K) (map[K]V, error)

	mu     sync.RWMutex
	filled map[K]answer[V]
	late   *dataloader.Loader[K, V] // nil until somebody asks for what was not filled
}

// answer is what stands behind a key, or why nobody knows.
type answer[V any] struct {
	value V
	err   error
}

func newEdge[K comparable, V any](fetch func(context.Context, []K) (map[K]V, error)) *Edge[K, V] {
	return &Edge[K, V]{fetch: fetch, filled: make(map[K]answer[V])}
}

// Of returns what stands behind k: the zero value when there is nothing.
func (e *Edge[K, V]) Of(ctx context.Context, k K) (V, error) {
	e.mu.RLock()
	a, ok := e.filled[k]
	e.mu.RUnlock()
	if ok {
		return a.value, a.err
	}
	return e.loader().Load(ctx, k)()
}

// loader collects keys that were not filled ahead.
func (e *Edge[K, V]) loader() *dataloader.Loader[K, V] {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.late == nil {
		e.late = dataloader.NewBatchedLoader(e.batch, dataloader.WithWait[K, V](wait), dataloader.WithBatchCapacity[K, V](500), dataloader.WithInputCapacity[K, V](64))
	}
	return e.late
}

func (e *Edge[K, V]) batch(ctx context.Context, keys []K) []*dataloader.Result[V] {
	// The batch serves more callers than the one whose ctx this is.
	ctx, done := database.Detach(ctx)
	defer done()
	found, err := e.Fill(ctx, keys)
	results := make([]*dataloader.Result[V], len(keys))
	for i, k := range keys {
		results[i] = &dataloader.Result[V]{Data: found[k], Error: err}
	}
	return results
}

// value is what was filled for k, else the zero value.
func (e *Edge[K, V]) value(k K) V {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.filled[k].value
}

// Known tells whether k was filled.
func (e *Edge[K, V]) Known(k K) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	_, ok := e.filled[k]
	return ok
}

// Prime makes v the answer for k, unless there is one: what was handed out
// stays the same.
func (e *Edge[K, V]) Prime(k K, v V) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.filled[k]; !ok {
		e.filled[k] = answer[V]{value: v}
	}
}

// Fill fetches what stands behind all keys in one statement, or in none when
// all are known, and returns it. A statement that failed is not sent again.
func (e *Edge[K, V]) Fill(ctx context.Context, keys []K) (map[K]V, error) {
	out := make(map[K]V, len(keys))
	var missing []K
	var failed error
	e.mu.RLock()
	for _, k := range keys {
		if _, seen := out[k]; seen {
			continue
		}
		a, ok := e.filled[k]
		if !ok {
			missing = append(missing, k)
		} else if a.err != nil {
			failed = a.err
		}
		out[k] = a.value
	}
	e.mu.RUnlock()
	if len(missing) > 0 {
		found, err := e.fetch(ctx, missing)
		if err != nil {
			err = &Failure{Cause: err}
			failed = err
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, k := range missing {
			if _, ok := e.filled[k]; !ok {
				e.filled[k] = answer[V]{found[k], err}
			}
			out[k] = e.filled[k].value
		}
	}
	return out, failed
}

// fillAll is Fill for keys of which the type is not known: lists of K.
func (e *Edge[K, V]) fillAll(ctx context.Context, lists []any) error {
	var keys []K
	for _, list := range lists {
		keys = append(keys, list.([]K)...)
	}
	_, err := e.Fill(ctx, keys)
	return err
}

// Failure is why a statement failed: the same one for all fields that waited
// for it.
type Failure struct {
	Cause error

	told atomic.Bool
}

func (f *Failure) Error() string { return f.Cause.Error() }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// First is true once: for who logs the failure.
func (f *Failure) First() bool { return !f.told.Swap(true) }
