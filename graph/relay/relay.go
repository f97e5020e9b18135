// Package relay holds the connection that every paged field answers with, as
// the Relay cursor connections specification describes it.
package relay

// PageInfo tells where a page stands in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool

	start, end func() string // nil on an empty page
}

// StartCursor is the cursor of the first item, nil on an empty page.
func (p *PageInfo) StartCursor() *string { return cursor(p.start) }

// EndCursor is the cursor of the last item, nil on an empty page.
func (p *PageInfo) EndCursor() *string { return cursor(p.end) }

func cursor(make func() string) *string {
	if make == nil {
		return nil
	}
	return new(make())
}

// Edge is an item of a page.
type Edge[T any] struct {
	Node T

	place  int
	cursor func(int, T) string
}

// Cursor is the cursor behind the item. Few ask for it, so it is made when
// somebody does.
func (e *Edge[T]) Cursor() string { return e.cursor(e.place, e.Node) }

// Connection is one page of a list.
type Connection[T any] struct {
	Edges    []*Edge[T]
	Nodes    []T
	PageInfo *PageInfo
}

// Page makes a connection of items, of which the caller fetched one more than
// first when there are more. cursor returns the cursor of the i-th item;
// after tells whether the page was asked for with a cursor.
func Page[T any](items []T, first int, after bool, cursor func(i int, item T) string) *Connection[T] {
	c := &Connection[T]{Nodes: items, PageInfo: &PageInfo{HasPreviousPage: after}}
	if len(items) > first {
		c.Nodes, c.PageInfo.HasNextPage = items[:first], true
	}
	n := len(c.Nodes)
	edges := make([]Edge[T], n)
	c.Edges = make([]*Edge[T], n)
	for i, item := range c.Nodes {
		edges[i] = Edge[T]{item, i, cursor}
		c.Edges[i] = &edges[i]
	}
	if n > 0 {
		c.PageInfo.start, c.PageInfo.end = edges[0].Cursor, edges[n-1].Cursor
	}
	return c
}

// Held returns the objects behind a field of the connection.
func (c *Connection[T]) Held(field string) []any {
	switch field {
	case "nodes":
		return held(c.Nodes)
	case "edges":
		return held(c.Edges)
	}
	return nil
}

// Held returns the node behind a field of the edge.
func (e *Edge[T]) Held(field string) []any {
	if field == "node" {
		return []any{e.Node}
	}
	return nil
}

func held[T any](items []T) []any {
	objects := make([]any, len(items))
	for i, item := range items {
		objects[i] = item
	}
	return objects
}

// Map returns the page with every node replaced by what f makes of it.
func Map[A, B any](c *Connection[A], f func(A) B) *Connection[B] {
	out := &Connection[B]{PageInfo: c.PageInfo, Nodes: make([]B, len(c.Nodes)), Edges: make([]*Edge[B], len(c.Edges))}
	for i, e := range c.Edges {
		out.Nodes[i] = f(e.Node)
		out.Edges[i] = &Edge[B]{out.Nodes[i], i, func(int, B) string { return e.Cursor() }}
	}
	return out
}
