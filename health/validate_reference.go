package health

import (
	"strings"

	"skrin/health/internal/tree"
)

// strictReference looks at what a Reference says where it leads.
func (c *checker) strictReference(n tree.Node) {
	m := c.tree.Member(n, "reference")
	if c.tree.Kind(m) != tree.String {
		return
	}
	c.path = append(c.path, step{name: "reference"})
	defer c.back()
	switch ref := c.tree.Text(m); {
	case ref == "": // told as an empty text
	case ref[0] == '#':
		if id := ref[1:]; id != "" && !c.strict.local[id] {
			c.warn(codeInvariant, "leads into the resource, which contains nothing with that id (ref-1)")
		}
	case !c.leads(ref):
		c.warn(codeValue, "neither an absolute address nor Type/id")
	case c.contradicts(ref, c.tree.TextOf(n, "type")):
		c.warn(codeValue, "the address and Reference.type name different types")
	}
}

// leads says whether a reference can lead anywhere: it is absolute, or Type/id
// with or without a version, or a search in its place ("Patient?identifier=...",
// which transactions may have).
func (c *checker) leads(ref string) bool {
	if strings.Contains(ref, ":") && uriText(ref) {
		scheme, rest, _ := strings.Cut(ref, ":")
		return scheme != "" && rest != "" && !strings.ContainsAny(scheme, "/?#")
	}
	if typ, query, search := strings.Cut(ref, "?"); search {
		return c.table.Resource(typ) != nil && query != ""
	}
	typ, rest, _ := strings.Cut(ref, "/")
	id, version, versioned := strings.Cut(rest, "/_history/")
	return c.table.Resource(typ) != nil && idText(id) && (!versioned || idText(version))
}

// contradicts says whether both name a type, and not the same.
func (c *checker) contradicts(ref, typ string) bool {
	named := typeInAddress(ref)
	return typ != "" && typ != named && c.table.Resource(named) != nil && c.table.Resource(typ) != nil
}
