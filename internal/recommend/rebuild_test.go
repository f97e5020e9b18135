package recommend_test

import (
	"slices"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/credit"
	"streamex/ent/rating"
	"streamex/ent/schema/globalid"
	"streamex/ent/similarity"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/ent/trend"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/recommend"
)

var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// world writes a small catalogue and its audience.
type world struct {
	t        *testing.T
	db       *ent.Client
	video    map[globalid.Title]globalid.Video
	profiles []globalid.Profile
}

func newWorld(t *testing.T, db *ent.Client, profiles int) *world {
	w := &world{t: t, db: db, video: make(map[globalid.Title]globalid.Video)}
	u := db.User.Create().SetEmail("a@example.com").SetName("A").SetPasswordHash("!").SaveX(t.Context())
	for range profiles {
		w.profiles = append(w.profiles, db.Profile.Create().SetUserID(u.ID).SetName("P").SaveX(t.Context()).ID)
	}
	for _, slug := range []string{"comedy", "drama", "horror"} {
		db.Genre.Create().SetSlug(slug).SetNames(map[string]string{"en": slug}).ExecX(t.Context())
	}
	return w
}

func (w *world) title(slug string, year int, genres ...globalid.Genre) globalid.Title {
	w.t.Helper()
	row := w.db.Title.Create().SetKind(title.KindMOVIE).SetSlug(slug).SetName(slug).SetSortKey(slug).SetSortKeyEs(slug).SetYear(year).SaveX(w.t.Context())
	for i, g := range genres {
		w.db.TitleGenre.Create().SetTitleID(row.ID).SetGenreID(g).SetPosition(i).ExecX(w.t.Context())
	}
	w.video[row.ID] = w.db.Video.Create().SetTitleID(row.ID).SaveX(w.t.Context()).ID
	return row.ID
}

func (w *world) watch(profile int, id globalid.Title, ago time.Duration) {
	w.t.Helper()
	w.watchVideo(profile, id, w.video[id], ago)
}

func (w *world) watchVideo(profile int, id globalid.Title, video globalid.Video, ago time.Duration) {
	w.t.Helper()
	w.db.View.Create().SetProfileID(w.profiles[profile]).SetTitleID(id).SetVideoID(video).SetViewedAt(now.Add(-ago)).SetStartedAt(now.Add(-ago)).ExecX(w.t.Context())
}

func (w *world) rate(profile int, id globalid.Title, thumb rating.Thumb) {
	w.t.Helper()
	w.db.Rating.Create().SetProfileID(w.profiles[profile]).SetTitleID(id).SetThumb(thumb).ExecX(w.t.Context())
}

// outcome is everything that Rebuild writes, in an order of its own.
type outcome struct {
	Popularity, Score, Trend map[globalid.Title]int64
	Shelves                  map[[2]int64]int64
	Similar                  map[globalid.Title][]neighbour
}

type neighbour struct {
	ID    globalid.Title
	Score int
}

func (w *world) rebuild(at time.Time) outcome {
	w.t.Helper()
	ctx := w.t.Context()
	require.NoError(w.t, recommend.Rebuild(ctx, w.db, at))
	out := outcome{map[globalid.Title]int64{}, map[globalid.Title]int64{}, map[globalid.Title]int64{}, map[[2]int64]int64{}, map[globalid.Title][]neighbour{}}
	for _, t := range w.db.Title.Query().AllX(ctx) {
		out.Popularity[t.ID], out.Score[t.ID] = t.Popularity, t.Score
	}
	for _, t := range w.db.Trend.Query().AllX(ctx) {
		out.Trend[t.TitleID] = t.Score
	}
	for _, g := range w.db.TitleGenre.Query().AllX(ctx) {
		out.Shelves[[2]int64{int64(g.TitleID), int64(g.GenreID)}] = g.Popularity
	}
	for _, s := range w.db.Similarity.Query().Order(similarity.ByScore(sql.OrderDesc()), similarity.BySimilarID()).AllX(ctx) {
		out.Similar[s.TitleID] = append(out.Similar[s.TitleID], neighbour{s.SimilarID, s.Score})
	}
	return out
}

// fill writes 70 titles and a history that a seed decides.
func (w *world) fill() {
	people := make([]globalid.Person, 9)
	for i := range people {
		people[i] = w.db.Person.Create().SetName("P").SetSortKey("p").SaveX(w.t.Context()).ID
	}
	for i := range 70 {
		id := w.title("t"+string(rune('A'+i)), 1900+i, globalid.Genre(1+i%3), globalid.Genre(1+(i+1)%3))
		w.db.Credit.Create().SetTitleID(id).SetPersonID(people[i%9]).SetRole(credit.RoleDIRECTOR).ExecX(w.t.Context())
		w.db.Credit.Create().SetTitleID(id).SetPersonID(people[i*7%9]).SetRole(credit.RoleLEAD).ExecX(w.t.Context())
		for p := range w.profiles {
			if (i*31+p*17)%7 < 2 {
				w.watch(p, id, time.Duration(i*13+p*5)*time.Hour)
			}
			if (i+p)%5 == 0 {
				w.rate(p, id, []rating.Thumb{rating.ThumbUP, rating.ThumbDOWN, rating.ThumbDOUBLE_UP}[(i+p)%3])
			}
		}
	}
}

