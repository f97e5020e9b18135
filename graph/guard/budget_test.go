package guard_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/graph/guard"
)

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := guard.NewBudget(10, time.Minute, nil) // 600 at once
		require.Zero(t, b.Spend("a", 600))
		require.Equal(t, time.Second, b.Spend("a", 10))
		require.Equal(t, 100*time.Millisecond, b.Spend("a", 1), "what was refused was not taken")
		require.Zero(t, b.Spend("b", 600), "others have their own")
		time.Sleep(time.Second)
		require.Zero(t, b.Spend("a", 10), "after the time that was told")
		require.NotZero(t, b.Spend("a", 1))
		time.Sleep(time.Hour)
		require.NotZero(t, b.Spend("a", 601), "more than a minute's is not saved")
		require.Zero(t, b.Spend("a", 600))
	})
}

// However many keys come, memory is bounded, and who spends now is not forgotten.
func TestBudgetForgets(t *testing.T) {
	now := time.Unix(1e9, 0)
	b := guard.NewBudget(1, time.Minute, func() time.Time { return now })
	require.Zero(t, b.Spend("first", 60))
	require.Zero(t, b.Spend("last", 60))
	for i := range 100_000 - 1 {
		require.Zero(t, b.Spend(strconv.Itoa(i), 1))
	}
	require.NotZero(t, b.Spend("last", 1))
	require.Zero(t, b.Spend("first", 60), "it was used longest ago")
}

func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := guard.NewGate(3, 300*time.Millisecond)
		var inside, most, refused atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				start := time.Now()
				leave, ok := g.Enter(t.Context().Done())
				if !ok {
					require.Equal(t, 300*time.Millisecond, time.Since(start))
					refused.Add(1)
					return
				}
				defer leave()
				n := inside.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				time.Sleep(200 * time.Millisecond)
				inside.Add(-1)
			})
		}
		wg.Wait()
		require.EqualValues(t, 3, most.Load())
		require.EqualValues(t, 4, refused.Load()) // three go in at 0 ms, three at 200 ms

		done := make(chan struct{})
		for range 3 {
			_, ok := g.Enter(done)
			require.True(t, ok)
		}
		close(done)
		start := time.Now()
		_, ok := g.Enter(done)
		require.False(t, ok)
		require.Zero(t, time.Since(start), "nobody waits for who left")
	})
}

// Each key has places of its own, and who left is forgotten.
func TestShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := guard.NewShares(2, 300*time.Millisecond)
		first, ok := s.Enter("a", nil)
		require.True(t, ok)
		second, ok := s.Enter("a", nil)
		require.True(t, ok)
		_, ok = s.Enter("a", nil)
		require.False(t, ok)
		other, ok := s.Enter("b", nil)
		require.True(t, ok, "somebody else")
		time.AfterFunc(100*time.Millisecond, first)
		third, ok := s.Enter("a", nil)
		require.True(t, ok, "a place came free in time")
		second()
		third()
		other()
		require.Zero(t, s.Len())
	})
}
