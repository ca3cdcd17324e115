// Package podtest is a whole server in a test, and people who ask it.
//
//	w := podtest.New(t)
//	maria := w.Citizen("maria")
//	ana := w.As("dr-ana")
//	maria.Put("/maria/health/labs/x", "text/turtle", "<#a> <#b> 1.").Want(201)
//	ana.Get("/maria/health/labs/x").Want(403)
//
// The server is the real one over real HTTP on loopback, with an issuer of its
// own that vouches for everybody. Its clock runs from the real time and can be
// moved with Advance.
package podtest
