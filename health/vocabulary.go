package health

import "skrin/linkeddata"

// Namespaces of the linked data that Graph makes, for whoever writes prefixes.
var (
	NamespaceFHIR   = linkeddata.MustIRI("http://hl7.org/fhir/")
	NamespaceSNOMED = linkeddata.MustIRI("http://snomed.info/id/")
	NamespaceLOINC  = linkeddata.MustIRI("http://loinc.org/rdf#")
)

// Code systems, as FHIR names them in Coding.system and Identifier.system.
const (
	systemSNOMED    = "http://snomed.info/sct"
	systemLOINC     = "http://loinc.org"
	systemUCUM      = "http://unitsofmeasure.org"
	systemURI       = "urn:ietf:rfc:3986"
	systemCategory  = "http://terminology.hl7.org/CodeSystem/observation-category"
	systemStatistic = "http://terminology.hl7.org/CodeSystem/observation-statistics"
)

var (
	rdfType = linkeddata.RDFType.Term()

	fhirValue    = fhirTerm("value")
	fhirIndex    = fhirTerm("index")
	fhirLink     = fhirTerm("link")
	fhirNodeRole = fhirTerm("nodeRole")
	fhirTreeRoot = fhirTerm("treeRoot")
)

func fhirTerm(name string) linkeddata.Term {
	return linkeddata.MustIRI(NamespaceFHIR.String() + name).Term()
}
