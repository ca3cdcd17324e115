// Package solid speaks the Solid Protocol for the resources of a pod: reading,
// writing, listing and describing them, in the forms that a client accepts.
//
// [Handler.Serve] takes a request that has been authenticated and whose path
// has been parsed; every decision about who may do what is made by the session
// inside it. What this package decides is form: which representation is sent
// (as stored where that is acceptable, otherwise converted), under which
// entity tag, with which header fields, and what the fields of a request mean.
//
// Two things hold throughout. Whoever may not do what they ask for hears that
// and nothing about what was wrong with the body they sent. And the bytes that
// were stored are the bytes that come back, unless another form is asked for.
package solid
