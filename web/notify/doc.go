// Package notify has the HTTP ends of a pod's channels (Solid Notifications
// Protocol 0.3, WebSocketChannel2023, StreamingHTTPChannel2023).
//
// Under {pod}/.notifications/ there is a subscription service for each type, which
// the storage description announces:
//
//	WebSocketChannel2023/             GET: what the service offers. POST: subscribe
//	WebSocketChannel2023/{id}         the channel, for who subscribed: GET, DELETE
//	WebSocketChannel2023/{id}/{token} receiveFrom: GET opens it
//
// and the same for StreamingHTTPChannel2023. A subscription is JSON-LD or any RDF
// syntax, and so is its answer. receiveFrom is a secret that opens the channel to
// whoever has it, since browsers send no credentials with a WebSocket; credentials
// that are sent must be those of who subscribed.
package notify
