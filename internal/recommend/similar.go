package recommend

import (
	"cmp"
	"math"
	"slices"

	"streamex/ent/schema/globalid"
)

const (
	// fewViewers is up to how many profiles that watched a title say too little of
	// it: what it is made of speaks too.
	fewViewers = 5
	// byContent is the weight of titles that are alike in everything, beside what
	// profiles teach: where that is little, and where it is enough, so that it
	// only fills up what goes with a title and decides no recommendation.
	byContent, byContentAtLast = .1, .001
	// maxShelf bounds the titles of one genre or one person that are compared.
	maxShelf = 200
)

// similar finds the titles that go with each one, best first: from what profiles
// watched, and from what they have in common: first of all of titles that few did.
// Titles go by their places in order.
func similar(titles map[globalid.Title]*facts, order []globalid.Title) [][]link {
	out := learn(len(order), histories(titles, order))
	shelves := newShelves(titles, order)
	for i, id := range order {
		weight := float32(byContent)
		if len(titles[id].viewers) >= fewViewers {
			weight = byContentAtLast
		}
		have := make(map[int32]bool, len(out[i]))
		for _, l := range out[i] {
			have[l.title] = true
		}
		for _, l := range shelves.alike(int32(i)) {
			if !have[l.title] {
				out[i] = append(out[i], link{l.title, l.weight * weight})
			}
		}
		slices.SortFunc(out[i], heavier)
		out[i] = slices.Clip(out[i][:min(neighbours, len(out[i]))])
	}
	return out
}

// histories are the titles of each profile, the latest first.
func histories(titles map[globalid.Title]*facts, order []globalid.Title) [][]int32 {
	type viewed struct {
		title int32
		at    float64
	}
	byProfile := make(map[globalid.Profile][]viewed)
	for i, id := range order {
		for p, at := range titles[id].viewers {
			byProfile[p] = append(byProfile[p], viewed{int32(i), at})
		}
	}
	profiles := make([]globalid.Profile, 0, len(byProfile))
	for p := range byProfile {
		profiles = append(profiles, p)
	}
	slices.Sort(profiles) // sums depend on the order
	out := make([][]int32, len(profiles))
	for i, p := range profiles {
		h := byProfile[p]
		slices.SortFunc(h, func(a, b viewed) int { return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(a.title, b.title)) })
		out[i] = make([]int32, len(h))
		for k, v := range h {
			out[i][k] = v.title
		}
	}
	return out
}

// shelves hold the titles of each genre and of each person, the most watched
// first, so that a title is compared with few however large the catalogue is.
type shelves struct {
	facts   []*facts
	genres  map[globalid.Genre][]int32
	people  map[globalid.Person][]int32
	checked []int32 // per title, the last one that it was compared with, plus one
}

func newShelves(titles map[globalid.Title]*facts, order []globalid.Title) *shelves {
	s := &shelves{
		facts: make([]*facts, len(order)), genres: make(map[globalid.Genre][]int32), people: make(map[globalid.Person][]int32),
		checked: make([]int32, len(order)),
	}
	popular := make([]int32, len(order))
	for i, id := range order {
		s.facts[i], popular[i] = titles[id], int32(i)
	}
	slices.SortStableFunc(popular, func(a, b int32) int { return len(s.facts[b].viewers) - len(s.facts[a].viewers) })
	for _, i := range popular {
		for _, g := range s.facts[i].genres {
			if len(s.genres[g]) < maxShelf {
				s.genres[g] = append(s.genres[g], i)
			}
		}
		for p := range s.facts[i].people {
			if len(s.people[p]) < maxShelf {
				s.people[p] = append(s.people[p], i)
			}
		}
	}
	return s
}

// alike finds the titles that have most in common with one, best first.
func (s *shelves) alike(i int32) []link {
	var out []link
	compare := func(others []int32) {
		for _, o := range others {
			if o == i || s.checked[o] == i+1 {
				continue
			}
			s.checked[o] = i + 1
			if likeness := alike(s.facts[i], s.facts[o]); likeness > .02 {
				out = append(out, link{o, float32(likeness)})
			}
		}
	}
	for _, g := range s.facts[i].genres {
		compare(s.genres[g])
	}
	for p := range s.facts[i].people {
		compare(s.people[p])
	}
	slices.SortFunc(out, heavier)
	return out[:min(neighbours, len(out))]
}

// alike is how much two titles have in common, from 0 to 1: people, genres, era.
func alike(a, b *facts) float64 {
	people := 0.0
	for p, w := range a.people { // small integers: their sum does not depend on the order
		people += min(w, b.people[p])
	}
	genres := 0.0
	for i, g := range a.genres {
		if j := slices.Index(b.genres, g); j >= 0 {
			genres += 1 / float64(1+i+j)
		}
	}
	era := 0.0
	if a.year > 0 && b.year > 0 {
		era = math.Exp2(-math.Abs(float64(a.year-b.year)) / 15)
	}
	return .45*min(1, people/4) + .45*min(1, genres/1.5) + .1*era
}
