// Package console is what a citizen sees in a browser: the way in, the question
// whether an app may act for them, and their own account and pods.
//
// Make one Handler with New; Handler.Serve answers what Handler.Takes. The
// provider's endpoints (web/oidc) send browsers here with a ticket, and Serve sends
// them on to the app with the answer. What the pages look like is package page;
// who may do what is decided by the rooms behind.
//
// Nothing is kept between two pages but sessions: what a person is in the middle of
// travels with them, signed, so that the program may be started anew at any time.
package console
