package health

import (
	"io"
	"iter"

	"skrin/linkeddata"
)

// ReadOMH reads Open mHealth data points: one, an array of them, or
// newline-delimited ones, and gives each as a FHIR R4 Observation about the
// citizen whose WebID is given (the zero IRI: about nobody named).
func ReadOMH(r io.Reader, citizen linkeddata.IRI, lim Limits) iter.Seq2[Record, *Problem] {
	return func(yield func(Record, *Problem) bool) {}
}
