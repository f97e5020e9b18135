//go:build !race

package graph_test

// steps is how often the random test of deletions changes something.
const steps = 2_000
