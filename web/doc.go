// Package web is where HTTP ends. [New] makes a [Server] over a vault and a
// verifier of credentials; [Server.Serve] serves a listener until
// [Server.Shutdown], and [Server.Metrics] is a handler for a listener of the
// operator's own.
//
// A request passes through these hands, in this order:
//
//  1. conn: one connection, with its deadlines; can be cut from outside.
//  2. guard: refuses what could be read in two ways, sees to it that no byte of
//     one request's body is ever taken for another request, and catches panics.
//  3. border: copies what the server library holds in reused buffers into a
//     request.Request of plain values.
//  4. pods: finds the pod and the path, asks the verifier who it is, and hands
//     the request to the sub-room whose business it is: web/solid, web/access,
//     web/fhir.
//  5. problem: turns an error into a status and a problem document; the words
//     for the client and the words for the log are different ones.
//  6. border again: writes the answer.
//
// No sub-room knows the server library, and none decides who may do what: that
// is done by the pod's session. Of a request the log keeps method, status,
// time, size and a random id, never a path, a WebID or a token.
package web
