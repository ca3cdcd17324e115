package health

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// TestValidate is the specification of Validate as a table: expression, code and
// words of each problem, "!" before an error.
func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		in   string // of an Observation with status and code, when it does not begin with a brace
		want []string
	}{
		{`{"resourceType":"Patient"}`, nil},
		{`{"resourceType":"Observation"}`, []string{
			"Observation | required | Observation.status: is missing, and Observation must have it",
			"Observation | required | Observation.code: is missing, and Observation must have it"}},
		{`{"resourceType":"Observation","_status":{"extension":[{"url":"http://a.example/","valueCode":"masked"}]},"code":{"text":"x"},"component":[{"valueInteger":1}]}`, []string{
			"Observation.component[0] | required | Observation.component[0].code: is missing, and Observation.component must have it"}},
		{`{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"display":"x"}}`, []string{
			"MedicationRequest | required | MedicationRequest.medication[x]: is missing, and MedicationRequest must have it"}},

		// structure
		{`"colour":1`, []string{"!Observation | structure | Observation.colour: unknown element of Observation"}},
		{`"component":[{"code":{"text":"x"},"colour":{"a":1}}]`, []string{"!Observation.component[0] | structure | Observation.component[0].colour: unknown element of Observation.component"}},
		{`"valueQuantity":{"value":"1"}`, []string{"!Observation.value.value | structure | Observation.valueQuantity.value: text where a number belongs"}},
		{`"valueInteger":1,"valueString":"x"`, []string{"!Observation.value | structure | Observation.valueString: stands twice, or two types of a choice are given"}},
		{`"note":{"text":"x"}`, []string{"!Observation.note | structure | Observation.note: a single value where a list belongs"}},
		{`"issued":["2026-11-22T07:25:00Z"]`, []string{"!Observation.issued | structure | Observation.issued: a list where a single value belongs"}},
		{`"":[null],"_":[],"_x":[]`, []string{
			"!Observation | structure | Observation.(an empty name): unknown element of Observation",
			"!Observation | structure | Observation._: unknown element of Observation",
			"!Observation | structure | Observation._x: unknown element of Observation"}},
		{`"_issued":{"url":1}`, []string{"!Observation.issued | structure | Observation._issued.url: unknown element of Element"}},
		{`"category":[]`, []string{"Observation.category | structure | Observation.category: an empty list"}},
		{`"method":{}`, []string{"Observation.method | structure | Observation.method: an empty object"}},
		{`{"resourceType":"Patient","name":[{"given":["A",null,null],"_given":[null,{"id":"x"}]}]}`, []string{"Patient.name[0].given | structure | Patient.name[0].given: a place in the list holds nothing"}},
		{`{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"x"}]}]}`, nil},
		{`{"resourceType":"Spaceship"}`, []string{"! | not-supported | Spaceship is no FHIR R4 resource type"}},
		{`{}`, []string{"! | required | resourceType is missing, so this is no FHIR resource"}},
		{`{"resourceType":"Patient",}`, []string{"! |  | byte 26: a name in quotes belongs here"}},

		// values
		{`"effectiveDateTime":"2026-02-30"`, []string{"Observation.effective | value | Observation.effectiveDateTime: not written as a FHIR dateTime"}},
		{`"effectiveDateTime":"2024-02-29"`, nil},
		{`"effectiveDateTime":"1900-02-29T00:00:00Z"`, []string{"Observation.effective | value | Observation.effectiveDateTime: not written as a FHIR dateTime"}},
		{`"effectiveDateTime":"22 November"`, []string{"!Observation.effective | value | Observation.effectiveDateTime: not written as a FHIR dateTime"}},
		{`"valueInteger":2147483648`, []string{"Observation.value | value | Observation.valueInteger: beyond the whole numbers that FHIR has (32 bits)"}},
		{`"valueInteger":-2147483648`, nil},
		{`"valueQuantity":{"value":0.1234567890123456789}`, []string{"Observation.value.value | value | Observation.valueQuantity.value: more than the 18 digits that FHIR has for a decimal"}},
		{`"valueQuantity":{"value":0.000000000000000000000123}`, nil},
		{`"valueQuantity":{"value":1e400}`, []string{"Observation.value.value | value | Observation.valueQuantity.value: beyond the numbers that computers hold"}},
		{`"id":"Pat_1"`, []string{"Observation.id | value | Observation.id: not written as a FHIR id"}},
		{`"id":""`, []string{"Observation.id | value | Observation.id: an empty text"}},
		{`"language":" en"`, []string{"Observation.language | value | Observation.language: not written as a FHIR code"}},
		{`"language":"en  GB"`, []string{"Observation.language | value | Observation.language: not written as a FHIR code"}},
		{`"language":"en GB"`, nil},
		{`"implicitRules":"not an address"`, []string{"Observation.implicitRules | value | Observation.implicitRules: not written as a FHIR uri"}},
		{`"valueString":"a\u0007b"`, []string{"Observation.value | value | Observation.valueString: not written as a FHIR string"}},
		{`"valueString":"a\tb\r\nc"`, nil},
		{`"text":{"status":"generated","div":"Hello"}`, []string{"Observation.text.div | value | Observation.text.div: not written as a FHIR xhtml"}},
		{`"extension":[{"url":"http://a.example/","valueBase64Binary":"SGk="},{"url":"http://a.example/","valueBase64Binary":" SG k=\n"},{"url":"http://a.example/","valueBase64Binary":"SGk"}]`, []string{"Observation.extension[2].value | value | Observation.extension[2].valueBase64Binary: not written as a FHIR base64Binary"}},
		{`"extension":[{"url":"http://a.example/","valueOid":"urn:oid:1.2.3"},{"url":"http://a.example/","valueOid":"urn:oid:3.1"},{"url":"http://a.example/","valueOid":"1.2.3"},{"url":"http://a.example/","valueOid":"urn:oid:1.02"}]`, []string{
			"Observation.extension[1].value | value | Observation.extension[1].valueOid: not written as a FHIR oid",
			"Observation.extension[2].value | value | Observation.extension[2].valueOid: not written as a FHIR oid",
			"Observation.extension[3].value | value | Observation.extension[3].valueOid: not written as a FHIR oid"}},
		{`"extension":[{"url":"http://a.example/","valueUuid":"urn:uuid:5f3c6c1e-0000-4000-8000-000000000001"},{"url":"http://a.example/","valueUuid":"urn:uuid:5F3C6C1E-0000-4000-8000-000000000001"},{"url":"http://a.example/","valueUuid":"5f3c6c1e"}]`, []string{
			"Observation.extension[1].value | value | Observation.extension[1].valueUuid: not written as a FHIR uuid",
			"Observation.extension[2].value | value | Observation.extension[2].valueUuid: not written as a FHIR uuid"}},
		{`"extension":[{"url":"a b","valuePositiveInt":0}]`, []string{
			"Observation.extension[0].url | value | Observation.extension[0].url: not written as a FHIR uri",
			"!Observation.extension[0].value | value | Observation.extension[0].valuePositiveInt: no value of type positiveInt"}},

		// rules
		{`"extension":[{"url":"http://a.example/"}]`, []string{"Observation.extension[0] | invariant | Observation.extension[0]: an extension must have either a value or extensions (ext-1)"}},
		{`"extension":[{"url":"http://a.example/","valueCode":"x","extension":[{"url":"y","_valueCode":{"id":"1"}}]}]`, []string{"Observation.extension[0] | invariant | Observation.extension[0]: an extension must have either a value or extensions (ext-1)"}},
		{`"subject":{"reference":"Patient/1"},"focus":[{"reference":"http://a.example/x"},{"reference":"urn:uuid:1"},{"reference":"Patient/1/_history/2"},{"reference":"Patient?identifier=1"},{"reference":"#"},{"display":"x"}]`, nil},
		{`"focus":[{"reference":"Ann"},{"reference":"Spaceship/1"},{"reference":"Patient/"},{"reference":"Patient/a_b"},{"reference":"Patient/1/2"},{"reference":"Patient/1/_history/"},{"reference":""}]`, []string{
			"Observation.focus[0].reference | value | Observation.focus[0].reference: neither an absolute address nor Type/id",
			"Observation.focus[1].reference | value | Observation.focus[1].reference: neither an absolute address nor Type/id",
			"Observation.focus[2].reference | value | Observation.focus[2].reference: neither an absolute address nor Type/id",
			"Observation.focus[3].reference | value | Observation.focus[3].reference: neither an absolute address nor Type/id",
			"Observation.focus[4].reference | value | Observation.focus[4].reference: neither an absolute address nor Type/id",
			"Observation.focus[5].reference | value | Observation.focus[5].reference: neither an absolute address nor Type/id",
			"Observation.focus[6].reference | value | Observation.focus[6].reference: an empty text"}},
		{`"subject":{"reference":"Patient/1","type":"Group"}`, []string{"Observation.subject.reference | value | Observation.subject.reference: the address and Reference.type name different types"}},
		{`"contained":[{"resourceType":"Patient","id":"p","link":[{"type":"refer","other":{"reference":"#q"}}]},{"resourceType":"Patient","id":"q"}],"subject":{"reference":"#p"}`, nil},
		{`"subject":{"reference":"#p"}`, []string{"Observation.subject.reference | invariant | Observation.subject.reference: leads into the resource, which contains nothing with that id (ref-1)"}},
		{`"contained":[{"resourceType":"Patient"},{"resourceType":"Patient","id":"p"},{"resourceType":"Patient","id":"p","contained":[{"resourceType":"Patient","id":"q"}]}]`, []string{
			"Observation | invariant | Observation: two contained resources have the same id",
			"Observation.contained[0] | invariant | Observation.contained[0]: a contained resource without an id cannot be referred to",
			"Observation.contained[2] | invariant | Observation.contained[2]: a contained resource contains others (dom-2)"}},
		{`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"p"}]}},{"resource":{"resourceType":"Patient","managingOrganization":{"reference":"#p"}}}]}`, []string{
			"Bundle.entry[1].resource.managingOrganization.reference | invariant | Bundle.entry[1].resource.managingOrganization.reference: leads into the resource, which contains nothing with that id (ref-1)"}},
	} {
		body := tc.in
		if body[0] != '{' {
			body = `{"resourceType":"Observation","status":"final","code":{"text":"x"},` + tc.in + `}`
		}
		var got []string
		for _, p := range Validate([]byte(body)) {
			mark := "!"
			if p.Warning {
				mark = ""
			}
			got = append(got, mark+p.Expression+" | "+p.Code+" | "+p.Error())
		}
		if !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s:\n%q, want\n%q", tc.in, got, tc.want)
		}
	}
}

