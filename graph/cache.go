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

// documentBytes bounds the text of the documents that are kept parsed. Parsed,
// one takes some fifty times its text.
const documentBytes = 1 << 20

func newParsed() *bounded[*ast.QueryDocument] {
	return newBounded(documentBytes, func(text string, _ *ast.QueryDocument) int { return len(text) })
}
