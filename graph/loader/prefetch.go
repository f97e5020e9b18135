package loader

import (
	"context"
	"reflect"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// holder is an object whose fields lead to other objects without a statement.
type holder interface{ Held(field string) []any }

// group is objects of one type.
type group struct {
	typ     string
	objects []any
}

// job is a selected field of objects of one type that waits for its edge.
type job struct {
	edge     source
	own      edgeSet
	keys     any
	children func(parent any) []any
	below    edgeSet // what the selection below it can still ask for

	selections ast.SelectionSet
	objects    []any
}

// Ahead walks the selection below the field of ctx and fills every edge that it
// meets, so that the number of statements depends on the text of the query
// alone. An edge waits until nothing else can ask for more of it: usually one
// statement serves all places of the query that lead along it.
func Ahead(ctx context.Context, value any) {
	w := walk{ctx: ctx, oc: graphql.GetOperationContext(ctx), l: From(ctx)}
	w.expand(graphql.GetFieldContext(ctx).Field.Selections, flatten(value))
	for len(w.waiting) > 0 {
		now := w.next()
		lists := make([]any, len(now))
		for i, j := range now {
			lists[i] = j.keys
		}
		if now[0].edge.fillAll(ctx, lists) != nil {
			continue // the fields' resolvers meet the same error and report it
		}
		for _, j := range now {
			if len(j.selections) == 0 {
				continue
			}
			var objects []any
			seen := make(map[any]struct{})
			for _, p := range j.objects {
				for _, c := range j.children(p) {
					if _, dup := seen[c]; !dup {
						seen[c] = struct{}{}
						objects = append(objects, c)
					}
				}
			}
			w.expand(j.selections, objects)
		}
	}
}

type walk struct {
	ctx     context.Context
	oc      *graphql.OperationContext
	l       *Loaders
	waiting []*job
}

// expand finds the edges that objects ask for, also through what they hold.
func (w *walk) expand(selections ast.SelectionSet, objects []any) {
	for _, g := range split(objects) {
		for _, f := range graphql.CollectFields(w.oc, selections, w.l.plan.kinds[g.typ]) {
			name := g.typ + "." + f.Name
			if s, ok := w.l.steps[name]; ok {
				if keys, children := s.ask(w.ctx, g.objects, f.ArgumentMap(w.oc.Variables)); keys != nil {
					plan := w.l.plan
					w.waiting = append(w.waiting, &job{s.edge, plan.own[name], keys, children, plan.below(w.oc.Doc, f.Selections), f.Selections, g.objects})
				}
				continue
			}
			if len(f.Selections) == 0 {
				continue
			}
			var objects []any
			for _, o := range g.objects {
				if h, ok := o.(holder); ok {
					objects = append(objects, h.Held(f.Name)...)
				}
			}
			w.expand(f.Selections, objects)
		}
	}
}

// next takes out the jobs of one edge: the first that no job of another edge
// can lead to, else the first of all.
func (w *walk) next() []*job {
	first := w.waiting[0]
	for _, j := range w.waiting {
		free := true
		for _, other := range w.waiting {
			if other.own != j.own && other.below&j.own != 0 {
				free = false
				break
			}
		}
		if free {
			first = j
			break
		}
	}
	var now, later []*job
	for _, j := range w.waiting {
		if j.own == first.own {
			now = append(now, j)
		} else {
			later = append(later, j)
		}
	}
	w.waiting = later
	return now
}

// split divides objects by their GraphQL type.
func split(objects []any) []group {
	var out []group
	for _, o := range objects {
		typ := typeName(o)
		i := slices.IndexFunc(out, func(g group) bool { return g.typ == typ })
		if i < 0 {
			i, out = len(out), append(out, group{typ: typ})
		}
		out[i].objects = append(out[i].objects, o)
	}
	return out
}

// flatten returns the objects of v: the elements of a list, v itself, or none for nil.
func flatten(v any) []any {
	if v == nil {
		return nil
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Slice:
		nodes := make([]any, 0, rv.Len())
		for i := range rv.Len() {
			if e := rv.Index(i); !(e.Kind() == reflect.Interface || e.Kind() == reflect.Pointer) || !e.IsNil() {
				nodes = append(nodes, e.Interface())
			}
		}
		return nodes
	case reflect.Pointer:
		if rv.IsNil() {
			return nil
		}
	}
	return []any{v}
}
