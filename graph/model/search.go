package model

import (
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"streamex/graph/relay"
	"streamex/internal/search"
)

// SearchHit is what a search finds.
type SearchHit interface{ Node }

// SearchEdge is a hit of a page.
type SearchEdge = relay.Edge[SearchHit]

// SearchConnection is a page of hits with what all hits are.
type SearchConnection struct {
	*relay.Connection[SearchHit]
	Facets *SearchFacets // nil when they were not asked for
}

// Held returns the objects behind a field.
func (c *SearchConnection) Held(field string) []any {
	if field == "facets" && c.Facets != nil {
		return []any{c.Facets}
	}
	return c.Connection.Held(field)
}

// SearchFacets counts hits by what they are.
type SearchFacets struct {
	Kinds   []*SearchKindFacet
	Genres  []*SearchGenreFacet
	Decades []*SearchDecadeFacet
}

// Held returns the objects behind a field.
func (f *SearchFacets) Held(field string) []any {
	switch field {
	case "kinds":
		return objects(f.Kinds)
	case "genres":
		return objects(f.Genres)
	case "decades":
		return objects(f.Decades)
	}
	return nil
}

func objects[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// SearchGenreFacet is how many hits are of a genre.
type SearchGenreFacet struct {
	Genre *Genre
	Count int
}

// Held returns the objects behind a field.
func (f *SearchGenreFacet) Held(field string) []any {
	if field == "genre" {
		return []any{f.Genre}
	}
	return nil
}

var searchKinds = []string{search.Movie: "MOVIE", search.Series: "SERIES", search.Person: "PERSON", search.Character: "CHARACTER", search.Episode: "EPISODE"}

// MarshalSearchKind writes a kind of hits.
func MarshalSearchKind(k search.Kind) graphql.Marshaler { return quoted(searchKinds[k]) }

// UnmarshalSearchKind reads a kind of hits.
func UnmarshalSearchKind(v any) (search.Kind, error) {
	i := slices.Index(searchKinds, fmt.Sprint(v))
	if i < 0 {
		return 0, fmt.Errorf("%v is no SearchKind", v)
	}
	return search.Kind(i), nil
}
