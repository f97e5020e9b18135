package database

import (
	linked "container/list"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// driver is ent's SQL driver with counted and prepared statements. It does
// not support entsql.WithVar.
type driver struct {
	*entsql.Driver
	db     *sql.DB
	events *events
	// transactions has as many places as may run at once. They wait for each
	// other's locks, and must leave connections to who only reads.
	transactions chan struct{}
}

func newDriver(dialect string, db *sql.DB) *driver {
	conn := entsql.Conn{ExecQuerier: counting{&statements{db: db, byText: map[string]*linked.Element{}}}}
	places := max(1, db.Stats().MaxOpenConnections/2)
	return &driver{entsql.NewDriver(dialect, conn), db, newEvents(), make(chan struct{}, places)}
}

// DB is the pool. (The embedded method would panic.)
func (d *driver) DB() *sql.DB { return d.db }

// Tx begins a transaction.
func (d *driver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx begins a transaction with options, as soon as there is a place for
// one more. Its statements are counted but not kept prepared: that would take a
// second connection.
func (d *driver) BeginTx(ctx context.Context, opts *entsql.TxOptions) (dialect.Tx, error) {
	select {
	case d.transactions <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave := sync.OnceFunc(func() { <-d.transactions })
	tx, err := d.db.BeginTx(ctx, opts)
	if err != nil {
		leave()
		return nil, ended(ctx, err)
	}
	inner := &entsql.Tx{Conn: entsql.Conn{ExecQuerier: counting{tx}}, Tx: place{tx, leave}}
	if d.Dialect() == dialect.SQLite {
		inner.Conn = entsql.Conn{ExecQuerier: counting{&repeating{Tx: tx, seen: map[string]*sql.Stmt{}}}}
		return &transaction{Tx: inner, events: d.events}, nil
	}
	return inner, nil
}

// repeating prepares, for the rest of the transaction, what is executed a second
// time: SQLite would parse bulk inserts each time. (lib/pq would need more round
// trips, and gets arrays.)
type repeating struct {
	*sql.Tx
	mu   sync.Mutex
	seen map[string]*sql.Stmt // nil: once
}

func (r *repeating) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if len(args) == 0 {
		return r.Tx.ExecContext(ctx, text)
	}
	stmt, err := r.again(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return r.Tx.ExecContext(ctx, text, args...)
	}
	return stmt.ExecContext(ctx, args...)
}

func (r *repeating) again(ctx context.Context, text string) (stmt *sql.Stmt, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	stmt, seen := r.seen[text]
	if seen && stmt == nil {
		stmt, err = r.PrepareContext(ctx, text) // the transaction's end closes it
	}
	if err == nil {
		r.seen[text] = stmt
	}
	return stmt, err
}

// place is a transaction that gives its place back at its end.
type place struct {
	*sql.Tx
	leave func()
}

func (p place) Commit() error {
	defer p.leave()
	return p.Tx.Commit()
}

func (p place) Rollback() error {
	defer p.leave()
	return p.Tx.Rollback()
}

// Close closes the pool, and with it what is prepared.
func (d *driver) Close() error { return d.db.Close() }

// Counter counts the statements sent under a context.
type Counter struct {
	outer *Counter
	n     atomic.Int64
	keep  bool
	mu    sync.Mutex
	texts []string
	args  [][]any
}

type counterKey struct{}

// WithCounter returns a context that counts the statements sent under it.
// A counter of an outer context counts on.
func WithCounter(ctx context.Context) (context.Context, *Counter) { return withCounter(ctx, false) }

// WithRecorder is WithCounter, and also keeps the statements' texts and
// arguments. For tests.
func WithRecorder(ctx context.Context) (context.Context, *Counter) { return withCounter(ctx, true) }

func withCounter(ctx context.Context, keep bool) (context.Context, *Counter) {
	outer, _ := ctx.Value(counterKey{}).(*Counter)
	c := &Counter{outer: outer, keep: keep}
	return context.WithValue(ctx, counterKey{}, c), c
}

// N is the number of statements so far.
func (c *Counter) N() int { return int(c.n.Load()) }

// Statements are the texts so far, in order; nil without WithRecorder.
func (c *Counter) Statements() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.texts)
}

// Args are the arguments of Statements.
func (c *Counter) Args() [][]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.args)
}

