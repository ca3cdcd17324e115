// Package browser asks a real browser what people will meet in theirs. It holds
// tests alone.
//
// How they get in. A visitor is somebody who uses the keyboard and nothing else,
// before the built program, started from nothing: from the landing page to a pod
// of their own and into a Solid app, with passkeys out of a virtual authenticator
// or with a password and no scripts. The app (testdata/app) stands elsewhere, is
// bundled from npm, and knows us by @inrupt/solid-client-authn-browser alone. Where
// hours must pass, a world of podtest stands in for the program, and its clock and
// that of the page are moved together.
//
// What the pages are like: axe finds no fault in any, nothing leaves a small
// screen, and none breaks the policy that it is sent with. SKRIN_PICTURES=FOLDER
// takes pictures of them.
//
// What a script that somebody stored in a pod can reach. There are two walls. Every
// answer out of a pod forbids whatever is in it to run, and gives it an origin of
// its own while it is shown. And where pods have subdomains, each has an origin of
// its own besides. The tests try one wall at a time: the first in both layouts, and
// the second with the first taken away. They also take both away, where the attack
// must succeed: a test that cannot fail says nothing. They do it to a page that
// stands in for a careless console, and to the real one. The same holds for pages
// elsewhere that frame ours, or send our forms.
//
// A browser that is not there makes the tests skip, and so does Node, which the app
// is bundled with; with CI=true they fail. `make tools` installs both where that is
// allowed.
package browser
