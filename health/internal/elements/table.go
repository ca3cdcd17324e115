package elements

import "skrin/linkeddata"

// Kind is how a type is written in JSON.
type Kind uint8

// The kinds of types.
const (
	Complex     Kind = iota // an object with elements of its own
	AnyResource             // an object that names its type in resourceType
	Boolean
	Integer // a number without fraction or exponent
	Decimal // a number
	Text    // a string
	XHTML   // a string with markup
)

// Primitive says whether values of this kind are single JSON values.
func (k Kind) Primitive() bool { return k >= Boolean }

// Type is a data type, a resource type or the structure of a backbone element.
type Type struct {
	Name     string // "Observation", "Observation.component", "HumanName", "date"
	Kind     Kind
	Resource bool // a resource type that can occur
	// Plain: a primitive that can carry no id and no extensions ("@String").
	Plain  bool
	Fields []*Field          // in the order of the definition, a choice once per type
	field  map[string]*Field // by name in JSON
	// Term is the class in RDF.
	Term linkeddata.Term
}

// Field finds an element by its name in JSON ("valueQuantity"), nil when the
// type has none of this name.
func (t *Type) Field(name string) *Field { return t.field[name] }

// Field is an element of a type, or one of the types of a choice element.
type Field struct {
	Name   string // in JSON: "status", "valueQuantity"
	Choice string // "value[x]", "" for an element that is no choice
	Path   string // declared base path: "Observation.valueQuantity", "HumanName.family"
	Number int    // of the element in its type; the types of a choice share it
	Min    int
	Many   bool // may repeat: an array in JSON
	Never  bool // may not occur
	Type   *Type
	// Predicate is the property in RDF (R4 shape).
	Predicate linkeddata.Term
}

// MaxFields bounds Number: whoever keeps one bit an element needs no more.
const MaxFields = 64

// Table is one version of FHIR.
type Table struct{ types map[string]*Type }

// Type finds a type by name, nil when there is none.
func (t *Table) Type(name string) *Type { return t.types[name] }

// Resource finds a resource type that can occur, nil when there is none of this name.
func (t *Table) Resource(name string) *Type {
	if found := t.types[name]; found != nil && found.Resource {
		return found
	}
	return nil
}

// Resources counts the resource types that can occur.
func (t *Table) Resources() int {
	n := 0
	for _, typ := range t.types {
		if typ.Resource {
			n++
		}
	}
	return n
}
