package guard

import (
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// plenty is where counting stops: nothing that is allowed comes near, and sums
// of it stay far from overflowing.
const plenty = 1 << 30

// shape is the size of a selection set with its fragments put in.
type shape struct {
	selections int // fields of the set itself
	fields     int // of all levels
	aliases    int
	depth      int
}

// add puts b beside what the set has.
func (a *shape) add(b shape) {
	a.selections = min(a.selections+b.selections, plenty)
	a.fields = min(a.fields+b.fields, plenty)
	a.aliases = min(a.aliases+b.aliases, plenty)
	a.depth = max(a.depth, b.depth)
}

// surveyor measures each fragment once, however often it is spread.
type surveyor struct {
	fragments  map[string]*ast.FragmentDefinition
	shapes     map[string]shape
	open       map[string]bool // being measured: meeting one again is a cycle
	values     values
	directives int
}

// checkShape refuses a document that would take the validator long.
func checkShape(d *ast.QueryDocument) *gqlerror.Error {
	switch {
	case len(d.Operations) > MaxOperations:
		return tooMany("operations", MaxOperations)
	case len(d.Fragments) > MaxFragments:
		return tooMany("fragments", MaxFragments)
	}
	s := &surveyor{
		fragments: make(map[string]*ast.FragmentDefinition, len(d.Fragments)),
		shapes:    make(map[string]shape, len(d.Fragments)),
		open:      make(map[string]bool),
	}
	for _, f := range d.Fragments {
		s.fragments[f.Name] = f
	}
	for _, f := range d.Fragments { // also those that no operation spreads
		if err := s.directivesOf(f.Directives); err != nil {
			return err
		}
		if _, err := s.fragment(f.Name); err != nil {
			return err
		}
	}
	for _, op := range d.Operations {
		if err := s.operation(op); err != nil {
			return err
		}
	}
	return nil
}

func (s *surveyor) operation(op *ast.OperationDefinition) *gqlerror.Error {
	for _, v := range op.VariableDefinitions {
		if err := s.directivesOf(v.Directives); err != nil {
			return err
		}
		if v.DefaultValue != nil {
			if err := s.values.literal(v.DefaultValue, ast.Path{ast.PathName(v.Variable)}, 1); err != nil {
				return err
			}
		}
	}
	if err := s.directivesOf(op.Directives); err != nil {
		return err
	}
	size, err := s.set(op.SelectionSet)
	switch {
	case err != nil:
		return err
	case size.selections > MaxRootFields:
		return tooMany("root fields", MaxRootFields)
	}
	return nil
}

// set measures a selection set. Whatever is too much is refused where it is
// met, so that nothing is measured behind it.
func (s *surveyor) set(set ast.SelectionSet) (shape, *gqlerror.Error) {
	var total shape
	for _, selection := range set {
		size, err := s.selection(selection)
		if err != nil {
			return shape{}, err
		}
		total.add(size)
	}
	switch {
	case total.selections > MaxSelections:
		return shape{}, tooMany("selections in one set", MaxSelections)
	case total.depth > MaxDepth:
		return shape{}, tooMany("levels", MaxDepth)
	case total.fields > MaxFields:
		return shape{}, tooMany("fields", MaxFields)
	case total.aliases > MaxAliases:
		return shape{}, tooMany("aliases", MaxAliases)
	}
	return total, nil
}

func (s *surveyor) selection(selection ast.Selection) (shape, *gqlerror.Error) {
	switch x := selection.(type) {
	case *ast.Field:
		if err := s.directivesOf(x.Directives); err != nil {
			return shape{}, err
		}
		if err := s.argumentsOf(x.Arguments); err != nil {
			return shape{}, err
		}
		inner, err := s.set(x.SelectionSet)
		size := shape{selections: 1, fields: inner.fields + 1, aliases: inner.aliases, depth: inner.depth + 1}
		if x.Alias != x.Name {
			size.aliases++
		}
		return size, err
	case *ast.InlineFragment:
		if err := s.directivesOf(x.Directives); err != nil {
			return shape{}, err
		}
		return s.set(x.SelectionSet)
	case *ast.FragmentSpread:
		if err := s.directivesOf(x.Directives); err != nil {
			return shape{}, err
		}
		return s.fragment(x.Name)
	}
	return shape{}, nil
}

// fragment measures a fragment. One that is not there is left to the validator.
func (s *surveyor) fragment(name string) (shape, *gqlerror.Error) {
	if size, ok := s.shapes[name]; ok {
		return size, nil
	}
	f := s.fragments[name]
	if f == nil {
		return shape{}, nil
	}
	if s.open[name] {
		return shape{}, refuse(errcode.ValidationFailed, nil, "fragment %q spreads itself", name)
	}
	s.open[name] = true
	size, err := s.set(f.SelectionSet)
	delete(s.open, name)
	s.shapes[name] = size
	return size, err
}

func (s *surveyor) directivesOf(list ast.DirectiveList) *gqlerror.Error {
	if s.directives += len(list); s.directives > MaxDirectives {
		return tooMany("directives", MaxDirectives)
	}
	for _, d := range list {
		if err := s.argumentsOf(d.Arguments); err != nil {
			return err
		}
	}
	return nil
}

func (s *surveyor) argumentsOf(list ast.ArgumentList) *gqlerror.Error {
	for _, a := range list {
		if err := s.values.literal(a.Value, ast.Path{ast.PathName(a.Name)}, 1); err != nil {
			return err
		}
	}
	return nil
}
