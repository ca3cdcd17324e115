// Package clients lets the libraries that Solid apps are made of use a pod, as
// their authors wrote them, on Node.
//
// Each file NAME.test.js is one library's day with a pod: it creates, reads,
// changes, lists and deletes, gives and takes access, and subscribes, as far as
// the library can. [TestClients] starts a whole server for each of them (package
// podtest) and hands it to the script: see world.js for what is handed over.
//
// Each file in signin/ is one library that signs people in with the house's own
// provider, through its pages: [TestSignIn] starts a house for each of them.
//
// In elsewhere/ it is the other way round: a broker of another author's making,
// with which citizens of a house sign in. [TestBrokers] starts both, and goes
// through the pages of both as a citizen does.
//
// The libraries come from npm, as package-lock.json pins them (package npm). Without
// Node the test is skipped; with CI=true it fails. When a library and a
// specification differ, it is the library that people use: what we do then is
// written into DIVERGENCES.md.
package clients
