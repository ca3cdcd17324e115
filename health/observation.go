package health

import (
	"bytes"
	"encoding/json"
)

// observation is as much of a FHIR R4 Observation as is made here, in the order
// of the definition. Its JSON is the same for the same values.
type observation struct {
	ResourceType      string       `json:"resourceType"`
	ID                string       `json:"id"`
	Meta              *meta        `json:"meta,omitempty"`
	Extension         []extension  `json:"extension,omitempty"`
	Identifier        []identifier `json:"identifier,omitempty"`
	Status            string       `json:"status"`
	Category          []concept    `json:"category,omitempty"`
	Code              concept      `json:"code"`
	Subject           *reference   `json:"subject,omitempty"`
	EffectiveDateTime string       `json:"effectiveDateTime,omitempty"`
	EffectivePeriod   *period      `json:"effectivePeriod,omitempty"`
	Issued            string       `json:"issued,omitempty"`
	Performer         []reference  `json:"performer,omitempty"`
	ValueQuantity     *quantity    `json:"valueQuantity,omitempty"`
	Note              []annotation `json:"note,omitempty"`
	BodySite          *concept     `json:"bodySite,omitempty"`
	Method            *concept     `json:"method,omitempty"`
	Device            *reference   `json:"device,omitempty"`
	Component         []component  `json:"component,omitempty"`
}

type meta struct {
	Profile []string `json:"profile"`
}

type extension struct {
	URL                  string  `json:"url"`
	ValueCodeableConcept concept `json:"valueCodeableConcept"`
}

type identifier struct {
	Use    string `json:"use,omitempty"`
	System string `json:"system,omitempty"`
	Value  string `json:"value"`
}

type concept struct {
	Coding []coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

type coding struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
}

type reference struct {
	Type       string      `json:"type,omitempty"`
	Identifier *identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty"`
}

type period struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

type quantity struct {
	Value  json.Number `json:"value"` // with the digits it came with
	Unit   string      `json:"unit"`
	System string      `json:"system"`
	Code   string      `json:"code"`
}

type annotation struct {
	Text string `json:"text"`
}

type component struct {
	Code                 concept   `json:"code"`
	ValueQuantity        *quantity `json:"valueQuantity,omitempty"`
	ValueCodeableConcept *concept  `json:"valueCodeableConcept,omitempty"`
	ValueString          string    `json:"valueString,omitempty"`
}

func (o *observation) encode() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(o); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte{'\n'}), nil
}

func loinc(code, display string) coding { return coding{systemLOINC, code, display} }

func ucum(value json.Number, unit, code string) *quantity {
	return &quantity{Value: value, Unit: unit, System: systemUCUM, Code: code}
}

func text(s string) *concept { return &concept{Text: s} }
