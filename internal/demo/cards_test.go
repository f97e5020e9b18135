package demo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/paymentmethod"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/demo"
	"streamex/internal/payment"
	"streamex/internal/payment/sandbox"
	"streamex/internal/viewer"
)

func TestDemoViewerCanPay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, demo.Load(t.Context(), db, "hash"))
		account := db.Client.User.Query().Where(user.Email("viewer@example.com")).OnlyX(t.Context())
		rows := db.Client.PaymentMethod.Query().Order(paymentmethod.ByID()).AllX(t.Context())
		require.Len(t, rows, 2)
		require.Equal(t, []bool{true, false}, []bool{rows[0].IsDefault, rows[1].IsDefault})
		require.Equal(t, payment.Valid, payment.Expiry{Month: rows[0].ExpiryMonth, Year: rows[0].ExpiryYear}.At(time.Now()))
		require.Equal(t, payment.Expiring, payment.Expiry{Month: rows[1].ExpiryMonth, Year: rows[1].ExpiryYear}.At(time.Now()))

		// They are the test provider's, as if they had been added.
		s := payment.New(db, sandbox.New(nil), payment.Options{})
		ctx := viewer.NewContext(t.Context(), viewer.Viewer{User: account.ID})
		own, err := s.Methods(ctx)
		require.NoError(t, err)
		require.Len(t, own, 2)
		holder := "Alex"
		_, err = s.Update(ctx, rows[1].ID, payment.Change{Holder: &holder, Expiry: &payment.Expiry{Month: 1, Year: time.Now().Year() + 3}})
		require.NoError(t, err)
		detached, err := s.Remove(ctx, rows[0].ID)
		require.NoError(t, err)
		require.True(t, detached)
	})
}
