//go:build faults

package faults_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDiskFull fills the disk that an SQLite database lies on: writes are
// refused in our own words, reads go on, nothing that was answered is lost, and
// all is well again as soon as there is room.
func TestDiskFull(t *testing.T) {
	disk, mount := smallDisk(t)
	p := prepare(t, "sqlite:"+filepath.Join(disk, "faults.db"), "--max-profiles", "1000000")
	p.wrap = mount
	p.start()
	inside := disk
	if mount != nil { // for the program alone: from here it is seen through its process
		inside = fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, disk)
		require.NoFileExists(t, filepath.Join(disk, "faults.db"))
	}
	require.FileExists(t, filepath.Join(inside, "faults.db"))
	l := prepareLoad(t, p, 8, createProfile, renameSession, createProfile, signUp)
	reader := l.signedIn(0)
	filler := filepath.Join(inside, "filler")
	each(t, func(n int) {
		l.start()
		answered := l.counted("answered")
		require.Eventually(t, func() bool { return l.counted("answered") >= answered+10 }, time.Minute, 5*time.Millisecond)
		fill(t, filler)
		refused := l.counted("UNAVAILABLE")
		require.Eventually(t, func() bool { return l.counted("UNAVAILABLE") >= refused+20 }, time.Minute, 5*time.Millisecond, "the disk is full, and nobody says so")
		refused = l.counted("UNAVAILABLE") - refused
		reads := 0
		for range 20 {
			a := reader.ask(`{ viewer { user { email } profiles { name } } titles(first: 5) { nodes { name } } }`, nil)
			require.True(t, a.ok(), "a read on a full disk: %s", a)
			reads++
		}
		require.NoError(t, os.Remove(filler))
		from, answered := time.Now(), l.counted("answered")
		require.Eventually(t, func() bool { return l.counted("answered") >= answered+8 }, time.Minute, time.Millisecond, "there is room again")
		recovered := time.Since(from)
		l.wait()
		copied := copyOf(t, filepath.Join(inside, "faults.db"))
		answered = l.check(copied)
		whole(t, copied)
		say(t, "round %d: %d writes refused as UNAVAILABLE, %d of 20 reads answered, writing again %d ms after there was room; %d answered, 0 lost",
			n, refused, reads, recovered.Milliseconds(), answered)
	})
	say(t, "answers: %v", l.count)
}

// copyOf is the URL of a copy of an SQLite database that nobody writes to:
// SQLite itself would not find its way through another process.
func copyOf(t *testing.T, path string) (url string) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{filepath.Base(path), filepath.Base(path) + "-wal"} {
		file, err := os.ReadFile(filepath.Join(filepath.Dir(path), name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), file, 0o600))
	}
	return "sqlite:" + filepath.Join(folder, filepath.Base(path))
}

const (
	// diskSize is room for the database and its log, and little else.
	diskSize = "8m"
	// containers have a disk in memory that is small already, in bytes at most.
	sharedMemory, smallEnough = "/dev/shm", 256 << 20
)

// smallDisk is a folder and a command that runs another with a small disk there:
// root mounts it for a process alone, others in a namespace of users. Where
// nobody may, the command is nil and the folder lies on a small disk.
func smallDisk(t *testing.T) (folder string, mount []string) {
	t.Helper()
	folder = t.TempDir()
	script := `mount -t tmpfs -o size=` + diskSize + `,mode=0700 streamex "$0" && exec "$@"`
	var failed []error
	for _, way := range [][]string{{"unshare", "--mount"}, {"unshare", "--mount", "--map-root-user"}} {
		command := append(way, "sh", "-c", script, folder)
		out, err := exec.Command(command[0], append(command[1:], "true")...).CombinedOutput()
		if err == nil {
			return folder, command
		}
		failed = append(failed, fmt.Errorf("%v: %w: %s", way, err, out))
	}
	var disk syscall.Statfs_t
	require.NoError(t, syscall.Statfs(sharedMemory, &disk))
	if size := disk.Blocks * uint64(disk.Bsize); size > smallEnough {
		failed = append(failed, fmt.Errorf("%s has %d bytes", sharedMemory, size))
		require.NoError(t, errors.Join(failed...), "no small disk can be made here: it takes root's right to mount, or namespaces of users")
	}
	folder, err := os.MkdirTemp(sharedMemory, "streamex-faults-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder, nil
}

// fill writes until there is no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}
