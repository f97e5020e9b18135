package demo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/genre"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/demo"
	"streamex/internal/home"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func TestLoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		empty, err := demo.Empty(t.Context(), db.Client)
		require.NoError(t, err)
		require.True(t, empty)
		start := time.Now()
		require.NoError(t, demo.Load(t.Context(), db, "hash"))
		t.Log("loaded in", time.Since(start))
		empty, err = demo.Empty(t.Context(), db.Client)
		require.NoError(t, err)
		require.False(t, empty)

		ctx, c := t.Context(), db.Client
		require.GreaterOrEqual(t, c.Title.Query().CountX(ctx), 150)
		require.Equal(t, 20, c.Genre.Query().CountX(ctx))
		require.Equal(t, 78, c.User.Query().CountX(ctx))
		require.Equal(t, 300, c.Profile.Query().Where(profile.HasUserWith(user.EmailHasSuffix("@audience.invalid"))).CountX(ctx))
		require.Zero(t, c.User.Query().Where(user.EmailHasSuffix("@audience.invalid"), user.PasswordHashNEQ("!")).CountX(ctx))
		require.Equal(t, 3, c.User.Query().Where(user.PasswordHash("hash")).CountX(ctx))
		require.Equal(t, "admin@example.com", c.User.Query().Where(user.RoleEQ(user.RoleADMIN)).OnlyX(ctx).Email)
		own := c.Profile.Query().Where(profile.HasUserWith(user.Email("viewer@example.com"))).Order(profile.ByID()).AllX(ctx)
		require.Len(t, own, 3)
		require.Equal(t, []bool{false, false, true}, []bool{own[0].Child, own[1].Child, own[2].Child})
		require.Equal(t, 2, c.Profile.Query().Where(profile.HasUserWith(user.Email("family@example.com"))).CountX(ctx))

		// A child watched, saved and rated nothing that it may not see.
		for _, p := range c.Profile.Query().Where(profile.Child(true)).WithViews(func(q *ent.ViewQuery) { q.WithTitle() }).
			WithListItems(func(q *ent.ListItemQuery) { q.WithTitle() }).AllX(ctx) {
			require.Equal(t, 7, p.Maturity)
			for _, v := range p.Edges.Views {
				require.LessOrEqual(t, v.Edges.Title.Maturity, 7)
			}
			for _, i := range p.Edges.ListItems {
				require.LessOrEqual(t, i.Edges.Title.Maturity, 7)
			}
		}
		for _, v := range c.View.Query().AllX(ctx) {
			require.False(t, v.ViewedAt.After(time.Now()))
			require.True(t, v.StartedAt.Before(v.ViewedAt))
			require.Positive(t, v.PositionSeconds)
		}

		// Rows can be added behind the numbers that the demo gave.
		require.NoError(t, c.Genre.Create().SetSlug("another").SetNames(map[string]string{"en": "Another"}).Exec(ctx))
		c.Title.Create().SetKind(title.KindMOVIE).SetSlug("another").SetName("A").SetSortKey("a").SetSortKeyEs("a").ExecX(ctx)
	})
}

func TestLoadIsAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		counted, statements := database.WithCounter(t.Context())
		ctx, cancel := context.WithCancel(counted)
		defer cancel()
		go func() {
			for statements.N() < 10 { // in the middle of the catalogue
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		require.ErrorIs(t, demo.Load(ctx, db, "hash"), context.Canceled)
		empty, err := demo.Empty(t.Context(), db.Client)
		require.NoError(t, err)
		require.True(t, empty)
		require.Zero(t, db.Client.Genre.Query().CountX(t.Context()))
		require.Zero(t, db.Client.Person.Query().CountX(t.Context()))
		require.NoError(t, demo.Load(t.Context(), db, "hash"), "the next attempt")
		require.Error(t, demo.Load(t.Context(), db, "hash"), "not twice")
		require.Equal(t, 3, db.Client.User.Query().Where(user.PasswordHash("hash")).CountX(t.Context()))
	})
}

// snapshot is what the demo's history consists of, without times of writing.
type snapshot struct {
	views    []ent.View
	list     []ent.ListItem
	ratings  []ent.Rating
	profiles []ent.Profile
	titles   []ent.Title
	similar  []ent.Similarity
	trends   []ent.Trend
}

