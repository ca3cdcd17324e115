package linkeddata

// DefaultPrefixes are the short names that a reader of such documents knows.
// Every call gives a fresh list.
func DefaultPrefixes() []Prefix {
	return []Prefix{
		{"rdf", nsRDF},
		{"rdfs", nsRDFS},
		{"xsd", nsXSD},
		{"owl", nsOWL},
		{"ldp", nsLDP},
		{"acl", nsACL},
		{"foaf", nsFOAF},
		{"vcard", nsVCARD},
		{"dcterms", nsDCTerms},
		{"solid", nsSolid},
		{"space", nsPIM},
		{"stat", nsPOSIX},
		{"notify", nsNotify},
		{"as", "https://www.w3.org/ns/activitystreams#"},
		{"prov", "http://www.w3.org/ns/prov#"},
		{"skos", "http://www.w3.org/2004/02/skos/core#"},
		{"odrl", "http://www.w3.org/ns/odrl/2/"},
		{"dpv", "https://w3id.org/dpv#"},
		{"fhir", "http://hl7.org/fhir/"},
		{"sct", "http://snomed.info/id/"},
		{"loinc", "http://loinc.org/rdf#"},
	}
}
