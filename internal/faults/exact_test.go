//go:build faults

package faults_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent/paymentmethod"
	"streamex/ent/profile"
	"streamex/ent/user"
	"streamex/internal/database"
)

// TestSameKey sends the same card with the same idempotency key ten times at
// once, to all replicas, and then once more to each: it is added once.
func TestSameKey(t *testing.T) {
	replicas(t, func(t *testing.T, programs []*program) {
		told := map[string]int{}
		each(t, func(n int) {
			email := fmt.Sprintf("payer%d@example.com", n)
			clients := household(t, programs, email)
			token, a := clients[0].card() // the test provider's tokens live in one process
			require.NotEmpty(t, token, "%s", a)
			key := fmt.Sprintf("key-%d", n)
			add := func(i int) answer {
				c := clients[i%len(clients)]
				return patient(func() answer { return c.addCard(token, key, false) })
			}
			ids := map[string]int{}
			for _, a := range atOnce(10, add) {
				require.NoError(t, a.err)
				if len(clients) > 1 && a.is("BAD_USER_INPUT") { // a replica that does not know the token, and was first
					told["the token is unknown here"]++
					continue
				}
				require.True(t, a.ok(), "%s", a)
				ids[a.text("addPaymentMethod", "paymentMethod", "id")]++
			}
			for i := range clients { // by now all know what came of it
				a := add(i)
				require.True(t, a.ok(), "%s", a)
				ids[a.text("addPaymentMethod", "paymentMethod", "id")]++
			}
			require.Len(t, ids, 1, "one request, several cards: %v", ids)
			for _, equal := range ids {
				told["the same card"] += equal
			}
			with(t, programs[0].database, func(ctx context.Context, db *database.DB) {
				cards, err := db.Client.PaymentMethod.Query().Where(paymentmethod.HasUserWith(user.Email(email))).Count(ctx)
				require.NoError(t, err)
				require.Equal(t, 1, cards)
			})
		})
		say(t, "%d keys, 10 requests at once and %d later for each: 1 card for each key; answers: %v", *rounds, len(programs), told)
	})
}

// TestExactProfiles has 60 create a profile at once, through all replicas, where
// there is room for four more.
func TestExactProfiles(t *testing.T) {
	replicas(t, func(t *testing.T, programs []*program) {
		each(t, func(n int) {
			email := fmt.Sprintf("family%d@example.com", n)
			clients := household(t, programs, email)
			codes := tally(atOnce(60, func(i int) answer {
				c := clients[i%len(clients)]
				return patient(func() answer { return createProfile.do(c, fmt.Sprint("profile ", i)) })
			}))
			require.Equal(t, map[string]int{"ok": 4, "CONFLICT": 56}, codes)
			with(t, programs[0].database, func(ctx context.Context, db *database.DB) {
				profiles, err := db.Client.Profile.Query().Where(profile.HasUserWith(user.Email(email))).Count(ctx)
				require.NoError(t, err)
				require.Equal(t, 5, profiles)
			})
			say(t, "round %d: 60 at once through %d replicas: %v, 5 profiles", n, len(programs), codes)
		})
	})
}

// TestExactPINs guesses a PIN 40 times at once, through all replicas: five
// guesses are looked at.
func TestExactPINs(t *testing.T) {
	replicas(t, func(t *testing.T, programs []*program) {
		each(t, func(n int) {
			clients := household(t, programs, fmt.Sprintf("guessed%d@example.com", n))
			a := patient(func() answer {
				return clients[0].ask(`mutation($i: CreateProfileInput!) { createProfile(input: $i) { profile { id } userErrors { code } } }`,
					vars{"i": vars{"name": "locked", "pin": "1234", "password": password}})
			})
			require.True(t, a.ok(), "%s", a)
			id := a.text("createProfile", "profile", "id")
			choose := func(c *client, pin string) answer {
				return patient(func() answer {
					return c.ask(`mutation($id: ID!, $pin: String) { selectProfile(id: $id, pin: $pin) { viewer { profile { id } } userErrors { code } } }`,
						vars{"id": id, "pin": pin})
				})
			}
			codes := tally(atOnce(40, func(i int) answer { return choose(clients[i%len(clients)], strconv.Itoa(9000+i)) }))
			require.Equal(t, map[string]int{"BAD_USER_INPUT": 5, "RATE_LIMITED": 35}, codes)
			for _, c := range clients {
				a := choose(c, "1234")
				require.True(t, a.is("RATE_LIMITED"), "the right one does not open it now: %s", a)
			}
			say(t, "round %d: 40 guesses at once through %d replicas: %v", n, len(programs), codes)
		})
	})
}

// TestExactDefault adds ten cards at once, through all replicas, each to be the
// one to pay with, and then makes each of them that at once: one is.
func TestExactDefault(t *testing.T) {
	replicas(t, func(t *testing.T, programs []*program) {
		each(t, func(n int) {
			email := fmt.Sprintf("rich%d@example.com", n)
			clients := household(t, programs, email)
			defaults := func() {
				with(t, programs[0].database, func(ctx context.Context, db *database.DB) {
					found, err := db.Client.PaymentMethod.Query().Where(paymentmethod.IsDefault(true), paymentmethod.HasUserWith(user.Email(email))).Count(ctx)
					require.NoError(t, err)
					require.Equal(t, 1, found)
				})
			}
			var mu sync.Mutex
			var ids []string
			codes := tally(atOnce(15, func(i int) answer {
				c := clients[i%len(clients)]
				token, a := c.card()
				if token == "" {
					return a
				}
				a = patient(func() answer { return c.addCard(token, fmt.Sprint("key-", i), true) })
				if a.ok() {
					mu.Lock()
					defer mu.Unlock()
					ids = append(ids, a.text("addPaymentMethod", "paymentMethod", "id"))
				}
				return a
			}))
			require.Equal(t, map[string]int{"ok": 10, "CONFLICT": 5}, codes)
			defaults()
			moved := tally(atOnce(len(ids), func(i int) answer {
				return patient(func() answer {
					return clients[i%len(clients)].ask(`mutation($id: ID!) { setDefaultPaymentMethod(id: $id) { paymentMethods { id default } userErrors { code } } }`, vars{"id": ids[i]})
				})
			}))
			require.Equal(t, map[string]int{"ok": 10}, moved)
			defaults()
			say(t, "round %d: 15 cards at once through %d replicas: %v, 1 default; moved 10 times at once: 1 default", n, len(programs), codes)
		})
	})
}

// household is an account with a client at each replica.
func household(t *testing.T, programs []*program, email string) []*client {
	t.Helper()
	first := programs[0].signUp(t, email)
	clients := []*client{first}
	for _, p := range programs[1:] {
		c := newClient(p.url)
		c.token = first.token
		clients = append(clients, c)
	}
	return clients
}

// atOnce asks n times at the same moment.
func atOnce(n int, ask func(i int) answer) []answer {
	answers := make([]answer, n)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			answers[i] = ask(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return answers
}

// tally counts answers by their code.
func tally(answers []answer) map[string]int {
	codes := map[string]int{}
	for _, a := range answers {
		switch {
		case a.ok():
			codes["ok"]++
		case len(a.codes) > 0:
			codes[a.codes[0]]++
		default:
			codes[a.String()]++
		}
	}
	return codes
}
