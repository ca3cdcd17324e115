// Package intake files health data in a pod: it takes the records that package
// health reads out of a stream, and gives them to the pod's session.
//
// [Detect] finds out from the first bytes what a stream holds, [Format.Read]
// reads it, and [Filer.File] files it: by type below /health/, some hundred
// records a transaction, or all of it in one container and one transaction.
// What is filed has names that follow from its content, so doing it again
// changes nothing. A record that is wrong is told in the [Summary], and the
// others go in.
package intake
