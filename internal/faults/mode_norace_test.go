//go:build !race

package faults

// buildFlags build the server as this test is built, so that its packages are there already.
var buildFlags []string

// slow is by how much less is done in the short form, as the race detector costs that much.
const slow = 1
