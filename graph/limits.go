package graph

import (
	"context"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/graph/guard"
	"streamex/internal/auth"
	"streamex/internal/viewer"
)

const (
	// addressShare is how many viewers may ask from one address: a household, or
	// an office behind one.
	addressShare = 10
	// saved is how long a budget adds up while nobody asks.
	saved = time.Minute
	// flat is what each request costs beside what it reads; refused comes on top
	// when it is refused: reading it was work.
	flat, refused = 10, 90

	// patience before a gate.
	patience = 300 * time.Millisecond
	// Operations at once. Writes have at most half of the connections that
	// either database has, so that they never keep reads from it.
	reads, writes = 32, 4
	// viewerReads is how many of the reads one viewer may have: no burst of
	// theirs keeps others waiting.
	viewerReads = 8
	// payments at once: they wait for the payment provider.
	payments = 4

	// Streams open at once: of a viewer, from an address, in all.
	viewerStreams, addressStreams, allStreams = 10, 50, 1_000
	// socketOperations is how many operations one WebSocket may run.
	socketOperations = 20
	// maxFrame bounds a message of a WebSocket, in bytes.
	maxFrame = 64 << 10
	// initPatience is how long a WebSocket may say nothing at first.
	initPatience = 3 * time.Second
	// writePatience is how long a client may take to read what it is sent.
	writePatience = 10 * time.Second
	// linger is how long a WebSocket may take to close when it is told to.
	linger = 5 * time.Second
	// beat is how often an open stream is looked after.
	beat = 20 * time.Second
)

// limits are what protects the ones who ask from each other.
type limits struct {
	viewers, addresses *guard.Budget // nil does not limit
	address            func(context.Context) netip.Addr
	reads, writes      *guard.Gate
	shares             *guard.Shares // of the reads
	// payments is the gate of writes that ask the payment provider: while it is
	// slow, all others must not be.
	payments *guard.Gate
	// hashing is the gate of writes that hash a secret: that is slow on purpose,
	// and must not keep the other ones waiting.
	hashing *guard.Gate
	hashes  map[string]bool // mutations that do
}

func newLimits(c Config, schema *ast.Schema) *limits {
	l := &limits{
		address: c.Address,
		reads:   guard.NewGate(reads, patience), writes: guard.NewGate(writes, patience),
		payments: guard.NewGate(payments, patience),
		shares:   guard.NewShares(viewerReads, patience),
		hashing:  guard.NewGate(4*runtime.GOMAXPROCS(0), patience),
		hashes:   hashing(schema),
	}
	if c.Rate > 0 {
		// However low the rate, the dearest operation can be saved for.
		saved := max(saved, 2*guard.MaxCost/time.Duration(c.Rate)*time.Second)
		l.viewers = guard.NewBudget(c.Rate, saved, c.Now)
		l.addresses = guard.NewBudget(addressShare*c.Rate, saved, c.Now)
	}
	return l
}

// hashing finds the mutations that take a password or a PIN: argument or field
// of an input.
func hashing(schema *ast.Schema) map[string]bool {
	found := make(map[string]bool)
	secret := func(name string) bool {
		name = strings.ToLower(name)
		return strings.Contains(name, "password") || name == "pin"
	}
	for _, f := range schema.Mutation.Fields {
		for _, a := range f.Arguments {
			found[f.Name] = found[f.Name] || secret(a.Name)
			if in := schema.Types[a.Type.Name()]; in != nil && in.Kind == ast.InputObject {
				for _, field := range in.Fields {
					found[f.Name] = found[f.Name] || secret(field.Name)
				}
			}
		}
	}
	return found
}

// gate is the one that an operation has to pass.
func (l *limits) gate(oc *graphql.OperationContext) *guard.Gate {
	if oc.Operation.Operation != ast.Mutation {
		return l.reads
	}
	for _, f := range graphql.CollectFields(oc, oc.Operation.SelectionSet, []string{"Mutation"}) {
		if l.hashes[f.Name] {
			return l.hashing
		}
		if asksProvider(f.Name) {
			return l.payments
		}
	}
	return l.writes
}

// spend charges who asks, and the address that they ask from.
func (l *limits) spend(ctx context.Context, amount int64) error {
	if l.viewers == nil {
		return nil
	}
	if l.address != nil {
		if from := l.address(ctx); from.IsValid() {
			if wait := l.addresses.Spend(auth.Network(from), amount); wait > 0 {
				return rateLimited(wait)
			}
		}
	}
	if v := viewer.From(ctx); v.SignedIn() {
		if wait := l.viewers.Spend(v.User.String(), amount); wait > 0 {
			return rateLimited(wait)
		}
	}
	return nil
}

// admit asks whether the operation may run now. It takes a place, given back
// when the call ends.
func (c *call) admit() error {
	l := c.api.limits
	if err := l.spend(c.ctx, guard.Cost(c.oc)); err != nil {
		return err
	}
	gate := l.gate(c.oc)
	if v := viewer.From(c.ctx); gate == l.reads && v.SignedIn() {
		leave, ok := l.shares.Enter(v.User.String(), c.ctx.Done())
		if !ok {
			return errTooManyAtOnce
		}
		c.ends = append(c.ends, leave)
	}
	leave, ok := gate.Enter(c.ctx.Done())
	if !ok {
		return errOverloaded
	}
	c.ends = append(c.ends, leave)
	return nil
}

func rateLimited(wait time.Duration) error {
	return &failure{code: RateLimited, message: "too many requests, try again later", wait: wait}
}

// errTooManyStreams is for who has as many streams open as may be.
var errTooManyStreams = &failure{code: RateLimited, message: "too many open streams", wait: 10 * time.Second}

// errTooManyAtOnce is for who asks for as much at once as one viewer may.
var errTooManyAtOnce = &failure{code: RateLimited, message: "too many operations at once, try again soon", wait: time.Second}

var errOverloaded = &failure{code: Overloaded, message: "we have too much to do, try again soon", wait: time.Second}

func init() {
	for _, code := range []string{RateLimited, Overloaded} {
		errcode.RegisterErrorType(code, errcode.KindProtocol)
	}
}
