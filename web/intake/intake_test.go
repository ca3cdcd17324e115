package intake

import (
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	for text, want := range map[string]Format{
		`{"resourceType":"Patient"}`:                                      FHIR,
		`{"id":"x","meta":{"a":[1,{"b":2}]},"resourceType":"Patient"}`:    FHIR,
		`[{"resourceType":"Patient"}]`:                                    FHIR,
		"\xef\xbb\xbf {\"resourceType\":\"Bundle\",\"entry\":[":           FHIR,
		"{\"resourceType\":\"A\"}\n{\"resourceType\":\"B\"}":              FHIR,
		`{"header":{"id":"x","schema_id":{"namespace":"omh"}},"body":{}}`: OMH,
		`[{"header":{"schema_id":{}},"body":{}}]`:                         OMH,
		`{"body":{"x":1},"header":{"schema_id":{}}}`:                      OMH,
		`{"header":"x"}`:                        0,
		`{"header":{}}`:                         0,
		`{"nested":{"resourceType":"Patient"}}`: 0,
		`{"x":"resourceType"}`:                  0,
		`{}`:                                    0,
		`[]`:                                    0,
		`[[{"resourceType":"Patient"}]]`:        0,
		`"resourceType"`:                        0,
		`{"a":1`:                                0,
		`oops`:                                  0,
		``:                                      0,
		`{"x":"` + strings.Repeat("y", Sniff):   0,
	} {
		if got := Detect([]byte(text)); got != want {
			t.Errorf("%.60s: %d, want %d", text, got, want)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":2}],"resourceType":"x"}`))
	f.Add([]byte(`[{"header":{"schema_id":{}}}]`))
	f.Fuzz(func(t *testing.T, b []byte) { Detect(b) })
}
