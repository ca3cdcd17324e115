package health

import (
	"io"
	"iter"
)

// ReadFHIR reads a FHIR R4 Bundle, a single resource, or newline-delimited
// resources, one resource at a time. Each step gives a Record, or a Problem and
// the zero Record; after a Problem the rest goes on, unless it says Ended.
func ReadFHIR(r io.Reader, lim Limits) iter.Seq2[Record, *Problem] {
	return func(yield func(Record, *Problem) bool) {}
}
