// Package conformance holds the server against the texts that it claims to follow: the Solid Protocol, Web Access
// Control, Linked Data Notifications and the Solid Notifications Protocol. It has no code of its own, only tests, and
// all of them ask a whole server (package podtest), as a client would.
//
// Begin with doc/solid.md: it lists every MUST of those texts beside the test that keeps it, or the entry of
// DIVERGENCES.md that says why it is not kept. A test here reads that table and looks for each test that it names.
//
// What is expected is worked out here from the words of the specifications, naively, and never by asking our own rooms:
//
//   - the table of Web Access Control: every method on every kind of target, for every pair of rights on container and
//     resource, for every kind of agent;
//   - decisions in random hierarchies of containers, rules, grants and groups, beside a second evaluator;
//   - targets of requests as nobody sane writes them: what was decided about is what was touched.
package conformance