func count(ctx context.Context, text string, args []any) {
	c, _ := ctx.Value(counterKey{}).(*Counter)
	for ; c != nil; c = c.outer {
		c.n.Add(1)
		if c.keep {
			c.mu.Lock()
			c.texts, c.args = append(c.texts, text), append(c.args, args)
			c.mu.Unlock()
		}
	}
}

// counting counts what passes through it, and cuts times.
type counting struct{ next entsql.ExecQuerier }

func (c counting) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	count(ctx, text, args)
	res, err := c.next.ExecContext(ctx, text, cut(args)...)
	return res, ended(ctx, err)
}

func (c counting) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	count(ctx, text, args)
	rows, err := c.next.QueryContext(ctx, text, cut(args)...)
	return rows, ended(ctx, err)
}

// cut makes times UTC and cuts them to microseconds. PostgreSQL would round
// them up, and SQLite compares them as texts of one zone.
func cut(args []any) []any {
	cloned := false
	for i, arg := range args {
		if at, ok := arg.(time.Time); ok {
			if !cloned {
				args, cloned = slices.Clone(args), true // they are the caller's
			}
			args[i] = at.UTC().Truncate(time.Microsecond)
		}
	}
	return args
}

// ended makes the error of a statement that its context stopped tell so: the
// drivers report "cancelled by the user" and "interrupted".
func ended(ctx context.Context, err error) error {
	if cause := ctx.Err(); err != nil && cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// Detach returns a context that goes on when the one who asks leaves, for what
// others rely on or what must be written down. The deadline stays.
func Detach(ctx context.Context) (context.Context, context.CancelFunc) {
	detached := context.WithoutCancel(ctx)
	if end, ok := ctx.Deadline(); ok {
		return context.WithDeadline(detached, end)
	}
	return context.WithCancel(detached)
}

const (
	maxStatements = 256
	maxText       = 16 << 10 // longer ones, such as bulk inserts, seldom return
)

// statements sends statements with arguments prepared, and keeps the ones
// used last: lib/pq sends an unprepared one in two round trips and SQLite
// parses it each time.
type statements struct {
	db *sql.DB

	mu     sync.Mutex
	byText map[string]*linked.Element // of *statement
	recent linked.List                // the last used in front
}

type statement struct {
	*sql.Stmt
	text  string
	users int // calls that use it now, and one for its place in the cache
}

func (s *statements) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if len(args) == 0 || len(text) > maxText {
		return s.db.ExecContext(ctx, text, args...)
	}
	stmt, err := s.acquire(ctx, text)
	if err != nil {
		return nil, err
	}
	defer s.release(stmt)
	return stmt.ExecContext(ctx, args...)
}

// QueryContext may release its statement before the rows are read: open rows
// keep it alive.
func (s *statements) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if len(args) == 0 || len(text) > maxText {
		return s.db.QueryContext(ctx, text, args...)
	}
	stmt, err := s.acquire(ctx, text)
	if err != nil {
		return nil, err
	}
	defer s.release(stmt)
	return stmt.QueryContext(ctx, args...)
}

// acquire returns the statement with text, which the caller must release.
func (s *statements) acquire(ctx context.Context, text string) (*statement, error) {
	if stmt := s.find(text); stmt != nil {
		return stmt, nil
	}
	prepared, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	stmt, unused := s.add(&statement{Stmt: prepared, text: text, users: 2})
	if unused != nil {
		s.release(unused)
	}
	return stmt, nil
}

func (s *statements) find(text string) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byText[text]
	if e == nil {
		return nil
	}
	s.recent.MoveToFront(e)
	stmt := e.Value.(*statement)
	stmt.users++
	return stmt
}

// add puts stmt into the cache. It returns the statement to use, which is
// another when a second caller was faster, and the one that had to leave.
func (s *statements) add(stmt *statement) (use, leave *statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byText[stmt.text]; e != nil {
		first := e.Value.(*statement)
		first.users++
		stmt.users = 1
		return first, stmt
	}
	s.byText[stmt.text] = s.recent.PushFront(stmt)
	if s.recent.Len() <= maxStatements {
		return stmt, nil
	}
	oldest := s.recent.Remove(s.recent.Back()).(*statement)
	delete(s.byText, oldest.text)
	return stmt, oldest
}

// release closes stmt once nobody uses it and it has left the cache.
func (s *statements) release(stmt *statement) {
	s.mu.Lock()
	stmt.users--
	last := stmt.users == 0
	s.mu.Unlock()
	if last {
		stmt.Close()
	}
}
