package database

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	entsql "entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/schema/globalid"
)

// Topic names something whose changes are to be known at once, by every process
// on the database.
type Topic string

// Account is the topic of an account: what it is, its profiles, its sessions and
// its payment methods.
func Account(id globalid.User) Topic { return Topic("account:" + id.String()) }

const (
	// channel is PostgreSQL's name for all of our topics together: each process
	// hears of each, in one connection.
	channel = "streamex"
	// maxTopic bounds a topic, in bytes. PostgreSQL takes less than 8,000.
	maxTopic = 200
	// notify is what Publish sends. SQLite does not know it: see transaction.
	notify = "SELECT pg_notify($1, $2)"
)

// Publish wakes who listens to a topic once tx is committed, never if it is not.
func Publish(ctx context.Context, tx *ent.Tx, t Topic) error {
	if len(t) > maxTopic {
		return fmt.Errorf("database: a topic has at most %d bytes", maxTopic)
	}
	_, err := tx.ExecContext(ctx, notify, channel, string(t))
	return err
}

// Listen tells of changes: wake gets a value after each, one for several that
// come before it is read. Now and then it gets one without a change, when some
// may have been missed. What is committed after Listen returned is never missed.
// It returns an error when ctx ends before the database listens; else stop must
// be called.
func (db *DB) Listen(ctx context.Context, t Topic) (wake <-chan struct{}, stop func(), err error) {
	wake, stop = db.driver.events.add(t)
	if db.listener != nil {
		if err := db.listener.ready(ctx); err != nil {
			stop()
			return nil, nil, fmt.Errorf("database: listening: %w", err)
		}
	}
	return wake, stop, nil
}

// events are those who listen in this process.
type events struct {
	mu        sync.Mutex
	listening map[Topic]map[chan struct{}]struct{}
}

func newEvents() *events { return &events{listening: make(map[Topic]map[chan struct{}]struct{})} }

func (e *events) add(t Topic) (wake chan struct{}, remove func()) {
	wake = make(chan struct{}, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listening[t] == nil {
		e.listening[t] = make(map[chan struct{}]struct{})
	}
	e.listening[t][wake] = struct{}{}
	return wake, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.listening[t], wake)
		if len(e.listening[t]) == 0 {
			delete(e.listening, t)
		}
	}
}

func (e *events) wake(t Topic) {
	e.mu.Lock()
	defer e.mu.Unlock()
	wakeEach(e.listening[t])
}

func (e *events) wakeAll() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, some := range e.listening {
		wakeEach(some)
	}
}

// wakeEach waits for nobody: who has not read the last value yet looks later
// than this change anyway.
func wakeEach(some map[chan struct{}]struct{}) {
	for wake := range some {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// transaction gives SQLite what it lacks: pg_notify, within this process, which
// is the only one that serves from the file.
type transaction struct {
	*entsql.Tx
	events *events
	topics []Topic
}

// ExecContext keeps topics until the end.
func (t *transaction) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if text != notify {
		return t.Tx.ExecContext(ctx, text, args...)
	}
	count(ctx, text, args)
	t.topics = append(t.topics, Topic(args[1].(string)))
	return nil, nil
}

// Commit tells of the topics. Also when it failed: one look too many harms nobody.
func (t *transaction) Commit() error {
	err := t.Tx.Commit()
	for _, topic := range t.topics {
		t.events.wake(topic)
	}
	return err
}
