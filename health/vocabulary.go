package health

import "skrin/linkeddata"

// Namespaces of the linked data that Graph makes, for whoever writes prefixes.
var (
	NamespaceFHIR    = linkeddata.MustIRI(fhirSpace)
	NamespaceSNOMED  = linkeddata.MustIRI("http://snomed.info/id/")
	NamespaceLOINC   = linkeddata.MustIRI("http://loinc.org/rdf#")
	NamespaceLOINCR5 = linkeddata.MustIRI("https://loinc.org/rdf/") // in ShapeR5
	NamespaceMeSH    = linkeddata.MustIRI("http://id.nlm.nih.gov/mesh/")
)

const fhirSpace = "http://hl7.org/fhir/"

// Code systems, as FHIR names them in Coding.system and Identifier.system.
const (
	systemSNOMED    = "http://snomed.info/sct"
	systemLOINC     = "http://loinc.org"
	systemMeSH      = "https://www.nlm.nih.gov/mesh"
	systemUCUM      = "http://unitsofmeasure.org"
	systemURI       = "urn:ietf:rfc:3986"
	systemCategory  = "http://terminology.hl7.org/CodeSystem/observation-category"
	systemStatistic = "http://terminology.hl7.org/CodeSystem/observation-statistics"
)

var (
	rdfType  = linkeddata.RDFType.Term()
	rdfFirst = linkeddata.RDFFirst.Term()
	rdfRest  = linkeddata.RDFRest.Term()
	rdfNil   = linkeddata.RDFNil.Term()

	rdfXMLLiteral = linkeddata.MustIRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral")

	fhirValue    = fhirTerm("value")
	fhirV        = fhirTerm("v") // in ShapeR5
	fhirIndex    = fhirTerm("index")
	fhirLink     = fhirTerm("link")
	fhirNodeRole = fhirTerm("nodeRole")
	fhirTreeRoot = fhirTerm("treeRoot")
)

func fhirTerm(name string) linkeddata.Term {
	return linkeddata.MustIRI(fhirSpace + name).Term()
}
