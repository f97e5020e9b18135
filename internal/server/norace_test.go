//go:build !race

package server_test

// slowdown is how much longer everything may take.
const slowdown = 1
