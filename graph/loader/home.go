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

// Rows composes the page's rows, with the titles that they show first.
func (l *Loaders) Rows(ctx context.Context) ([]*model.HomeRow, error) {
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

// Row finds the row of the active profile behind an identifier: nil when what
// it is about is not to be seen.
func (l *Loaders) Row(ctx context.Context, g globalid.Global) (*model.HomeRow, error) {
	row, err := home.ParseRow(g)
	if err != nil {
		return nil, err
	}
	if row.Kind == home.Genre {
		if genre, err := l.Genre.Of(ctx, row.Genre); err != nil || genre == nil {
			return nil, err
		}
	}
	rows, err := l.shelve(ctx, []*home.Row{row})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// shelve gives rows their headings and reasons, and loads the titles that they
// name together with those that they show first, in one statement.
func (l *Loaders) shelve(ctx context.Context, rows []*home.Row) ([]*model.HomeRow, error) {
	items, _, _ := l.home.Held(rows, itemsShown)
	var ids []globalid.Title
	for i, r := range rows {
		if r.Seed != 0 {
			ids = append(ids, r.Seed)
		}
		for _, ref := range items[i] {
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

// Items returns a page of a row's items.
func (l *Loaders) Items(ctx context.Context, row *model.HomeRow, p Page) (*model.HomeItemConnection, error) {
	if c := row.Items(p.First, p.After); c != nil {
		return c, nil
	}
	if err := l.loadItems(ctx, []*model.HomeRow{row}, p); err != nil {
		return nil, err
	}
	return row.Items(p.First, p.After), nil
}

// loadItems loads the same page of all rows: references first, then titles.
func (l *Loaders) loadItems(ctx context.Context, rows []*model.HomeRow, p Page) error {
	after := 0
	if p.After != "" {
		if err := relay.Decode(p.After, "row", &after); err != nil {
			return err
		}
		if after < 0 {
			return relay.ErrCursor
		}
	}
	shelves := make([]*home.Row, len(rows))
	for i, r := range rows {
		shelves[i] = r.Row
	}
	refs, more, err := l.home.Items(ctx, shelves, p.First, after)
	if err != nil {
		return err
	}
	var ids []globalid.Title
	for _, list := range refs {
		for _, ref := range list {
			ids = append(ids, ref.Title)
		}
	}
	titles, err := l.Title.Fill(ctx, ids)
	if err != nil {
		return err
	}
	for i, row := range rows {
		items := make([]*model.HomeItem, 0, len(refs[i]))
		ranks := make([]int, 0, len(refs[i]))
		for _, ref := range refs[i] {
			if t := titles[ref.Title]; t != nil {
				items = append(items, &model.HomeItem{Title: t, Reason: reason(row, t, ref.Rank)})
				ranks = append(ranks, ref.Rank)
			}
		}
		c := relay.Page(items, p.First, after > 0, func(i int, _ *model.HomeItem) string { return relay.Encode("row", ranks[i]) })
		c.PageInfo.HasNextPage = more[i]
		row.SetItems(p.First, p.After, c)
	}
	return nil
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

// fillRows composes the page ahead of its resolver.
func (l *Loaders) fillRows(ctx context.Context, parents []any, args map[string]any) (func(any) []any, error) {
	page, ok := argPage(args)
	if !ok {
		return nil, nil
	}
	h := parents[0].(*model.Home) // there is one home page
	c, err := l.HomeRows(ctx, h, page)
	return func(any) []any { return flatten(c) }, err
}

// HomeRows returns a page of the rows of h.
func (l *Loaders) HomeRows(ctx context.Context, h *model.Home, p Page) (*model.HomeRowConnection, error) {
	h.Lock()
	defer h.Unlock()
	if h.Rows == nil {
		rows, err := l.Rows(ctx)
		if err != nil {
			return nil, err
		}
		h.Rows = rows
	}
	after := 0
	if p.After != "" {
		if err := relay.Decode(p.After, "rows", &after); err != nil {
			return nil, err
		}
	}
	after = min(max(after, 0), len(h.Rows))
	rows := h.Rows[after:min(len(h.Rows), after+p.First+1)]
	return relay.Page(rows, p.First, p.After != "", func(i int, _ *model.HomeRow) string { return relay.Encode("rows", after+i+1) }), nil
}

func (l *Loaders) fillItems(ctx context.Context, parents []any, args map[string]any) (func(any) []any, error) {
	page, ok := argPage(args)
	if !ok {
		return nil, nil
	}
	rows := make([]*model.HomeRow, len(parents))
	for i, p := range parents {
		rows[i] = p.(*model.HomeRow)
	}
	if err := l.loadItems(ctx, rows, page); err != nil {
		return nil, err
	}
	return func(parent any) []any { return flatten(parent.(*model.HomeRow).Items(page.First, page.After)) }, nil
}

// Playable is what the play button of an item starts.
func (l *Loaders) Playable(ctx context.Context, i *model.HomeItem) (model.Playable, error) {
	if m, ok := i.Title.(*model.Movie); ok {
		return m, nil
	}
	e, err := l.NextEpisode.Of(ctx, i.Title.Row().ID)
	if e == nil {
		return nil, err
	}
	return e, err
}

func (l *Loaders) fillPlayables(ctx context.Context, parents []any, _ map[string]any) (func(any) []any, error) {
	var ids []globalid.Title
	for _, p := range parents {
		if s, ok := p.(*model.HomeItem).Title.(*model.Series); ok {
			ids = append(ids, s.ID)
		}
	}
	found, err := l.NextEpisode.Fill(ctx, ids)
	return func(parent any) []any {
		t := parent.(*model.HomeItem).Title
		if m, ok := t.(*model.Movie); ok {
			return []any{m}
		}
		return flatten(found[t.Row().ID])
	}, err
}

// The viewer's rows are read on behalf of the viewer in the answer: signing in
// makes it another than the one who asked.
func (l *Loaders) fillProfile(ctx context.Context, parents []any, _ map[string]any) (func(any) []any, error) {
	v := parents[0].(*model.Viewer)
	if v.Viewer.Profile == 0 {
		return nil, nil
	}
	_, err := l.Profile.Fill(viewer.NewContext(ctx, v.Viewer), []globalid.Profile{v.Viewer.Profile})
	return func(any) []any { return nil }, err
}

func (l *Loaders) fillUser(ctx context.Context, parents []any, _ map[string]any) (func(any) []any, error) {
	v := parents[0].(*model.Viewer)
	_, err := l.User.Fill(viewer.NewContext(ctx, v.Viewer), []globalid.User{v.Viewer.User})
	return func(any) []any { return nil }, err
}
