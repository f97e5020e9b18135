package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
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
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, err
	}
	connector.Dialer(dialer{silence: silence})
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool, nil
}

// dialer makes links that break when the server is silent for too long: lib/pq
// waits for an answer for ever, whatever the context says. It does not suit a
// pq.Listener, whose server is silent by nature.
type dialer struct {
	net.Dialer
	silence time.Duration // 0 means for ever
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &link{Conn: c, silence: d.silence}, nil
}

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

type link struct {
	net.Conn
	silence     time.Duration
	handshaking bool // under lib/pq's own deadline
}

func (l *link) SetDeadline(t time.Time) error {
	l.handshaking = !t.IsZero()
	return l.Conn.SetDeadline(t)
}

func (l *link) Read(b []byte) (int, error) {
	if err := l.limit(l.SetReadDeadline); err != nil {
		return 0, err
	}
	return l.Conn.Read(b)
}

func (l *link) Write(b []byte) (int, error) {
	if err := l.limit(l.SetWriteDeadline); err != nil {
		return 0, err
	}
	return l.Conn.Write(b)
}

func (l *link) limit(set func(time.Time) error) error {
	if l.handshaking || l.silence == 0 {
		return nil
	}
	return set(time.Now().Add(l.silence))
}
