package recommend

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// audience makes histories of profiles that like one of some clusters of titles:
// title t is of cluster t % clusters, and within one the first are watched most.
func audience(r *rand.Rand, titles, clusters, profiles, length int) [][]int32 {
	zipf := rand.NewZipf(r, 1.2, 8, uint64(titles/clusters-1))
	histories := make([][]int32, profiles)
	for p := range histories {
		seen := make(map[int32]bool)
		own := p % clusters
		for len(histories[p]) < length {
			cluster := own
			if r.IntN(5) == 0 {
				cluster = r.IntN(clusters)
			}
			t := int32(zipf.Uint64())*int32(clusters) + int32(cluster)
			if !seen[t] {
				seen[t] = true
				histories[p] = append(histories[p], t)
			}
		}
	}
	return histories
}

// TestLearnFindsClusters: who likes what is found, for titles that few watched
// too.
func TestLearnFindsClusters(t *testing.T) {
	const titles, clusters = 300, 6
	model := learn(titles, audience(rand.New(rand.NewPCG(1, 2)), titles, clusters, 1500, 12))
	right, all, with := 0, 0, 0
	for i, links := range model {
		require.LessOrEqual(t, len(links), neighbours)
		require.True(t, slices.IsSortedFunc(links, heavier))
		if len(links) > 0 {
			with++
		}
		for _, l := range links {
			require.NotEqualValues(t, i, l.title)
			require.Greater(t, l.weight, float32(0))
		}
		for _, l := range links[:min(10, len(links))] {
			if all++; int(l.title)%clusters == i%clusters {
				right++
			}
		}
	}
	require.Greater(t, with, titles*9/10)
	require.Greater(t, float64(right)/float64(all), .9, "one in six by chance")
}

// TestLearnIsTheSameEverywhere: the same bytes on any number of processors.
func TestLearnIsTheSameEverywhere(t *testing.T) {
	histories := audience(rand.New(rand.NewPCG(3, 4)), 200, 4, 600, 15)
	before := runtime.GOMAXPROCS(1)
	one := learn(200, histories)
	runtime.GOMAXPROCS(4)
	four := learn(200, histories)
	runtime.GOMAXPROCS(before)
	require.Equal(t, one, four)
}

// TestLearnNeedsThree: nothing follows from what two profiles did.
func TestLearnNeedsThree(t *testing.T) {
	histories := [][]int32{{0, 1}, {0, 1}, {2, 3}, {2, 3}, {2, 3}, {4}, nil}
	model := learn(6, histories)
	require.Empty(t, model[0])
	require.Empty(t, model[4])
	require.Empty(t, model[5])
	require.Len(t, model[2], 1)
	require.EqualValues(t, 3, model[2][0].title)
	require.Empty(t, learn(0, nil))
}

// TestLearnBoundsHistories: what a profile watched long ago, in an endless
// history, teaches nothing.
func TestLearnBoundsHistories(t *testing.T) {
	long := make([]int32, maxHistory+1)
	for i := range long {
		long[i] = int32(i)
	}
	model := learn(len(long), [][]int32{long, long, long})
	links := 0
	for _, row := range model {
		links += len(row)
		require.False(t, slices.ContainsFunc(row, func(l link) bool { return l.title == maxHistory }))
	}
	require.Positive(t, links)
	require.Empty(t, model[maxHistory])
}

// TestRegress: the weights are those that the normal equations ask for.
func TestRegress(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const n = 40
	s := newSolver(n)
	sources, active := make([]link, n), make([]int, n)
	for i := range n {
		sources[i], active[i] = link{int32(i), r.Float32()}, i
		for j := range i {
			v := r.Float64()
			s.gram[i*maxSources+j], s.gram[j*maxSources+i] = v, v
		}
		s.gram[i*maxSources+i] = n
	}
	require.True(t, s.regress(sources, active))
	for i := range n {
		sum := 0.0
		for j := range n {
			sum += s.gram[i*maxSources+j] * s.b[j]
		}
		require.InDelta(t, sources[i].weight, sum, 1e-9)
	}
	s.gram[0] = -1
	require.False(t, s.regress(sources, active))
}

// BenchmarkLearn is an installation of 3,600 titles and 0.8 million views.
func BenchmarkLearn(b *testing.B) {
	histories := audience(rand.New(rand.NewPCG(7, 8)), 3600, 30, 6000, 133)
	for b.Loop() {
		learn(3600, histories)
	}
}
