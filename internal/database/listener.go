package database

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/lib/pq"
)

const (
	// retryFirst and retryLast are how long a broken link to PostgreSQL is left
	// alone before the next attempt.
	retryFirst, retryLast = 100 * time.Millisecond, 5 * time.Second
	// connecting is how long an attempt may take.
	connecting = 5 * time.Second
)

// listener hears of topics in a connection of its own, made when somebody
// listens first. It mends itself, and wakes everybody then: nobody knows what
// was missed.
type listener struct {
	url    string
	events *events

	once      sync.Once
	listening chan struct{} // closed when PostgreSQL does
	ctx       context.Context
	cancel    context.CancelFunc
	conn      *pq.Listener
}

func newListener(url string, e *events) *listener {
	l := &listener{url: url, events: e, listening: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// ready waits until PostgreSQL listens.
func (l *listener) ready(ctx context.Context) error {
	l.once.Do(l.start)
	select {
	case <-l.listening:
		return nil
	case <-l.ctx.Done():
		return sql.ErrConnDone
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *listener) start() {
	l.conn = pq.NewDialListener(quiet(), listenURL(l.url), retryFirst, retryLast, nil)
	go func() {
		for l.conn.Listen(channel) != nil { // such as on a server that is still in recovery
			select {
			case <-l.ctx.Done():
				return
			case <-time.After(retryLast):
			}
		}
		close(l.listening)
	}()
	go func() {
		for n := range l.conn.NotificationChannel() {
			if n == nil { // the link was broken and is mended
				l.events.wakeAll()
				continue
			}
			l.events.wake(Topic(n.Extra))
		}
	}()
}

func (l *listener) close() {
	l.once.Do(func() {}) // nor will it ever start
	l.cancel()
	if l.conn != nil {
		_ = l.conn.Close() // it is closed already at worst
	}
}

// quiet makes links whose server may be silent. One that is gone is noticed by
// TCP, within half a minute.
func quiet() pq.Dialer {
	return &dialer{Dialer: net.Dialer{Timeout: connecting, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3,
	}}}
}

// listenURL names the connection and limits how long it takes to make, unless
// the operator did.
func listenURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil { // it was read before
		return raw
	}
	q := u.Query()
	for name, value := range map[string]string{"application_name": "streamex", "connect_timeout": "5"} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}
