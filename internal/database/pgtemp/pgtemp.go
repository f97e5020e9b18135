// Package pgtemp runs throw-away PostgreSQL servers from the programs installed
// on this machine, else from those that a package client fetches. It is for
// tests and tools: the servers are fast and lose everything in a crash.
package pgtemp

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Server is a running PostgreSQL.
type Server struct {
	bin, folder string
	owner       *syscall.Credential // nil is ourselves
	settings    []string
	pid         int
	exited      chan struct{}
	reaper      *exec.Cmd
	alive       io.Closer // what the reaper watches
}

// Start starts a server, or returns ErrMissing. It listens on a socket in a
// private folder only. The server and its folder go with Stop, or with this
// process, whatever ends it. Settings such as "synchronous_commit=on" stand
// before its own.
func Start(settings ...string) (*Server, error) {
	bin := installed()
	if bin == "" {
		var err error
		if bin, err = install(); err != nil {
			return nil, err
		}
	}
	return start(bin, settings...)
}

func start(bin string, settings ...string) (*Server, error) {
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(temp(), "streamex-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, folder: folder, owner: owner, settings: settings}
	if err := s.start(); err != nil {
		log, _ := os.ReadFile(filepath.Join(folder, "log"))
		s.Stop()
		return nil, fmt.Errorf("pgtemp: %w\n%s", err, log)
	}
	return s, nil
}

// URL is the address of one of the server's databases; "postgres" always
// exists.
func (s *Server) URL(database string) string {
	query := url.Values{"host": {s.folder}, "sslmode": {"disable"}}
	return "postgres://test@/" + database + "?" + query.Encode()
}

// PID is the server's process; those that serve connections are its children.
func (s *Server) PID() int { return s.pid }

// Stop ends the server and removes its folder.
func (s *Server) Stop() {
	if s.reaper == nil {
		os.RemoveAll(s.folder)
		return
	}
	_ = s.alive.Close() // the reaper hears it
	_ = s.reaper.Wait()
}

// reap waits until its input ends, which it does with the process that holds
// the other end. A server that is still being made cannot be stopped, but
// gives up when its folder goes.
const reap = `cat
"$0/pg_ctl" stop -D "$1/data" -m immediate
for _ in 1 2 3 4 5; do rm -rf "$1" && break; sleep 1; done`

func (s *Server) start() error {
	if s.owner != nil {
		if err := os.Chown(s.folder, int(s.owner.Uid), int(s.owner.Gid)); err != nil {
			return err
		}
	}
	log, err := s.log()
	if err != nil {
		return err
	}
	defer log.Close()
	reaper := s.command(log, "sh", "-c", reap, s.bin, s.folder)
	reaper.Dir = "/"
	if s.alive, err = reaper.StdinPipe(); err != nil {
		return err
	}
	if err := reaper.Start(); err != nil {
		return err
	}
	s.reaper = reaper
	initdb := s.command(log, filepath.Join(s.bin, "initdb"), "-D", s.data(), "--username=test", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
		"--no-sync", "--no-instructions", "--wal-segsize=1")
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	return s.Resume()
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) log() (*os.File, error) {
	return os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

func (s *Server) command(log io.Writer, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir, c.Stdout, c.Stderr = s.folder, log, log
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+s.folder)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner, Setpgid: true} // ctrl-C is for us
	return c
}

// Halt ends the server, as fast or immediate, which is a crash of PostgreSQL
// but not of the machine. Resume starts it again.
func (s *Server) Halt(mode string) error {
	out, err := s.command(nil, filepath.Join(s.bin, "pg_ctl"), "stop", "-D", s.data(), "-m", mode).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pgtemp: halting: %w\n%s", err, out)
	}
	<-s.exited
	return nil
}

// Resume starts the server, and returns when it accepts connections.
func (s *Server) Resume() error {
	log, err := s.log()
	if err != nil {
		return err
	}
	defer log.Close()
	settings := []string{
		"listen_addresses=", "unix_socket_directories=" + s.folder, "fsync=off", "full_page_writes=off", "synchronous_commit=off",
		"max_connections=200", "shared_buffers=64MB", "max_wal_size=256MB", "autovacuum=off",
	}
	args := []string{"-D", s.data()}
	for _, setting := range append(settings, s.settings...) {
		args = append(args, "-c", setting)
	}
	server := s.command(log, filepath.Join(s.bin, "postgres"), args...)
	if err := server.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	s.pid, s.exited = server.Process.Pid, exited
	go func() {
		_ = server.Wait()
		close(exited)
	}()
	return s.await()
}

// await waits until the server accepts connections.
func (s *Server) await() error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		// The last line of the file is the status.
		status, _ := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
		if strings.HasSuffix(strings.TrimSpace(string(status)), "ready") {
			return nil
		}
		select {
		case <-s.exited:
			return errors.New("the server ended")
		default:
		}
	}
	return errors.New("the server did not start in time")
}

// temp is a folder that the server's user may enter.
func temp() string {
	if os.Geteuid() == 0 {
		return "/tmp"
	}
	return os.TempDir()
}

// serverUser is who runs the server: nobody in place of root, whom PostgreSQL
// refuses, else nil for ourselves.
func serverUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: true}, nil
}

// installed returns the folder of PostgreSQL's programs, or "".
func installed() string {
	var folders []string
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Reverse(versions)
	folders = append(folders, versions...)
	folders = append(folders, filepath.SplitList(os.Getenv("PATH"))...)
	if cache, err := cacheFolder(); err == nil {
		folders = append(folders, filepath.Join(npmFolder(cache), "native", "bin"))
	}
	for _, folder := range folders {
		if filepath.IsAbs(folder) && complete(folder) {
			return folder
		}
	}
	return ""
}

func complete(bin string) bool {
	for _, name := range []string{"initdb", "postgres", "pg_ctl"} {
		if info, err := os.Stat(filepath.Join(bin, name)); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}
