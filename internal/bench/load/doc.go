// Command load measures how fast Skrin is, beside the least that could do the
// same work and beside itself.
//
//	go run ./internal/bench/load                      all of it, in some minutes
//	go run ./internal/bench/load -only PUT -rounds 9  some of it, for longer
//	go run ./internal/bench/load -css                 beside Community Solid Server, and nothing else
//
// It builds and starts the real program and the floor (package internal/bench/floor)
// as processes, fills them, and asks them over HTTP/1.1 connections that stay open.
// Every request of a person has a DPoP proof of its own; all are made before the
// clock starts. The two sides of a comparison take turns, window by window, and rates
// are medians over the windows: on a machine that others use too, a ratio holds
// where a rate does not. CPU is what the server's process used (/proc), so
// it leaves out what the asking costs.
//
// With -css the other side is Community Solid Server with its file backend, which
// npm installs into the user's cache folder once (Node is needed). Both servers are
// filled with the same resources, believe the same issuer, and are asked the same
// over the same kind of connections; that they answer alike is looked at first. The
// other server neither encrypts nor syncs nor keeps a journal; ours does, as always.
//
// What is printed beside a goal is the ratio of requests a second; for a goal that
// bounds a cost, its inverse. A goal that is missed is said to be, and is no failure
// of the program: its exit code is 0 whenever it could measure.
package main
