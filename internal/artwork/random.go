package artwork

// random is a splitmix64 generator. The standard library's generators would do, but their streams are not part of this
// package's promise; these few lines are, so a picture outlives every Go release.
type random struct{ state uint64 }

// newRandom seeds a generator from the parts (FNV-1a, each part closed by a zero byte so that "ab","c" differs from "a","bc").
func newRandom(parts ...string) *random {
	h := uint64(0xcbf29ce484222325)
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 0x100000001b3
		}
		h *= 0x100000001b3
	}
	return &random{h}
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// unit is in [0, 1).
func (r *random) unit() float64 { return float64(r.next()>>11) / (1 << 53) }

// in is in [a, b).
func (r *random) in(a, b float64) float64 { return a + float64((b-a)*r.unit()) }

// n is in [0, n).
func (r *random) n(n int) int { return int(r.next() % uint64(n)) }

// side is -1 or 1.
func (r *random) side() float64 { return float64(2*r.n(2) - 1) }

// chance is true p times out of 100.
func (r *random) chance(p int) bool { return r.n(100) < p }
