package recommend

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Parameters of the model. It is flat in them: see docs/recommendations.md.
const (
	// maxHistory bounds the titles of a profile that teach: the latest.
	maxHistory = 200
	// minTogether is how many profiles must have watched two titles before
	// anything follows from it: fewer would be noise, and tell who they are.
	minTogether = 3
	// maxTogether bounds the titles that a title keeps of those that were watched
	// together with it, and maxSources those among which its model is solved.
	maxTogether = 1000
	maxSources  = 100
	// ridge and dropout keep the weights small: a constant, and what hiding half
	// of each history while learning comes to.
	ridge   = 100.0
	dropout = .5
)

// link leads to a title, by its place among all, with a weight.
type link struct {
	title  int32
	weight float32
}

// learn finds which titles predict which from what profiles watched: histories
// hold the places of titles, each once, the latest first. The result has, per
// title, at most 50 others that who watched it is likely to like, best first.
//
// For each title it takes the titles most often watched together with it (cosine
// of co-occurrence), and predicts it from those by ridge regression with input
// dropout, without negative weights; a profile weighs less the more it watched.
// That is SLIM with selected features (Ning and Karypis, ICDM 2011) solved as
// EASE is (Steck, WWW 2019) with its dropout (Steck, NeurIPS 2020). The same
// input gives the same bytes, however many processors there are.
func learn(titles int, histories [][]int32) [][]link {
	m := newTogether(titles, histories)
	incoming := make([][]link, titles) // per target, the sources with their weights
	parallel(titles, func() func(int) {
		s := newSolver(titles)
		return func(j int) { incoming[j] = s.solve(m, int32(j)) }
	})
	out := make([][]link, titles)
	for target, sources := range incoming {
		for _, s := range sources {
			out[s.title] = append(out[s.title], link{int32(target), s.weight})
		}
	}
	for i := range out {
		slices.SortFunc(out[i], heavier)
		out[i] = slices.Clip(out[i][:min(neighbours, len(out[i]))])
	}
	return out
}

// heavier orders links, the heaviest first.
func heavier(a, b link) int {
	return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.title, b.title))
}

// parallel calls work for 0 to n-1 on all processors; each has a worker of its
// own from start.
func parallel(n int, start func() func(int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			work := start()
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				work(int(i))
			}
		})
	}
	wait.Wait()
}

// together is how much titles were watched by the same profiles.
type together struct {
	rows [][]link  // per title, by cosine, the nearest first; weights are sums over profiles
	all  []float64 // per title, the sum over all of its profiles
}

func newTogether(titles int, histories [][]int32) *together {
	weight := make([]float32, len(histories))
	viewers := make([][]int32, titles) // in the order of profiles, which fixes the sums
	m := &together{rows: make([][]link, titles), all: make([]float64, titles)}
	for p, h := range histories {
		h = h[:min(maxHistory, len(h))]
		weight[p] = float32(math.Sqrt(100 / float64(len(h)+1)))
		for _, t := range h {
			viewers[t] = append(viewers[t], int32(p))
			m.all[t] += float64(weight[p])
		}
	}
	parallel(titles, func() func(int) {
		type met struct {
			link
			near float64
		}
		sum, count := make([]float32, titles), make([]int32, titles)
		var seen []int32
		var row []met
		return func(j int) {
			seen, row = seen[:0], row[:0]
			for _, p := range viewers[j] {
				for _, t := range histories[p][:min(maxHistory, len(histories[p]))] {
					if count[t] == 0 {
						seen = append(seen, t)
					}
					count[t]++
					sum[t] += weight[p]
				}
			}
			for _, t := range seen {
				if count[t] >= minTogether && int(t) != j {
					row = append(row, met{link{t, sum[t]}, float64(sum[t]) / math.Sqrt(m.all[t])}) // j's own part is the same for all
				}
				sum[t], count[t] = 0, 0
			}
			slices.SortFunc(row, func(a, b met) int { return cmp.Or(cmp.Compare(b.near, a.near), cmp.Compare(a.title, b.title)) })
			m.rows[j] = make([]link, min(maxTogether, len(row)))
			for i := range m.rows[j] {
				m.rows[j][i] = row[i].link
			}
		}
	})
	return m
}

// solver predicts one title at a time from others.
type solver struct {
	place []int32   // per title, its place among the sources plus one; 0 = none
	gram  []float64 // of the sources, in rows of maxSources
	lower []float64 // room for its factor
	y, b  []float64
}

func newSolver(titles int) *solver {
	return &solver{
		place: make([]int32, titles), gram: make([]float64, maxSources*maxSources), lower: make([]float64, maxSources*maxSources),
		y: make([]float64, maxSources), b: make([]float64, maxSources),
	}
}

// solve returns the titles that predict j, with positive weights.
func (s *solver) solve(m *together, j int32) []link {
	sources := m.rows[j]
	sources = sources[:min(maxSources, len(sources))]
	n := len(sources)
	if n == 0 {
		return nil
	}
	clear(s.gram)
	for i, l := range sources {
		s.place[l.title] = int32(i) + 1
	}
	for i, l := range sources {
		// Of two rows one may have cut the other title off.
		for _, k := range m.rows[l.title] {
			if p := int(s.place[k.title]) - 1; p >= 0 {
				s.gram[i*maxSources+p], s.gram[p*maxSources+i] = float64(k.weight), float64(k.weight)
			}
		}
		s.gram[i*maxSources+i] = m.all[l.title]*(1+dropout/(1-dropout)) + ridge
	}
	for _, l := range sources {
		s.place[l.title] = 0
	}
	active := make([]int, n)
	for i := range active {
		active[i] = i
	}
	for {
		if !s.regress(sources, active) {
			return nil
		}
		kept := active[:0]
		for i, a := range active {
			if s.b[i] > 0 {
				s.b[len(kept)] = s.b[i]
				kept = append(kept, a)
			}
		}
		if len(kept) == len(active) && len(kept) <= neighbours {
			break
		}
		if len(kept) == len(active) { // all are good: keep the best
			order := make([]int, len(kept))
			for i := range order {
				order[i] = i
			}
			slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(s.b[y], s.b[x]) })
			best := make([]int, neighbours)
			for i, o := range order[:neighbours] {
				best[i] = kept[o]
			}
			slices.Sort(best)
			kept = best
		}
		if active = kept; len(active) == 0 {
			return nil
		}
	}
	out := make([]link, len(active))
	for i, a := range active {
		out[i] = link{sources[a].title, float32(s.b[i])}
	}
	return out
}

// regress solves for the weights of the active sources by Cholesky's method,
// into b. It is false for a matrix that is not positive definite.
func (s *solver) regress(sources []link, active []int) bool {
	n := len(active)
	for r := range n {
		row := s.lower[r*maxSources : r*maxSources+n]
		from := s.gram[active[r]*maxSources:]
		for c := 0; c <= r; c++ {
			other := s.lower[c*maxSources : c*maxSources+n]
			sum := from[active[c]]
			for k := range c {
				sum -= row[k] * other[k]
			}
			if c < r {
				row[c] = sum / other[c]
				continue
			}
			if !(sum > 0) {
				return false
			}
			row[r] = math.Sqrt(sum)
		}
		sum := float64(sources[active[r]].weight)
		for k := range r {
			sum -= row[k] * s.y[k]
		}
		s.y[r] = sum / row[r]
	}
	for r := n - 1; r >= 0; r-- {
		sum := s.y[r]
		for k := r + 1; k < n; k++ {
			sum -= s.lower[k*maxSources+r] * s.b[k]
		}
		s.b[r] = sum / s.lower[r*maxSources+r]
	}
	return true
}
