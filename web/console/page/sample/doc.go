// Package sample has pages with invented people on them: each page empty, full,
// and come back with a problem. Tests render them, look at them in a browser, and
// take pictures of them; nothing else does.
//
// All gives the ordinary ones, Hostile those on which everything that somebody
// else wrote is meant to do harm.
package sample
