package graph

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/search"
)

// maxSuggestions is the most that is suggested.
const maxSuggestions = 20

func (r *Resolver) search(ctx context.Context, p loader.Page, text string, filter *model.SearchFilter) (*model.SearchConnection, error) {
	if err := searchable(text); err != nil {
		return nil, err
	}
	q := search.Query{Text: text, First: p.First, Count: selects(ctx, "facets")}
	if p.After.Set {
		q.After = &search.Place{Rank: p.After.Rank, Popularity: p.After.Number, ID: p.After.ID}
	}
	if filter != nil {
		genres, err := genreIDs("filter.genres", filter.Genres)
		if err != nil {
			return nil, err
		}
		q.Kinds, q.Genres, q.Decade = filter.Kinds, genres, filter.Decade
		if d := filter.Decade; d != nil && (*d < 1000 || *d > 9999) {
			return nil, &loader.InputError{Argument: "filter.decade", Reason: "must be a year"}
		}
	}
	found, err := search.Find(ctx, r.db, q)
	if err != nil {
		return nil, err
	}
	hits, places, err := loader.From(ctx).Hits(ctx, found.Hits)
	if err != nil {
		return nil, err
	}
	c := &model.SearchConnection{Connection: relay.Page(hits, p.First, p.After.Set, func(i int, _ model.SearchHit) string {
		return relay.Encode(loader.SearchList.Name, places[i].Rank, places[i].Popularity, places[i].ID)
	})}
	c.PageInfo.HasNextPage = found.More
	if q.Count {
		c.Facets = loader.From(ctx).Facets(ctx, found)
	}
	return c, nil
}

func (r *Resolver) suggest(ctx context.Context, text string, first *int) ([]model.SearchHit, error) {
	if err := searchable(text); err != nil {
		return nil, err
	}
	n := 8
	if first != nil {
		n = *first
	}
	if n < 1 || n > maxSuggestions {
		return nil, &loader.InputError{Argument: "first", Reason: fmt.Sprintf("must be between 1 and %d", maxSuggestions)}
	}
	found, err := search.Find(ctx, r.db, search.Query{Text: text, First: n, Names: true})
	if err != nil {
		return nil, err
	}
	hits, _, err := loader.From(ctx).Hits(ctx, found.Hits)
	return hits, err
}

// searchable refuses texts that are too long to look for.
func searchable(text string) error {
	if utf8.RuneCountInString(text) > search.MaxText {
		return &loader.InputError{Argument: "text", Reason: fmt.Sprintf("must be at most %d characters", search.MaxText)}
	}
	return nil
}

// selects tells whether a field is selected of what the resolver of ctx returns.
func selects(ctx context.Context, field string) bool {
	for _, f := range graphql.CollectFieldsCtx(ctx, nil) {
		if f.Name == field {
			return true
		}
	}
	return false
}
