// Package faults breaks what StreamEx stands on while it works: it kills the
// program, fills its disk, restarts PostgreSQL under it, cuts and silences the
// link to it. Its tests run the real binary and count what they did. Whatever
// happens, no write that was answered may be lost, and whoever is refused gets
// an answer that says so in the API's own words.
//
// The tests take minutes and two processors, so they have a build tag and a
// target of their own: make faults, or make faults ROUNDS=2 FAULT=TestDiskFull.
package faults
