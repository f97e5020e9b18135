//go:build faults

package faults_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/database"
	"streamex/internal/database/pgtemp"
)

// admin opens the account of the administrator in every database.
const (
	admin    = "admin@example.com"
	password = "a long enough password"
)

// program is a streamex serve that can be killed and started again.
type program struct {
	t        *testing.T
	database string
	flags    []string
	wrap     []string // a command to run it by
	url      string   // the same after each start
	folder   string
	cmd      *exec.Cmd
	log      *safeBuffer
	exited   chan struct{}
}

// safeBuffer is written by the program while the test reads it.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serve starts the program on a database that has an administrator.
func serve(t *testing.T, database string, flags ...string) *program {
	t.Helper()
	p := prepare(t, database, flags...)
	p.start()
	return p
}

// prepare is a program that is yet to be started.
func prepare(t *testing.T, database string, flags ...string) *program {
	t.Helper()
	p := &program{t: t, database: database, flags: flags, url: "http://" + free(t), folder: t.TempDir(), log: new(safeBuffer)}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			log := p.log.String()
			t.Logf("the end of the program's log:\n%s", log[max(0, len(log)-3000):])
		}
	})
	return p
}

// hire makes the administrator's account, from beside the program.
func hire(t *testing.T, database string) {
	t.Helper()
	cmd := exec.Command(*binary, "--database", database, "user", "create", admin, "--role", "admin")
	cmd.Env = append(os.Environ(), "STREAMEX_PASSWORD="+password)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// start starts the program and waits until it listens.
func (p *program) start() {
	p.t.Helper()
	args := slices.Concat(p.wrap, []string{*binary, "--database", p.database, "serve", "--addr", strings.TrimPrefix(p.url, "http://"),
		"--rate", "0", "--trust-proxy", "--mail", "folder:" + filepath.Join(p.folder, "mail")}, p.flags)
	p.cmd, p.exited = exec.Command(args[0], args[1:]...), make(chan struct{})
	p.cmd.Dir, p.cmd.Stderr = p.folder, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing is left behind
	out, err := p.cmd.StdoutPipe()
	require.NoError(p.t, err)
	require.NoError(p.t, p.cmd.Start())
	lines := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		line, _ := r.ReadString('\n')
		lines <- line
		_, _ = io.Copy(io.Discard, r)
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	select {
	case line := <-lines:
		require.Contains(p.t, line, "listening", "%s", p.log)
	case <-time.After(time.Minute):
		require.Fail(p.t, "the program does not start", "%s", p.log)
	}
}

// kill ends the program as a power cut would, as far as it can tell.
func (p *program) kill() {
	if p.exited == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// term asks the program to end, and returns its exit status and the time that
// it took.
func (p *program) term() (status int, took time.Duration) {
	start := time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.exited
	return p.cmd.ProcessState.ExitCode(), time.Since(start)
}

// sqlite is the URL of a new SQLite database with an administrator.
func sqlite(t *testing.T) string {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "faults.db")
	hire(t, url)
	return url
}

// postgres is the URL of a new database with an administrator, on a server that
// the tests share.
func postgres(t *testing.T) string {
	t.Helper()
	server, err := shared()
	require.NoError(t, err)
	return newPostgres(t, server)
}

// shared ends with the tests.
var shared = sync.OnceValues(func() (*pgtemp.Server, error) { return pgtemp.Start("synchronous_commit=on") })

var databases atomic.Int32

func newPostgres(t *testing.T, server *pgtemp.Server) string {
	t.Helper()
	name := fmt.Sprintf("faults%d", databases.Add(1))
	with(t, server.URL("postgres"), func(ctx context.Context, db *database.DB) {
		_, err := db.SQL().ExecContext(ctx, "CREATE DATABASE "+name)
		require.NoError(t, err)
	})
	hire(t, server.URL(name))
	return server.URL(name)
}

// replicas runs test with one program on SQLite and with two on PostgreSQL.
func replicas(t *testing.T, test func(t *testing.T, programs []*program)) {
	t.Run("sqlite", func(t *testing.T) { test(t, []*program{serve(t, sqlite(t))}) })
	t.Run("postgres", func(t *testing.T) {
		url := postgres(t)
		test(t, []*program{serve(t, url), serve(t, url)})
	})
}
