package loader

import "github.com/vektah/gqlparser/v2/ast"

// Plan is what the walk over selections knows of a schema.
type Plan struct {
	kinds map[string][]string // per type: its name, its interfaces and its unions
	own   map[string]edgeSet  // per "Type.field": its edge
	leads map[string]edgeSet  // the same, for fields of interfaces too
}

// edgeSet is a set of edges.
type edgeSet uint64

// NewPlan prepares for a schema.
func NewPlan(s *ast.Schema) *Plan {
	p := &Plan{kinds: make(map[string][]string), own: make(map[string]edgeSet), leads: make(map[string]edgeSet)}
	for name, def := range s.Types {
		p.kinds[name] = append([]string{name}, def.Interfaces...)
	}
	for name, def := range s.Types {
		for _, member := range def.Types { // of a union
			p.kinds[member] = append(p.kinds[member], name)
		}
	}
	numbers := make(map[source]edgeSet)
	steps := New(nil, nil, p).steps
	for name, def := range s.Types {
		for _, f := range def.Fields {
			step, ok := steps[name+"."+f.Name]
			if !ok {
				continue
			}
			if numbers[step.edge] == 0 {
				numbers[step.edge] = 1 << len(numbers)
			}
			own := numbers[step.edge]
			p.own[name+"."+f.Name] = own
			for _, kind := range p.kinds[name] {
				p.leads[kind+"."+f.Name] |= own
			}
		}
	}
	return p
}

// below returns the edges that a selection can lead to.
func (p *Plan) below(doc *ast.QueryDocument, selections ast.SelectionSet) (set edgeSet) {
	for _, s := range selections {
		switch s := s.(type) {
		case *ast.Field:
			set |= p.leads[s.ObjectDefinition.Name+"."+s.Name] | p.below(doc, s.SelectionSet)
		case *ast.InlineFragment:
			set |= p.below(doc, s.SelectionSet)
		case *ast.FragmentSpread:
			set |= p.below(doc, doc.Fragments.ForName(s.Name).SelectionSet)
		}
	}
	return set
}
