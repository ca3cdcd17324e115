package request

import "errors"

// What can be wrong with a request before any room behind has been asked.
var (
	// ErrNothing is returned where there is nothing for anybody.
	ErrNothing = errors.New("nothing is here")
	// ErrMethod is returned for a method that the resource does not have. The
	// Answer beside it says in Allow which it has.
	ErrMethod = errors.New("the resource does not have this method")
	// ErrNotAcceptable is returned when Accept refuses every form there is.
	ErrNotAcceptable = errors.New("not available in an accepted form")
	// ErrMalformed is wrapped by errors about header fields and bodies that
	// cannot be understood; the text is for the client.
	ErrMalformed = errors.New("not understood")
	// ErrContentType is returned for content without a Content-Type.
	ErrContentType = errors.New("content needs a Content-Type")
	// ErrUnsupported is wrapped when the Content-Type or Content-Encoding is not taken here.
	ErrUnsupported = errors.New("not taken in this form")
	// ErrRange is returned when no byte of the range exists.
	ErrRange = errors.New("no such range")
	// ErrRefused is wrapped by errors about well-formed content that means something we cannot do.
	ErrRefused = errors.New("refused as it stands")
)
