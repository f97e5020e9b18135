package auth

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// remembered is how many keys a throttle keeps apart. The ones used last stay.
const remembered = 100_000

// throttle lets some tries for a key pass at once and then one more every
// while, so that whoever guesses is slowed, and nobody is locked out for ever.
// It counts in this process alone: each replica lets as many pass.
type throttle struct {
	burst int
	every time.Duration

	mu sync.Mutex
	// paid holds per key until when its tries are paid for: each adds every.
	paid *simplelru.LRU[string, time.Time]
}

func newThrottle(burst int, every time.Duration) *throttle {
	paid, err := simplelru.NewLRU[string, time.Time](remembered, nil)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &throttle{burst: burst, every: every, paid: paid}
}

// take counts a try. It returns a *TooMany when there were too many. An empty
// key, of who is not known, is not counted.
func (t *throttle) take(now time.Time, key string) error {
	if key == "" {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	paid, _ := t.paid.Get(key)
	if paid.Before(now) {
		paid = now
	}
	paid = paid.Add(t.every)
	if wait := paid.Sub(now) - time.Duration(t.burst)*t.every; wait > 0 {
		return &TooMany{wait}
	}
	t.paid.Add(key, paid)
	return nil
}

// giveBack takes a try back that was no guess.
func (t *throttle) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if paid, ok := t.paid.Get(key); ok {
		t.paid.Add(key, paid.Add(-t.every))
	}
}

// throttles slow down who guesses or floods.
type throttles struct {
	account *throttle // passwords of an account
	address *throttle // passwords from an address
	signUp  *throttle // accounts from an address
	letter  *throttle // letters to an e-mail address
	letters *throttle // letters asked for from an address
	token   *throttle // tokens of letters, from an address

	mu sync.Mutex
	// familiar holds from where an account was opened before: those places have
	// tries of their own, so that strangers cannot keep the owner out.
	familiar *simplelru.LRU[string, struct{}]
}

func newThrottles() *throttles {
	familiar, err := simplelru.NewLRU[string, struct{}](remembered, nil)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &throttles{
		account: newThrottle(10, time.Minute), address: newThrottle(20, 30*time.Second),
		signUp: newThrottle(10, 6*time.Minute), token: newThrottle(20, 30*time.Second),
		letter: newThrottle(3, 20*time.Minute), letters: newThrottle(10, 6*time.Minute),
		familiar: familiar,
	}
}

// attempt is a try that was counted.
type attempt struct {
	throttles           *throttles
	key, place, address string
}

// try counts a guess at the password of an account from an address.
func (t *throttles) try(now time.Time, account, address string) (*attempt, error) {
	a := &attempt{t, account, account + " " + address, address}
	t.mu.Lock()
	if t.familiar.Contains(a.place) {
		a.key = a.place
	}
	t.mu.Unlock()
	if err := t.address.take(now, address); err != nil {
		return nil, err
	}
	if err := t.account.take(now, a.key); err != nil {
		return nil, err
	}
	return a, nil
}

// giveBack must be called when it was no guess.
func (a *attempt) giveBack() {
	a.throttles.account.giveBack(a.key)
	a.throttles.address.giveBack(a.address)
}

// opened must be called when the account was opened: it was no guess, and this
// is a place of the owner's.
func (a *attempt) opened() {
	a.giveBack()
	if a.address != "" {
		a.throttles.mu.Lock()
		defer a.throttles.mu.Unlock()
		a.throttles.familiar.Add(a.place, struct{}{})
	}
}

// Network is what an address is counted as: itself, of IPv6 the /64 that one
// customer has. It is "" for an address that is not valid.
func Network(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(a, bits).Masked().String()
}
