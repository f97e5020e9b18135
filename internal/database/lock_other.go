//go:build !unix

package database

import "context"

// lockFolder does nothing where folders cannot be locked: there, do not start
// two processes on one new file at the same moment.
func lockFolder(context.Context, string) (unlock func(), err error) { return func() {}, nil }
