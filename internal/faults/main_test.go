//go:build faults

package faults_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"streamex/internal/database"
)

var (
	rounds = flag.Int("rounds", 1, "how often to do what is left to chance")
	binary = flag.String("binary", "../../bin/streamex", "the program to break")
)

func TestMain(m *testing.M) {
	flag.Parse()
	path, err := filepath.Abs(*binary)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults: no program to break, run make build first:", err)
		os.Exit(1)
	}
	*binary = path
	os.Exit(m.Run())
}

// each does a round as often as was asked for.
func each(t *testing.T, round func(n int)) {
	for n := range *rounds {
		round(n + 1)
		if t.Failed() {
			return
		}
	}
}

// say tells what was done and counted: the tests' output is a report.
func say(t *testing.T, text string, args ...any) {
	fmt.Printf("%-24s %s\n", t.Name(), fmt.Sprintf(text, args...))
}

// open opens a database beside the program for the length of the test.
func open(t *testing.T, url string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), url, database.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// with opens a database beside the program for as long as do takes.
func with(t *testing.T, url string, do func(context.Context, *database.DB)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	db, err := database.Open(ctx, url, database.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do(ctx, db)
}
