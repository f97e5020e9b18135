//go:build faults

package faults_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/ent/paymentrequest"
	"streamex/ent/profile"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/database"
)

// write is a kind of write that a load is made of. A new mutation is one more of
// them, in the list below.
type write struct {
	name string
	// prepare makes ready for a writer of this name, and returns its client.
	prepare func(t *testing.T, p *program, writer string) *client
	// do writes what is known by id from then on.
	do func(c *client, id string) answer
	// lost returns those of the answered ids, in their order, that the database
	// does not hold.
	lost func(ctx context.Context, db *ent.Client, ids []string) ([]string, error)
}

var (
	createProfile = write{
		name:    "createProfile",
		prepare: func(t *testing.T, p *program, writer string) *client { return p.signUp(t, writer+"@example.com") },
		do: func(c *client, id string) answer {
			return c.ask(`mutation($i: CreateProfileInput!) { createProfile(input: $i) { profile { id } userErrors { code } } }`, vars{"i": vars{"name": id}})
		},
		lost: func(ctx context.Context, db *ent.Client, ids []string) ([]string, error) {
			return missing(ids, func(chunk []string) ([]string, error) {
				return db.Profile.Query().Where(profile.NameIn(chunk...)).Select(profile.FieldName).Strings(ctx)
			})
		},
	}
	renameSession = write{
		name: "renameSession",
		prepare: func(t *testing.T, p *program, writer string) *client {
			c := p.signUp(t, writer+"@example.com")
			a := c.ask(`{ viewer { sessions { id } } }`, nil)
			require.True(t, a.ok(), "%s", a)
			sessions, _ := a.at("viewer", "sessions").([]any)
			require.Len(t, sessions, 1)
			c.session, _ = sessions[0].(map[string]any)["id"].(string)
			return c
		},
		do: func(c *client, id string) answer {
			return c.ask(`mutation($id: ID!, $n: String!) { renameSession(id: $id, name: $n) { session { name } userErrors { code } } }`, vars{"id": c.session, "n": id})
		},
		// The last one counts, or one after it that nobody was told of.
		lost: func(ctx context.Context, db *ent.Client, ids []string) ([]string, error) {
			last := map[string]string{}
			for _, id := range ids {
				writer, _, _ := strings.Cut(id, ".")
				last[writer] = id
			}
			var lost []string
			for writer, id := range last {
				name, err := db.Session.Query().Where(session.HasUserWith(user.Email(writer + "@example.com"))).Select(session.FieldDevice).String(ctx)
				if err != nil {
					return nil, err
				}
				if name < id {
					lost = append(lost, id)
				}
			}
			return lost, nil
		},
	}
	// createUser writes an account and its first profile.
	createUser = write{
		name:    "createUser",
		prepare: func(t *testing.T, p *program, _ string) *client { return p.signIn(t) },
		do: func(c *client, id string) answer {
			return c.ask(`mutation($i: CreateUserInput!) { createUser(input: $i) { user { id } userErrors { code } } }`, vars{"i": vars{"email": address(id)}})
		},
		lost: lostAccounts,
	}
	// signUp writes an account, its first profile and a session.
	signUp = write{
		name:    "signUp",
		prepare: func(_ *testing.T, p *program, _ string) *client { return p.stranger() },
		do: func(c *client, id string) answer {
			return newClient(c.url).signUp(address(id)) // one address may not open many
		},
		lost: lostAccounts,
	}
	// addPaymentMethod asks the payment provider between two transactions. The
	// tenth card of an account is the last, so each has an account of its own.
	addPaymentMethod = write{
		name:    "addPaymentMethod",
		prepare: func(_ *testing.T, p *program, _ string) *client { return p.stranger() },
		do: func(c *client, id string) answer {
			own := newClient(c.url)
			a := own.signUp(address(id))
			if !a.ok() {
				return a
			}
			own.token = a.text("signUp", "token")
			token, a := own.card()
			if a.err != nil || token == "" {
				return a
			}
			return own.addCard(token, id, false)
		},
		lost: func(ctx context.Context, db *ent.Client, ids []string) ([]string, error) {
			return missing(ids, func(chunk []string) ([]string, error) {
				return db.PaymentRequest.Query().Where(paymentrequest.KeyIn(chunk...), paymentrequest.Done(true),
					paymentrequest.HasMethodWith(paymentmethod.IsDefault(true))).Select(paymentrequest.FieldKey).Strings(ctx)
			})
		},
	}
	// writes are all kinds.
	writes = []write{createProfile, renameSession, createUser, signUp, addPaymentMethod}
)