// TestErrorsAreNotCrowdedOut: a hundred warnings leave room for the errors.
func TestErrorsAreNotCrowdedOut(t *testing.T) {
	found := Validate([]byte(`{"resourceType":"Patient","name":[` + strings.Repeat("{},", 500) + strings.Repeat(`{"a":1},`, 500) + `{}]}`))
	warnings := 0
	for _, p := range found {
		if p.Warning {
			warnings++
		}
	}
	if warnings != maxProblems || len(found) != 2*maxProblems {
		t.Errorf("%d problems, %d of them warnings", len(found), warnings)
	}
}

// TestEverythingValidates: no errors in anything at hand, and these warnings.
func TestEverythingValidates(t *testing.T) {
	warned := map[string]int{}
	bodies := corpus(t)
	for _, body := range bodies {
		for _, p := range Validate(body) {
			if !p.Warning {
				t.Errorf("%.80s: %v", body, &p)
			}
			warned[p.Error()]++
		}
	}
	want := map[string]int{} // the official example of large and precise decimals
	for _, i := range []string{"4", "5", "6"} {
		want["Observation.component["+i+"].valueQuantity.value: more than the 18 digits that FHIR has for a decimal"] = 1
	}
	if !reflect.DeepEqual(warned, want) {
		t.Errorf("%v, want %v", warned, want)
	}
	t.Log(len(bodies), "resources,", len(warned), "warnings")
}

