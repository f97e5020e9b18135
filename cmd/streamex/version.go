package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// number is the version; releases set it with -ldflags "-X main.number=…".
var number = "dev"

type version struct{}

// Run prints what was built, from which commit and with what.
func (*version) Run(t *terminal) error {
	commit := "unknown commit"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(t.stdout, "streamex %s (%s, %s)\n", number, commit, runtime.Version())
	return err
}
