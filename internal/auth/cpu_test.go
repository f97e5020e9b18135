//go:build unix

package auth_test

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// What an answer costs must not tell whether an address has an account.
func TestUnknownAddressCostsAsMuch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Now()
		s := auth.New(db.Client, auth.Options{Now: func() time.Time { now = now.Add(time.Hour); return now }}) // so that no try is one too many
		household(t, s, db, "ana@example.com", false)
		cost := map[string]time.Duration{}
		emails := []string{"ana@example.com", "eve@example.com"}
		for range 40 { // in turn, so that a busy machine and the collector burden both
			slices.Reverse(emails)
			for _, email := range emails {
				start := cpu(t)
				_, _, err := s.SignIn(t.Context(), email, "wrong password", "")
				require.ErrorIs(t, err, auth.ErrCredentials)
				cost[email] += cpu(t) - start
			}
		}
		known, unknown := cost["ana@example.com"], cost["eve@example.com"]
		t.Logf("known %s, unknown %s: ratio %.3f", known, unknown, float64(known)/float64(unknown))
		require.InEpsilon(t, float64(known), float64(unknown), .1)
	})
}

// cpu is the processor time that this process has used.
func cpu(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
