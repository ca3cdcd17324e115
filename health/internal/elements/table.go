package elements

import (
	"slices"
	"strings"

	"skrin/linkeddata"
)

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
	// Required has the bit of each Field.Number that must occur.
	Required uint64
	// Term is the class in RDF; Modified that of a resource with modifier
	// extensions (R5 shape).
	Term, Modified linkeddata.Term
}

// Field finds an element by its name in JSON ("valueQuantity"), nil when the
// type has none of this name.
func (t *Type) Field(name string) *Field { return t.field[name] }

// Field is an element of a type, or one of the types of a choice element.
type Field struct {
	Name    string // in JSON: "status", "valueQuantity"
	Element string // in the definition, without [x]: "status", "value"
	Choice  string // "value[x]", "" for an element that is no choice
	Path    string // declared base path: "Observation.valueQuantity", "HumanName.family"
	Number  int    // of the element in its type; the types of a choice share it
	Place   int    // in Type.Fields
	Min     int
	Many    bool // may repeat: an array in JSON
	Never   bool // may not occur
	Type    *Type
	// Predicate is the property in RDF in the R4 shape (fhir:Observation.valueQuantity);
	// Plain is that in the R5 shape (fhir:value), and Modified the one to things
	// with modifier extensions (fhir:_value).
	Predicate, Plain, Modified linkeddata.Term
}

// ChoiceName is the name in JSON of the choice element stem[x] with a value of the type.
func ChoiceName(stem, typ string) string { return stem + strings.ToUpper(typ[:1]) + typ[1:] }

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

// Resources lists the resource types that can occur, sorted by name.
func (t *Table) Resources() (list []*Type) {
	for _, typ := range t.types {
		if typ.Resource {
			list = append(list, typ)
		}
	}
	slices.SortFunc(list, func(a, b *Type) int { return strings.Compare(a.Name, b.Name) })
	return list
}
