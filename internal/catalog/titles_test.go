package catalog_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/catalog"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/viewer"
)

// fill writes n titles with many equal sort values, in 3 genres.
func fill(t *testing.T, db *database.DB, n int) []*ent.Title {
	t.Helper()
	ctx, c := t.Context(), db.Client
	for i := range 3 {
		c.Genre.Create().SetSlug(fmt.Sprintf("g%d", i)).SetNames(map[string]string{}).ExecX(ctx)
	}
	day := time.Date(2026, 1, 1, 0, 0, 0, 1000, time.UTC)
	var out []*ent.Title
	for i := range n {
		kind := title.KindMOVIE
		if i%4 == 0 {
			kind = title.KindSERIES
		}
		row := c.Title.Create().SetKind(kind).SetSlug(fmt.Sprintf("t%d", i)).SetName("n").SetSortKey(fmt.Sprintf("k%d", i*7%5)).SetSortKeyEs(fmt.Sprintf("c%d", i*3%7)).
			SetYear([]int{0, 1920, 1925, 1925, 1930}[i%5]).SetMaturity([]int{0, 7, 12, 18}[i*5%4]).SetPopularity(int64(i * 11 % 6)).
			SetAddedAt(day.Add(time.Duration(i*13%8) * time.Microsecond)).SaveX(ctx)
		c.TitleGenre.Create().SetTitleID(row.ID).SetGenreID(globalid.Genre(1 + i%3)).ExecX(ctx)
		if i%2 == 0 {
			c.TitleGenre.Create().SetTitleID(row.ID).SetGenreID(globalid.Genre(1 + (i+1)%3)).ExecX(ctx)
		}
		out = append(out, row)
	}
	return out
}

// adult asks as somebody who may see everything.
func adult(t *testing.T) context.Context {
	return viewer.NewContext(t.Context(), viewer.Viewer{Maturity: viewer.Adult})
}

// walk reads all pages of n.
func walk(t *testing.T, db *database.DB, f catalog.Filter, o catalog.Order, n int) (ids []globalid.Title) {
	t.Helper()
	var after *catalog.Position
	for range 1000 {
		page := catalog.Titles(db.Client, f, o, after, n).AllX(adult(t))
		require.LessOrEqual(t, len(page), n)
		for _, row := range page {
			ids = append(ids, row.ID)
		}
		if len(page) < n {
			return ids
		}
		last := page[len(page)-1]
		value := o.SortValue(last)
		// As a cursor carries it: a text, or an integer of 64 bits.
		switch v := value.(type) {
		case int:
			value = int64(v)
		case string:
			require.True(t, o.IsText())
		}
		after = o.At(value, last.ID)
	}
	t.Fatal("the pages do not end")
	return nil
}

func TestTitlesOrders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		all := fill(t, db, 60)
		spanish := viewer.NewContext(t.Context(), viewer.Viewer{Language: "es"})
		require.NotEqual(t, catalog.ByName(spanish), catalog.ByName(t.Context()))
		for _, column := range []string{catalog.ByPopularity, catalog.ByYear, catalog.ByAdded, catalog.ByRating, catalog.ByName(t.Context()), catalog.ByName(spanish)} {
			for _, asc := range []bool{true, false} {
				o := catalog.Order{Column: column, Asc: asc}
				want := slices.SortedFunc(slices.Values(all), func(a, b *ent.Title) int {
					d := compare(o.SortValue(a), o.SortValue(b))
					if d == 0 {
						d = int(a.ID - b.ID)
					}
					if !asc {
						d = -d
					}
					return d
				})
				var ids []globalid.Title
				for _, row := range want {
					ids = append(ids, row.ID)
				}
				for _, n := range []int{1, 7, 60, 100} {
					require.Equal(t, ids, walk(t, db, catalog.Filter{}, o, n), "%s, ascending %v, by %d", column, asc, n)
				}
			}
		}
	})
}

