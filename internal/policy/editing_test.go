package policy_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/auditentry"
	"streamex/ent/credit"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// Only administrators write the catalogue, whatever a resolver forgets; they
// alone see what is not available, people without credits, and who changed what.
// Nobody writes the audit log anew.
func TestEditingIsForAdministrators(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		all, guarded := db.Client, policy.Guard(db.NewClient())
		account := func(name string) globalid.User {
			return all.User.Create().SetEmail(name + "@example.com").SetName(name).SetPasswordHash("!").SaveX(t.Context()).ID
		}
		ana, admin := account("ana"), account("admin")
		movie := all.Title.Create().SetKind(title.KindMOVIE).SetSlug("x").SetName("X").SetSortKey("x").SetSortKeyEs("x").SetAvailableFrom(time.Now().Add(time.Hour)).SaveX(t.Context())
		person := all.Person.Create().SetName("P").SetSortKey("p").SaveX(t.Context())
		genre := all.Genre.Create().SetSlug("g").SetNames(map[string]string{"en": "G"}).SaveX(t.Context())
		entry := all.AuditEntry.Create().SetUserID(admin).SetAction(auditentry.ActionCREATE).SetKind("Genre").SetNode(genre.ID.String()).SetLabel("G").SaveX(t.Context())

		writes := func(c *ent.Client, ctx context.Context) map[string]error {
			character, err := c.Character.Create().SetTitleID(movie.ID).SetName("C").SetSortKey("c").Save(ctx)
			found := map[string]error{"character": err}
			if err == nil {
				found["rename"] = c.Character.UpdateOne(character).SetName("D").Exec(ctx)
			}
			found["title"] = c.Title.UpdateOneID(movie.ID).SetName("Y").Exec(ctx)
			found["titles"] = c.Title.Update().SetName("Y").Exec(ctx)
			found["credit"] = c.Credit.Create().SetTitleID(movie.ID).SetPersonID(person.ID).SetRole(credit.RoleLEAD).Exec(ctx)
			found["place"] = c.TitleGenre.Create().SetTitleID(movie.ID).SetGenreID(genre.ID).Exec(ctx)
			found["video"] = c.Video.Create().SetTitleID(movie.ID).Exec(ctx)
			found["movie"] = c.Movie.Create().SetID(movie.ID).SetTitleID(movie.ID).Exec(ctx)
			found["person"] = c.Person.UpdateOneID(person.ID).SetName("Q").Exec(ctx)
			_, found["seasons"] = c.Season.Delete().Exec(ctx)
			_, found["episodes"] = c.Episode.Delete().Exec(ctx)
			_, found["series"] = c.Series.Delete().Exec(ctx)
			_, found["genre"] = c.Genre.Update().SetSlug("h").Save(ctx)
			found["entry"] = c.AuditEntry.Create().SetUserID(viewer.From(ctx).User).SetAction(auditentry.ActionDELETE).SetKind("Genre").SetNode(genre.ID.String()).SetLabel("G").Exec(ctx)
			return found
		}
		for name, v := range map[string]viewer.Viewer{"nobody": {}, "a viewer": {User: ana, Maturity: viewer.Adult}, "a child": {User: admin, Child: true}} {
			ctx := viewer.NewContext(t.Context(), v)
			for what, err := range writes(guarded, ctx) {
				require.ErrorIs(t, err, policy.ErrAdmin, "%s: %s", name, what)
			}
			require.Zero(t, guarded.Title.Query().CountX(ctx), name)
			require.Zero(t, guarded.Person.Query().CountX(ctx), name)
			require.Zero(t, guarded.AuditEntry.Query().CountX(ctx), name)
		}
		ctx := viewer.NewContext(t.Context(), viewer.Viewer{User: admin, Admin: true, Maturity: viewer.Adult})
		require.Equal(t, 1, guarded.Title.Query().CountX(ctx))
		require.Equal(t, 1, guarded.Person.Query().CountX(ctx))
		require.Equal(t, 1, guarded.AuditEntry.Query().CountX(ctx))
		require.ErrorIs(t, guarded.AuditEntry.DeleteOneID(entry.ID).Exec(ctx), policy.ErrAdmin)
		require.ErrorIs(t, guarded.AuditEntry.Update().Exec(ctx), policy.ErrAdmin)
		require.ErrorIs(t, guarded.AuditEntry.Create().SetUserID(ana).SetAction(auditentry.ActionDELETE).SetKind("Genre").SetNode("x").SetLabel("G").Exec(ctx), policy.ErrForeign)
		for what, err := range writes(guarded, ctx) {
			require.NoError(t, err, what)
		}

		// The keys of requests are everybody's own.
		require.NoError(t, guarded.EditRequest.Create().SetUserID(admin).SetKey("k").SetFingerprint([]byte("f")).SetNode("x").Exec(ctx))
		require.Equal(t, 1, guarded.EditRequest.Query().CountX(ctx))
		other := viewer.NewContext(t.Context(), viewer.Viewer{User: ana, Admin: true})
		require.Zero(t, guarded.EditRequest.Query().CountX(other))
		require.Zero(t, guarded.EditRequest.Delete().ExecX(other))
	})
}
