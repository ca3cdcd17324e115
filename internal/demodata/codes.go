package demodata

// The code systems, by the names that FHIR knows them by.
const (
	loinc  = "http://loinc.org"
	snomed = "http://snomed.info/sct"
	atc    = "http://www.whocc.no/atc"
	cvx    = "http://hl7.org/fhir/sid/cvx"
	ucum   = "http://unitsofmeasure.org"
	hl7    = "http://terminology.hl7.org/CodeSystem/"
)

// coded is a CodeableConcept with one coding.
func coded(system, code, display string) object {
	return obj("coding", list{obj("system", system, "code", code, "display", display)}, "text", display)
}

// status is a CodeableConcept out of one of HL7's small code systems.
func status(system, code string) object {
	return obj("coding", list{obj("system", hl7+system, "code", code)})
}

// worded is a CodeableConcept that nobody coded.
func worded(text string) object { return obj("text", text) }

// quantity is a Quantity in UCUM.
func quantity(value float64, unit, code string) object {
	return obj("value", value, "unit", unit, "system", ucum, "code", code)
}
