package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"streamex/ent"
	"streamex/ent/profile"
	"streamex/ent/rating"
	"streamex/ent/schema/globalid"
)

const (
	households = 75 // invented accounts
	members    = 4  // profiles in each: 300 in all
	days       = 60 // how far the history goes back
)

// source is the same on every machine and in every run.
func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x57e4)) }

func shuffled(n int) []int { return source(1).Perm(n) }

// audience writes the accounts, the profiles and what they watched, saved and
// rated. Who watches what follows taste and a few hits; when, ends now.
func audience(ctx context.Context, c *ent.Client, all []stock, passwordHash string, now time.Time) error {
	accounts, people, err := users(ctx, c, passwordHash)
	if err != nil {
		return err
	}
	var profiles []*ent.ProfileCreate
	owner := func(account int, p person) {
		profiles = append(profiles, c.Profile.Create().SetUserID(accounts[account].ID).SetName(p.Name).SetAvatar(profile.Avatar(p.Avatar)).
			SetChild(p.Child).SetMaturity(p.maturity).SetLanguage(profile.Language(p.Language)))
	}
	i := 0
	for a := range Accounts {
		for range Accounts[a].Profiles {
			owner(a, people[i])
			i++
		}
	}
	r := source(2)
	genres := tastes(all)
	for h := range households {
		for m := range members {
			p := person{Person{Name: fmt.Sprintf("Member %d", m+1), Avatar: "green", Language: []string{"en", "es"}[r.IntN(2)], Child: m == 3 && h%3 == 0}, 18}
			if p.Child {
				p.maturity = 7
			}
			for range 1 + r.IntN(3) {
				p.Taste = append(p.Taste, genres[r.IntN(len(genres))])
			}
			people = append(people, p)
			owner(len(Accounts)+h, p)
		}
	}
	saved, err := c.Profile.CreateBulk(profiles...).Save(ctx)
	if err != nil {
		return err
	}
	if err := cards(ctx, c, accounts[0].ID, now); err != nil {
		return err
	}
	h := history{c: c, now: now, hits: source(3).Perm(len(all))}
	for i, p := range people {
		h.of(saved[i].ID, p, all, source(100+uint64(i)))
	}
	if err := save(ctx, h.views, c.View.CreateBulk); err != nil {
		return err
	}
	if err := save(ctx, h.list, c.ListItem.CreateBulk); err != nil {
		return err
	}
	return save(ctx, h.ratings, c.Rating.CreateBulk)
}

func tastes(all []stock) []string {
	var out []string
	for _, s := range all {
		for _, g := range s.genres {
			if !slices.Contains(out, g) {
				out = append(out, g)
			}
		}
	}
	slices.Sort(out)
	return out
}

type history struct {
	c       *ent.Client
	now     time.Time
	hits    []int // place of each title among the hits
	views   []*ent.ViewCreate
	list    []*ent.ListItemCreate
	ratings []*ent.RatingCreate
}

// of invents what a profile did: titles drawn by taste, the latest first.
func (h *history) of(id globalid.Profile, p person, all []stock, r *rand.Rand) {
	drawn := h.draw(p, all, 14+r.IntN(22), r)
	at := h.now.Add(-time.Duration(r.IntN(36)) * time.Hour)
	for i, s := range drawn {
		at = at.Add(-time.Duration(1+r.IntN(days*24/len(drawn)*2)) * time.Hour)
		left := i < 5 || r.IntN(10) == 0 // the latest are not watched to the end
		episodes := 1
		if s.series {
			episodes = 1 + r.IntN(min(8, len(s.plays)-1)) // there is always a next one
			left = left && i%2 == 0                       // others wait for the next episode
		}
		for e := range episodes {
			v := s.plays[e]
			seen := at.Add(-time.Duration(episodes-1-e) * 26 * time.Hour)
			last := e == episodes-1
			position, finished := v.seconds, true
			if last && left {
				position, finished = v.seconds*(15+r.IntN(65))/100, false
			}
			h.views = append(h.views, h.c.View.Create().SetProfileID(id).SetVideoID(v.video).SetTitleID(s.id).
				SetPositionSeconds(position).SetStarted(true).SetFinished(finished).SetStartedAt(seen.Add(-time.Duration(position)*time.Second)).SetViewedAt(seen))
		}
		if r.IntN(3) == 0 {
			thumb := rating.ThumbUP
			switch r.IntN(6) {
			case 0:
				thumb = rating.ThumbDOWN
			case 1, 2:
				thumb = rating.ThumbDOUBLE_UP
			}
			h.ratings = append(h.ratings, h.c.Rating.Create().SetProfileID(id).SetTitleID(s.id).SetThumb(thumb).SetRatedAt(at))
		}
	}
	for i, s := range h.draw(p, all, 7+r.IntN(8), r) {
		if !slices.ContainsFunc(drawn, func(d stock) bool { return d.id == s.id }) {
			h.list = append(h.list, h.c.ListItem.Create().SetProfileID(id).SetTitleID(s.id).SetAddedAt(h.now.Add(-time.Duration(5+i*31)*time.Hour)))
		}
	}
}

// draw picks n titles without repeating, favouring taste and hits.
func (h *history) draw(p person, all []stock, n int, r *rand.Rand) []stock {
	type weighted struct {
		stock
		w float64
	}
	var pool []weighted
	for i, s := range all {
		if s.maturity > p.maturity {
			continue
		}
		w := 1 + 8/float64(1+h.hits[i]/6)
		for k, g := range p.Taste {
			if at := slices.Index(s.genres, g); at >= 0 {
				w += 14 / float64(1+k+at)
			}
		}
		if s.series { // few in the catalogue, and watched as much as films
			w *= 3
		}
		pool = append(pool, weighted{s, w})
	}
	var out []stock
	for range min(n, len(pool)) {
		total := 0.0
		for _, c := range pool {
			total += c.w
		}
		x := r.Float64() * total
		i := 0
		for i < len(pool)-1 && x >= pool[i].w {
			x -= pool[i].w
			i++
		}
		out = append(out, pool[i].stock)
		pool = slices.Delete(pool, i, i+1)
	}
	return out
}
