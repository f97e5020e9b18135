//go:build race

package server_test

// slowdown is how much longer everything may take: the race detector watches.
const slowdown = 5
