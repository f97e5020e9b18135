package loader

import (
	"context"

	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/home"
	"streamex/internal/viewer"
)

// itemsShown is how many titles of a row are loaded with the page.
const itemsShown = 20

// rows composes the page's rows, with the titles that they show first.
func (l *Loaders) rows(ctx context.Context) ([]*model.HomeRow, error) {
	genres, err := l.Genres(ctx)
	if err != nil {
		return nil, err
	}
	shelves := make([]home.Shelf, len(genres))
	for i, g := range genres {
		shelves[i] = home.Shelf{ID: g.ID, Slug: g.Slug}
	}
	rows, err := l.home.Rows(ctx, shelves)
	if err != nil {
		return nil, err
	}
	return l.shelve(ctx, rows)
}

// Rows finds the rows of the active profile behind identifiers; those whose
// subject is not to be seen are missing. All together cost one statement for
// genres and one for titles, if that.
func (l *Loaders) Rows(ctx context.Context, ids []globalid.Global) (map[globalid.Global]*model.HomeRow, error) {
	var rows []*home.Row
	var genres []globalid.Genre
	for _, id := range ids {
		row, err := home.ParseRow(id)
		if err != nil {
			continue // such a row never was
		}
		rows = append(rows, row)
		if row.Kind == home.Genre {
			genres = append(genres, row.Genre)
		}
	}
	if _, err := l.Genre.Fill(ctx, genres); err != nil {
		return nil, err
	}
	shelved, err := l.shelve(ctx, rows)
	return byKey(shelved, func(r *model.HomeRow) globalid.Global { return r.ID }), err
}

// shelve gives rows their headings and reasons, and loads the titles that they
// name together with those that they show first, in one statement.
func (l *Loaders) shelve(ctx context.Context, rows []*home.Row) ([]*model.HomeRow, error) {
	var ids []globalid.Title
	for _, r := range rows {
		if r.Seed != 0 {
			ids = append(ids, r.Seed)
		}
		for _, ref := range r.Held(itemsShown) {
			ids = append(ids, ref.Title)
		}
	}
	titles, err := l.Title.Fill(ctx, ids)
	if err != nil {
		return nil, err
	}
	language := viewer.From(ctx).Language
	out := make([]*model.HomeRow, 0, len(rows))
	for _, r := range rows {
		row := &model.HomeRow{ID: r.ID(), Kind: model.HomeRowKind(r.Kind), Row: r}
		about := ""
		switch r.Kind {
		case home.Genre:
			g, err := l.Genre.Of(ctx, r.Genre)
			if err != nil {
				return nil, err
			}
			if g == nil {
				continue
			}
			about, row.Reason = g.Name, &model.PopularInGenre{Genre: g}
		case home.BecauseYouWatched:
			seed := titles[r.Seed]
			if seed == nil {
				continue
			}
			about, row.Reason = seed.Row().Name, &model.BecauseYouWatched{Title: seed}
		}
		row.Heading = r.Heading(language, about)
		out = append(out, row)
	}
	return out, nil
}

// homeRows returns pages of the rows of home pages: there is one in an
// operation.
func (l *Loaders) homeRows(ctx context.Context, keys []Paged[*model.Home]) (map[Paged[*model.Home]]*model.HomeRowConnection, error) {
	return each(keys, func(k Paged[*model.Home]) (*model.HomeRowConnection, error) {
		h := k.Of
		if h.Rows == nil {
			rows, err := l.rows(ctx)
			if err != nil {
				return nil, err
			}
			h.Rows = rows
		}
		after := int(min(k.After.Number, int64(len(h.Rows))))
		rows := h.Rows[after:min(len(h.Rows), after+k.First+1)]
		return relay.Page(rows, k.First, k.After.Set, func(i int, _ *model.HomeRow) string { return relay.Encode(RowList.Name, after+i+1) }), nil
	})
}

// rowItems returns pages of rows' items: references first, then titles, for all
// rows at once.
func (l *Loaders) rowItems(ctx context.Context, keys []Paged[*model.HomeRow]) (map[Paged[*model.HomeRow]]*model.HomeItemConnection, error) {
	var order []Page
	rows := make(map[Page][]*model.HomeRow)
	for _, k := range keys {
		if rows[k.Page] == nil {
			order = append(order, k.Page)
		}
		rows[k.Page] = append(rows[k.Page], k.Of)
	}
	out := make(map[Paged[*model.HomeRow]]*model.HomeItemConnection, len(keys))
	for _, p := range order {
		shelves := make([]*home.Row, len(rows[p]))
		for i, r := range rows[p] {
			shelves[i] = r.Row
		}
		lists, err := l.home.Items(ctx, shelves, p.First, p.After.Number)
		if err != nil {
			return nil, err
		}
		var ids []globalid.Title
		for _, list := range lists {
			for _, ref := range list.Refs {
				ids = append(ids, ref.Title)
			}
		}
		titles, err := l.Title.Fill(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, r := range rows[p] {
			out[Paged[*model.HomeRow]{r, p}] = items(r, lists[i], titles, p)
		}
	}
	return out, nil
}

func items(row *model.HomeRow, list home.List, titles map[globalid.Title]model.Title, p Page) *model.HomeItemConnection {
	shown := make([]model.HomeItem, 0, len(list.Refs))
	nodes := make([]*model.HomeItem, 0, len(list.Refs))
	ranks := make([]int, 0, len(list.Refs))
	for _, ref := range list.Refs {
		if t := titles[ref.Title]; t != nil {
			shown = append(shown, model.HomeItem{Title: t, Reason: reason(row, t, ref.Rank)})
			nodes, ranks = append(nodes, &shown[len(shown)-1]), append(ranks, ref.Rank)
		}
	}
	c := relay.Page(nodes, p.First, p.After.Set, func(i int, _ *model.HomeItem) string { return relay.Encode(ItemList.Name, ranks[i]) })
	c.PageInfo.HasNextPage = list.More
	return c
}

// playables leads to what the play button of an item starts.
func (l *Loaders) playables() step {
	title := func(i *model.HomeItem) globalid.Title { return i.Title.Row().ID }
	s := at(l.State, title, func(s State) any { return s.Next })
	return step{s.edge, func(ctx context.Context, parents []any, args map[string]any) (any, func(any) []any) {
		keys, next := s.ask(ctx, parents, args)
		return keys, func(parent any) []any {
			if m, ok := parent.(*model.HomeItem).Title.(*model.Movie); ok {
				return []any{m}
			}
			return next(parent)
		}
	}}
}

// Playable is what the play button of an item starts.
func (l *Loaders) Playable(ctx context.Context, i *model.HomeItem) (model.Playable, error) {
	if m, ok := i.Title.(*model.Movie); ok {
		return m, nil
	}
	s, err := l.State.Of(ctx, i.Title.Row().ID)
	if s.Next == nil {
		return nil, err
	}
	return s.Next, err
}

// reason says why a title stands on a shelf, where the shelf tells.
func reason(row *model.HomeRow, t model.Title, rank int) model.Reason {
	switch row.Row.Kind {
	case home.Trending:
		return &model.TrendingNow{Rank: rank}
	case home.NextUp:
		return &model.NewEpisode{Series: t}
	case home.MyList:
		return &model.OnYourList{Title: t}
	case home.Genre, home.BecauseYouWatched:
		return row.Reason
	}
	return nil
}