// TestOutcome: what Outcome makes is itself a resource without fault.
func TestOutcome(t *testing.T) {
	for _, tc := range []struct {
		problems []Problem
		want     string
	}{
		{nil, `[{"severity":"information","code":"informational","diagnostics":"nothing to complain about"}]`},
		{Validate([]byte(`{"resourceType":"Observation","valueQuantity":{"value":"6.3"},"code":{"text":"x"}}`)),
			`[{"severity":"error","code":"structure","diagnostics":"Observation.valueQuantity.value: text where a number belongs","expression":["Observation.value.value"]},
			  {"severity":"warning","code":"required","diagnostics":"Observation.status: is missing, and Observation must have it","expression":["Observation"]}]`},
		{Validate([]byte(`{`)), `[{"severity":"error","code":"structure","diagnostics":"byte 1: a name in quotes belongs here"}]`},
		{[]Problem{{Entry: 3, What: "too \"big\"", Err: ErrLimit}, {Entry: whole, What: "x", Err: ErrNotAccepted}, {Entry: whole, What: "y", Err: ErrInvalid}, {Entry: whole, What: "z", Ended: true}},
			`[{"severity":"error","code":"too-costly","diagnostics":"entry 3: too \"big\""},{"severity":"error","code":"not-supported","diagnostics":"x"},
			  {"severity":"error","code":"invalid","diagnostics":"y"},{"severity":"fatal","code":"exception","diagnostics":"z"}]`},
	} {
		got := Outcome(tc.problems)
		if found := Validate(got); len(found) > 0 {
			t.Errorf("%s: %v", got, &found[0])
		}
		var outcome struct{ Issue any }
		var want any
		if json.Unmarshal(got, &outcome) != nil || json.Unmarshal([]byte(tc.want), &want) != nil || !reflect.DeepEqual(outcome.Issue, want) {
			t.Errorf("%s, want %s", got, tc.want)
		}
	}
}