func load(t *testing.T, db *database.DB, at time.Time) snapshot {
	ctx, c := t.Context(), db.Client
	require.NoError(t, demo.LoadAt(ctx, db, "hash", at))
	var s snapshot
	byID := ent.Asc("id")
	for _, v := range c.View.Query().Order(byID).AllX(ctx) {
		s.views = append(s.views, ent.View{ProfileID: v.ProfileID, VideoID: v.VideoID, TitleID: v.TitleID, PositionSeconds: v.PositionSeconds,
			Finished: v.Finished, StartedAt: v.StartedAt.UTC(), ViewedAt: v.ViewedAt.UTC()})
	}
	for _, v := range c.ListItem.Query().Order(byID).AllX(ctx) {
		s.list = append(s.list, ent.ListItem{ProfileID: v.ProfileID, TitleID: v.TitleID, AddedAt: v.AddedAt.UTC()})
	}
	for _, v := range c.Rating.Query().Order(byID).AllX(ctx) {
		s.ratings = append(s.ratings, ent.Rating{ProfileID: v.ProfileID, TitleID: v.TitleID, Thumb: v.Thumb, RatedAt: v.RatedAt.UTC()})
	}
	for _, v := range c.Profile.Query().Order(byID).AllX(ctx) {
		s.profiles = append(s.profiles, ent.Profile{ID: v.ID, UserID: v.UserID, Name: v.Name, Avatar: v.Avatar, Child: v.Child, Maturity: v.Maturity, Language: v.Language})
	}
	for _, v := range c.Title.Query().Order(byID).AllX(ctx) {
		s.titles = append(s.titles, ent.Title{ID: v.ID, Slug: v.Slug, SortKey: v.SortKey, Color: v.Color, AddedAt: v.AddedAt.UTC(), Popularity: v.Popularity, Score: v.Score})
	}
	for _, v := range c.Similarity.Query().Order(ent.Asc("title_id", "similar_id")).AllX(ctx) {
		s.similar = append(s.similar, ent.Similarity{TitleID: v.TitleID, SimilarID: v.SimilarID, Score: v.Score})
	}
	for _, v := range c.Trend.Query().Order(byID).AllX(ctx) {
		s.trends = append(s.trends, ent.Trend{TitleID: v.TitleID, Score: v.Score})
	}
	return s
}

func TestLoadIsDeterministic(t *testing.T) {
	first := load(t, dbtest.Open(t, dbtest.SQLite(t)), now)
	require.Greater(t, len(first.views), 5000)
	require.Greater(t, len(first.ratings), 1000)
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.Equal(t, first, load(t, db, now))
		homesAreRich(t, db)
	})
	later := load(t, dbtest.Open(t, dbtest.SQLite(t)), now.Add(72*time.Hour))
	require.Equal(t, len(first.views), len(later.views))
	for i, v := range later.views {
		v.ViewedAt, v.StartedAt = v.ViewedAt.Add(-72*time.Hour), v.StartedAt.Add(-72*time.Hour)
		require.Equal(t, first.views[i], v, "the same history, ending later")
	}
}

// homesAreRich looks at the home page of every demo profile.
func homesAreRich(t *testing.T, db *database.DB) {
	t.Helper()
	ctx := t.Context()
	var shelves []home.Shelf
	for _, g := range db.Client.Genre.Query().Order(genre.ByPosition()).AllX(ctx) {
		shelves = append(shelves, home.Shelf{ID: g.ID, Slug: g.Slug})
	}
	composer := &home.Composer{DB: policy.Guard(db.NewClient()), Dialect: db.Dialect()}
	accounts := db.Client.User.Query().Where(user.PasswordHash("hash")).WithProfiles().Order(user.ByID()).AllX(ctx)
	require.Len(t, accounts, 3)
	for _, a := range accounts {
		for _, p := range a.Edges.Profiles {
			ctx := viewer.NewContext(ctx, viewer.Viewer{User: a.ID, Profile: p.ID, Maturity: p.Maturity, Language: string(p.Language)})
			rows, err := composer.Rows(ctx, shelves)
			require.NoError(t, err)
			lists, err := composer.Items(ctx, rows, 20, 0)
			require.NoError(t, err)
			count, seen := make(map[home.Kind]int), make(map[globalid.Title]bool)
			for i, r := range rows {
				count[r.Kind] += len(lists[i].Refs)
				for _, ref := range lists[i].Refs {
					seen[ref.Title] = true
				}
			}
			t.Log(p.Name, len(rows), count)
			require.GreaterOrEqual(t, len(rows), 10, p.Name)
			require.GreaterOrEqual(t, count[home.ContinueWatching], 3, p.Name)
			require.GreaterOrEqual(t, count[home.NextUp], 2, p.Name)
			require.GreaterOrEqual(t, count[home.MyList], 4, p.Name)
			for _, k := range []home.Kind{home.Trending, home.Recommended, home.New} {
				require.Equal(t, 20, count[k], "%s: %s", p.Name, k)
			}
			require.GreaterOrEqual(t, count[home.BecauseYouWatched], 10, p.Name)
			require.GreaterOrEqual(t, count[home.TopRated], 5, p.Name)
			require.GreaterOrEqual(t, count[home.Genre], 20, p.Name)
			for id := range seen {
				require.LessOrEqual(t, db.Client.Title.GetX(ctx, id).Maturity, p.Maturity, p.Name)
			}
		}
	}
}
