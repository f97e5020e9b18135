package loader

import (
	"context"
	"fmt"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// holder is an object whose fields lead to other objects without a statement.
type holder interface{ Held(field string) []any }

// step is an edge as the walk uses it: it fills what all parents lead to and
// tells what each of them holds.
type step func(ctx context.Context, parents []any, args map[string]any) (children func(parent any) []any, err error)

// group is objects of one type below one selection.
type group struct {
	typ        string
	selections ast.SelectionSet
	objects    []any
}

// job is an edge to follow from all groups of a level that ask for it alike.
type job struct {
	step  step
	args  map[string]any
	parts []group // the parents of each group, with the selection below the field
}

// Ahead walks the selection below the field of ctx level by level and fills
// every edge it meets, so that the number of statements depends on the text of
// the query alone: one per edge, arguments and level.
func Ahead(ctx context.Context, value any) {
	field := graphql.GetFieldContext(ctx).Field
	level := []group{{selections: field.Selections, objects: flatten(value)}}
	l := From(ctx)
	for len(level) > 0 {
		var order []*job
		jobs := make(map[string]*job)
		for len(level) > 0 { // objects that are held come into the same level
			var held []group
			for _, g := range split(level) {
				for _, f := range graphql.CollectFields(graphql.GetOperationContext(ctx), g.selections, l.kinds[g.typ]) {
					if len(f.Selections) == 0 && l.steps[g.typ+"."+f.Name] == nil {
						continue
					}
					if s := l.steps[g.typ+"."+f.Name]; s != nil {
						args := f.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
						key := fmt.Sprint(l.edgeName(g.typ, f.Name), args)
						j := jobs[key]
						if j == nil {
							j = &job{step: s, args: args}
							jobs[key], order = j, append(order, j)
						}
						j.parts = append(j.parts, group{selections: f.Selections, objects: g.objects})
						continue
					}
					var objects []any
					for _, o := range g.objects {
						if h, ok := o.(holder); ok {
							objects = append(objects, h.Held(f.Name)...)
						}
					}
					if len(objects) > 0 {
						held = append(held, group{selections: f.Selections, objects: objects})
					}
				}
			}
			level = held
		}
		for _, j := range order {
			var parents []any
			for _, part := range j.parts {
				parents = append(parents, part.objects...)
			}
			children, err := j.step(ctx, parents, j.args)
			if err != nil || children == nil {
				continue // the field's resolver meets the same and reports it at its path
			}
			for _, part := range j.parts {
				var objects []any
				seen := make(map[any]struct{})
				for _, p := range part.objects {
					for _, c := range children(p) {
						if _, dup := seen[c]; !dup {
							seen[c] = struct{}{}
							objects = append(objects, c)
						}
					}
				}
				if len(objects) > 0 && len(part.selections) > 0 {
					level = append(level, group{selections: part.selections, objects: objects})
				}
			}
		}
	}
}

// split divides groups by the GraphQL type of their objects.
func split(groups []group) []group {
	var out []group
	for _, g := range groups {
		at := make(map[string]int)
		for _, o := range g.objects {
			typ := typeName(o)
			i, ok := at[typ]
			if !ok {
				i = len(out)
				at[typ] = i
				out = append(out, group{typ: typ, selections: g.selections})
			}
			out[i].objects = append(out[i].objects, o)
		}
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
