// Package page turns what a person is to see into HTML, in their language. It
// knows nothing of HTTP, of cookies or of who may do what: a Page is a value that
// says everything that stands on it, and Render writes it.
//
// Begin with the types in pages.go, one for each page; Frame is what stands around
// all of them. Match finds the language, Asset gives what the pages refer to:
// a style sheet, two small scripts, pictures.
//
// It promises that every text of the pages stands in the catalogue, in all four
// languages; that nothing in a page is inline, neither script nor style; that all
// but passkeys works without scripts; and that whatever others wrote (names of
// apps, labels, addresses) is text and never markup.
package page
