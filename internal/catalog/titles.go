// Package catalog lists what can be watched and who made it.
package catalog

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/predicate"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/database"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// Filter chooses titles: all given conditions hold.
type Filter struct {
	Kind         *title.Kind
	Genres       []globalid.Genre // in at least one of them
	AllGenres    []globalid.Genre // in each of them
	YearFrom     *int
	YearTo       *int
	MaturityMax  *int // minimum age in years
	DurationFrom *int // of movies, in seconds: series have none
	DurationTo   *int
	Person       globalid.Person // in the credits; 0 is anybody
	Language     string          // of the original, with its regions; "" is any
	Watched      Watched         // by Profile; "" is anyhow
	Profile      globalid.Profile
}

// Watched is how far a profile is with a title.
type Watched string

// How far a profile can be. A series is finished when all of its episodes are
// that are no specials.
const (
	Unwatched Watched = "UNWATCHED"
	Started   Watched = "STARTED"
	Finished  Watched = "FINISHED"
)

// few tells whether an index finds all titles of the filter, few among many:
// those of a person, or those that a profile watched.
func (f Filter) few() bool { return f.Person != 0 || f.Watched == Started || f.Watched == Finished }

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
	ByRating     = title.FieldScore
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
// are checked on the way. Of a filter that few titles pass, those titles by
// their ids, and sorted: along the order all others would be read between them.
func Titles(db *ent.Client, f Filter, o Order, after *Position, n int) *ent.TitleQuery {
	return db.Title.Query().Where(f.predicates()...).Where(func(s *sql.Selector) {
		column, id := s.C(o.Column), s.C(title.FieldID)
		switch sqlite := s.Dialect() == dialect.SQLite; {
		case sqlite && f.few():
			column, id = "+"+column, "+"+id // which no index has
			fallthrough
		case !sqlite:
			if after != nil {
				s.Where(sql.P(func(b *sql.Builder) {
					b.WriteString("(" + column + ", " + id + ") " + o.behind() + " (").Arg(after.Value).WriteString(", ").Arg(after.ID).WriteString(")")
				}))
			}
		case after != nil:
			s.Where(sql.P(func(b *sql.Builder) {
				b.WriteString(id).WriteString(" IN (")
				writeNext(b, s, f, o, after, n)
				b.WriteString(")")
			}))
		}
		o.sort(s, column, id)
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
	direction := " DESC"
	if o.Asc {
		direction = " ASC"
	}
	for _, c := range columns {
		s.OrderExpr(sql.Raw(c + direction))
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
	where := func(write func(*sql.Builder, *sql.Selector)) {
		p = append(p, func(s *sql.Selector) { s.Where(sql.P(func(b *sql.Builder) { write(b, s) })) })
	}
	if len(f.Genres) > 0 {
		where(func(b *sql.Builder, s *sql.Selector) {
			b.WriteString("EXISTS (SELECT 1 FROM title_genres g WHERE g.title_id = " + s.C(title.FieldID) + " AND ")
			database.WriteIn(b, "g.genre_id", f.Genres)
			b.WriteString(")")
		})
	}
	if len(f.AllGenres) > 0 {
		all := slices.Compact(slices.Sorted(slices.Values(f.AllGenres)))
		where(func(b *sql.Builder, s *sql.Selector) {
			b.WriteString("(SELECT COUNT(*) FROM title_genres g WHERE g.title_id = " + s.C(title.FieldID) + " AND ")
			database.WriteIn(b, "g.genre_id", all)
			database.Write(b, ") = ?", len(all))
		})
	}
	if f.DurationFrom != nil || f.DurationTo != nil {
		where(func(b *sql.Builder, s *sql.Selector) {
			database.Write(b, "EXISTS (SELECT 1 FROM movies m WHERE m.id = "+s.C(title.FieldID)+" AND m.runtime_seconds BETWEEN ? AND ?)",
				valueOr(f.DurationFrom, 0), valueOr(f.DurationTo, math.MaxInt32))
		})
	}
	if f.Person != 0 {
		where(func(b *sql.Builder, s *sql.Selector) {
			writeAmong(b, s, "SELECT c.title_id FROM credits c WHERE c.person_id = ?", f.Person)
		})
	}
	if f.Language != "" {
		where(func(b *sql.Builder, s *sql.Selector) {
			tag, column := strings.ToLower(f.Language), "LOWER("+s.C(title.FieldLanguage)+")"
			database.Write(b, "("+column+" = ? OR SUBSTR("+column+", 1, ?) = ?)", tag, len(tag)+1, tag+"-")
		})
	}
	if f.Watched != "" {
		where(func(b *sql.Builder, s *sql.Selector) { f.writeWatched(b, s) })
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

// writeWatched writes the condition of how far the profile is.
//
// Plan: index (profile_id, title_id, viewed_at) of views; of what is finished,
// the episodes of each title that the profile watched some of.
func (f Filter) writeWatched(b *sql.Builder, s *sql.Selector) {
	id := s.C(title.FieldID)
	if f.Watched == Unwatched {
		database.Write(b, "NOT EXISTS (SELECT 1 FROM views w WHERE w.profile_id = ? AND w.title_id = "+id+")", f.Profile)
		return
	}
	writeAmong(b, s, "SELECT w.title_id FROM views w WHERE w.profile_id = ?", f.Profile)
	left := `EXISTS (SELECT 1 FROM videos d LEFT JOIN episodes e ON e.id = d.episode_id LEFT JOIN seasons n ON n.id = e.season_id
LEFT JOIN views w ON w.profile_id = ? AND w.video_id = d.id WHERE d.title_id = ` + id + ` AND (n.number IS NULL OR n.number <> 0) AND (w.id IS NULL OR w.finished = ?))`
	if f.Watched == Finished {
		left = "NOT " + left
	}
	database.Write(b, " AND "+left, f.Profile, false)
}

// writeAmong writes that the title is one of few. PostgreSQL finds them first
// and knows that they are few; else it may look for them along the order.
func writeAmong(b *sql.Builder, s *sql.Selector, ids string, args ...any) {
	if id := s.C(title.FieldID); s.Dialect() == dialect.SQLite {
		database.Write(b, id+" IN ("+ids+")", args...)
	} else {
		database.Write(b, id+" = ANY (ARRAY("+ids+"))", args...)
	}
}

func valueOr(v *int, otherwise int) int {
	if v == nil {
		return otherwise
	}
	return *v
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
	case ByRating:
		return t.Score
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
