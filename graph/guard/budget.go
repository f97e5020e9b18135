package guard

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// budgets is how many keys a Budget keeps apart. The ones used last stay: a
// key that comes back after so many others starts afresh.
const budgets = 100_000

// Budget is what each key may spend: so much a second, and what it saved of it
// up to a bound. It counts in this process alone.
type Budget struct {
	perSecond float64
	saved     time.Duration
	now       func() time.Time

	mu sync.Mutex
	// paid holds per key until when its spending is paid for: later than now for
	// who is in debt to the future.
	paid *simplelru.LRU[string, time.Time]
}

// NewBudget returns a budget of perSecond, of which as much as comes in during
// saved can be spent at once. now is the clock, nil is time.Now.
func NewBudget(perSecond int64, saved time.Duration, now func() time.Time) *Budget {
	paid, err := simplelru.NewLRU[string, time.Time](budgets, nil)
	if err != nil {
		panic(err) // the size is positive
	}
	if now == nil {
		now = time.Now
	}
	return &Budget{perSecond: float64(perSecond), saved: saved, now: now, paid: paid}
}

// Spend takes amount from what key has. When that is too little it takes
// nothing and tells how long to wait.
func (b *Budget) Spend(key string, amount int64) (wait time.Duration) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	paid, _ := b.paid.Get(key)
	if paid.Before(now) {
		paid = now
	}
	paid = paid.Add(time.Duration(float64(amount) / b.perSecond * float64(time.Second)))
	if wait = paid.Sub(now) - b.saved; wait > 0 {
		return wait
	}
	b.paid.Add(key, paid)
	return 0
}

// Gate lets so many pass at once.
type Gate struct {
	places   chan struct{}
	patience time.Duration
}

// NewGate returns a gate of some places, before which nobody waits longer than
// patience: who cannot be served soon should hear so soon.
func NewGate(places int, patience time.Duration) *Gate {
	return &Gate{make(chan struct{}, places), patience}
}

// Enter takes a place; leave gives it back. ok is false when none came free in
// time, or done was closed.
func (g *Gate) Enter(done <-chan struct{}) (leave func(), ok bool) {
	leave = func() { <-g.places }
	select {
	case g.places <- struct{}{}:
		return leave, true
	default:
	}
	patience := time.NewTimer(g.patience)
	defer patience.Stop()
	select {
	case g.places <- struct{}{}:
		return leave, true
	case <-patience.C:
	case <-done:
	}
	return nil, false
}

// Shares is a Gate for each key, so that none takes all places of another.
type Shares struct {
	places   int
	patience time.Duration

	mu    sync.Mutex
	gates map[string]*share // of those who are inside or before one
}

type share struct {
	*Gate
	users int
}

// NewShares returns gates of some places each; see NewGate.
func NewShares(places int, patience time.Duration) *Shares {
	return &Shares{places: places, patience: patience, gates: make(map[string]*share)}
}

// Enter takes a place of key's gate, as Gate.Enter does.
func (s *Shares) Enter(key string, done <-chan struct{}) (leave func(), ok bool) {
	s.mu.Lock()
	own := s.gates[key]
	if own == nil {
		own = &share{Gate: NewGate(s.places, s.patience)}
		s.gates[key] = own
	}
	own.users++
	s.mu.Unlock()
	forget := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if own.users--; own.users == 0 {
			delete(s.gates, key)
		}
	}
	out, ok := own.Enter(done)
	if !ok {
		forget()
		return nil, false
	}
	return func() { out(); forget() }, true
}
