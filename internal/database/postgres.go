package database

import (
	"cmp"
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
)

func openPostgres(ctx context.Context, rawURL string, opts Options) (*DB, error) {
	if _, err := url.Parse(rawURL); err != nil {
		// Not wrapped: it quotes the part that it could not read, such as a
		// password with a / in it.
		return nil, errors.New("database: the PostgreSQL URL cannot be read; percent-encode the special characters of its password")
	}
	cfg, err := pq.NewConfig(rawURL)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	cfg.ConnectTimeout = cmp.Or(cfg.ConnectTimeout, 5*time.Second)
	cfg.ApplicationName = cmp.Or(cfg.ApplicationName, "streamex")
	params := map[string]string{"statement_timeout": "15s", "lock_timeout": "5s"}
	if opts.Bulk {
		params["statement_timeout"], params["lock_timeout"] = "5min", "1min"
	}
	for name, value := range cfg.Runtime {
		params[strings.ToLower(name)] = value
	}
	params["timezone"] = "UTC"
	cfg.Runtime = params

	limit, err := parseTimeout(params["statement_timeout"])
	if err != nil {
		return nil, fmt.Errorf("database: statement_timeout: %w", err)
	}
	// A server that keeps to its statement timeout is heard of within twice it.
	pool, err := postgresPool(cfg, 2*limit, cmp.Or(opts.MaxConns, 16))
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	db, err := newDB(ctx, dialect.Postgres, pool)
	if err != nil {
		return nil, fmt.Errorf("database: connecting to PostgreSQL: %w", err)
	}
	db.listener = newListener(rawURL, db.driver.events)
	db.maintenance = func() (*sql.DB, error) {
		cfg := cfg.Clone()
		cfg.Runtime["statement_timeout"] = "0"
		return postgresPool(cfg, 0, 2)
	}
	return db, nil
}

// parseTimeout reads a duration as PostgreSQL writes it; a bare number is in
// milliseconds.
func parseTimeout(s string) (time.Duration, error) {
	if ms, err := strconv.Atoi(s); err == nil {
		return time.Duration(ms) * time.Millisecond, nil
	}
	d, err := time.ParseDuration(strings.Replace(s, "min", "m", 1))
	if err != nil {
		return 0, fmt.Errorf("%q is no number of ms, s, min or h", s)
	}
	return d, nil
}

func postgresPool(cfg pq.Config, silence time.Duration, conns int) (*sql.DB, error) {
	if _, err := pq.NewConnectorConfig(cfg); err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector{cfg, silence})
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool, nil
}

// grace is how long the server has to confirm that a statement was cancelled.
const grace = 500 * time.Millisecond

// connector makes connections whose links break when the server is silent for
// too long, or when it does not confirm that a statement was cancelled: lib/pq
// waits for an answer for ever, whatever the context says. It does not suit a
// pq.Listener, whose server is silent by nature.
type connector struct {
	cfg     pq.Config
	silence time.Duration // 0 means for ever
}

// Driver is lib/pq.
func (connector) Driver() sqldriver.Driver { return &pq.Driver{} }

// Connect gives each connection a dialer of its own: what it dials later is to
// cancel one of its statements.
func (c connector) Connect(ctx context.Context) (sqldriver.Conn, error) {
	via, err := pq.NewConnectorConfig(c.cfg)
	if err != nil {
		return nil, err
	}
	d := &dialer{silence: c.silence}
	via.Dialer(d)
	defer context.AfterFunc(ctx, d.expire)() // the handshake has no context
	opened, err := via.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := opened.(pqConn)
	if !ok {
		return nil, errors.Join(errors.New("database: lib/pq's connection lacks a method"), opened.Close())
	}
	d.connected.Store(true)
	return &conn{whole, d}, nil
}

// pqConn is what a connection of lib/pq can do.
type pqConn interface {
	sqldriver.Conn
	sqldriver.ConnBeginTx
	sqldriver.ConnPrepareContext
	sqldriver.ExecerContext
	sqldriver.NamedValueChecker
	sqldriver.Pinger
	sqldriver.QueryerContext
	sqldriver.SessionResetter
	sqldriver.Validator
}

type conn struct {
	pqConn
	dialer *dialer
}

// BeginTx keeps to the context, which lib/pq does not until the transaction has
// begun.
func (c *conn) BeginTx(ctx context.Context, opts sqldriver.TxOptions) (sqldriver.Tx, error) {
	defer context.AfterFunc(ctx, c.dialer.expire)()
	return c.pqConn.BeginTx(ctx, opts)
}

type dialer struct {
	net.Dialer
	silence   time.Duration
	link      atomic.Pointer[link] // the last one
	connected atomic.Bool          // link is the connection's
}

func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.connected.Load() { // the context of the statement that runs is over
		of := d.link.Load()
		of.cancelling(true)
		of.expire()
		ctx, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		c, err := d.Dialer.DialContext(ctx, network, address)
		if err != nil {
			of.cancelling(false)
			return nil, err
		}
		return &link{Conn: c, cancels: of, last: time.Now().Add(grace), doomed: true}, nil
	}
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l := &link{Conn: c, silence: d.silence}
	d.link.Store(l)
	return l, nil
}

func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// expire breaks the link unless the answer that somebody waits for comes soon.
func (d *dialer) expire() {
	if l := d.link.Load(); l != nil {
		l.expire()
	}
}

type link struct {
	net.Conn
	silence time.Duration

	mu          sync.Mutex
	handshaking bool      // under lib/pq's own deadline
	last        time.Time // nobody waits longer; zero is without such a limit
	doomed      bool      // what is written now belongs to what last ends
	cancels     *link     // that this one was made for
}

func (l *link) cancelling(yes bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doomed = yes
}

func (l *link) Close() error {
	if l.cancels != nil {
		l.cancels.cancelling(false)
	}
	return l.Conn.Close()
}

func (l *link) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = time.Now().Add(grace)
	_ = l.Conn.SetDeadline(l.last)
}

func (l *link) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.handshaking = !t.IsZero()
	if !l.last.IsZero() && (t.IsZero() || t.After(l.last)) {
		t = l.last
	}
	return l.Conn.SetDeadline(t)
}

func (l *link) Read(b []byte) (int, error) {
	if err := l.limit(l.SetReadDeadline, false); err != nil {
		return 0, err
	}
	return l.Conn.Read(b)
}

// Write begins another exchange, unless a statement is being cancelled: then it
// is of that one, whose context ended first.
func (l *link) Write(b []byte) (int, error) {
	if err := l.limit(l.SetWriteDeadline, true); err != nil {
		return 0, err
	}
	return l.Conn.Write(b)
}

func (l *link) limit(set func(time.Time) error, begins bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.handshaking {
		return nil
	}
	if begins && !l.doomed {
		l.last = time.Time{}
	}
	end := l.last
	if end.IsZero() && l.silence > 0 {
		end = time.Now().Add(l.silence)
	}
	return set(end)
}
