//go:build faults

package faults_test

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// link is the way from a program to PostgreSQL, which can be cut and silenced.
type link struct {
	listener net.Listener
	socket   string

	mu     sync.Mutex
	silent chan struct{} // closed when the link may speak again; nil when it does
	conns  map[*net.TCPConn]net.Conn
}

// newLink puts a link before a database, and returns the database's URL through
// it.
func newLink(t *testing.T, database string) (*link, string) {
	t.Helper()
	address, err := url.Parse(database)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &link{listener: listener, socket: filepath.Join(address.Query().Get("host"), ".s.PGSQL.5432"), conns: map[*net.TCPConn]net.Conn{}}
	t.Cleanup(func() { listener.Close(); l.reset() })
	go l.accept()
	return l, "postgres://test@" + listener.Addr().String() + address.Path + "?sslmode=disable"
}

func (l *link) accept() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", l.socket)
		if err != nil {
			client.Close()
			continue
		}
		l.mu.Lock()
		l.conns[client.(*net.TCPConn)] = server
		l.mu.Unlock()
		for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
			go func() {
				l.carry(way[1], way[0])
				client.Close()
				server.Close()
				l.mu.Lock()
				delete(l.conns, client.(*net.TCPConn))
				l.mu.Unlock()
			}()
		}
	}
}

// carry passes on what comes, and keeps it while the link is silent.
func (l *link) carry(to io.Writer, from io.Reader) {
	b := make([]byte, 16<<10)
	for {
		n, err := from.Read(b)
		l.mu.Lock()
		silent := l.silent
		l.mu.Unlock()
		if silent != nil {
			<-silent
		}
		if _, failed := to.Write(b[:n]); err != nil || failed != nil {
			return
		}
	}
}

// silence keeps everything that is sent from now on, until speak is called.
func (l *link) silence() (speak func()) {
	silent := make(chan struct{})
	l.mu.Lock()
	l.silent = silent
	l.mu.Unlock()
	return sync.OnceFunc(func() {
		l.mu.Lock()
		l.silent = nil
		l.mu.Unlock()
		close(silent)
	})
}

// reset breaks all connections, and returns how many there were.
func (l *link) reset() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.SetLinger(0) // a reset, not a goodbye
		c.Close()
	}
	return len(l.conns)
}

const reading = `{ titles(first: 5) { nodes { name } } }`

// TestSilentLink silences the link to PostgreSQL for 15 s: whoever asks gets an
// answer within 11 s, what needs no database goes on, and all is well again
// when the link speaks.
func TestSilentLink(t *testing.T) {
	for range min(*rounds, 4) { // each takes its time
		silence(t)
	}
}

func silence(t *testing.T) {
	l, through := newLink(t, postgres(t))
	p := serve(t, through, "--max-profiles", "1000000")
	work := prepareLoad(t, p, 10, writes...)
	slowest := time.Duration(0)
	work.told = func(a answer) { slowest = max(slowest, a.took) }
	readers := make([]*client, 6)
	for i := range readers {
		readers[i] = work.signedIn(i)
	}
	work.start()
	time.Sleep(500 * time.Millisecond)
	answered := work.counted("answered")
	require.NotZero(t, answered)
	speak := l.silence()
	defer speak()
	quiet := time.Now()
	var mu sync.Mutex
	var waits, direct []time.Duration
	var asking sync.WaitGroup
	over := func() bool { return time.Since(quiet) > 15*time.Second }
	for _, c := range readers {
		asking.Go(func() {
			for !over() {
				a := c.ask(reading, nil)
				mu.Lock()
				waits = append(waits, a.took)
				mu.Unlock()
				if !a.ok() && !a.refused() {
					t.Errorf("a read: %s", a)
				}
			}
		})
	}
	asking.Go(func() {
		c := p.stranger()
		for !over() {
			for _, path := range []string{"/healthz", "/graphql?query={__typename}", "/"} {
				a := c.send("GET", path, nil)
				if a.err != nil || a.status != 200 {
					t.Errorf("%s: %s", path, a)
				}
				mu.Lock()
				direct = append(direct, a.took)
				mu.Unlock()
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	time.Sleep(15 * time.Second)
	speak()
	spoke := time.Now()
	require.Eventually(t, func() bool { return readers[0].ask(reading, nil).ok() }, 30*time.Second, 10*time.Millisecond)
	reads := time.Since(spoke)
	before := work.counted("answered")
	require.Eventually(t, func() bool { return work.counted("answered") > before+20 }, 30*time.Second, time.Millisecond)
	recovered := time.Since(spoke)
	work.wait()
	asking.Wait()
	total := work.check(p.database)
	slowest = max(slowest, slices.Max(waits))
	say(t, "15 s of silence: slowest answer %.1f s; %d requests without database, slowest %d ms; reads after %d ms, 20 writes after %d ms; %d answered, 0 lost; answers: %v",
		slowest.Seconds(), len(direct), slices.Max(direct).Milliseconds(), reads.Milliseconds(), recovered.Milliseconds(), total, work.count)
	require.Less(t, slowest, 11*time.Second)
	require.Less(t, slices.Max(direct), 500*time.Millisecond)
}

// TestResetConnections breaks all connections to PostgreSQL under load.
func TestResetConnections(t *testing.T) {
	l, through := newLink(t, postgres(t))
	p := serve(t, through, "--max-profiles", "1000000")
	work := prepareLoad(t, p, 8, createProfile, renameSession, createUser, createProfile)
	reader := work.signedIn(0)
	each(t, func(n int) {
		work.start()
		before := work.counted("answered")
		require.Eventually(t, func() bool { return work.counted("answered") > before+20 }, time.Minute, time.Millisecond)
		refused := work.counted("UNAVAILABLE")
		from := time.Now()
		broken := l.reset()
		require.NotZero(t, broken)
		require.Eventually(t, func() bool { a := reader.ask(reading, nil); return a.ok() }, 30*time.Second, time.Millisecond)
		read := time.Since(from)
		before = work.counted("answered")
		require.Eventually(t, func() bool { return work.counted("answered") > before }, 30*time.Second, time.Millisecond)
		written := time.Since(from)
		work.wait()
		answered := work.check(p.database)
		say(t, "round %d: %d connections reset: a read after %d ms, a write after %d ms, %d refused as UNAVAILABLE; %d answered, 0 lost",
			n, broken, read.Milliseconds(), written.Milliseconds(), work.counted("UNAVAILABLE")-refused, answered)
		require.Less(t, max(read, written), 3*time.Second)
	})
}
