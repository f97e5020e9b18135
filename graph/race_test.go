//go:build race

package graph_test

// steps is how often the random test of deletions changes something: the race
// detector makes SQLite, which is Go, many times slower.
const steps = 300
