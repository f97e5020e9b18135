package policy_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/credit"
	"streamex/ent/rating"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// titles are what a fixture holds, in the order of their numbers: each with a
// season, an episode, a character, a credit and a person of its own, all with
// the title's number.
var titles = []struct {
	name        string
	maturity    int
	from, until time.Duration // from now; 0 = none
}{
	{"family", 0, 0, 0},
	{"exactly seven", 7, 0, 0},
	{"twelve", 12, 0, 0},
	{"adult", 18, 0, 0},
	{"to come", 0, time.Hour, 0},
	{"gone", 0, 0, -time.Hour},
	{"in its window", 0, -time.Hour, time.Hour},
	{"before its window", 0, time.Hour, 2 * time.Hour},
	{"behind its window", 0, -2 * time.Hour, -time.Hour},
	{"adult in its window", 18, -time.Hour, time.Hour},
	{"adult to come", 18, time.Hour, 0},
}

var (
	forChildren = []int{1, 2, 7}
	forAdults   = []int{1, 2, 3, 4, 7, 10}
	everything  = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
)

// fixture fills db and returns who may ask.
func fixture(t *testing.T, db *ent.Client) map[string]viewer.Viewer {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	for i, spec := range titles {
		id := globalid.Title(i + 1)
		row := db.Title.Create().SetID(id).SetKind(title.KindSERIES).SetSlug(spec.name).SetName(spec.name).SetSortKey("k").SetSortKeyEs("k").SetMaturity(spec.maturity)
		if spec.from != 0 {
			row.SetAvailableFrom(now.Add(spec.from))
		}
		if spec.until != 0 {
			row.SetAvailableUntil(now.Add(spec.until))
		}
		row.ExecX(ctx)
		db.Series.Create().SetID(id).SetTitleID(id).ExecX(ctx)
		db.Season.Create().SetID(globalid.Season(id)).SetSeriesID(id).ExecX(ctx)
		db.Episode.Create().SetID(globalid.Episode(id)).SetSeriesID(id).SetSeasonID(globalid.Season(id)).SetOrdinal(1).SetName("E").ExecX(ctx)
		db.Video.Create().SetID(globalid.Video(id)).SetTitleID(id).SetEpisodeID(globalid.Episode(id)).ExecX(ctx)
		db.Character.Create().SetID(globalid.Character(id)).SetTitleID(id).SetName("C").SetSortKey("c").ExecX(ctx)
		db.Person.Create().SetID(globalid.Person(id)).SetName("P").SetSortKey("p").ExecX(ctx)
		db.Credit.Create().SetID(globalid.Credit(id)).SetTitleID(id).SetPersonID(globalid.Person(id)).SetCharacterID(globalid.Character(id)).SetRole(credit.RoleLEAD).ExecX(ctx)
	}
	asked := make(map[string]viewer.Viewer)
	asked["nobody"] = viewer.Viewer{}
	for i, account := range []struct {
		name string
		role user.Role
	}{{"ana", user.RoleVIEWER}, {"bob", user.RoleVIEWER}, {"admin", user.RoleADMIN}} {
		u := db.User.Create().SetID(globalid.User(i + 1)).SetEmail(account.name).SetName(account.name).SetPasswordHash("!").SetRole(account.role).SaveX(ctx)
		s := db.Session.Create().SetID(globalid.Session(i + 1)).SetUserID(u.ID).SetTokenHash([]byte(account.name)).SetExpiresAt(now).SaveX(ctx)
		for k, maturity := range []int{viewer.Adult, 7} {
			p := db.Profile.Create().SetID(globalid.Profile(2*i + k + 1)).SetUserID(u.ID).SetName("P").SetMaturity(maturity).SaveX(ctx)
			db.View.Create().SetID(globalid.View(p.ID)).SetProfileID(p.ID).SetTitleID(1).SetVideoID(1).ExecX(ctx)
			db.ListItem.Create().SetProfileID(p.ID).SetTitleID(1).ExecX(ctx)
			db.Rating.Create().SetProfileID(p.ID).SetTitleID(1).SetThumb(rating.ThumbUP).ExecX(ctx)
			name := account.name
			if k == 1 {
				name += "'s child"
			}
			asked[name] = viewer.Viewer{User: u.ID, Admin: account.role == user.RoleADMIN, Session: s.ID, Profile: p.ID, Maturity: maturity}
		}
		asked[account.name+" without a profile"] = viewer.Viewer{User: u.ID, Admin: account.role == user.RoleADMIN, Session: s.ID, Maturity: viewer.Adult}
	}
	return asked
}

