package home_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent/genre"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/demo"
	"streamex/internal/home"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// page composes the page of a viewer.
func page(t *testing.T, db *database.DB, v viewer.Viewer) (*home.Composer, context.Context, []*home.Row) {
	c := &home.Composer{DB: policy.Guard(db.NewClient()), Dialect: db.Dialect()}
	ctx := viewer.NewContext(t.Context(), v)
	genres, err := db.Client.Genre.Query().Order(genre.ByPosition(), genre.ByID()).All(ctx)
	require.NoError(t, err)
	shelves := make([]home.Shelf, len(genres))
	for i, g := range genres {
		shelves[i] = home.Shelf{ID: g.ID, Slug: g.Slug}
	}
	rows, err := c.Rows(ctx, shelves)
	require.NoError(t, err)
	return c, ctx, rows
}

// of is the viewer of a demo profile.
func of(t *testing.T, db *database.DB, name string) viewer.Viewer {
	p := db.Client.Profile.Query().Where(profile.Name(name)).FirstX(t.Context())
	return viewer.Viewer{User: p.UserID, Profile: p.ID, Maturity: p.Maturity, Language: string(p.Language)}
}

// cold is a profile that did nothing yet.
func cold(t *testing.T, db *database.DB) viewer.Viewer {
	u := db.Client.User.Query().FirstX(t.Context())
	p := db.Client.Profile.Create().SetUser(u).SetName("Cold").SaveX(t.Context())
	return viewer.Viewer{User: u.ID, Profile: p.ID, Maturity: p.Maturity, Language: "en"}
}

func kinds(rows []*home.Row) (list []home.Kind) {
	for _, r := range rows {
		list = append(list, r.Kind)
	}
	return list
}

func personal(k home.Kind) bool {
	return k == home.ContinueWatching || k == home.NextUp || k == home.MyList
}

func TestRows(t *testing.T) {
	pages := make(map[string]map[string][][]home.Ref) // per database and profile
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, demo.Load(t.Context(), db, "!"))
		pages[db.Dialect()] = make(map[string][][]home.Ref)
		viewers := map[string]viewer.Viewer{"Alex": of(t, db, "Alex"), "Leo": of(t, db, "Leo"), "cold": cold(t, db)}
		for name, v := range viewers {
			_, _, rows := page(t, db, v)
			require.GreaterOrEqual(t, len(rows), 6, name)
			seen := make(map[globalid.Title]home.Kind)
			for _, r := range rows {
				refs := r.Held(20)
				require.NotEmpty(t, refs, "%s: an empty %s", name, r.Kind)
				if r.Kind == home.Genre || r.Kind == home.New || r.Kind == home.TopRated {
					require.GreaterOrEqual(t, len(refs), 6, "%s: little is left of %s", name, r.Kind)
				}
				pages[db.Dialect()][name] = append(pages[db.Dialect()][name], refs)
				for _, ref := range refs {
					if other, dup := seen[ref.Title]; dup {
						t.Errorf("%s: title %d stands in %s and %s", name, ref.Title, other, r.Kind)
					}
					if !personal(r.Kind) {
						seen[ref.Title] = r.Kind
					}
				}
			}
			_, _, again := page(t, db, v)
			require.Equal(t, rows, again, "the same page each time")
		}
		_, _, rows := page(t, db, viewers["Alex"])
		require.Equal(t, []home.Kind{home.ContinueWatching, home.NextUp, home.MyList, home.Trending, home.Recommended, home.BecauseYouWatched, home.New}, kinds(rows)[:7])
		_, _, rows = page(t, db, viewers["cold"])
		for _, k := range kinds(rows) {
			require.False(t, personal(k) || k == home.BecauseYouWatched, "%s of somebody who did nothing", k)
		}
	})
	if len(pages) == 2 {
		require.Equal(t, pages["sqlite3"], pages["postgres"])
	}
}

// Personal rows may repeat what others show, and what they show may stand
// elsewhere: they say what the profile did.
func TestMyListDoesNotEmptyOtherRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, demo.Load(t.Context(), db, "!"))
		v := cold(t, db)
		_, _, before := page(t, db, v)
		for _, id := range db.Client.Title.Query().IDsX(t.Context()) {
			db.Client.ListItem.Create().SetProfileID(v.Profile).SetTitleID(id).ExecX(t.Context())
		}
		_, _, after := page(t, db, v)
		require.Equal(t, append([]home.Kind{home.MyList}, kinds(before)...), kinds(after))
	})
}

