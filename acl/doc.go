// Package acl decides who may do what. It decides on values: it reads no
// files, asks no clock and opens no connection, so that every decision can be
// tested, repeated and explained.
//
// A decision rests on four things. The owner of a pod has a standing right to
// everything in it. The permanent rules are those of Web Access Control: [Parse]
// reads them from an ACL document that somebody wants to store, [ParseLenient]
// from one that stands already; [Without] takes somebody out of a document. A
// [Grant] is the citizen's permission for a time, and never a rule. A block by the
// citizen beats rules and grants.
//
// Begin with [Policy.Decide]: it takes a [Request] and gives a [Decision], which
// says what is allowed, why, and until when; [Decision.Explain] says it in one
// sentence for the citizen and the journal.
//
// What it promises:
//
//   - Whatever it does not understand gives nothing. A rule with an unknown
//     condition, type or property is refused when written and inapplicable when
//     found: another reading could only be broader. (Web Access Control would
//     have a server ignore conditions that it does not know.)
//   - A grant never gives Control, is never for the public, always ends, and
//     gives nothing on descriptions, ACLs and what the server keeps for itself.
//   - A device of the owner that has a record of its own has what the record
//     says and nothing else, whatever the rules are.
//   - Intervals are half-open: a grant gives something at its From and nothing
//     at its Until.
package acl
