package policy_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/ent/paymentreference"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// Payment methods, what the provider calls them and the requests that added
// them are read and written by their own account alone, whoever asks how.
func TestPaymentsAreTheAccountsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		all, guarded := db.Client, policy.Guard(db.NewClient())
		account := func(name string) globalid.User {
			return all.User.Create().SetEmail(name + "@example.com").SetName(name).SetPasswordHash("!").SaveX(t.Context()).ID
		}
		add := func(c *ent.Client, ctx context.Context, user globalid.User, name string) (*ent.PaymentMethod, error) {
			r, err := c.PaymentReference.Create().SetProvider(paymentreference.ProviderTEST).SetValue(name).SetUserID(user).Save(ctx)
			if err != nil {
				return nil, err
			}
			if err := c.PaymentRequest.Create().SetUserID(user).SetKey(name).SetFingerprint([]byte(name)).Exec(ctx); err != nil {
				return nil, err
			}
			return c.PaymentMethod.Create().SetUserID(user).SetReferenceID(r.ID).SetBrand(paymentmethod.BrandVISA).SetLastFour("4242").
				SetExpiryMonth(1).SetExpiryYear(2040).SetHolder("Ana").Save(ctx)
		}
		ana, bob, admin := account("ana"), account("bob"), account("admin")
		method, err := add(all, t.Context(), ana, "one")
		require.NoError(t, err)
		before := all.PaymentMethod.Query().WithReference().AllX(t.Context())

		for name, v := range map[string]viewer.Viewer{"nobody": {}, "another": {User: bob}, "an administrator": {User: admin, Admin: true}} {
			ctx := viewer.NewContext(t.Context(), v)
			require.Zero(t, guarded.PaymentMethod.Query().CountX(ctx), name)
			require.Zero(t, guarded.PaymentReference.Query().CountX(ctx), name)
			require.Zero(t, guarded.PaymentRequest.Query().CountX(ctx), name)
			require.Empty(t, guarded.PaymentMethod.QueryReference(method).AllX(ctx), name)
			require.True(t, ent.IsNotFound(guarded.PaymentMethod.UpdateOneID(method.ID).SetHolder("M").Exec(ctx)), name)
			require.True(t, ent.IsNotFound(guarded.PaymentMethod.DeleteOneID(method.ID).Exec(ctx)), name)
			require.Zero(t, guarded.PaymentMethod.Update().SetHolder("M").SaveX(ctx), name)
			require.Zero(t, guarded.PaymentMethod.Delete().ExecX(ctx), name)
			require.Zero(t, guarded.PaymentReference.Update().ClearUserID().SaveX(ctx), name)
			require.Zero(t, guarded.PaymentReference.Delete().ExecX(ctx), name)
			require.Zero(t, guarded.PaymentRequest.Delete().ExecX(ctx), name)
			_, err = add(guarded, ctx, ana, "two "+name)
			require.ErrorIs(t, err, policy.ErrForeign, name)
		}
		require.Equal(t, len(before), all.PaymentMethod.Query().CountX(t.Context()))
		require.Equal(t, "Ana", all.PaymentMethod.GetX(t.Context(), method.ID).Holder)
		require.Equal(t, 1, all.PaymentReference.Query().Where(paymentreference.UserID(ana)).CountX(t.Context()))
		require.Equal(t, 1, all.PaymentRequest.Query().CountX(t.Context()))

		ctx := viewer.NewContext(t.Context(), viewer.Viewer{User: ana})
		_, err = add(guarded, ctx, ana, "three")
		require.NoError(t, err)
		require.Equal(t, 2, guarded.PaymentMethod.Query().CountX(ctx))
		require.NoError(t, guarded.PaymentMethod.UpdateOneID(method.ID).SetHolder("Ana M").Exec(ctx))
		tx, err := guarded.Tx(ctx) // a transaction keeps to it as well
		require.NoError(t, err)
		require.Zero(t, tx.PaymentMethod.Delete().ExecX(viewer.NewContext(ctx, viewer.Viewer{User: bob})))
		require.Equal(t, 2, tx.PaymentMethod.Delete().ExecX(ctx))
		require.NoError(t, tx.Commit())
	})
}
