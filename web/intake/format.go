package intake

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"

	"skrin/health"
	"skrin/linkeddata"
)

// Format is a kind of health data. The zero Format is none that we know.
type Format uint8

const (
	FHIR Format = iota + 1 // a Bundle, a resource, an array of them, or one a line
	OMH                    // Open mHealth data points: one, an array, or one a line
)

// Sniff is how many bytes Detect wants to see at most.
const Sniff = 16 << 10

// Detect tells the format from the beginning of a JSON text: its first object
// has a resourceType (FHIR), or a header with a schema (an Open mHealth data
// point).
func Detect(prefix []byte) Format {
	prefix = bytes.TrimPrefix(prefix, []byte("\xef\xbb\xbf"))
	d := json.NewDecoder(bytes.NewReader(prefix))
	first, err := d.Token()
	if first == json.Delim('[') {
		first, err = d.Token()
	}
	if err != nil || first != json.Delim('{') {
		return 0
	}
	for {
		key, err := d.Token()
		if err != nil {
			return 0
		}
		switch key {
		case "resourceType":
			return FHIR
		case "header":
			if isHeader(d) {
				return OMH
			}
			return 0
		}
		if _, isText := key.(string); !isText || skip(d) != nil {
			return 0
		}
	}
}

// isHeader says whether the value that follows is the header of a data point.
func isHeader(d *json.Decoder) bool {
	var header struct {
		Schema json.RawMessage `json:"schema_id"`
	}
	return d.Decode(&header) == nil && len(header.Schema) > 0
}

func skip(d *json.Decoder) error {
	var value json.RawMessage
	return d.Decode(&value)
}

// Read reads records of the format. Data points are about the citizen.
func (f Format) Read(r io.Reader, citizen linkeddata.IRI) iter.Seq2[health.Record, *health.Problem] {
	if f == OMH {
		return health.ReadOMH(r, citizen, health.Limits{})
	}
	return health.ReadFHIR(r, health.Limits{})
}