func TestItems(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, demo.Load(t.Context(), db, "!"))
		c, ctx, rows := page(t, db, of(t, db, "Alex"))
		for _, row := range rows {
			parsed, err := home.ParseRow(row.ID()) // as node(id:) finds it
			require.NoError(t, err)
			var all []home.Ref
			for after, more := int64(0), true; more; {
				lists, err := c.Items(ctx, []*home.Row{parsed}, 7, after)
				require.NoError(t, err)
				list := lists[0]
				if more = list.More; more {
					require.Len(t, list.Refs, 7, row.Kind)
				}
				for i, ref := range list.Refs {
					require.EqualValues(t, after+int64(i)+1, ref.Rank, row.Kind)
				}
				all, after = append(all, list.Refs...), after+int64(len(list.Refs))
			}
			seen := make(map[globalid.Title]bool)
			for _, ref := range all {
				require.False(t, seen[ref.Title], "%s repeats", row.Kind)
				seen[ref.Title] = true
			}
			for _, ref := range row.Held(20) {
				require.True(t, seen[ref.Title])
				require.Equal(t, ref, all[ref.Rank-1], "%s: the page has another order", row.Kind)
			}
			for _, after := range []int64{int64(len(all)), 500, 1 << 40, 1<<63 - 1} {
				lists, err := c.Items(ctx, []*home.Row{parsed}, 7, after)
				require.NoError(t, err)
				require.Empty(t, lists[0].Refs, "%s behind %d", row.Kind, after)
				require.False(t, lists[0].More)
			}
		}
		// What the page chose costs nothing, the rest one statement for all rows and one for what was watched.
		counted, counter := database.WithCounter(ctx)
		_, err := c.Items(counted, rows, 20, 0)
		require.NoError(t, err)
		require.Zero(t, counter.N())
		_, err = c.Items(counted, rows, 20, 20)
		require.NoError(t, err)
		require.Equal(t, 2, counter.N())
	})
}

func TestParseRow(t *testing.T) {
	row := func(rest string) globalid.Global { return globalid.Global{Kind: globalid.KindHomeRow, Rest: rest} }
	for _, r := range []*home.Row{
		{Kind: home.ContinueWatching}, {Kind: home.NextUp}, {Kind: home.MyList}, {Kind: home.Trending}, {Kind: home.Recommended}, {Kind: home.New}, {Kind: home.TopRated},
		{Kind: home.Genre, Genre: 1}, {Kind: home.Genre, Genre: 1 << 60}, {Kind: home.BecauseYouWatched, Seed: 36},
	} {
		got, err := home.ParseRow(r.ID())
		require.NoError(t, err)
		require.Equal(t, r, got)
	}
	for _, rest := range []string{"", ".", "c", "c.", ".0", "c.1", "c.00", "c.-1", "g.0", "g.-1", "g.01", "g.A", "g.zzzzzzzzzzzzzz", "b.0", "x.0", "cc.0", "g.1.1", "home.1", "g.+1"} {
		_, err := home.ParseRow(row(rest))
		require.ErrorIs(t, err, globalid.ErrInvalid, rest)
	}
	_, err := home.ParseRow(globalid.Global{Kind: globalid.KindTitle, Rest: "c.0"})
	require.ErrorIs(t, err, globalid.ErrInvalid)
}

func TestHeadings(t *testing.T) {
	for _, c := range []struct {
		kind                 home.Kind
		about, english, span string
	}{
		{home.ContinueWatching, "", "Continue watching", "Seguir viendo"},
		{home.NextUp, "", "Next episodes", "Próximos episodios"},
		{home.MyList, "", "My list", "Mi lista"},
		{home.Trending, "", "Trending now", "Tendencias"},
		{home.Recommended, "", "Recommended for you", "Recomendado para ti"},
		{home.BecauseYouWatched, "100 %s", "Because you watched 100 %s", "Porque viste 100 %s"},
		{home.New, "", "New on StreamEx", "Novedades en StreamEx"},
		{home.TopRated, "", "Best rated", "Los mejor valorados"},
		{home.Genre, "Drama", "Drama", "Drama"},
	} {
		r := &home.Row{Kind: c.kind}
		require.Equal(t, c.english, r.Heading("en", c.about))
		require.Equal(t, c.span, r.Heading("es", c.about))
	}
}
