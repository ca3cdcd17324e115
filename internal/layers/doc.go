// Package layers keeps the rooms of Skrin in order. It has no code of its own: its tests read the source of the
// whole module and fail when a package imports what it must not, each rule with the reason it is there for.
//
// The picture is the table in rooms_test.go. A new package needs a line in it, a new dependency a home; both are
// decisions, so whoever makes one finds here what it is weighed against. The other house rules (a page of prose for
// every package, files that stay one noun long, nothing done in init) stand in house_test.go.
package layers
