package linkeddata

import (
	"errors"
	"fmt"
)

// Errors of reading a document.
var (
	// ErrSyntax is wrapped when a document breaks the grammar of its syntax.
	ErrSyntax = errors.New("syntax error")
	// ErrLimit is wrapped when a document is larger, deeper or longer than Limits allow.
	ErrLimit = errors.New("document exceeds a limit")
	// ErrUnsupported is returned for a media type that cannot be read or written here.
	ErrUnsupported = errors.New("unsupported media type")
	// ErrRemoteContext is returned for JSON-LD that wants a context from elsewhere.
	ErrRemoteContext = errors.New("remote JSON-LD context refused")
)

// ErrNamedGraphs is returned when a dataset with named graphs should be
// written in a syntax that has none.
var ErrNamedGraphs = errors.New("named graphs do not fit this syntax")

// Errors of patches.
var (
	// ErrPatch is wrapped when a well-formed document is no acceptable patch (Solid Protocol: 422).
	ErrPatch = errors.New("unacceptable patch")
	// ErrPatchConflict is wrapped when a patch does not fit the graph it is for (Solid Protocol: 409).
	ErrPatchConflict = errors.New("patch does not fit the resource")
)

// SyntaxError tells where a document breaks its grammar. Lines and columns
// count from 1, columns in characters; both are 0 where the place is not known,
// as with JSON-LD that is good JSON. It wraps ErrSyntax.
type SyntaxError struct {
	Line, Column int
	What         string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.What
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
}

// Unwrap gives ErrSyntax.
func (e *SyntaxError) Unwrap() error { return ErrSyntax }

// LimitError tells which limit a document exceeds and, where lines were
// counted, at which place. It wraps ErrLimit.
type LimitError struct {
	Limit        string // "bytes", "quads", "depth", "IRI", "literal", "expansion", "work"
	Max          int64
	Line, Column int // 0: not known
}

func (e *LimitError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%v: %s, at most %d", ErrLimit, e.Limit, e.Max)
	}
	return fmt.Sprintf("line %d, column %d: %v: %s, at most %d", e.Line, e.Column, ErrLimit, e.Limit, e.Max)
}

// Unwrap gives ErrLimit.
func (e *LimitError) Unwrap() error { return ErrLimit }