func address(id string) string { return id + "@example.com" }

func lostAccounts(ctx context.Context, db *ent.Client, ids []string) ([]string, error) {
	return missing(ids, func(chunk []string) ([]string, error) {
		emails := make([]string, len(chunk))
		for i, id := range chunk {
			emails[i] = address(id)
		}
		found, err := db.User.Query().Where(user.EmailIn(emails...), user.HasProfiles()).Select(user.FieldEmail).Strings(ctx)
		return slices.DeleteFunc(chunk, func(id string) bool { return !slices.Contains(found, address(id)) }), err
	})
}

// missing are those of ids that find does not return, asked a few at a time.
func missing(ids []string, find func([]string) ([]string, error)) ([]string, error) {
	var lost []string
	for chunk := range slices.Chunk(ids, 200) {
		found, err := find(slices.Clone(chunk))
		if err != nil {
			return nil, err
		}
		for _, id := range chunk {
			if !slices.Contains(found, id) {
				lost = append(lost, id)
			}
		}
	}
	return lost, nil
}

// load is writers at work, and what they were told.
type load struct {
	t       *testing.T
	writers []*writer
	stop    chan struct{}
	running sync.WaitGroup

	mu      sync.Mutex
	count   map[string]int // of answers, by what they said
	strange []string       // answers that are none of those that clients rely on
	told    func(answer)   // is told of each answer; may be nil
}

type writer struct {
	write
	*client
	name     string
	sent     int
	answered []string // the ids of what was said to be written, not yet checked
}

// prepareLoad makes n writers of these kinds, in turns.
func prepareLoad(t *testing.T, p *program, n int, kinds ...write) *load {
	t.Helper()
	l := &load{t: t, count: map[string]int{}}
	for i := range n {
		name := fmt.Sprintf("writer%d", i)
		kind := kinds[i%len(kinds)]
		l.writers = append(l.writers, &writer{write: kind, client: kind.prepare(t, p, name), name: name})
	}
	return l
}

// signedIn is a client of a writer's session, to read with.
func (l *load) signedIn(n int) *client {
	var sessions []string
	for _, w := range l.writers {
		if w.token != "" {
			sessions = append(sessions, w.token)
		}
	}
	c := newClient(l.writers[0].url)
	c.token = sessions[n%len(sessions)]
	return c
}

// start sets the writers to work, each one write after the other.
func (l *load) start() {
	l.stop = make(chan struct{})
	for _, w := range l.writers {
		l.running.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
				}
				w.sent++
				id := fmt.Sprintf("%s.%08d", w.name, w.sent)
				l.note(w, id, w.do(w.client, id))
			}
		})
	}
}

func (l *load) note(w *writer, id string, a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case a.ok():
		w.answered = append(w.answered, id)
		l.count["answered"]++
	case a.err != nil:
		l.count["cut"]++
	case a.refused():
		l.count[a.codes[0]]++
	default:
		l.count["strange"]++
		l.strange = append(l.strange, a.String())
	}
	if l.told != nil {
		l.told(a)
	}
}

// wait lets the writers finish what they are at.
func (l *load) wait() {
	close(l.stop)
	l.running.Wait()
}

// counted is how many answers said what.
func (l *load) counted(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count[what]
}

// check compares what was answered since the last time with the database.
func (l *load) check(url string) (answered int) {
	l.t.Helper()
	require.Empty(l.t, l.strange, "answers that clients cannot understand")
	with(l.t, url, func(ctx context.Context, db *database.DB) {
		for _, w := range l.writers {
			lost, err := w.lost(ctx, db.Client, w.answered)
			require.NoError(l.t, err)
			require.Empty(l.t, lost, "%s: answered, and LOST", w.write.name)
			answered += len(w.answered)
			w.answered = nil
		}
	})
	return answered
}
