package web_test

import (
	"strings"
	"testing"

	"skrin/linkeddata"
)

// members reads the members of a container out of its listing.
func members(t *testing.T, mediaType, container, body string) map[string]bool {
	t.Helper()
	iri := linkeddata.MustIRI(container)
	g, err := linkeddata.Decode(strings.NewReader(body), linkeddata.MustMediaType(mediaType), iri, linkeddata.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", mediaType, err)
	}
	found := map[string]bool{}
	for o := range g.Objects(iri.Term(), linkeddata.LDPContains.Term()) {
		found[o.Value()] = true
	}
	return found
}

func iris(texts ...string) (list []linkeddata.IRI) {
	for _, text := range texts {
		list = append(list, linkeddata.MustIRI(text))
	}
	return list
}
