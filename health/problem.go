package health

import (
	"errors"
	"fmt"
)

// What a Problem can be about; every Problem wraps one of these or the error of
// the reader that the data came from.
var (
	ErrMalformed   = errors.New("not well-formed JSON")
	ErrUnknownType = errors.New("unknown resource type")
	ErrInvalid     = errors.New("not valid")
	ErrNotAccepted = errors.New("not accepted yet")
	ErrLimit       = errors.New("too large")
)

// Problem is one thing that is wrong with received data, in words for whoever
// sent it. It quotes no value of the data, so it can be logged.
type Problem struct {
	Entry int    // which entry, point or line, counted from 0; -1: the input as a whole
	Where string // path in the resource ("Observation.valueQuantity.value") or place in the input ("line 3, byte 71"); may be ""
	What  string // what is wrong and what to do
	Ended bool   // nothing behind this place was read
	Err   error  // one of this package's Err values, or the reader's own error

	// Warning: not as FHIR wants it, but taken nevertheless, stored and shown
	// as linked data. Only Validate tells warnings.
	Warning bool
	// Code is the kind of problem as FHIR names it (hl7.org/fhir/issue-type):
	// "structure", "required", "value", ...; "" leaves it to what Err says.
	Code string
	// Expression is Where in FHIRPath, as far as there is an element to name:
	// "Observation.value.value".
	Expression string
}

// Kinds of problems that FHIR tells apart.
const (
	codeStructure    = "structure"
	codeRequired     = "required"
	codeValue        = "value"
	codeInvariant    = "invariant"
	codeNotSupported = "not-supported"
	codeTooCostly    = "too-costly"
	codeInvalid      = "invalid"
	codeException    = "exception"
)

// Error gives the problem in one line.
func (p *Problem) Error() string {
	text := p.What
	if p.Where != "" {
		text = p.Where + ": " + text
	}
	if p.Entry >= 0 {
		text = fmt.Sprintf("entry %d: %s", p.Entry, text)
	}
	return text
}

// Unwrap gives what kind of problem it is, for errors.Is.
func (p *Problem) Unwrap() error { return p.Err }
