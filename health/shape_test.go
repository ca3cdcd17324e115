package health

import (
	"testing"

	"skrin/linkeddata"
)

// TestShapes is what is different in the R5 shape, and some of what is not, as a table.
func TestShapes(t *testing.T) {
	for _, tc := range []struct{ name, in, r4, r5 string }{
		{"choice and numbers",
			`{"resourceType":"Observation","valueQuantity":{"value":6.30},"component":[{"valueInteger":5},{"valueQuantity":{"value":7}},{"valueQuantity":{"value":1e-3}}]}`,
			`a fhir:Observation ; fhir:Observation.valueQuantity [ fhir:Quantity.value [ fhir:value 6.30 ] ] ;
			 fhir:Observation.component [ fhir:index 0 ; fhir:Observation.component.valueInteger [ fhir:value 5 ] ] ,
				[ fhir:index 1 ; fhir:Observation.component.valueQuantity [ fhir:Quantity.value [ fhir:value "7"^^xsd:decimal ] ] ] ,
				[ fhir:index 2 ; fhir:Observation.component.valueQuantity [ fhir:Quantity.value [ fhir:value 1e-3 ] ] ] .`,
			`a fhir:Observation ; fhir:value [ a fhir:Quantity ; fhir:value [ fhir:v 6.30 ] ] ;
			 fhir:component ( [ fhir:value [ a fhir:integer ; fhir:v 5 ] ]
				[ fhir:value [ a fhir:Quantity ; fhir:value [ fhir:v "7"^^xsd:decimal ] ] ]
				[ fhir:value [ a fhir:Quantity ; fhir:value [ fhir:v 1e-3 ] ] ] ) .`},
		{"modifier extensions",
			`{"resourceType":"Observation","modifierExtension":[{"url":"http://a.example/not","valueBoolean":true}],"component":[{},{"modifierExtension":[{"url":"http://a.example/not"}]}],"contained":[{"resourceType":"Patient","modifierExtension":[{}]}]}`,
			`a fhir:Observation ; fhir:DomainResource.modifierExtension [ fhir:index 0 ; fhir:Extension.url [ fhir:value "http://a.example/not" ] ; fhir:Extension.valueBoolean [ fhir:value true ] ] ;
			 fhir:Observation.component [ fhir:index 0 ] , [ fhir:index 1 ; fhir:BackboneElement.modifierExtension [ fhir:index 0 ; fhir:Extension.url [ fhir:value "http://a.example/not" ] ] ] ;
			 fhir:DomainResource.contained [ a fhir:Patient ; fhir:index 0 ; fhir:DomainResource.modifierExtension [ fhir:index 0 ] ] .`,
			`a fhir:_Observation ; fhir:modifierExtension ( [ fhir:url [ fhir:v "http://a.example/not"^^xsd:anyURI ] ; fhir:value [ a fhir:boolean ; fhir:v true ] ] ) ;
			 fhir:_component ( [ ] [ fhir:modifierExtension ( [ fhir:url [ fhir:v "http://a.example/not"^^xsd:anyURI ] ] ) ] ) ;
			 fhir:_contained ( [ a fhir:_Patient ; fhir:modifierExtension ( [ ] ) ] ) .`},
		{"codes",
			`{"resourceType":"Observation","code":{"coding":[{"system":"http://loinc.org","code":"la6751-7"},{"system":"https://www.nlm.nih.gov/mesh","code":"D003920"},{"system":"http://snomed.info/sct","code":"128045006:363698007"}]},"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}}`,
			`a fhir:Observation ; fhir:Observation.code [ fhir:CodeableConcept.coding
				[ fhir:index 0 ; a loinc:LA6751-7 ; fhir:Coding.system [ fhir:value "http://loinc.org" ] ; fhir:Coding.code [ fhir:value "la6751-7" ] ] ,
				[ fhir:index 1 ; fhir:Coding.system [ fhir:value "https://www.nlm.nih.gov/mesh" ] ; fhir:Coding.code [ fhir:value "D003920" ] ] ,
				[ fhir:index 2 ; fhir:Coding.system [ fhir:value "http://snomed.info/sct" ] ; fhir:Coding.code [ fhir:value "128045006:363698007" ] ] ] ;
			 fhir:Observation.valueCodeableConcept [ fhir:CodeableConcept.coding [ fhir:index 0 ; a sct:44054006 ; fhir:Coding.system [ fhir:value "http://snomed.info/sct" ] ; fhir:Coding.code [ fhir:value "44054006" ] ] ] .`,
			`a fhir:Observation ; fhir:code [ fhir:coding (
				[ a <https://loinc.org/rdf/LA6751-7> ; fhir:system [ fhir:v "http://loinc.org"^^xsd:anyURI ] ; fhir:code [ fhir:v "la6751-7" ] ]
				[ a <http://id.nlm.nih.gov/mesh/D003920> ; fhir:system [ fhir:v "https://www.nlm.nih.gov/mesh"^^xsd:anyURI ] ; fhir:code [ fhir:v "D003920" ] ]
				[ fhir:system [ fhir:v "http://snomed.info/sct"^^xsd:anyURI ] ; fhir:code [ fhir:v "128045006:363698007" ] ] ) ] ;
			 fhir:value [ a fhir:CodeableConcept ; fhir:coding ( [ a sct:44054006 ; fhir:system [ fhir:v "http://snomed.info/sct"^^xsd:anyURI ] ; fhir:code [ fhir:v "44054006" ] ] ) ] .`},
		{"a narrative, gaps, and things beside a primitive",
			`{"resourceType":"Patient","text":{"status":"empty","div":"<div/>"},"name":[{"given":["A",null,null],"_given":[null,{"id":"b"},null]}],"_birthDate":{"extension":[{"url":"x:y"}]}}`,
			`a fhir:Patient ; fhir:DomainResource.text [ fhir:Narrative.status [ fhir:value "empty" ] ; fhir:Narrative.div "<div/>" ] ;
			 fhir:Patient.name [ fhir:index 0 ; fhir:HumanName.given [ fhir:index 0 ; fhir:value "A" ] , [ fhir:index 1 ; fhir:Element.id [ fhir:value "b" ] ] , [ fhir:index 2 ] ] ;
			 fhir:Patient.birthDate [ fhir:Element.extension [ fhir:index 0 ; fhir:Extension.url [ fhir:value "x:y" ] ] ] .`,
			`a fhir:Patient ; fhir:text [ fhir:status [ fhir:v "empty" ] ; fhir:div [ fhir:v "<div/>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral> ] ] ;
			 fhir:name ( [ fhir:given ( [ fhir:v "A" ] [ fhir:id [ fhir:v "b" ] ] [ ] ) ] ) ;
			 fhir:birthDate [ fhir:extension ( [ fhir:url [ fhir:v "x:y"^^xsd:anyURI ] ] ) ] .`},
		{"references, profiles, dates",
			`{"resourceType":"Observation","meta":{"profile":["http://a.example/p","http://a.example/p|1.0"],"lastUpdated":"2026-11-22T07:25:00Z"},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2026-11"}`,
			`a fhir:Observation ; fhir:Resource.meta [ fhir:Meta.profile [ fhir:index 0 ; fhir:value "http://a.example/p" ] , [ fhir:index 1 ; fhir:value "http://a.example/p|1.0" ] ; fhir:Meta.lastUpdated [ fhir:value "2026-11-22T07:25:00Z"^^xsd:dateTime ] ] ;
			 fhir:Observation.subject [ fhir:link <http://b.example/Patient/1> ; fhir:Reference.reference [ fhir:value "Patient/1" ] ] ; fhir:Observation.effectiveDateTime [ fhir:value "2026-11"^^xsd:gYearMonth ] .
			 <http://b.example/Patient/1> a fhir:Patient .`,
			`a fhir:Observation ; fhir:meta [ fhir:profile ( [ fhir:v "http://a.example/p"^^xsd:anyURI ; fhir:link <http://a.example/p> ] [ fhir:v "http://a.example/p|1.0"^^xsd:anyURI ] ) ; fhir:lastUpdated [ fhir:v "2026-11-22T07:25:00Z"^^xsd:dateTime ] ] ;
			 fhir:subject [ fhir:link <http://b.example/Patient/1> ; fhir:reference [ fhir:v "Patient/1" ] ] ; fhir:effective [ a fhir:dateTime ; fhir:v "2026-11"^^xsd:gYearMonth ] .
			 <http://b.example/Patient/1> a fhir:Patient .`},
	} {
		for shape, want := range []string{tc.r4, tc.r5} {
			got, err := Shape(shape).Graph([]byte(tc.in), subject, below("http://b.example/"))
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
				continue
			}
			same(t, tc.name, got, turtleOf(t, "<> fhir:nodeRole fhir:treeRoot ; "+want))
		}
	}
}

func TestShapeOf(t *testing.T) {
	for _, tc := range []struct {
		mediaType string
		want      Shape
		ok        bool
	}{
		{"application/fhir+turtle", ShapeR4, true},
		{"application/fhir+turtle; fhirVersion=4.0", ShapeR4, true},
		{"application/fhir+turtle;fhirversion=4.0.1", ShapeR4, true},
		{"application/fhir+turtle; fhirVersion=5.0", ShapeR5, true},
		{`application/fhir+turtle; charset=utf-8; fhirVersion="5.0"`, ShapeR5, true},
		{"text/turtle", ShapeR4, true},
		{"application/fhir+turtle; fhirVersion=6.0", ShapeR4, false},
		{"application/fhir+turtle; fhirVersion=3.0", ShapeR4, false},
	} {
		if got, ok := ShapeOf(linkeddata.MustMediaType(tc.mediaType)); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %v %v", tc.mediaType, got, ok)
		}
	}
	for shape := range shapeMediaTypes {
		if got, ok := ShapeOf(Shape(shape).MediaType()); !ok || got != Shape(shape) {
			t.Errorf("%v is not what it says", Shape(shape).MediaType())
		}
	}
}
