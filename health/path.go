package health

import (
	"strconv"
	"strings"
)

// step is one part of a path: a name, or a place in a list.
type step struct {
	name    string
	element string // name in FHIRPath, when it is another one; "-": FHIRPath has none
	index   int
}

// pathText writes a path as the JSON has it: "Observation.component[1].valueQuantity".
func pathText(path []step) string { return join(path, func(s step) string { return s.name }) }

// expression writes a path in FHIRPath: "Observation.component[1].value". It ends
// at the last element that exists.
func expression(path []step) string {
	return join(path, func(s step) string {
		if s.element != "" {
			return s.element
		}
		return s.name
	})
}

func join(path []step, name func(step) string) string {
	var b strings.Builder
	for i, s := range path {
		text := name(s)
		switch {
		case s.name == "":
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		case text == "-":
			return b.String()
		case i > 0:
			b.WriteByte('.')
		}
		b.WriteString(text)
	}
	return b.String()
}