// numbers runs a query for ids.
func numbers[T ~int64](t *testing.T, ids []T, err error) []int {
	t.Helper()
	require.NoError(t, err)
	out := make([]int, len(ids))
	for i, id := range ids {
		out[i] = int(id)
	}
	slices.Sort(out)
	return out
}

// all asks for every row of every guarded entity.
func all(ctx context.Context, t *testing.T, db *ent.Client) map[string][]int {
	t.Helper()
	out := make(map[string][]int)
	add := func(name string, ids []int) { out[name] = ids }
	{
		ids, err := db.Title.Query().IDs(ctx)
		add("title", numbers(t, ids, err))
	}
	{
		ids, err := db.Season.Query().IDs(ctx)
		add("season", numbers(t, ids, err))
	}
	{
		ids, err := db.Episode.Query().IDs(ctx)
		add("episode", numbers(t, ids, err))
	}
	{
		ids, err := db.Character.Query().IDs(ctx)
		add("character", numbers(t, ids, err))
	}
	{
		ids, err := db.Credit.Query().IDs(ctx)
		add("credit", numbers(t, ids, err))
	}
	{
		ids, err := db.Person.Query().IDs(ctx)
		add("person", numbers(t, ids, err))
	}
	{
		ids, err := db.User.Query().IDs(ctx)
		add("user", numbers(t, ids, err))
	}
	{
		ids, err := db.Session.Query().IDs(ctx)
		add("session", numbers(t, ids, err))
	}
	{
		ids, err := db.Profile.Query().IDs(ctx)
		add("profile", numbers(t, ids, err))
	}
	{
		ids, err := db.View.Query().IDs(ctx)
		add("view", numbers(t, ids, err))
	}
	{
		rows, err := db.ListItem.Query().All(ctx)
		var ids []globalid.Profile
		for _, r := range rows {
			ids = append(ids, r.ProfileID)
		}
		add("list item", numbers(t, ids, err))
	}
	{
		rows, err := db.Rating.Query().All(ctx)
		var ids []globalid.Profile
		for _, r := range rows {
			ids = append(ids, r.ProfileID)
		}
		add("rating", numbers(t, ids, err))
	}
	return out
}

var ofTitles = []string{"title", "season", "episode", "character", "credit", "person"}

func TestWhoSeesWhat(t *testing.T) {
	type rows struct{ titles, users, sessions, profiles, own []int }
	ana, bob, admin := []int{1}, []int{2}, []int{3}
	want := map[string]rows{
		"nobody":                  {[]int{1, 7}, nil, nil, nil, nil},
		"ana":                     {forAdults, ana, ana, []int{1, 2}, []int{1}},
		"ana's child":             {forChildren, ana, ana, []int{1, 2}, []int{2}},
		"ana without a profile":   {forAdults, ana, ana, []int{1, 2}, nil},
		"bob":                     {forAdults, bob, bob, []int{3, 4}, []int{3}},
		"bob's child":             {forChildren, bob, bob, []int{3, 4}, []int{4}},
		"bob without a profile":   {forAdults, bob, bob, []int{3, 4}, nil},
		"admin":                   {everything, []int{1, 2, 3}, admin, []int{5, 6}, []int{5}},
		"admin's child":           {[]int{1, 2, 5, 6, 7, 8, 9}, []int{1, 2, 3}, admin, []int{5, 6}, []int{6}},
		"admin without a profile": {everything, []int{1, 2, 3}, admin, []int{5, 6}, nil},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		asked := fixture(t, db.Client)
		require.Len(t, asked, len(want))
		guarded := policy.Guard(db.NewClient())
		for who, v := range asked {
			w := want[who]
			got := all(viewer.NewContext(t.Context(), v), t, guarded)
			expected := map[string][]int{"user": w.users, "session": w.sessions, "profile": w.profiles, "view": w.own, "list item": w.own, "rating": w.own}
			for _, name := range ofTitles {
				expected[name] = w.titles
			}
			require.Len(t, got, len(expected))
			for name, ids := range expected {
				require.ElementsMatch(t, ids, got[name], "%s asks for each %s", who, name)
			}
		}
		require.Equal(t, everything, all(t.Context(), t, db.Client)["title"], "the other client is not guarded")
		require.ElementsMatch(t, want["nobody"].titles, all(t.Context(), t, guarded)["title"], "a context that names nobody is nobody's")
	})
}

