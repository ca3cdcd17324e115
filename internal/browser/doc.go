// Package browser asks a real browser what a script that somebody stored in a
// pod can reach. It holds tests alone.
//
// There are two walls. Every answer out of a pod forbids whatever is in it to run,
// and gives it an origin of its own while it is shown. And where pods have
// subdomains, each has an origin of its own besides. The tests try one wall at a
// time: the first in both layouts, and the second with the first taken away.
// They also take both away, where the attack must succeed: a test that
// cannot fail says nothing.
//
// A browser that is not there makes the tests skip, or fail with CI=true. `make
// tools` installs one where that is allowed.
package browser