func compare(a, b any) int {
	if s, ok := a.(string); ok {
		return strings.Compare(s, b.(string))
	}
	var x, y int64
	_, _ = fmt.Sscan(fmt.Sprint(a), &x)
	_, _ = fmt.Sscan(fmt.Sprint(b), &y)
	return int(x - y)
}

// watching is what the filters look at beside a title's own row.
type watching struct {
	*ent.Title
	genres  []globalid.Genre
	people  []globalid.Person
	seconds int // 0 for a series
	watched catalog.Watched
}

// me is the profile that asks, and two people of the credits.
const (
	me            globalid.Profile = 1
	ada, bo, none globalid.Person  = 1, 2, 99
)

// populate gives titles lengths, languages, credits and views of two profiles.
func populate(t *testing.T, db *database.DB, all []*ent.Title) (out []watching) {
	t.Helper()
	ctx, c := t.Context(), db.Client
	user := c.User.Create().SetEmail("ana@example.com").SetName("Ana").SetPasswordHash("x").SaveX(ctx)
	for _, name := range []string{"Ana", "Bo"} {
		c.Profile.Create().SetUserID(user.ID).SetName(name).ExecX(ctx)
		c.Person.Create().SetName(name).SetSortKey(name).ExecX(ctx)
	}
	genres := make(map[globalid.Title][]globalid.Genre)
	for _, g := range c.TitleGenre.Query().AllX(ctx) {
		genres[g.TitleID] = append(genres[g.TitleID], g.GenreID)
	}
	view := func(profile globalid.Profile, r *ent.Title, video globalid.Video, finished bool) {
		c.View.Create().SetProfileID(profile).SetTitleID(r.ID).SetVideoID(video).SetFinished(finished).ExecX(ctx)
	}
	for i, r := range all {
		w := watching{Title: r, genres: genres[r.ID], watched: catalog.Unwatched}
		update := r.Update().SetScore(int64(i * 7 % 5 * 300))
		if tag := []string{"", "es", "es-MX", "est", "EN", "en-US", "de"}[i%7]; tag != "" {
			update.SetLanguage(tag)
		}
		w.Title = update.SaveX(ctx)
		state := []catalog.Watched{catalog.Unwatched, catalog.Started, catalog.Finished}[i*5/2%3]
		if r.Kind == title.KindMOVIE {
			movie := c.Movie.Create().SetID(r.ID).SetTitleID(r.ID)
			if i%5 > 0 {
				w.seconds = 600 * (i % 7)
				if w.seconds > 0 {
					movie.SetRuntimeSeconds(w.seconds)
				}
			}
			movie.ExecX(ctx)
			video := c.Video.Create().SetTitleID(r.ID).SaveX(ctx)
			if state != catalog.Unwatched {
				view(me, r, video.ID, state == catalog.Finished)
				w.watched = state
			}
			view(me+1, r, video.ID, i%2 == 0) // somebody else's
		} else {
			c.Series.Create().SetID(r.ID).SetTitleID(r.ID).ExecX(ctx)
			for number := range 3 { // 0 holds the specials
				season := c.Season.Create().SetSeriesID(r.ID).SetNumber(number).SaveX(ctx)
				for e := range 2 {
					episode := c.Episode.Create().SetSeriesID(r.ID).SetSeasonID(season.ID).SetNumber(e).SetOrdinal(number*2 + e).SetName("e").SaveX(ctx)
					video := c.Video.Create().SetTitleID(r.ID).SetEpisodeID(episode.ID).SaveX(ctx)
					last := number == 2 && e == 1
					switch {
					case state == catalog.Unwatched || number == 0 && i%8 == 0:
						continue
					case state == catalog.Started && last:
						if i%8 == 0 {
							view(me, r, video.ID, false) // else it is not even begun
						}
					default:
						view(me, r, video.ID, true)
					}
					w.watched = state
					view(me+1, r, video.ID, true)
				}
			}
		}
		for _, person := range []globalid.Person{ada, bo} {
			if i%int(person*2+1) == 0 {
				for range 2 { // directs and plays
					c.Credit.Create().SetTitleID(r.ID).SetPersonID(person).SetRole("LEAD").ExecX(ctx)
				}
				w.people = append(w.people, person)
			}
		}
		out = append(out, w)
	}
	return out
}

