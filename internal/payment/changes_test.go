package payment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// Whatever changes the methods of an account tells so: here and at the provider.
func TestChangesAreTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, _ := overStripe(t, db, lively())
		ana, id := w.account(t, "ana", false)
		wake, stop, err := db.Listen(t.Context(), database.Account(id))
		require.NoError(t, err)
		defer stop()
		told := func(what string) {
			t.Helper()
			select {
			case <-wake:
			case <-time.After(20 * time.Second):
				require.Fail(t, "nobody was told", what)
			}
		}
		first := w.mutate(t, ana, add, input("pm_1", "k1")).PaymentMethod
		told("the first one")
		second := w.mutate(t, ana, add, input("pm_2", "k2")).PaymentMethod
		told("the second one")
		require.Empty(t, w.mutate(t, ana, update, map[string]any{"id": first.ID, "i": map[string]any{"holder": "Ana M"}}).UserErrors, w.log)
		told("another name")
		require.Empty(t, w.mutate(t, ana, setDefault, map[string]any{"id": second.ID}).UserErrors)
		told("another default")
		require.Empty(t, w.mutate(t, ana, remove, map[string]any{"id": first.ID}).UserErrors)
		told("removed")
		now := time.Now()
		require.Equal(t, 200, w.deliver(event("evt_1", "payment_method.updated", now, changed("pm_2", "Renewed Example", "1111", 3, 2040)), webhookSecret, now))
		told("changed at the provider")
		require.Equal(t, 200, w.deliver(event("evt_2", "customer.deleted", now, map[string]any{"id": "cus_1", "object": "customer"}), webhookSecret, now))
		told("gone at the provider")
		require.Empty(t, w.methods(t, ana))
	})
}
