package health

import (
	"strings"

	"skrin/health/internal/elements"
	"skrin/linkeddata"
)

// literal makes the RDF literal of a primitive. The R5 shape has types for what
// is an address or markup, too.
func (g *grapher) literal(lexical string, f *elements.Field) linkeddata.Term {
	if g.shape == ShapeR5 {
		switch f.Type.Name {
		case "uri", "url", "canonical", "oid", "uuid":
			return linkeddata.Typed(lexical, linkeddata.XSDAnyURI)
		case "xhtml":
			return linkeddata.Typed(lexical, rdfXMLLiteral)
		case "@String":
			if f.Path == "Extension.url" { // a uri that can have no extensions
				return linkeddata.Typed(lexical, linkeddata.XSDAnyURI)
			}
		}
	}
	return literal(lexical, f.Type.Name)
}

// literal makes the RDF literal of a primitive of the FHIR type, with the
// characters it was written with. Numbers with an exponent, which xsd:decimal
// does not have, are xsd:double.
func literal(lexical, typ string) linkeddata.Term {
	switch typ {
	case "boolean":
		return linkeddata.Typed(lexical, linkeddata.XSDBoolean)
	case "integer":
		return linkeddata.Typed(lexical, linkeddata.XSDInteger)
	case "unsignedInt":
		return linkeddata.Typed(lexical, linkeddata.XSDNonNegativeInteger)
	case "positiveInt":
		return linkeddata.Typed(lexical, linkeddata.XSDPositiveInteger)
	case "decimal":
		if strings.ContainsAny(lexical, "eE") {
			return linkeddata.Typed(lexical, linkeddata.XSDDouble)
		}
		return linkeddata.Typed(lexical, linkeddata.XSDDecimal)
	case "date", "dateTime":
		return linkeddata.Typed(lexical, dateType(lexical))
	case "instant":
		return linkeddata.Typed(lexical, linkeddata.XSDDateTime)
	case "time":
		return linkeddata.Typed(lexical, linkeddata.XSDTime)
	case "base64Binary":
		return linkeddata.Typed(lexical, linkeddata.XSDBase64Binary)
	}
	return linkeddata.Text(lexical)
}

// dateType is decided by the length: a year, a month, a day, or more.
func dateType(lexical string) linkeddata.IRI {
	switch len(lexical) {
	case 4:
		return linkeddata.XSDGYear
	case 7:
		return linkeddata.XSDGYearMonth
	case 10:
		return linkeddata.XSDDate
	}
	return linkeddata.XSDDateTime
}
