// Package catalog lists what can be watched and who made it.
package catalog

import (
	"context"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/predicate"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/internal/database"
	"streamex/internal/policy"
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
// beginning, of those that the viewer may see. It reads about n rows, however far
// the position is.
//
// Plan: the index of the order, from the position on; conditions of the filter
// are checked on the way.
func Titles(db *ent.Client, f Filter, o Order, after *Position, n int) *ent.TitleQuery {
	return db.Title.Query().Where(f.predicates()...).Where(func(s *sql.Selector) {
		if after != nil && s.Dialect() == dialect.SQLite {
			s.Where(sql.P(func(b *sql.Builder) {
				b.WriteString(s.C(title.FieldID)).WriteString(" IN (")
				writeNext(b, s, f, o, after, n)
				b.WriteString(")")
			}))
		} else if after != nil {
			s.Where(sql.P(func(b *sql.Builder) {
				b.WriteString("(").WriteString(s.C(o.Column)).WriteString(", ").WriteString(s.C(title.FieldID)).WriteString(") " + o.behind() + " (").
					Arg(after.Value).WriteString(", ").Arg(after.ID).WriteString(")")
			}))
		}
		o.sort(s, s.C(o.Column), s.C(title.FieldID))
		s.Limit(n)
	})
}

// behind is how what follows compares.
func (o Order) behind() string {
	if o.Asc {
		return ">"
	}
	return "<"
}

func (o Order) sort(s *sql.Selector, columns ...string) {
	for _, c := range columns {
		if o.Asc {
			s.OrderBy(sql.Asc(c))
		} else {
			s.OrderBy(sql.Desc(c))
		}
	}
}

// writeNext writes a select of the ids of the next n titles for SQLite. It does
// not see that an index on (column, id) has the order of (column, id), because
// its id is the row's address, and would read all equals of the position. So
// those come first, and then the rest.
func writeNext(b *sql.Builder, s *sql.Selector, f Filter, o Order, after *Position, n int) {
	part := func(where string, args ...any) *sql.Selector {
		t := sql.Table(title.Table).As("t")
		p := sql.Dialect(s.Dialect()).Select(t.C(title.FieldID)).From(t)
		for _, condition := range f.predicates() {
			condition(p)
		}
		p.Where(sql.P(func(b *sql.Builder) {
			database.Write(b, where, args...)
			b.WriteString(" AND ")
			policy.Visible(s.Context(), b, "t")
		}))
		o.sort(p, t.C(o.Column), t.C(title.FieldID))
		return p.Limit(n)
	}
	b.WriteString("SELECT id FROM (").Join(part("t."+o.Column+" = ? AND t.id "+o.behind()+" ?", after.Value, after.ID)).
		WriteString(") UNION ALL SELECT id FROM (").Join(part("t."+o.Column+" "+o.behind()+" ?", after.Value)).WriteString(")")
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