func TestRebuildIsTheSameOnBothDatabases(t *testing.T) {
	var first *outcome
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db.Client, 12)
		w.fill()
		out := w.rebuild(now)
		require.Len(t, out.Popularity, 70)
		require.NotEmpty(t, out.Trend)
		require.Equal(t, out, w.rebuild(now), "a second time")
		if first == nil {
			first = &out
		}
		require.Equal(t, *first, out)

		for id, similar := range out.Similar {
			require.LessOrEqual(t, len(similar), 50)
			seen := map[globalid.Title]bool{id: true} // never itself, nobody twice
			for _, n := range similar {
				require.False(t, seen[n.ID])
				seen[n.ID] = true
				require.True(t, n.Score > 0 && n.Score <= 1_000_000)
			}
		}
		require.Len(t, out.Similar[1], 50)
	})
}

func TestTrendNeedsNoClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db.Client, 6)
		old, fresh, once, never := w.title("old", 1920), w.title("fresh", 1920), w.title("once", 1920), w.title("never", 1920)
		for p := range 6 {
			w.watch(p, old, 30*24*time.Hour)
		}
		w.watch(0, fresh, 2*time.Hour)
		w.watch(1, fresh, 5*time.Hour)
		w.watch(2, once, time.Hour)

		order := func(at time.Time) []globalid.Title {
			w.rebuild(at)
			var out []globalid.Title
			for _, t := range w.db.Trend.Query().Order(trend.ByScore(sql.OrderDesc())).AllX(t.Context()) {
				out = append(out, t.TitleID)
			}
			return out
		}
		want := []globalid.Title{fresh, once, old} // ten half-lives cost six voices everything
		require.Equal(t, want, order(now))
		scores := w.rebuild(now).Trend
		require.NotContains(t, scores, never)
		require.Equal(t, want, order(now.Add(9*time.Hour)))
		require.Equal(t, scores, w.rebuild(now.Add(9*time.Hour)).Trend, "the scores do not even change")

		// A player whose clock runs ahead votes like one of now.
		w.watch(3, once, -1000*time.Hour)
		w.watch(4, never, 0)
		scores = w.rebuild(now).Trend
		require.Equal(t, scores[fresh], max(scores[fresh], scores[never]))
		require.Less(t, scores[once]-scores[never], int64(1_000_000), "at most twice the weight: one half-life")
	})
}

func TestOneVotePerProfile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db.Client, 3)
		binge, crowd, alike := w.title("binge", 1920, 1), w.title("crowd", 1920, 2), w.title("alike", 1920, 3)
		season := make([]globalid.Video, 10)
		w.db.Series.Create().SetID(binge).SetTitleID(binge).ExecX(t.Context())
		s := w.db.Season.Create().SetSeriesID(binge).SetNumber(1).SaveX(t.Context())
		for i := range season {
			e := w.db.Episode.Create().SetSeriesID(binge).SetSeasonID(s.ID).SetNumber(i + 1).SetOrdinal(i).SetName("E").SaveX(t.Context())
			season[i] = w.db.Video.Create().SetTitleID(binge).SetEpisodeID(e.ID).SaveX(t.Context()).ID
			w.watchVideo(0, binge, season[i], time.Hour)
		}
		w.watch(1, crowd, time.Hour)
		w.watch(2, crowd, time.Hour)
		out := w.rebuild(now)
		require.EqualValues(t, 1, out.Popularity[binge])
		require.EqualValues(t, 2, out.Popularity[crowd])
		require.Zero(t, out.Popularity[alike])
		require.EqualValues(t, 1_000_000, out.Trend[crowd]-out.Trend[binge], "twice the voices weigh one half-life more")

		// What nobody watches any more loses its count.
		w.db.View.Delete().ExecX(t.Context())
		out = w.rebuild(now)
		require.Zero(t, out.Popularity[crowd])
		require.Empty(t, out.Trend)
		for _, g := range w.db.TitleGenre.Query().Where(titlegenre.TitleID(crowd)).AllX(t.Context()) {
			require.Zero(t, g.Popularity)
		}
	})
}

func TestScore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db.Client, 20)
		few, many, down, none := w.title("few", 0), w.title("many", 0), w.title("down", 0), w.title("none", 0)
		w.rate(0, few, rating.ThumbDOUBLE_UP)
		for p := range 20 {
			w.rate(p, many, rating.ThumbDOUBLE_UP)
			w.rate(p, down, rating.ThumbDOWN)
		}
		out := w.rebuild(now)
		require.Equal(t, map[globalid.Title]int64{few: 1000 * 7 / 6, many: 1000 * 45 / 25, down: 200, none: 0}, out.Score)
	})
}

func TestSimilar(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db.Client, 8)
		a, sameAudience, sameGenre, stranger := w.title("a", 1920, 1), w.title("b", 1990, 2), w.title("c", 1921, 1), w.title("d", 1700, 3)
		for p := range 4 {
			w.watch(p, a, time.Hour)
			w.watch(p, sameAudience, time.Hour)
		}
		out := w.rebuild(now)
		ids := func(id globalid.Title) (out2 []globalid.Title) {
			for _, n := range out.Similar[id] {
				out2 = append(out2, n.ID)
			}
			return out2
		}
		require.Equal(t, []globalid.Title{sameAudience, sameGenre}, ids(a))
		require.Empty(t, ids(stranger))
		require.True(t, slices.Contains(ids(sameGenre), a), "likeness is mutual")
	})
}
