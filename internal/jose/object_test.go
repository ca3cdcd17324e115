package jose

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestObjectStrict(t *testing.T) {
	refused := map[string]string{
		"empty":                 ``,
		"array":                 `[]`,
		"text":                  `"a"`,
		"two values":            `{} {}`,
		"open":                  `{"a":1`,
		"same name twice":       `{"iss":"a","iss":"b"}`,
		"same name, escaped":    `{"iss":"a","\u0069ss":"b"}`,
		"same name inside":      `{"cnf":{"jkt":"a","jkt":"b"}}`,
		"same name in an array": `{"a":[{"b":1,"b":2}]}`,
		"not UTF-8":             "{\"a\":\"\xff\"}",
		"deep objects":          `{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}`,
		"deep arrays":           `{"a":[[[[[[[[[1]]]]]]]]]}`,
		"comment":               `{"a":1 /* b */}`,
		"comma at the end":      `{"a":1,}`,
	}
	for name, text := range refused {
		if _, err := ParseObject([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
}

func TestObjectMembers(t *testing.T) {
	o, err := ParseObject([]byte(" {\"s\" : \"a\\\"b\",\t\"n\":12.9, \"list\":[\"x\",\"y\"], \"in\":{\"k\":\"v\"}, \"mixed\":[1,\"x\"], \"nil\":null, \"ISS\":\"no\", \"big\":1e300, \"minus\":-1, \"yes\":true, \"not\":false} \n"))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := o.Text("s"); s != `a"b` || err != nil {
		t.Errorf("Text = %q, %v", s, err)
	}
	if s, err := o.Text("iss"); s != "" || err != nil {
		t.Errorf("names are compared without case: %q, %v", s, err)
	}
	if at, err := o.Instant("n"); at.Unix() != 12 || err != nil {
		t.Errorf("Instant = %v, %v", at, err)
	}
	if at, err := o.Instant("absent"); !at.IsZero() || err != nil {
		t.Errorf("Instant of nothing = %v, %v", at, err)
	}
	if list, err := o.Texts("list"); len(list) != 2 || list[1] != "y" || err != nil {
		t.Errorf("Texts = %v, %v", list, err)
	}
	if in, there, err := o.Object("in"); !there || err != nil || !in.Has("k") {
		t.Errorf("Object = %v, %v, %v", in, there, err)
	}
	for name, want := range map[string]bool{"yes": true, "not": false, "absent": false} {
		if flag, err := o.Flag(name); flag != want || err != nil {
			t.Errorf("Flag of %s = %v, %v", name, flag, err)
		}
	}
	if names := o.Names(); len(names) != 11 || names[0] != "s" || names[6] != "ISS" {
		t.Errorf("Names = %v", names)
	}
	for name, err := range map[string]error{
		"text as flag":        second(o.Flag("s")),
		"null as flag":        second(o.Flag("nil")),
		"number as text":      second(o.Text("n")),
		"null as text":        second(o.Text("nil")),
		"mixed list":          second(o.Texts("mixed")),
		"object as list":      second(o.Texts("in")),
		"text as date":        second(o.Instant("s")),
		"date past all years": second(o.Instant("big")),
		"date before 1970":    second(o.Instant("minus")),
	} {
		if !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// FuzzObject holds the reader against encoding/json: what it accepts, that
// reads the same way.
func FuzzObject(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":"b","c":[1,{"d":null}],"e":{"f":true}}`, `{"\u0061":"\ud800"}`, `{ "a" : -1.5e3 , "b":[ ] }`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := ParseObject(data)
		if err != nil {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("accepted %q: %v", data, err)
		}
		if len(want) != len(o.members) {
			t.Fatalf("%q: %d members, want %d", data, len(o.members), len(want))
		}
		for name, raw := range want {
			if string(o.raw(name)) != string(raw) {
				t.Fatalf("%q: member %q is %q, want %q", data, name, o.raw(name), raw)
			}
		}
	})
}
