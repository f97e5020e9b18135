package loader

import (
	"context"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/internal/policy"
	"streamex/internal/search"
)

// Hits reads what hits stand for: one statement for titles and one for episodes,
// where there are any. People and characters came with the hits. What was
// deleted meanwhile is left out, of the places too.
func (l *Loaders) Hits(ctx context.Context, found []search.Hit) ([]model.SearchHit, []search.Place, error) {
	var titles []globalid.Title
	var episodes []globalid.Episode
	for _, h := range found {
		switch h.Kind() {
		case search.Movie, search.Series:
			titles = append(titles, globalid.Title(h.Row()))
		case search.Episode:
			episodes = append(episodes, globalid.Episode(h.Row()))
		}
	}
	ctx = policy.Within(ctx)
	title, err := l.Title.Fill(ctx, titles)
	if err != nil {
		return nil, nil, err
	}
	episode, err := l.Episode.Fill(ctx, episodes)
	if err != nil {
		return nil, nil, err
	}
	hits, places := make([]model.SearchHit, 0, len(found)), make([]search.Place, 0, len(found))
	for _, h := range found {
		var hit model.SearchHit
		switch h.Kind() {
		case search.Movie, search.Series:
			if t := title[globalid.Title(h.Row())]; t != nil {
				hit = t
			}
		case search.Episode:
			if e := episode[globalid.Episode(h.Row())]; e != nil {
				hit = e
			}
		case search.Person:
			p := &ent.Person{ID: globalid.Person(h.Row()), Name: h.Name}
			l.Person.Prime(p.ID, p)
			hit = p
		case search.Character:
			c := &ent.Character{ID: globalid.Character(h.Row()), TitleID: h.Title(), Name: h.Name}
			l.Character.Prime(c.ID, c)
			hit = c
		}
		if hit != nil {
			hits, places = append(hits, hit), append(places, h.Place)
		}
	}
	return hits, places, nil
}

// Facets are those of an answer, in the viewer's language.
func (l *Loaders) Facets(ctx context.Context, found *search.Answer) *model.SearchFacets {
	f := &model.SearchFacets{Kinds: []*model.SearchKindFacet{}, Genres: []*model.SearchGenreFacet{}, Decades: []*model.SearchDecadeFacet{}}
	for _, k := range found.Kinds {
		f.Kinds = append(f.Kinds, &model.SearchKindFacet{Kind: k.Value, Count: k.Count})
	}
	for _, g := range found.Genres {
		l.Genre.Prime(g.Value.ID, named(ctx, g.Value))
		f.Genres = append(f.Genres, &model.SearchGenreFacet{Genre: l.Genre.value(g.Value.ID), Count: g.Count})
	}
	for _, d := range found.Decades {
		f.Decades = append(f.Decades, &model.SearchDecadeFacet{Decade: d.Value, Count: d.Count})
	}
	return f
}
