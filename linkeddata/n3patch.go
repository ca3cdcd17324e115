package linkeddata

import (
	"fmt"
	"io"
)

// ParseN3Patch reads a text/n3 document that holds exactly one
// solid:InsertDeletePatch (Solid Protocol section 5.3.1). Errors wrap
// ErrSyntax when the text breaks the grammar, ErrPatch when it is well formed
// but no acceptable patch, ErrLimit when it is too large. Of N3 only what such a patch
// needs is read; anything beyond is named in the error with its place.
func ParseN3Patch(r io.Reader, base IRI, lim Limits) (Patch, error) {
	return Patch{}, fmt.Errorf("%w: not read yet", ErrUnsupported)
}
