package graph

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/vektah/gqlparser/v2/ast"
)

// bounded is a cache that forgets what was used longest ago when its keys and
// what they weigh grow too large. Clients choose what goes in.
type bounded[T any] struct {
	weigh func(key string, value T) int
	limit int

	mu     sync.Mutex
	weight int
	lru    *simplelru.LRU[string, T]
}

func newBounded[T any](limit int, weigh func(key string, value T) int) *bounded[T] {
	b := &bounded[T]{weigh: weigh, limit: limit}
	// The number of entries is no bound of its own: each weighs at least 1.
	lru, err := simplelru.NewLRU(limit, func(key string, value T) { b.weight -= weigh(key, value) })
	if err != nil {
		panic(err) // limits are positive
	}
	b.lru = lru
	return b
}

// Get finds what is kept under key.
func (b *bounded[T]) Get(_ context.Context, key string) (value T, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lru.Get(key)
}

// Add keeps value under key.
func (b *bounded[T]) Add(_ context.Context, key string, value T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lru.Contains(key) || b.weigh(key, value) > b.limit {
		return
	}
	b.lru.Add(key, value)
	b.weight += b.weigh(key, value)
	for b.weight > b.limit {
		b.lru.RemoveOldest()
	}
}

// parsed keeps documents that were parsed and found valid.
type parsed struct{ *bounded[*ast.QueryDocument] }

// documentBytes bounds the text of the parsed documents that are kept. Parsed,
// a document takes some fifty times its text.
const documentBytes = 1 << 20

func newParsed() parsed {
	return parsed{newBounded(documentBytes, func(text string, _ *ast.QueryDocument) int { return len(text) })}
}

// Add keeps a document. It takes @defer out of it: answers are not streamed,
// and the executor would leave out what is deferred.
func (p parsed) Add(ctx context.Context, text string, d *ast.QueryDocument) {
	for _, op := range d.Operations {
		withoutDefer(op.SelectionSet)
	}
	for _, f := range d.Fragments {
		withoutDefer(f.SelectionSet)
	}
	p.bounded.Add(ctx, text, d)
}

func withoutDefer(set ast.SelectionSet) {
	for _, selection := range set {
		switch x := selection.(type) {
		case *ast.Field:
			withoutDefer(x.SelectionSet)
		case *ast.InlineFragment:
			x.Directives = removeDefer(x.Directives)
			withoutDefer(x.SelectionSet)
		case *ast.FragmentSpread:
			x.Directives = removeDefer(x.Directives)
		}
	}
}

func removeDefer(list ast.DirectiveList) ast.DirectiveList {
	kept := list[:0]
	for _, d := range list {
		if d.Name != "defer" {
			kept = append(kept, d)
		}
	}
	return kept
}
