package catalog_test

import (
	"context"
	"fmt"
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
		for _, column := range []string{catalog.ByPopularity, catalog.ByYear, catalog.ByAdded, catalog.ByName(t.Context()), catalog.ByName(spanish)} {
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

func TestTitlesFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		all := fill(t, db, 60)
		genres := make(map[globalid.Title][]globalid.Genre)
		for _, g := range db.Client.TitleGenre.Query().AllX(t.Context()) {
			genres[g.TitleID] = append(genres[g.TitleID], g.GenreID)
		}
		series, from, to, child, none := title.KindSERIES, 1925, 1925, 7, 3000
		for name, c := range map[string]struct {
			filter catalog.Filter
			keep   func(*ent.Title) bool
		}{
			"all":          {catalog.Filter{}, func(*ent.Title) bool { return true }},
			"kind":         {catalog.Filter{Kind: &series}, func(r *ent.Title) bool { return r.Kind == series }},
			"from":         {catalog.Filter{YearFrom: &from}, func(r *ent.Title) bool { return r.Year >= 1925 }},
			"to":           {catalog.Filter{YearTo: &to}, func(r *ent.Title) bool { return r.Year > 0 && r.Year <= 1925 }},
			"one year":     {catalog.Filter{YearFrom: &from, YearTo: &to}, func(r *ent.Title) bool { return r.Year == 1925 }},
			"no year":      {catalog.Filter{YearFrom: &none}, func(*ent.Title) bool { return false }},
			"maturity":     {catalog.Filter{MaturityMax: &child}, func(r *ent.Title) bool { return r.Maturity <= 7 }},
			"genre":        {catalog.Filter{Genres: []globalid.Genre{2}}, func(r *ent.Title) bool { return slices.Contains(genres[r.ID], 2) }},
			"either genre": {catalog.Filter{Genres: []globalid.Genre{1, 3, 1}}, func(r *ent.Title) bool { return slices.Contains(genres[r.ID], 1) || slices.Contains(genres[r.ID], 3) }},
			"no genre":     {catalog.Filter{Genres: []globalid.Genre{99}}, func(*ent.Title) bool { return false }},
			"everything": {catalog.Filter{Kind: &series, Genres: []globalid.Genre{1}, YearFrom: &from, YearTo: &to, MaturityMax: &child}, func(r *ent.Title) bool {
				return r.Kind == series && slices.Contains(genres[r.ID], 1) && r.Year == 1925 && r.Maturity <= 7
			}},
		} {
			var want []globalid.Title
			for _, row := range all {
				if c.keep(row) {
					want = append(want, row.ID)
				}
			}
			got := walk(t, db, c.filter, catalog.Order{Column: catalog.ByAdded}, 4)
			slices.Sort(got)
			require.Equal(t, want, got, name)
		}
	})
}

// TestTitlesPlan: a deep page is one range of an index, without a sort.
func TestTitlesPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		fill(t, db, 5)
		postgres := db.Dialect() == dialect.Postgres
		for _, column := range []string{catalog.ByPopularity, catalog.ByYear, catalog.ByAdded, title.FieldSortKey, title.FieldSortKeyEs} {
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
