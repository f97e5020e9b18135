package pgtemp

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// ErrMissing means that PostgreSQL is not installed.
var ErrMissing = errors.New("pgtemp: no PostgreSQL found by pg_config, in /usr/lib/postgresql or in PATH")

// install tries once on this machine to install PostgreSQL, when it is root's
// container. The attempt's log holds the others back while it runs and says
// afterwards that it is over.
func install() error {
	apt, err := exec.LookPath("apt-get")
	if err != nil || os.Geteuid() != 0 {
		return ErrMissing
	}
	log, err := os.OpenFile(filepath.Join(temp(), "streamex-install-postgresql.log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return errors.Join(ErrMissing, err)
	}
	defer log.Close()
	if err := syscall.Flock(int(log.Fd()), syscall.LOCK_EX); err != nil {
		return errors.Join(ErrMissing, err)
	}
	if info, err := log.Stat(); err != nil || info.Size() > 0 {
		return nil // the caller looks again
	}
	fmt.Fprintln(os.Stderr, "pgtemp: installing PostgreSQL, see", log.Name())
	fmt.Fprintln(log, "pgtemp: trying once; remove this file to try again")
	for _, args := range [][]string{{"update"}, {"install", "-y", "--no-install-recommends", "postgresql"}} {
		cmd := exec.Command(apt, args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%w; apt-get %s: %w, see %s", ErrMissing, args[0], err, log.Name())
		}
	}
	return nil
}
