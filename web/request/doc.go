// Package request holds one HTTP request and its answer as plain values.
//
// Package web copies everything a request brought out of the HTTP server's
// buffers into a [Request], finds out who asks and which pod is meant, and hands
// it to one of its sub-rooms; what comes back is an [Answer] or an error. So
// the sub-rooms know neither the server nor its life times: nothing of a
// Request changes or disappears when the handler has returned, except the Body,
// which is good until then.
//
// Errors are plain too: those of the rooms behind (pod.ErrDenied and so on), and
// the few of this package. Which status and which words they become is decided
// in package web, in one place. An Answer that comes with an error gives header
// fields for the error's answer (Allow with a 405, for instance).
package request
