// Package elements knows the shape of FHIR: which elements a resource or data
// type has, how often each may occur, and of what types it is.
//
// [R4] gives the table, read once from a text that is embedded in the program
// and made by the program in gen from tables of the published definitions (FHIR
// specification content, CC0). A later FHIR version is one more text and one
// more function; nothing here is particular to R4 but the file name.
//
// The text, r4.txt, is made of structures. A line without a leading tab begins
// one: its name, and behind a colon the structure whose elements it has before
// its own, or "!" and the JSON kind of a primitive's value, or "*" before the
// name when it is a resource, "-" when it is only there for others to build on:
//
//	-DomainResource : Resource
//	*Observation : DomainResource
//	        status 1 1 code
//	        component 0 * .
//	Observation.component : BackboneElement
//	        value[x] 0 1 Quantity|CodeableConcept|string
//	decimal ! number
//
// A line with a leading tab is an element: name, minimum, maximum, types. A type
// "." is the structure that stands under this element's own path, "#Path" that
// of another path. The path of an element is structure and name joined by a
// dot, which is also its declared base path: the place where it is first defined.
package elements

//go:generate go run ./gen ../../../../shared/data/fhir r4
