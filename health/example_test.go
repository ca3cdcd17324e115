package health_test

import (
	"fmt"
	"strings"

	"skrin/health"
	"skrin/linkeddata"
)

func ExampleReadFHIR() {
	file := strings.NewReader(`{"resourceType": "Bundle", "type": "collection", "entry": [
		{"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Condition", "id": "copd", "subject": {"reference": "Patient/carmen"}}},
		{"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Condition", "id": "odd", "colour": "green"}}
	]}`)
	for record, problem := range health.ReadFHIR(file, health.Limits{}) {
		if problem != nil {
			fmt.Println("left out:", problem)
			continue
		}
		fmt.Println(record.Container+record.Name, record.References, health.References(record.Body))
	}
	// Output:
	// conditions/condition-copd [urn:uuid:1 Condition/copd] [Patient/carmen]
	// left out: entry 1: Condition.colour: unknown element of Condition
}

func ExampleGraph() {
	body := []byte(`{"resourceType": "Observation", "valueQuantity": {"value": 6.30}}`)
	graph, err := health.Graph(body, linkeddata.MustIRI("https://vault.example/carmen/health/labs/1"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for quad := range graph.Quads() {
		if quad.O.IsLiteral() {
			fmt.Println(quad.P.Value(), quad.O.Value(), quad.O.Datatype())
		}
	}
	// Output:
	// http://hl7.org/fhir/value 6.30 http://www.w3.org/2001/XMLSchema#decimal
}

func ExampleFromGraph() {
	record := linkeddata.MustIRI("https://vault.example/carmen/health/labs/1")
	turtle := `@prefix fhir: <http://hl7.org/fhir/> .
		<> a fhir:Observation ; fhir:Observation.status [ fhir:value "final" ] ;
			fhir:Observation.valueQuantity [ fhir:Quantity.value [ fhir:value 6.30 ] ] .`
	graph, err := linkeddata.Decode(strings.NewReader(turtle), linkeddata.Turtle, record, linkeddata.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	body, err := health.FromGraph(graph, record)
	fmt.Println(string(body), err)
	for _, problem := range health.Validate(body) {
		fmt.Println("warning:", problem.Warning, problem.Code, problem.Error())
	}
	// Output:
	// {"resourceType":"Observation","status":"final","valueQuantity":{"value":6.30}} <nil>
	// warning: true required Observation.code: is missing, and Observation must have it
}
