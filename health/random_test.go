package health

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"skrin/health/internal/elements"
)

// inventor makes up resources from the element table: any element of any type,
// nested, with values that are hard to carry.
type inventor struct {
	*rand.Rand
	left int // values that may still be made
}

func invent(seed1, seed2 uint64) *inventor {
	return &inventor{rand.New(rand.NewPCG(seed1, seed2)), 250}
}

func (v *inventor) one(of ...string) string { return of[v.IntN(len(of))] }

func (v *inventor) resource(typ *elements.Type, depth int) map[string]any {
	out := v.object(typ, depth)
	out["resourceType"] = typ.Name
	return out
}

// object has a few of the type's elements, and no two types of a choice.
func (v *inventor) object(typ *elements.Type, depth int) map[string]any {
	out := map[string]any{}
	var used uint64
	for range 1 + v.IntN(6) {
		f := typ.Fields[v.IntN(len(typ.Fields))]
		if v.left <= 0 || f.Never || used&(1<<f.Number) != 0 || depth > 8 && !f.Type.Kind.Primitive() {
			continue
		}
		used |= 1 << f.Number
		if f.Type.Kind.Primitive() {
			v.primitives(out, f, depth)
			continue
		}
		if !f.Many {
			out[f.Name] = v.thing(f.Type, depth)
			continue
		}
		list := make([]any, 1+v.IntN(3))
		for i := range list {
			list[i] = v.thing(f.Type, depth)
		}
		out[f.Name] = list
	}
	if typ.Name == "Bundle" && depth < 6 {
		entry := typ.Field("entry").Type
		out["entry"] = []any{v.thing(entry, depth), v.thing(entry, depth), v.thing(entry, depth)}
	}
	if typ.Name == "Bundle.entry" && v.IntN(3) > 0 { // the same address comes again
		if depth < 8 {
			out["resource"] = v.thing(elements.R4().Type("Resource"), depth)
		}
		out["fullUrl"] = v.one("http://a.example/fhir/Patient/1", "urn:uuid:5f3c6c1e-0000-4000-8000-000000000001", "no address", subject.String())
	}
	if typ.Name == "Reference" {
		delete(out, "_reference")
		out["reference"] = v.one("#x", "Patient/1", "Group/7/_history/2", "http://a.example/fhir/Patient/1", "urn:uuid:5f3c6c1e-0000-4000-8000-000000000001", subject.String(), "Patient?identifier=7")
		if _, there := out["type"]; there {
			out["type"] = v.one("Group", "Spaceship")
		}
	}
	return out
}

func (v *inventor) thing(typ *elements.Type, depth int) any {
	v.left--
	if typ.Kind == elements.AnyResource {
		return v.resource(elements.R4().Resource(v.one("Patient", "Observation", "Bundle", "Parameters", "Binary", "List", "OperationOutcome")), depth+1)
	}
	return v.object(typ, depth+1)
}

// primitives adds a primitive's value or values, with now and then something
// beside them or instead of them.
func (v *inventor) primitives(out map[string]any, f *elements.Field, depth int) {
	besides := !f.Type.Plain && depth < 8 && v.IntN(4) == 0
	if !f.Many {
		value := !besides || v.IntN(2) == 0
		if value {
			out[f.Name] = v.value(f.Type)
		}
		if besides {
			out["_"+f.Name] = v.beside(depth)
		}
		return
	}
	values, more := make([]any, 1+v.IntN(12)), []any(nil)
	for i := range values {
		if v.IntN(5) > 0 {
			values[i] = v.value(f.Type)
		}
	}
	if besides {
		more = make([]any, len(values))
		for i := range more {
			if v.IntN(2) == 0 {
				more[i] = v.beside(depth)
			}
		}
	}
	filled := func(list []any) bool { return slices.ContainsFunc(list, func(x any) bool { return x != nil }) }
	if filled(more) {
		out["_"+f.Name] = more
	}
	if filled(values) || !filled(more) {
		out[f.Name] = values
	}
}

func (v *inventor) beside(depth int) map[string]any {
	v.left--
	if v.IntN(2) == 0 {
		return map[string]any{"id": v.text()}
	}
	return map[string]any{"extension": []any{v.object(elements.R4().Type("Extension"), depth+1)}}
}

func (v *inventor) value(typ *elements.Type) any {
	v.left--
	switch typ.Name {
	case "boolean", "@Boolean":
		return v.IntN(2) == 0
	case "integer", "@Integer":
		return json.Number(v.one("0", "-1", "42", "2147483648", "-0"))
	case "unsignedInt":
		return json.Number(v.one("0", "17"))
	case "positiveInt":
		return json.Number(v.one("1", "365"))
	case "decimal", "@Decimal":
		return json.Number(v.one("6.3", "6.30", "0.0", "-0.00", "5", "1e3", "1E-22", "-1.0e+5", "0.1234567890123456789012345", "100000000000000000000"))
	case "date", "@Date":
		return v.one("2026", "2026-11", "2026-11-22", "1900-02-28")
	case "dateTime", "@DateTime":
		return v.one("2026", "2026-11", "2026-11-22", "2026-11-22T07:25:00Z", "2026-11-22T07:25:00.000-05:00")
	case "instant":
		return v.one("2026-11-22T07:25:00Z", "2026-11-22T07:25:00.123456+14:00")
	case "time", "@Time":
		return v.one("07:25:00", "23:59:59.9")
	case "xhtml":
		return `<div xmlns="http://www.w3.org/1999/xhtml">` + v.text() + `</div>`
	case "uri", "url", "canonical":
		return v.one("http://a.example/x", "http://a.example/x|1.0", "urn:oid:1.2.3", "Binary/f006", "no address", "http://loinc.org", "http://snomed.info/sct")
	case "code":
		return v.one("final", "8867-4", "44054006", "mm[Hg]")
	}
	return v.text()
}

func (v *inventor) text() string {
	return v.one("", "plain", "å 😀 \u2028 \ufffd", "\"quoted\" \\ 'so'", "line\nline\r\n\ttab", "\x00\x07\x7f", "true", "6.30", "{}", "<http://a.example/>", `""" long `+v.one("\"", "\\", "\n"), fmt.Sprint(v.Uint64()))
}

// TestInventedResourcesComeBack: resources of every type, made up from the table,
// in both shapes and through Turtle.
func TestInventedResourcesComeBack(t *testing.T) {
	t.Parallel()
	n := 0
	for _, typ := range elements.R4().Resources() {
		seeds := uint64(3)
		if typ.Name == "Bundle" {
			seeds = 40
		}
		for seed := range seeds {
			v := invent(seed, uint64(n))
			resource := v.resource(typ, 0)
			body, err := json.Marshal(resource)
			if err != nil {
				t.Fatal(err)
			}
			if found := Check(body); len(found) > 0 {
				t.Fatalf("%s: %v", body, &found[0])
			}
			want := values(t, body)
			for shape := range shapeMediaTypes {
				back := values(t, roundTrip(t, Shape(shape), body, seed%2 == 0))
				if !reflect.DeepEqual(back, want) {
					t.Fatalf("shape %d of\n%s\n%s", shape, body, difference(want, back, ""))
				}
			}
			n++
		}
	}
	t.Log(n, "resources, each in", len(shapeMediaTypes), "shapes")
}
