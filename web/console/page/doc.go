// Package page turns what a person is to see into HTML, in their language. It
// knows nothing of HTTP, of cookies or of who may do what: a Page is a value that
// says everything that stands on it, and [Render] writes it.
//
// Begin with the types in pages.go, home.go and own.go, one for each page; [Frame] is what stands around
// all of them. [Match] finds the language, [Asset] gives what the pages refer to:
// a style sheet, two small scripts, a picture. Each page has a template of its name
// in templates/; what several share stands in templates/parts/. All words stand in
// texts/, a file a language; [Has] says whether there is a text for a key that comes
// from outside.
//
// It promises that every text of the pages stands in the catalogue, in all four
// languages; that nothing in a page is inline, neither script nor style; that all
// but passkeys works without scripts; and that whatever others wrote (names of
// apps, labels, addresses) is text and never markup, shows all of itself, and
// turns nothing around it (see [Clean]).
//
// How the pages look is told by assets/style.css alone. The tests of
// internal/browser look at every page of package sample as people do: on phones
// and on desks, by day and by night, with axe-core, and take pictures on request.
package page
