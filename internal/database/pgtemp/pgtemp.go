// Package pgtemp runs throw-away PostgreSQL servers from the programs
// installed on this machine. It is for tests and tools: the servers are fast
// and lose everything in a crash.
package pgtemp

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const prefix = "streamex-pg-"

// Server is a running PostgreSQL.
type Server struct {
	folder string
	lock   *os.File // held while this process uses the folder
	cmd    *exec.Cmd
	exited chan struct{}
}

// Start starts a server, or returns ErrMissing. It listens on a socket in a
// private folder only. The server ends with this process, whatever ends it;
// its folder is removed by Stop or, failing that, by a later Start.
func Start() (*Server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	removeStale()
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(temp(), prefix)
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, exited: make(chan struct{})}
	if err := s.start(bin, owner); err != nil {
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
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Stop ends the server and removes its folder.
func (s *Server) Stop() {
	if s.cmd != nil {
		s.cmd.Process.Signal(syscall.SIGQUIT) // at once, without a last checkpoint
		<-s.exited
	}
	os.RemoveAll(s.folder)
	if s.lock != nil {
		s.lock.Close()
	}
}

func (s *Server) start(bin string, owner *syscall.Credential) (err error) {
	if s.lock, err = lockFile(s.folder, syscall.LOCK_EX); err != nil {
		return err
	}
	if owner != nil {
		if err := os.Chown(s.folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	log, err := os.Create(filepath.Join(s.folder, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), append([]string{"-D", filepath.Join(s.folder, "data")}, args...)...)
		c.Dir, c.Stdout, c.Stderr = s.folder, log, log
		c.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+s.folder)
		c.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Setpgid: true} // ctrl-C is for us
		return c
	}
	err = command("initdb", "--username=test", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
		"--no-sync", "--no-instructions", "--wal-segsize=1").Run()
	if err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	cmd := command("postgres", "-c", "listen_addresses=", "-c", "unix_socket_directories="+s.folder,
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB", "-c", "autovacuum=off")
	dieWithParent(cmd.SysProcAttr)
	started := make(chan error)
	go func() {
		// Linux sends the death signal when the thread ends that started the
		// process: this one stays.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
			close(s.exited)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	s.cmd = cmd
	return s.await()
}

// await waits until the server accepts connections.
func (s *Server) await() error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		// The last line of the file is the status.
		status, _ := os.ReadFile(filepath.Join(s.folder, "data", "postmaster.pid"))
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

// removeStale removes the folders of processes that did not stop their server.
func removeStale() {
	folders, _ := filepath.Glob(filepath.Join(temp(), prefix+"*"))
	for _, folder := range folders {
		info, err := os.Stat(folder)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue // perhaps not locked yet
		}
		if lock, err := lockFile(folder, syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			os.RemoveAll(folder)
			lock.Close()
		}
	}
}

func lockFile(name string, how int) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// find returns the folder of PostgreSQL's programs.
func find() (string, error) {
	if bin := installed(); bin != "" {
		return bin, nil
	}
	if err := install(); err != nil {
		return "", err
	}
	if bin := installed(); bin != "" {
		return bin, nil
	}
	return "", ErrMissing
}

func installed() string {
	var folders []string
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Reverse(versions)
	folders = append(folders, versions...)
	folders = append(folders, filepath.SplitList(os.Getenv("PATH"))...)
	for _, folder := range folders {
		if filepath.IsAbs(folder) && isFile(filepath.Join(folder, "initdb")) && isFile(filepath.Join(folder, "postgres")) {
			return folder
		}
	}
	return ""
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
