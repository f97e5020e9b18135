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

// TitleOrder is the catalogue's order behind the API's, most watched first
// when there is none.
func TitleOrder(ctx context.Context, o *model.TitleOrder) catalog.Order {
	if o == nil {
		return catalog.Order{Column: catalog.ByPopularity}
	}
	return titleOrder(ctx, o.Field, o.Direction)
}

func titleOrder(ctx context.Context, field model.TitleOrderField, direction model.OrderDirection) catalog.Order {
	o := catalog.Order{Column: catalog.ByPopularity, Asc: direction == model.OrderDirectionAsc}
	switch field {
	case model.TitleOrderFieldName:
		o.Column = catalog.ByName(ctx)
	case model.TitleOrderFieldYear:
		o.Column = catalog.ByYear
	case model.TitleOrderFieldAdded:
		o.Column = catalog.ByAdded
	case model.TitleOrderFieldRating:
		o.Column = catalog.ByRating
	}
	return o
}

// TitleCursor is the cursor behind a title in an order.
func TitleCursor(o catalog.Order) func(int, model.Title) string {
	name := TitleList(o).Name
	return func(_ int, t model.Title) string { return relay.Encode(name, o.SortValue(t.Row()), int64(t.Row().ID)) }
}

// TitlePosition is where a place of an order lies in the catalogue, nil for the
// beginning.
func TitlePosition(o catalog.Order, p Place) *catalog.Position {
	switch {
	case !p.Set:
		return nil
	case o.IsText():
		return o.At(p.Text, globalid.Title(p.ID))
	}
	return o.At(p.Number, globalid.Title(p.ID))
}

// genreTitlesKey reads the page and order of a selected titles field of a genre.
func genreTitlesKey(ctx context.Context, args map[string]any) (func(*model.Genre) GenreTitlesKey, bool) {
	o := catalog.Order{Column: catalog.ByPopularity}
	if order, ok := args["orderBy"].(map[string]any); ok {
		field, _ := order["field"].(string)
		direction, _ := order["direction"].(string)
		o = titleOrder(ctx, model.TitleOrderField(field), model.OrderDirection(direction))
	}
	p, ok := argPage(TitleList(o), args)
	return func(g *model.Genre) GenreTitlesKey { return GenreTitlesKey{g.ID, o, p} }, ok
}

// genreTitles reads a page of each genre's titles: one bounded sub-select per
// genre, along (genre_id, popularity, title_id) in the usual order.
func (l *Loaders) genreTitles(ctx context.Context, keys []GenreTitlesKey) (map[GenreTitlesKey]*model.TitleConnection, error) {
	out := make(map[GenreTitlesKey]*model.TitleConnection, len(keys))
	var alike []GenreTitlesKey
	genres := make(map[GenreTitlesKey][]globalid.Genre)
	for _, k := range keys {
		a := GenreTitlesKey{Order: k.Order, Page: k.Page}
		if genres[a] == nil {
			alike = append(alike, a)
		}
		genres[a] = append(genres[a], k.Genre)
	}
	for _, a := range alike {
		lists, err := members[globalid.Genre](ctx, l, func(b *sql.Builder) { writeGenreTitles(ctx, b, genres[a], a) })
		if err != nil {
			return nil, err
		}
		cursor := TitleCursor(a.Order)
		for _, g := range genres[a] {
			c := relay.Page(lists[g], a.First, a.After.Set, func(i int, m member[globalid.Genre]) string {
				if a.Order.Column == catalog.ByPopularity { // the copy that the list is ordered by
					return relay.Encode(TitleList(a.Order).Name, m.value, int64(m.title.Row().ID))
				}
				return cursor(i, m.title)
			})
			out[GenreTitlesKey{g, a.Order, a.Page}] = relay.Map(c, func(m member[globalid.Genre]) model.Title { return m.title })
		}
	}
	return out, nil
}

func writeGenreTitles(ctx context.Context, b *sql.Builder, genres []globalid.Genre, k GenreTitlesKey) {
	column, op, direction := "t."+k.Order.Column, "<", "DESC"
	if k.Order.Column == catalog.ByPopularity {
		column = "g.popularity"
	}
	if k.Order.Asc {
		op, direction = ">", "ASC"
	}
	for i, genre := range genres {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		database.Write(b, "SELECT owner, title, value, ROW_NUMBER() OVER (ORDER BY k "+direction+", title "+direction+") AS place FROM (SELECT g.genre_id AS owner, g.title_id AS title, g.popularity AS value, "+column+" AS k FROM title_genres g JOIN titles t ON t.id = g.title_id WHERE g.genre_id = ? AND ", genre)
		policy.Visible(ctx, b, "t")
		if after := TitlePosition(k.Order, k.After); after != nil {
			database.Write(b, " AND ("+column+", g.title_id) "+op+" (?, ?)", after.Value, after.ID)
		}
		database.Write(b, " ORDER BY "+column+" "+direction+", g.title_id "+direction+" LIMIT ?) r", k.First+1)
	}
}