// keeps is what a filter means, said once more.
func keeps(f catalog.Filter, w watching) bool {
	has := func(g globalid.Genre) bool { return slices.Contains(w.genres, g) }
	language := ""
	if w.Language != nil {
		language = strings.ToLower(*w.Language)
	}
	wanted, watched := strings.ToLower(f.Language), w.watched
	if f.Profile != me { // who watched nothing
		watched = catalog.Unwatched
	}
	return (f.Kind == nil || w.Kind == *f.Kind) &&
		(len(f.Genres) == 0 || slices.ContainsFunc(f.Genres, has)) &&
		!slices.ContainsFunc(f.AllGenres, func(g globalid.Genre) bool { return !has(g) }) &&
		(f.YearFrom == nil || w.Year != 0 && w.Year >= *f.YearFrom) && (f.YearTo == nil || w.Year != 0 && w.Year <= *f.YearTo) &&
		(f.MaturityMax == nil || w.Maturity <= *f.MaturityMax) &&
		(f.DurationFrom == nil || w.seconds != 0 && w.seconds >= *f.DurationFrom) && (f.DurationTo == nil || w.seconds != 0 && w.seconds <= *f.DurationTo) &&
		(f.Person == 0 || slices.Contains(w.people, f.Person)) &&
		(wanted == "" || language == wanted || strings.HasPrefix(language, wanted+"-")) &&
		(f.Watched == "" || watched == f.Watched)
}

// filters has each condition alone, some that no title passes, and many at once.
func filters() map[string]catalog.Filter {
	series := title.KindSERIES
	alone := map[string]catalog.Filter{
		"kind":     {Kind: &series},
		"from":     {YearFrom: new(1925)},
		"to":       {YearTo: new(1925)},
		"maturity": {MaturityMax: new(7)},
		"genre":    {Genres: []globalid.Genre{2}},
		"genres":   {Genres: []globalid.Genre{1, 3, 1}},
		"each":     {AllGenres: []globalid.Genre{1, 2, 1}},
		"longer":   {DurationFrom: new(1800)},
		"shorter":  {DurationTo: new(1800)},
		"person":   {Person: ada},
		"language": {Language: "es"},
		"region":   {Language: "En-us"},
		"new":      {Watched: catalog.Unwatched, Profile: me},
		"started":  {Watched: catalog.Started, Profile: me},
		"finished": {Watched: catalog.Finished, Profile: me},
	}
	out := map[string]catalog.Filter{
		"all": {}, "no year": {YearFrom: new(3000)}, "no genre": {Genres: []globalid.Genre{99}}, "all genres": {AllGenres: []globalid.Genre{1, 2, 3}},
		"nobody": {Person: none}, "no time": {DurationFrom: new(1801), DurationTo: new(1800)}, "a stranger": {Watched: catalog.Started, Profile: 99},
		"years": {YearFrom: new(1925), YearTo: new(1925)},
	}
	maps.Copy(out, alone)
	names := slices.Sorted(maps.Keys(alone))
	random := rand.New(rand.NewPCG(1, 2))
	for range 12 {
		var all []string
		var f catalog.Filter
		for range 2 + random.IntN(2) {
			chosen := names[random.IntN(len(names))]
			from, to := reflect.ValueOf(alone[chosen]), reflect.ValueOf(&f).Elem()
			for i := range from.NumField() {
				if !from.Field(i).IsZero() {
					to.Field(i).Set(from.Field(i))
				}
			}
			all = append(all, chosen)
		}
		out[strings.Join(all, ", ")] = f
	}
	return out
}

