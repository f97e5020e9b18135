package loader

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/catalog"
	"streamex/internal/database"
	"streamex/internal/policy"
)

// TitleOrder is the catalogue's order behind the API's.
func TitleOrder(ctx context.Context, field model.TitleOrderField, asc bool) catalog.Order {
	switch field {
	case model.TitleOrderFieldName:
		return catalog.Order{Column: catalog.ByName(ctx), Asc: asc}
	case model.TitleOrderFieldYear:
		return catalog.Order{Column: catalog.ByYear, Asc: asc}
	case model.TitleOrderFieldAdded:
		return catalog.Order{Column: catalog.ByAdded, Asc: asc}
	}
	return catalog.Order{Column: catalog.ByPopularity, Asc: asc}
}

// TitleCursor is the cursor behind a title in an order.
func TitleCursor(o catalog.Order) func(int, model.Title) string {
	return func(_ int, t model.Title) string {
		return relay.Encode("titles:"+o.Column, o.SortValue(t.Row()), int64(t.Row().ID))
	}
}

// TitlePosition is where a cursor of an order points, nil for none.
func TitlePosition(o catalog.Order, after string) (*catalog.Position, error) {
	if after == "" {
		return nil, nil
	}
	var id int64
	if o.IsText() {
		var key string
		err := relay.Decode(after, "titles:"+o.Column, &key, &id)
		return o.At(key, globalid.Title(id)), err
	}
	var n int64
	err := relay.Decode(after, "titles:"+o.Column, &n, &id)
	return o.At(n, globalid.Title(id)), err
}

// genreTitles reads a page of each genre's titles: one bounded sub-select per
// genre, along (genre_id, popularity, title_id) in the usual order.
func (l *Loaders) genreTitles(ctx context.Context, keys []GenreTitlesKey) (map[GenreTitlesKey]*model.TitleConnection, error) {
	out := make(map[GenreTitlesKey]*model.TitleConnection, len(keys))
	var order []GenreTitlesKey
	genres := make(map[GenreTitlesKey][]globalid.Genre)
	for _, k := range keys {
		alike := k
		alike.Genre = 0
		if genres[alike] == nil {
			order = append(order, alike)
		}
		genres[alike] = append(genres[alike], k.Genre)
	}
	for _, alike := range order {
		o := TitleOrder(ctx, model.TitleOrderField(alike.Field), alike.Asc)
		after, err := TitlePosition(o, alike.After)
		if err != nil {
			return nil, err
		}
		members, err := l.members(ctx, genres[alike], o, after, alike.First+1)
		if err != nil {
			return nil, err
		}
		var ids []globalid.Title
		for _, list := range members {
			ids = append(ids, list...)
		}
		titles, err := l.Title.Fill(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, g := range genres[alike] {
			k := alike
			k.Genre = g
			page := make([]model.Title, 0, len(members[g]))
			for _, id := range members[g] {
				if t := titles[id]; t != nil {
					page = append(page, t)
				}
			}
			out[k] = relay.Page(page, alike.First, after != nil, TitleCursor(o))
		}
	}
	return out, nil
}

func (l *Loaders) members(ctx context.Context, genres []globalid.Genre, o catalog.Order, after *catalog.Position, n int) (map[globalid.Genre][]globalid.Title, error) {
	column, op, direction := "t."+o.Column, "<", "DESC"
	if o.Column == catalog.ByPopularity {
		column = "g.popularity"
	}
	if o.Asc {
		op, direction = ">", "ASC"
	}
	b := &sql.Builder{}
	b.SetDialect(l.home.Dialect)
	for i, genre := range genres {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		database.Write(b, "SELECT r.genre, r.title, ROW_NUMBER() OVER (ORDER BY r.k "+direction+", r.title "+direction+") AS place FROM (SELECT g.genre_id AS genre, g.title_id AS title, "+column+" AS k FROM title_genres g JOIN titles t ON t.id = g.title_id WHERE g.genre_id = ? AND ", genre)
		policy.Visible(ctx, b, "t")
		if after != nil {
			database.Write(b, " AND ("+column+", g.title_id) "+op+" (?, ?)", after.Value, after.ID)
		}
		database.Write(b, " ORDER BY "+column+" "+direction+", g.title_id "+direction+" LIMIT ?) r", n)
	}
	query, args := b.Query()
	rows, err := l.db.QueryContext(ctx, query+" ORDER BY 1, 3", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make(map[globalid.Genre][]globalid.Title)
	for rows.Next() {
		var g, t, place int64
		if err := rows.Scan(&g, &t, &place); err != nil {
			return nil, err
		}
		out[globalid.Genre(g)] = append(out[globalid.Genre(g)], globalid.Title(t))
	}
	return out, rows.Err()
}
