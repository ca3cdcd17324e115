package health

import "skrin/linkeddata"

// Shape is one of the ways in which FHIR RDF writes the same resource. They name
// the same elements in ways that do not fit together: who asks for one cannot
// read the other.
//
// The vault's resources are FHIR R4. ShapeR4 is the form that belongs to them
// (hl7.org/fhir/R4/rdf.html). ShapeR5 writes an R4 resource, with its R4
// elements and codes, the way R5 writes resources: short predicates
// (fhir:status), fhir:v, lists for what may repeat, a choice's type as the class
// of its value, anyURI and XMLLiteral. It does not make an R5 resource of it;
// an element that R5 renamed keeps its R4 name.
type Shape uint8

// The shapes. The zero Shape is that of R4.
const (
	ShapeR4 Shape = iota
	ShapeR5
)

// MediaTypeFHIRTurtle is the media type of FHIR RDF written as Turtle. Its
// parameter fhirVersion names the shape; without one it is ShapeR4.
const MediaTypeFHIRTurtle = "application/fhir+turtle"

// MediaType names FHIR Turtle in this shape, with the parameter.
func (s Shape) MediaType() linkeddata.MediaType { return shapeMediaTypes[s] }

var shapeMediaTypes = [...]linkeddata.MediaType{
	ShapeR4: linkeddata.MustMediaType(MediaTypeFHIRTurtle + "; fhirVersion=4.0"),
	ShapeR5: linkeddata.MustMediaType(MediaTypeFHIRTurtle + "; fhirVersion=5.0"),
}

// ShapeOf reads which shape a media type asks for by its parameter fhirVersion;
// false: a version whose shape is not known here (R6 has another one).
func ShapeOf(mt linkeddata.MediaType) (Shape, bool) {
	switch mt.Param("fhirVersion") {
	case "", "4.0", "4.0.1", "4.3", "4.3.0":
		return ShapeR4, true
	case "5.0", "5.0.0":
		return ShapeR5, true
	}
	return ShapeR4, false
}
