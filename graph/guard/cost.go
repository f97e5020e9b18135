package guard

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Weights of the cost.
const (
	// MaxCost is what one operation may cost.
	MaxCost = 20_000

	objectCost   = 1
	mutationCost = 10    // of a root field that writes
	schemaCost   = 2_000 // of a root field that reads the schema, whatever is selected below
	listSize     = 20    // elements of a list without a size of its own

	minPage, maxPage = 1, 100 // bounds of the argument first of every list
)

const extension = "cost"

// Cost is what an operation was found to cost, 0 before that.
//
// An object costs 1 and what is selected of it; a scalar costs nothing, nor does
// an edge beside its node. Lists cost as many times their element: connections as they are long (first), lists
// of named nodes as many as are named (ids), others what the schema says in
// @listSize, else 20. Of an interface or a union the dearest type counts.
func Cost(oc *graphql.OperationContext) int64 {
	cost, _ := oc.Stats.GetExtension(extension).(int64)
	return cost
}

// meter walks an operation. Each field and fragment is counted once and
// remembered, so that fragments in fragments take no longer than their text.
type meter struct {
	schema    *ast.Schema
	variables map[string]any
	fields    map[fieldKey]int64
	fragments map[fragmentKey]int64
	path      ast.Path
	err       *gqlerror.Error // the first page of a wrong size
}

type fieldKey struct {
	field *ast.Field
	page  int64
}

type fragmentKey struct {
	fragment *ast.FragmentDefinition
	typ      string
	page     int64
}

func measure(schema *ast.Schema, oc *graphql.OperationContext) (int64, *gqlerror.Error) {
	m := &meter{schema: schema, variables: oc.Variables, fields: make(map[fieldKey]int64), fragments: make(map[fragmentKey]int64)}
	root := schema.Query
	switch oc.Operation.Operation {
	case ast.Mutation:
		root = schema.Mutation
	case ast.Subscription:
		root = schema.Subscription
	}
	cost := m.set(oc.Operation.SelectionSet, root, 0)
	return cost, m.err
}

// set counts what is selected of one object of type typ. page is how many
// elements it has if it is a connection.
func (m *meter) set(set ast.SelectionSet, typ *ast.Definition, page int64) int64 {
	var total int64
	for _, selection := range set {
		switch x := selection.(type) {
		case *ast.Field:
			if m.selected(x.Directives) {
				total += m.field(x, typ, page)
			}
		case *ast.InlineFragment:
			if m.selected(x.Directives) && m.applies(x.TypeCondition, typ) {
				total += m.set(x.SelectionSet, typ, page)
			}
		case *ast.FragmentSpread:
			if m.selected(x.Directives) && m.applies(x.Definition.TypeCondition, typ) {
				total += m.fragment(x.Definition, typ, page)
			}
		}
		total = min(total, plenty)
	}
	return total
}

func (m *meter) fragment(f *ast.FragmentDefinition, typ *ast.Definition, page int64) int64 {
	key := fragmentKey{f, typ.Name, page}
	cost, known := m.fragments[key]
	if !known {
		cost = m.set(f.SelectionSet, typ, page)
		m.fragments[key] = cost
	}
	return cost
}

// field counts a field of an object of type parent.
func (m *meter) field(f *ast.Field, parent *ast.Definition, page int64) int64 {
	switch f.Name {
	case "__typename":
		return 0
	case "__schema", "__type":
		return schemaCost
	}
	typ := m.schema.Types[f.Definition.Type.Name()]
	if !typ.IsCompositeType() {
		return 0
	}
	key := fieldKey{f, page}
	if cost, known := m.fields[key]; known {
		return cost
	}
	m.path = append(m.path, ast.PathName(f.Alias))
	inner, elements := m.sizes(f, parent, page)
	var dearest int64
	for _, possible := range m.schema.GetPossibleTypes(typ) {
		dearest = max(dearest, m.set(f.SelectionSet, possible, inner))
	}
	m.path = m.path[:len(m.path)-1]
	cost := dearest
	switch {
	case parent == m.schema.Mutation:
		cost += objectCost + mutationCost
	case f.Name != "edges" || !isConnection(parent):
		cost += objectCost
	}
	cost = min(cost*elements, plenty)
	m.fields[key] = cost
	return cost
}

// sizes tells how many elements a field has: those of the connection that it
// is, and those of the list that it is.
func (m *meter) sizes(f *ast.Field, parent *ast.Definition, page int64) (inner, elements int64) {
	var arguments map[string]any
	if len(f.Definition.Arguments) > 0 {
		arguments = f.ArgumentMap(m.variables)
	}
	inner = listSize
	if first := f.Definition.Arguments.ForName("first"); first != nil {
		if n, ok := integer(arguments["first"]); ok {
			inner = n
		}
		if inner < minPage || inner > maxPage {
			if m.err == nil {
				m.err = badInput(append(slices.Clone(m.path), ast.PathName("first")), "first must be between %d and %d", minPage, maxPage)
			}
			inner = maxPage
		}
	}
	if f.Definition.Type.Elem == nil {
		return inner, 1
	}
	size := f.Definition.Directives.ForName("listSize")
	named, isList := arguments["ids"].([]any)
	switch {
	case isConnection(parent):
		return inner, page
	case f.Definition.Arguments.ForName("first") != nil:
		return inner, inner
	case isList:
		return inner, int64(len(named))
	case size != nil:
		if n, ok := integer(size.ArgumentMap(nil)["assumedSize"]); ok {
			return inner, n
		}
	}
	return inner, listSize
}

func isConnection(typ *ast.Definition) bool {
	return strings.HasSuffix(typ.Name, "Connection") && typ.Fields.ForName("pageInfo") != nil
}

// selected tells whether @skip and @include let a selection through.
func (m *meter) selected(directives ast.DirectiveList) bool {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" || d.Definition == nil {
			continue
		}
		if condition, ok := d.ArgumentMap(m.variables)["if"].(bool); ok && condition == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// applies tells whether a fragment on a type, or on none, covers objects of typ.
func (m *meter) applies(condition string, typ *ast.Definition) bool {
	if condition == "" || condition == typ.Name {
		return true
	}
	on := m.schema.Types[condition]
	return on != nil && on.IsAbstractType() && slices.Contains(m.schema.GetPossibleTypes(on), typ)
}

// integer reads an Int as literals, variables and defaults bring it.
func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), true
	case json.Number:
		i, err := n.Int64()
		return i, err == nil
	}
	return 0, false
}