// TestHiddenIsMissing: by id, in counts, through edges and in conditions, what
// is hidden answers like a number that was never given.
func TestHiddenIsMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		asked := fixture(t, db.Client)
		guarded := policy.Guard(db.NewClient())
		ctx := viewer.NewContext(t.Context(), asked["ana's child"])
		const adult, missing = 4, 1 << 40
		for _, id := range []int64{adult, missing} {
			for name, err := range map[string]error{
				"title":     second(guarded.Title.Get(ctx, globalid.Title(id))),
				"season":    second(guarded.Season.Get(ctx, globalid.Season(id))),
				"episode":   second(guarded.Episode.Get(ctx, globalid.Episode(id))),
				"character": second(guarded.Character.Get(ctx, globalid.Character(id))),
				"credit":    second(guarded.Credit.Get(ctx, globalid.Credit(id))),
				"person":    second(guarded.Person.Get(ctx, globalid.Person(id))),
				"profile":   second(guarded.Profile.Get(ctx, globalid.Profile(id))),
				"user":      second(guarded.User.Get(ctx, globalid.User(id))),
				"session":   second(guarded.Session.Get(ctx, globalid.Session(id))),
				"view":      second(guarded.View.Get(ctx, globalid.View(id))),
			} {
				require.True(t, ent.IsNotFound(err), "%s %d: %v", name, id, err)
				require.NotContains(t, err.Error(), "hidden")
			}
			require.Zero(t, guarded.Title.Query().Where(title.ID(globalid.Title(id))).CountX(ctx))
			require.False(t, guarded.Title.Query().Where(title.ID(globalid.Title(id))).ExistX(ctx))
		}
		require.Equal(t, len(forChildren), guarded.Title.Query().CountX(ctx))

		// Through edges, eagerly and step by step.
		for _, p := range db.Client.Person.Query().AllX(ctx) {
			n, err := guarded.Credit.Query().Where(credit.PersonID(p.ID)).Count(ctx)
			require.NoError(t, err)
			require.Equal(t, slices.Contains(forChildren, int(p.ID)), n == 1)
		}
		for _, u := range guarded.User.Query().WithProfiles().AllX(viewer.NewContext(t.Context(), asked["admin"])) {
			require.Equal(t, u.ID == 3, len(u.Edges.Profiles) > 0, "an administrator sees accounts, not what other people's profiles do")
		}
		require.Zero(t, guarded.Profile.Query().Where().QueryViews().CountX(viewer.NewContext(t.Context(), viewer.Viewer{})))
		require.Equal(t, 1, guarded.Profile.Query().QueryViews().CountX(ctx))
	})
}

func second[T any](_ T, err error) error { return err }

// TestPersonOfSeveralTitles is seen through any of them.
func TestPersonOfSeveralTitles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		asked := fixture(t, db.Client)
		guarded := policy.Guard(db.NewClient())
		ctx := viewer.NewContext(t.Context(), asked["ana's child"])
		require.True(t, ent.IsNotFound(second(guarded.Person.Get(ctx, 4))))
		db.Client.Credit.Create().SetID(100).SetTitleID(1).SetPersonID(4).SetRole(credit.RoleWRITER).ExecX(ctx)
		guarded.Person.GetX(ctx, 4)
		require.Len(t, guarded.Credit.Query().Where(credit.PersonID(4)).AllX(ctx), 1, "only the part that may be seen")
	})
}

// TestWithin looks no second time, and only at what hangs on titles.
func TestWithin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		asked := fixture(t, db.Client)
		guarded := policy.Guard(db.NewClient())
		got := all(policy.Within(viewer.NewContext(t.Context(), asked["ana's child"])), t, guarded)
		for _, name := range ofTitles {
			require.Equal(t, everything, got[name], name)
		}
		require.Equal(t, []int{1}, got["user"])
		require.Equal(t, []int{1}, got["session"])
		require.Equal(t, []int{1, 2}, got["profile"])
		for _, name := range []string{"view", "list item", "rating"} {
			require.Equal(t, []int{2}, got[name], name)
		}
		ctx, statements := database.WithRecorder(policy.Within(t.Context()))
		guarded.Episode.Query().AllX(ctx)
		require.NotContains(t, statements.Statements()[0], "EXISTS")
	})
}

// TestWindowsMove: what becomes available or ends does so without a restart.
func TestWindowsMove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		fixture(t, db.Client)
		guarded := policy.Guard(db.NewClient())
		visible := func() bool { return guarded.Title.Query().Where(title.ID(1)).ExistX(t.Context()) }
		row := db.Client.Title.UpdateOneID(1)
		row.SetAvailableFrom(time.Now().Add(150 * time.Millisecond)).ExecX(t.Context())
		require.False(t, visible())
		require.Eventually(t, visible, 5*time.Second, 10*time.Millisecond)
		db.Client.Title.UpdateOneID(1).SetAvailableUntil(time.Now().Add(150 * time.Millisecond)).ExecX(t.Context())
		require.True(t, visible())
		require.Eventually(t, func() bool { return !visible() }, 5*time.Second, 10*time.Millisecond)
	})
}
