// Package edit changes the catalogue on behalf of administrators. Each change is
// one transaction, in which everything that is wrong is found before anything
// is written, and which leaves an entry in the audit log and a fresh index of
// the search.
package edit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/editrequest"
	"streamex/ent/schema/globalid"
	"streamex/internal/audit"
	"streamex/internal/input"
	"streamex/internal/search"
	"streamex/internal/viewer"
)

const (
	// remembered is how long the key of a request is.
	remembered = 7 * 24 * time.Hour
	// attempts to write: another transaction may take a slug or a key between a
	// look and a write.
	attempts = 3
	// chunk bounds the rows of one INSERT, for SQLite's limit of parameters.
	chunk = 500
)

// Service edits the catalogue. All its methods return input.Problems for what
// the administrator can put right; their fields are the arguments of the API.
type Service struct {
	db      *ent.Client // keeps to the policy
	dialect string
}

// New returns the service over a client that keeps to the policy.
func New(db *ent.Client, dialect string) *Service { return &Service{db, dialect} }

// Value is what a field shall say.
type Value[T any] struct {
	Set bool // else it stays as it is
	To  *T   // nil removes what it says
}

// change is one transaction.
type change struct {
	tx      *ent.Tx
	dialect string
	user    globalid.User
	now     time.Time
	changed search.Changed
	entries []*ent.AuditEntryCreate
}

// write runs do in a transaction. It returns do's problems as they are.
func (s *Service) write(ctx context.Context, what string, do func(*change) error) error {
	var err error
	for range attempts {
		if err = s.try(ctx, do); !ent.IsConstraintError(err) { // else somebody was faster: look again
			break
		}
	}
	if _, ok := errors.AsType[input.Problems](err); ok || err == nil {
		return err
	}
	return fmt.Errorf("edit: %s: %w", what, err)
}

func (s *Service) try(ctx context.Context, do func(*change) error) error {
	tx, err := s.db.Tx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	c := &change{tx: tx, dialect: s.dialect, user: viewer.From(ctx).User, now: time.Now().UTC().Truncate(time.Microsecond)}
	if err := do(c); err != nil {
		return err
	}
	for part := range slices.Chunk(c.entries, chunk) {
		if err := tx.AuditEntry.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	if err := search.Refresh(ctx, tx.Client(), c.changed); err != nil {
		return err
	}
	return tx.Commit()
}

// note adds an entry to the audit log; nil stands for no node.
func (c *change) note(n audit.Node, before, after fields) error {
	entry, err := audit.New(c.tx.Client(), c.user, n, before.audit(), after.audit())
	if entry != nil {
		c.entries = append(c.entries, entry)
	}
	return err
}

// forUpdate keeps the rows that a query finds from others until the transaction
// ends. SQLite needs nothing: a transaction there is the only one that writes.
func forUpdate(q *sql.Selector) {
	if q.Dialect() == dialect.Postgres {
		q.ForUpdate(sql.WithLockTables(q.TableName()))
	}
}

// creation is a request to create something.
type creation struct {
	what string
	key  *string // idempotency key, nil for none
	in   any     // all of the input
}

// fingerprint tells inputs apart.
func (r creation) fingerprint() ([]byte, error) {
	text, err := json.Marshal([]any{r.what, r.in})
	sum := sha256.Sum256(text)
	return sum[:], err
}

// create runs do, which creates a node, unless a request with the same key did:
// then it returns what that one created.
func create[T interface {
	~int64
	fmt.Stringer
}](ctx context.Context, s *Service, r creation, do func(*change) (T, error)) (id T, err error) {
	if r.key != nil && !fit(*r.key, 1, maxKey, false) {
		return 0, input.New("idempotencyKey", input.Invalid, "A key has 1 to 100 characters.")
	}
	print, err := r.fingerprint()
	if err != nil {
		return 0, fmt.Errorf("edit: %w", err)
	}
	err = s.write(ctx, r.what, func(c *change) error {
		if r.key != nil {
			done, err := c.request(ctx, *r.key, print)
			if err != nil {
				return err
			}
			if done != "" {
				g, err := globalid.Parse(done)
				if err != nil {
					return err
				}
				id, err = globalid.Of[T](g, g.Kind)
				return err
			}
		}
		if id, err = do(c); err != nil || r.key == nil {
			return err
		}
		return c.tx.EditRequest.Create().SetUserID(c.user).SetKey(*r.key).SetFingerprint(print).SetNode(id.String()).Exec(ctx)
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// request finds what came with a key before, "" when nothing did, and forgets
// what came long ago.
func (c *change) request(ctx context.Context, key string, print []byte) (node string, err error) {
	if _, err := c.tx.EditRequest.Delete().Where(editrequest.UserID(c.user), editrequest.CreatedAtLT(c.now.Add(-remembered))).Exec(ctx); err != nil {
		return "", err
	}
	r, err := c.tx.EditRequest.Query().Where(editrequest.UserID(c.user), editrequest.Key(key)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return "", nil
	case err != nil:
		return "", err
	case !bytes.Equal(r.Fingerprint, print):
		return "", input.New("idempotencyKey", input.Conflict, "This key was used for something else.")
	}
	return r.Node, nil
}
