//go:build faults

package faults_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPowerCut: before a write is answered, the system is told to put SQLite's
// log on the disk. What was not would be gone with the power.
func TestPowerCut(t *testing.T) {
	strace, err := exec.LookPath("strace")
	require.NoError(t, err, "on Debian: apt-get install strace")
	calls := filepath.Join(t.TempDir(), "calls")
	p := prepare(t, sqlite(t), "--max-profiles", "1000000")
	// -D makes strace a child of the program instead of its parent.
	p.wrap = []string{strace, "-D", "-f", "-y", "-ttt", "-e", "trace=fsync,fdatasync", "-o", calls}
	p.start()
	type span struct{ from, to time.Time }
	spans := map[string][]span{}
	for _, kind := range []write{createProfile, createUser, renameSession} {
		c := kind.prepare(t, p, kind.name)
		for n := range 20 {
			from := time.Now()
			a := kind.do(c, fmt.Sprintf("%s.%08d", kind.name, n))
			require.True(t, a.ok(), "%s", a)
			spans[kind.name] = append(spans[kind.name], span{from, time.Now()})
		}
	}
	status, _ := p.term()
	require.Zero(t, status, "%s", p.log)
	// The last lines may still be on their way.
	synced := func() []time.Time { return syncsOf(t, calls, ".db-wal") }
	before := -1
	require.Eventually(t, func() bool {
		last := before
		before = len(synced())
		return before > 0 && before == last
	}, 10*time.Second, 200*time.Millisecond)
	for kind, spans := range spans {
		durable := 0
		for _, s := range spans {
			for _, at := range synced() {
				if !at.Before(s.from) && at.Before(s.to) {
					durable++
					break
				}
			}
		}
		say(t, "%s: %d of %d writes were on the disk before they were answered", kind, durable, len(spans))
		require.Equal(t, len(spans), durable)
	}
	say(t, "%d calls of fsync and fdatasync on the log in all", len(synced()))
}

var call = regexp.MustCompile(`(?m)^\d+ +(\d+)\.(\d{6}) (?:fsync|fdatasync)\(\d+<([^>]*)>`)

// syncsOf is when files whose name ends so were put on the disk, by a trace.
func syncsOf(t *testing.T, trace, suffix string) (at []time.Time) {
	t.Helper()
	text, err := os.ReadFile(trace)
	require.NoError(t, err)
	for _, m := range call.FindAllStringSubmatch(string(text), -1) {
		if !strings.HasSuffix(m[3], suffix) {
			continue
		}
		seconds, err := strconv.ParseInt(m[1], 10, 64)
		require.NoError(t, err)
		micros, err := strconv.ParseInt(m[2], 10, 64)
		require.NoError(t, err)
		at = append(at, time.Unix(seconds, micros*1000))
	}
	return at
}
