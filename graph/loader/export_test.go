package loader

import (
	"maps"
	"slices"
)

// Steps are the fields that have an edge, as "Type.field".
func Steps() []string { return slices.Sorted(maps.Keys(New(nil, nil, nil).steps)) }

// Numbered are the fields of the plan's schema that have an edge, and how many
// edges there are.
func (p *Plan) Numbered() (fields []string, count int) {
	seen := make(map[edgeSet]bool)
	for _, e := range p.own {
		seen[e] = true
	}
	return slices.Sorted(maps.Keys(p.own)), len(seen)
}
