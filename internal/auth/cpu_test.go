//go:build unix

package auth_test

import (
	"math"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// What an answer costs must not tell whether an address has an account: 200
// tries, at the cost that passwords really have.
func TestUnknownAddressCostsAsMuch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Now()
		s := auth.New(db.Client, auth.Options{Now: func() time.Time { now = now.Add(time.Hour); return now }}) // so that no try is one too many
		household(t, s, db, "ana@example.com", false)
		try := func(email string) float64 {
			start := cpu(t)
			_, _, err := s.SignIn(t.Context(), email, "wrong password", "", "")
			require.ErrorIs(t, err, auth.ErrCredentials)
			return float64(cpu(t) - start)
		}
		measure := func() (more float64) {
			var differences, costs []float64
			for i := range 100 { // in pairs and in turn, so that a busy machine burdens both
				emails := []string{"ana@example.com", "eve@example.com"}
				first := try(emails[i%2])
				second := try(emails[1-i%2])
				known, unknown := first, second
				if i%2 == 1 {
					known, unknown = second, first
				}
				differences, costs = append(differences, known-unknown), append(costs, unknown)
			}
			return middle(differences) / middle(costs)
		}
		for round := range 3 { // a difference that is real shows each time
			more := measure()
			t.Logf("a known address costs %+.1f %% more", 100*more)
			if math.Abs(more) < .05 {
				break
			}
			require.Less(t, round, 2)
		}
	})
}

// middle is the mean of the middle half: what else the process did for a moment,
// such as collecting garbage, is not in it.
func middle(values []float64) (mean float64) {
	slices.Sort(values)
	values = values[len(values)/4 : len(values)*3/4]
	for _, v := range values {
		mean += v / float64(len(values))
	}
	return mean
}

// cpu is the processor time that this process has used.
func cpu(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
