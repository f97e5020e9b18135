// Package catalog lists what can be watched and who made it.
package catalog

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/predicate"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/internal/database"
	"streamex/internal/viewer"
)

// Filter chooses titles: all given conditions hold.
type Filter struct {
	Kind        *title.Kind
	Genres      []globalid.Genre // in at least one of them
	YearFrom    *int
	YearTo      *int
	MaturityMax *int // minimum age in years
}

// Order is how titles are ordered: by a column, with the id among equals.
type Order struct {
	Column string
	Asc    bool
}

// Columns to order by. Each has an index that ends in the id.
const (
	ByPopularity = title.FieldPopularity
	ByYear       = title.FieldYear
	ByAdded      = title.FieldAddedAt
)

// ByName is the column that orders names in the viewer's language.
func ByName(ctx context.Context) string {
	if viewer.From(ctx).Language == "es" {
		return title.FieldSortKeyEs
	}
	return title.FieldSortKey
}

// Position is where a page begins: behind the title with this sort value.
type Position struct {
	Value any // of the order's column
	ID    globalid.Title
}

// Titles is a query for the first n titles behind a position, nil for the
// beginning. It reads about n rows, however far the position is.
//
// Plan: the index of the order, from the position on; conditions of the filter
// are checked on the way.
func Titles(db *ent.Client, f Filter, o Order, after *Position, n int) *ent.TitleQuery {
	return db.Title.Query().Where(f.predicates()...).Where(func(s *sql.Selector) {
		column, id := s.C(o.Column), s.C(title.FieldID)
		if after != nil {
			s.Where(sql.P(func(b *sql.Builder) {
				op := " < ("
				if o.Asc {
					op = " > ("
				}
				// A row value is one range of the index on both databases.
				b.WriteString("(").WriteString(column).WriteString(", ").WriteString(id).WriteString(")").WriteString(op).
					Arg(after.Value).WriteString(", ").Arg(after.ID).WriteString(")")
			}))
		}
		if o.Asc {
			s.OrderBy(sql.Asc(column), sql.Asc(id))
		} else {
			s.OrderBy(sql.Desc(column), sql.Desc(id))
		}
		s.Limit(n)
	})
}

func (f Filter) predicates() []predicate.Title {
	var p []predicate.Title
	if f.Kind != nil {
		p = append(p, title.KindEQ(*f.Kind))
	}
	if len(f.Genres) > 0 {
		p = append(p, func(s *sql.Selector) {
			s.Where(sql.P(func(b *sql.Builder) {
				b.WriteString("EXISTS (SELECT 1 FROM ").WriteString(titlegenre.Table).WriteString(" g WHERE g.title_id = ").WriteString(s.C(title.FieldID)).WriteString(" AND ")
				database.WriteIn(b, "g.genre_id", f.Genres)
				b.WriteString(")")
			}))
		})
	}
	if f.YearFrom != nil {
		p = append(p, title.YearGTE(*f.YearFrom), title.YearNEQ(0))
	}
	if f.YearTo != nil {
		p = append(p, title.YearLTE(*f.YearTo), title.YearNEQ(0))
	}
	if f.MaturityMax != nil {
		p = append(p, title.MaturityLTE(*f.MaturityMax))
	}
	return p
}

// SortValue is the value of the order's column in a row, as a text or an integer.
func (o Order) SortValue(t *ent.Title) any {
	switch o.Column {
	case title.FieldSortKey:
		return t.SortKey
	case title.FieldSortKeyEs:
		return t.SortKeyEs
	case ByYear:
		return t.Year
	case ByAdded:
		return t.AddedAt.UnixMicro()
	}
	return t.Popularity
}

// IsText tells whether the sort values are texts.
func (o Order) IsText() bool {
	return o.Column == title.FieldSortKey || o.Column == title.FieldSortKeyEs
}

// At makes a position of a sort value.
func (o Order) At(value any, id globalid.Title) *Position {
	if micro, ok := value.(int64); ok && o.Column == ByAdded {
		value = time.UnixMicro(micro).UTC()
	}
	return &Position{value, id}
}
