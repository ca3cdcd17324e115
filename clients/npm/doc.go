// Package npm gives tests the libraries of package.json, which are written for
// Node and for browsers.
//
// [Install] puts them into node_modules as package-lock.json pins them, once for
// each change of that file, and without running anything of theirs. Without Node
// the test is skipped; with CI=true it fails.
package npm
