package playback_test

import (
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/catalog"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/playback"
)

// series writes one whose episodes go by names such as "1x2", "0x1" (a
// special), "1x-" (without a number) and "-x-".
func series(t *testing.T, db *ent.Client, slug string, names ...string) (globalid.Title, map[string]*ent.Episode) {
	t.Helper()
	ctx := t.Context()
	row := db.Title.Create().SetKind(title.KindSERIES).SetSlug(slug).SetName(slug).SetSortKey(slug).SetSortKeyEs(slug).SaveX(ctx)
	db.Series.Create().SetID(row.ID).SetTitleID(row.ID).ExecX(ctx)
	number := func(c byte) *int {
		if c == '-' {
			return nil
		}
		n := int(c - '0')
		return &n
	}
	seasons, episodes := make(map[byte]globalid.Season), make(map[string]*ent.Episode)
	for _, name := range names {
		season, episode := number(name[0]), number(name[2])
		if seasons[name[0]] == 0 {
			seasons[name[0]] = db.Season.Create().SetSeriesID(row.ID).SetNillableNumber(season).SaveX(ctx).ID
		}
		e := db.Episode.Create().SetSeriesID(row.ID).SetSeasonID(seasons[name[0]]).SetNillableNumber(episode).
			SetOrdinal(catalog.Ordinal(season, episode)).SetName(name).SaveX(ctx)
		e.Edges.Video = db.Video.Create().SetTitleID(row.ID).SetEpisodeID(e.ID).SaveX(ctx)
		episodes[name] = e
	}
	return row.ID, episodes
}

// next runs the sub-select by itself.
func next(t *testing.T, db *database.DB, profile globalid.Profile, ids ...globalid.Title) map[globalid.Title]string {
	t.Helper()
	b := &sql.Builder{}
	b.SetDialect(db.Dialect())
	b.WriteString("SELECT e.series_id, e.name FROM episodes e WHERE e.id IN (")
	playback.WriteNextEpisodes(b, profile, ids)
	b.WriteString(")")
	text, args := b.Query()
	rows, err := db.Client.QueryContext(t.Context(), text, args...)
	require.NoError(t, err)
	defer rows.Close()
	out := make(map[globalid.Title]string)
	for rows.Next() {
		var id globalid.Title
		var name string
		require.NoError(t, rows.Scan(&id, &name))
		require.Empty(t, out[id], "two episodes of one series")
		out[id] = name
	}
	require.NoError(t, rows.Err())
	return out
}

type viewed struct {
	episode  string
	finished bool
}

// histories are watched by one profile, each on a series of its own.
var histories = map[string]struct {
	episodes []string
	history  []viewed // the latest last
	want     string
}{
	"nothing watched":                  {whole, nil, "1x1"},
	"unfinished":                       {whole, []viewed{{"1x2", false}}, "1x2"},
	"finished":                         {whole, []viewed{{"1x1", true}}, "1x2"},
	"finished a season":                {whole, []viewed{{"1x2", true}, {"1x3", true}}, "2x1"},
	"finished, then one left":          {whole, []viewed{{"1x1", true}, {"1x2", false}}, "1x2"},
	"left one, then finished a later":  {whole, []viewed{{"1x1", false}, {"2x1", true}}, "2x2"},
	"went back to an earlier":          {whole, []viewed{{"2x1", true}, {"1x1", true}}, "1x2"},
	"went back and left it":            {whole, []viewed{{"2x2", true}, {"1x3", false}}, "1x3"},
	"the last regular leads to extras": {whole, []viewed{{"2x2", true}}, "0x1"},
	"the last of all: again":           {whole, []viewed{{"0x2", true}}, "1x1"},
	"an extra left":                    {whole, []viewed{{"0x1", false}}, "0x1"},
	"a gap in the numbers":             {[]string{"1x1", "1x4", "3x1"}, []viewed{{"1x1", true}}, "1x4"},
	"a missing season":                 {[]string{"1x1", "1x4", "3x1"}, []viewed{{"1x4", true}}, "3x1"},
	"a single one, finished":           {[]string{"1x1"}, []viewed{{"1x1", true}}, "1x1"},
	"only specials":                    {[]string{"0x2", "0x1"}, nil, "0x1"},
	"no numbers: behind the numbered":  {[]string{"1x-", "1x2", "-x-"}, []viewed{{"1x2", true}}, "1x-"},
	"no numbers: unnumbered season":    {[]string{"1x-", "1x2", "-x-", "0x1"}, []viewed{{"1x-", true}}, "-x-"},
	"no numbers: then the specials":    {[]string{"1x-", "1x2", "-x-", "0x1"}, []viewed{{"-x-", true}}, "0x1"},
	"no episodes":                      {nil, nil, ""},
}

