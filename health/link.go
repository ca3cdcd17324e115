package health

import (
	"strings"

	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
	"skrin/linkeddata"
)

// decorate adds what FHIR RDF says about codes and references beyond their elements.
func (g *grapher) decorate(typ *elements.Type, n tree.Node, node linkeddata.Term) {
	switch typ.Name {
	case "Coding":
		g.coding(n, node)
	case "Reference":
		g.reference(n, node)
	}
}

// coding makes a SNOMED CT or LOINC code, and in the R5 shape a MeSH code, the
// class of the Coding. SNOMED expressions are no codes and make none.
func (g *grapher) coding(n tree.Node, node linkeddata.Term) {
	code := g.tree.TextOf(n, "code")
	if !plainCode(code) {
		return
	}
	switch system := g.tree.TextOf(n, "system"); {
	case system == systemSNOMED:
		g.class(node, NamespaceSNOMED, code)
	case system == systemLOINC && g.shape == ShapeR5:
		g.class(node, NamespaceLOINCR5, strings.ToUpper(code))
	case system == systemLOINC:
		g.class(node, NamespaceLOINC, strings.ToUpper(code))
	case system == systemMeSH && g.shape == ShapeR5:
		g.class(node, NamespaceMeSH, code)
	}
}

func (g *grapher) class(node linkeddata.Term, space linkeddata.IRI, code string) {
	if iri, err := linkeddata.ParseIRI(space.String() + code); err == nil {
		g.out.Add(node, rdfType, iri.Term())
	}
}

func plainCode(code string) bool {
	for i := 0; i < len(code); i++ {
		c := code[i]
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-') {
			return false
		}
	}
	return code != ""
}

// reference links to what a Reference refers to, and says of what type that is
// when the Reference or its address tell.
func (g *grapher) reference(n tree.Node, node linkeddata.Term) {
	ref := g.tree.TextOf(n, "reference")
	target := g.target(ref)
	if target.IsZero() {
		return
	}
	g.out.Add(node, fhirLink, target.Term())
	typ := g.table.Resource(g.tree.TextOf(n, "type"))
	if typ == nil {
		typ = g.table.Resource(typeInAddress(ref))
	}
	if typ != nil {
		g.kinds = append(g.kinds, kind{target.Term(), typ.Term})
	}
}

// canonical links to what a canonical address names. One with a version is no
// IRI of its own ("...|1.0") and has no link.
func (g *grapher) canonical(address string, node linkeddata.Term) {
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return
	}
	if iri, err := linkeddata.ParseIRI(address); err == nil {
		g.out.Add(node, fhirLink, iri.Term())
	}
}

// target finds what a reference stands for: what the caller knows, else what
// the entry's own address says, else the reference itself when it is absolute.
func (g *grapher) target(ref string) linkeddata.IRI {
	if !outward(ref) {
		return linkeddata.IRI{}
	}
	if g.resolve != nil {
		if iri := g.resolve(ref); !iri.IsZero() {
			return iri
		}
	}
	if iri, err := linkeddata.ParseIRI(ref); err == nil {
		return iri
	}
	if g.base != "" && typeInAddress(ref) != "" {
		if iri, err := linkeddata.ParseIRI(g.base + ref); err == nil {
			return iri
		}
	}
	return linkeddata.IRI{}
}

// outward says whether a reference leads out of the resource it stands in. What
// is longer than any address is none.
func outward(ref string) bool { return ref != "" && ref[0] != '#' && len(ref) <= 2048 }

// typeInAddress gives the resource type that an address of the form
// "[base/]Type/id[/_history/version]" names, "" for other addresses. It may be
// no type at all.
func typeInAddress(address string) string {
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "/_history/")
	parts := strings.Split(address, "/")
	if n := len(parts); n >= 2 && parts[n-1] != "" && !strings.Contains(parts[n-1], "?") {
		return parts[n-2]
	}
	return ""
}

// restBase gives what stands before "Type/id" in the address of a resource on a
// FHIR server, "" for other addresses.
func restBase(full string) string {
	if !strings.HasPrefix(full, "http://") && !strings.HasPrefix(full, "https://") {
		return ""
	}
	typ := typeInAddress(full)
	if typ == "" || elements.R4().Resource(typ) == nil {
		return ""
	}
	return full[:strings.LastIndex(full, typ+"/")]
}