// Every filter in every order, page by page of any size, is what looking at all
// titles gives: each that passes once, in its place.
func TestTitlesFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		all := populate(t, db, fill(t, db, 30))
		spanish := viewer.NewContext(t.Context(), viewer.Viewer{Language: "es"})
		for _, kind := range []title.Kind{title.KindMOVIE, title.KindSERIES} {
			for _, state := range []catalog.Watched{catalog.Unwatched, catalog.Started, catalog.Finished} {
				require.True(t, slices.ContainsFunc(all, func(w watching) bool { return w.Kind == kind && w.watched == state }), "%s %s", kind, state)
			}
		}
		found := 0
		for name, f := range filters() {
			for _, column := range []string{catalog.ByPopularity, catalog.ByYear, catalog.ByAdded, catalog.ByRating, catalog.ByName(t.Context()), catalog.ByName(spanish)} {
				for _, asc := range []bool{true, false} {
					o := catalog.Order{Column: column, Asc: asc}
					var want []watching
					for _, w := range all {
						if keeps(f, w) {
							want = append(want, w)
						}
					}
					slices.SortFunc(want, func(a, b watching) int {
						d := cmp.Or(compare(o.SortValue(a.Title), o.SortValue(b.Title)), cmp.Compare(a.ID, b.ID))
						if !asc {
							d = -d
						}
						return d
					})
					var ids []globalid.Title
					for _, w := range want {
						ids = append(ids, w.ID)
					}
					found += len(ids)
					for _, n := range []int{1, 4, 50} {
						require.Equal(t, ids, walk(t, db, f, o, n), "%s: by %s, ascending %v, pages of %d", name, column, asc, n)
					}
				}
			}
		}
		require.Greater(t, found, 1000)
	})
}

// TestTitlesPlan: a deep page is one range of an index, without a sort.
func TestTitlesPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		fill(t, db, 5)
		postgres := db.Dialect() == dialect.Postgres
		for _, column := range []string{catalog.ByPopularity, catalog.ByYear, catalog.ByAdded, catalog.ByRating, title.FieldSortKey, title.FieldSortKeyEs} {
			o := catalog.Order{Column: column}
			var value any = int64(3)
			if o.IsText() {
				value = "k"
			}
			var text string
			var args []any
			q := catalog.Titles(db.Client, catalog.Filter{}, o, o.At(value, 3), 20)
			q.Modify(func(s *sql.Selector) { text, args = s.Clone().Query() })
			q.AllX(adult(t))
			plan := "EXPLAIN QUERY PLAN "
			if postgres {
				plan = "EXPLAIN "
			}
			tx, err := db.SQL().Begin()
			require.NoError(t, err)
			if postgres { // which would read a table of five rows through
				_, err = tx.Exec("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
				require.NoError(t, err)
			}
			rows, err := tx.Query(plan+text, args...)
			require.NoError(t, err)
			var out strings.Builder
			for rows.Next() {
				cells := make([]any, 1)
				if !postgres {
					cells = make([]any, 4)
				}
				for i := range cells {
					cells[i] = new(any)
				}
				require.NoError(t, rows.Scan(cells...))
				fmt.Fprintln(&out, *cells[len(cells)-1].(*any))
			}
			require.NoError(t, rows.Err())
			require.NoError(t, tx.Rollback())
			require.Contains(t, out.String(), "title_"+column+"_id", "%s", text)
			if postgres {
				require.NotContains(t, strings.ToUpper(out.String()), "SORT ", out.String())
				require.Contains(t, out.String(), "Index Cond")
			} else { // it sorts the n titles that it found, not what it looked through
				require.Contains(t, out.String(), "SEARCH t USING INDEX title_"+column+"_id")
				require.NotContains(t, out.String(), "SCAN t\n")
			}
		}
	})
}
