package catalog_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/internal/catalog"
)

func TestOrdinal(t *testing.T) {
	n := func(i int) *int { return &i }
	order := []struct{ season, episode *int }{ // as they are watched
		{n(1), n(0)}, {n(1), n(1)}, {n(1), n(2)}, {n(1), n(10)}, {n(1), n(1999)}, {n(1), nil},
		{n(2), n(1)}, {n(2), nil}, {n(10), n(1)}, {n(1999), n(1)}, {n(20240101), n(1)},
		{nil, n(1)}, {nil, nil}, {n(0), n(1)}, {n(0), n(2)}, {n(0), nil},
	}
	last := math.MinInt
	for i, e := range order {
		place := catalog.Ordinal(e.season, e.episode)
		require.Greater(t, place, last, "entry %d", i)
		last = place
	}
	// Numbers without end share a place, so they never jump over another season.
	require.Equal(t, catalog.Ordinal(n(1), n(math.MaxInt)), catalog.Ordinal(n(1), n(math.MaxInt-1)))
	require.Less(t, catalog.Ordinal(n(1), n(math.MaxInt)), catalog.Ordinal(n(1), nil))
	require.Less(t, catalog.Ordinal(n(math.MaxInt), n(math.MaxInt)), catalog.Ordinal(nil, n(0)))
	require.Less(t, int64(catalog.Ordinal(n(0), nil)), int64(math.MaxInt64)/2)
}