// whole is written in an order that is not that of watching.
var whole = []string{"0x1", "2x1", "1x3", "1x1", "0x2", "1x2", "2x2"}

func TestNextEpisode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, c := t.Context(), db.Client
		u := c.User.Create().SetEmail("a@example.com").SetName("A").SetPasswordHash("!").SaveX(ctx)
		me := c.Profile.Create().SetUserID(u.ID).SetName("A").SaveX(ctx).ID
		other := c.Profile.Create().SetUserID(u.ID).SetName("B").SaveX(ctx).ID
		start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		watch := func(profile globalid.Profile, e *ent.Episode, finished bool, at time.Time) {
			c.View.Create().SetProfileID(profile).SetTitleID(e.SeriesID).SetVideoID(e.Edges.Video.ID).SetFinished(finished).SetViewedAt(at).ExecX(ctx)
		}
		want, first := make(map[globalid.Title]string), make(map[globalid.Title]string)
		names := make(map[globalid.Title]string)
		var ids []globalid.Title
		for name, h := range histories {
			id, episodes := series(t, c, name, h.episodes...)
			ids, names[id] = append(ids, id), name
			for i, v := range h.history {
				watch(me, episodes[v.episode], v.finished, start.Add(time.Duration(i)*time.Hour))
				// What others do, and when, is nobody else's business.
				watch(other, episodes[v.episode], !v.finished, start.Add(time.Duration(-i)*time.Hour))
			}
			if h.want != "" {
				want[id] = h.want
			}
			if len(h.episodes) > 0 {
				first[id] = next(t, db, 0, id)[id]
			}
		}
		got := next(t, db, me, ids...)
		for id, name := range names {
			require.Equal(t, want[id], got[id], name)
			require.Equal(t, want[id], next(t, db, me, id)[id], "%s, asked alone", name)
		}
		require.Equal(t, first, next(t, db, 1<<40, ids...), "whoever watched nothing starts with the first")
		require.Empty(t, next(t, db, me))
		require.Empty(t, next(t, db, me, 1<<40))
	})
}

// TestNextEpisodeOfEqualTimes: the view written later decides.
func TestNextEpisodeOfEqualTimes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, c := t.Context(), db.Client
		u := c.User.Create().SetEmail("a@example.com").SetName("A").SetPasswordHash("!").SaveX(ctx)
		me := c.Profile.Create().SetUserID(u.ID).SetName("A").SaveX(ctx).ID
		id, episodes := series(t, c, "s", "1x1", "1x2", "1x3")
		at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		for _, name := range []string{"1x1", "1x2"} {
			c.View.Create().SetProfileID(me).SetTitleID(id).SetVideoID(episodes[name].Edges.Video.ID).SetFinished(true).SetViewedAt(at).ExecX(ctx)
		}
		require.Equal(t, "1x3", next(t, db, me, id)[id])
	})
}

// TestNextEpisodeOfEqualPlaces: episodes without a number share a place, and
// come in the order in which they were written.
func TestNextEpisodeOfEqualPlaces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, c := t.Context(), db.Client
		u := c.User.Create().SetEmail("a@example.com").SetName("A").SetPasswordHash("!").SaveX(ctx)
		me := c.Profile.Create().SetUserID(u.ID).SetName("A").SaveX(ctx).ID
		id, episodes := series(t, c, "s", "1x-", "2x-")
		first := episodes["1x-"]
		second := c.Episode.Create().SetSeriesID(id).SetSeasonID(first.SeasonID).SetOrdinal(first.Ordinal).SetName("second").SaveX(ctx)
		second.Edges.Video = c.Video.Create().SetTitleID(id).SetEpisodeID(second.ID).SaveX(ctx)
		for i, want := range []string{"second", "2x-"} {
			e := []*ent.Episode{first, second}[i]
			c.View.Create().SetProfileID(me).SetTitleID(id).SetVideoID(e.Edges.Video.ID).SetFinished(true).SetViewedAt(time.Now().Add(time.Duration(i) * time.Second)).ExecX(ctx)
			require.Equal(t, want, next(t, db, me, id)[id])
		}
	})
}
