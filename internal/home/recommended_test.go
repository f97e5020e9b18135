package home_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/home"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// The row of recommendations follows what the profile watched, the latest most,
// from the next request on; who watched little gets what many watch.
func TestRecommended(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, c := t.Context(), db.Client
		title := func(slug string, popularity int64, maturity int) globalid.Title {
			return c.Title.Create().SetKind(title.KindMOVIE).SetSlug(slug).SetName(slug).SetSortKey(slug).SetSortKeyEs(slug).
				SetPopularity(popularity).SetMaturity(maturity).SaveX(ctx).ID
		}
		a, b := title("a", 1, 0), title("b", 1, 0)
		likeA, likeB, likeBoth := title("like-a", 1, 0), title("like-b", 1, 0), title("like-both", 1, 0)
		hit, mature := title("hit", 100, 0), title("mature", 1000, 18)
		similar := func(from, to globalid.Title, score int) {
			c.Similarity.Create().SetTitleID(from).SetSimilarID(to).SetScore(score).ExecX(ctx)
		}
		similar(a, likeA, 200_000)
		similar(b, likeB, 200_000)
		similar(a, likeBoth, 150_000)
		similar(b, likeBoth, 150_000)
		similar(a, b, 900_000)
		similar(a, mature, 900_000)
		u := c.User.Create().SetEmail("a@example.com").SetName("A").SetPasswordHash("!").SaveX(ctx)
		me := c.Profile.Create().SetUserID(u.ID).SetName("A").SaveX(ctx).ID
		composer := &home.Composer{DB: policy.Guard(db.NewClient()), Dialect: db.Dialect()}
		row := func(maturity int) (ids []globalid.Title) {
			ctx := viewer.NewContext(ctx, viewer.Viewer{User: u.ID, Profile: me, Maturity: maturity, Language: "en"})
			lists, err := composer.Items(ctx, []*home.Row{{Kind: home.Recommended}}, 3, 0)
			require.NoError(t, err)
			for _, ref := range lists[0].Refs {
				ids = append(ids, ref.Title)
			}
			return ids
		}
		at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		watch := func(id globalid.Title) {
			at = at.Add(time.Hour)
			video := c.Video.Create().SetTitleID(id).SaveX(ctx).ID
			c.View.Create().SetProfileID(me).SetTitleID(id).SetVideoID(video).SetFinished(true).SetViewedAt(at).ExecX(ctx)
		}

		require.Equal(t, []globalid.Title{hit, likeBoth, likeB}, row(0), "nothing watched: what many watch")
		watch(a)
		require.Equal(t, []globalid.Title{b, likeA, likeBoth}, row(0))
		watch(b)
		// 1.5 × 0.15 + 1 × 0.15, 1.5 × 0.2, 1 × 0.2
		require.Equal(t, []globalid.Title{likeBoth, likeB, likeA}, row(0), "the latest counts most")
		require.Equal(t, []globalid.Title{mature, likeBoth, likeB}, row(18))

		// Weak neighbours say less than what everybody watches, until there is a history.
		c.Similarity.Update().SetScore(30_000).ExecX(ctx)
		require.Equal(t, hit, row(0)[0])
		at = at.AddDate(-1, 0, 0)
		for i := range 100 {
			watch(title(fmt.Sprintf("other-%d", i), 0, 0))
		}
		require.Equal(t, likeBoth, row(0)[0])
	})
}
