package elements

import (
	"os"
	"strings"
	"testing"
)

const source = "../../../../shared/data/fhir/r4-elements.tsv"

func TestKnownElements(t *testing.T) {
	r4 := R4()
	if n := len(r4.Resources()); n != 146 {
		t.Errorf("%d resource types, want 146", n)
	}
	for _, tc := range []struct {
		typ, name, path, of string
		many                bool
	}{
		{"Patient", "birthDate", "Patient.birthDate", "date", false},
		{"Patient", "id", "Resource.id", "@String", false},
		{"Patient", "contained", "DomainResource.contained", "Resource", true},
		{"Patient.contact", "relationship", "Patient.contact.relationship", "CodeableConcept", true},
		{"Patient.contact", "modifierExtension", "BackboneElement.modifierExtension", "Extension", true},
		{"Observation", "valueQuantity", "Observation.valueQuantity", "Quantity", false},
		{"Observation.component", "referenceRange", "Observation.component.referenceRange", "Observation.referenceRange", true},
		{"Age", "value", "Quantity.value", "decimal", false},
		{"Timing", "repeat", "Timing.repeat", "Timing.repeat", false},
		{"Timing.repeat", "boundsPeriod", "Timing.repeat.boundsPeriod", "Period", false},
		{"Extension", "valueDateTime", "Extension.valueDateTime", "dateTime", false},
		{"Bundle.entry", "resource", "Bundle.entry.resource", "Resource", false},
	} {
		f := r4.Type(tc.typ).Field(tc.name)
		if f == nil {
			t.Errorf("%s has no %s", tc.typ, tc.name)
			continue
		}
		if f.Path != tc.path || f.Type.Name != tc.of || f.Many != tc.many {
			t.Errorf("%s.%s: %s %s %v", tc.typ, tc.name, f.Path, f.Type.Name, f.Many)
		}
	}
	if r4.Resource("DomainResource") != nil || r4.Resource("Period") != nil || r4.Resource("Observation") == nil {
		t.Error("abstract and data types are no resources")
	}
}

// TestAgreesWithTheDefinitions reads the tables that the text was made from.
func TestAgreesWithTheDefinitions(t *testing.T) {
	table := R4()
	data, err := os.ReadFile(source)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the definitions' tables are not at hand: ", err)
	}
	for line := range strings.Lines(string(data)) {
		col := strings.Split(strings.TrimRight(line, "\n"), "\t")
		dot := strings.LastIndexByte(col[0], '.')
		if dot < 0 {
			continue // the heading
		}
		owner := table.Type(col[0][:dot])
		if owner == nil {
			t.Errorf("%s is missing", col[0][:dot])
			continue
		}
		if owner.Kind.Primitive() {
			continue
		}
		for _, typ := range strings.Split(col[4], "|") {
			name, path := strings.CutSuffix(col[0][dot+1:], "[x]")
			base := strings.TrimSuffix(col[1], "[x]")
			if path {
				up := strings.ToUpper(typ[:1]) + typ[1:]
				name, base = name+up, base+up
			}
			f := owner.Field(name)
			if f == nil || f.Path != base || f.Many != (col[3] == "*") || f.Min == 1 != (col[2] == "1") {
				t.Errorf("%s: %+v", col[0], f)
				continue
			}
			if ref, ok := strings.CutPrefix(typ, "#"); ok && f.Type.Name != ref {
				t.Errorf("%s is of type %s, not %s", col[0], f.Type.Name, ref)
			}
			if table.Type(typ) != nil && f.Type.Name != typ && f.Type.Name != col[0] {
				t.Errorf("%s is of type %s, not %s", col[0], f.Type.Name, typ)
			}
		}
	}
}

func TestFaultyTextIsRefused(t *testing.T) {
	for _, text := range []string{
		"\tname 0 1 string\n",
		"A : B\n",
		"A ! what\n",
		"A what\n",
		"A\n\tname 0 1\n",
		"A\n\tname 0 1 B\n",
	} {
		if _, err := read(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	b.SetBytes(int64(len(r4)))
	for b.Loop() {
		if _, err := read(r4); err != nil {
			b.Fatal(err)
		}
	}
}
