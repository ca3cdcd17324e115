// Package pages reads a page as somebody does who has it before them, for tests
// that speak as people with a browser but need none: [Forms] are what can be filled
// in and sent, and [Text] is what stands there. It knows what our pages and those of
// the brokers in tests are made of, and no more of HTML than that.
package pages
