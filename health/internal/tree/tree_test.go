package tree

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestKeepsWhatWasWritten(t *testing.T) {
	tr, err := Parse(` {"value": 6.30, "e": 1E+2, "t": "a\u00e5\n\ud83d\ude00\ud83d", "k\u0065y": [null, true, {}]} `, 8)
	if err != nil {
		t.Fatal(err)
	}
	if got := tr.Raw(tr.Member(Root, "value")); got != "6.30" {
		t.Errorf("number became %q", got)
	}
	if got := tr.Raw(tr.Member(Root, "e")); got != "1E+2" {
		t.Errorf("number became %q", got)
	}
	if got, want := tr.TextOf(Root, "t"), "aå\n😀\ufffd"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	list := tr.Member(Root, "key")
	kinds := []Kind{}
	for n := tr.First(list); n != 0; n = tr.Next(n) {
		kinds = append(kinds, tr.Kind(n))
	}
	if want := []Kind{Null, Bool, Object}; !reflect.DeepEqual(kinds, want) {
		t.Errorf("items %v, want %v", kinds, want)
	}
}

func TestRefuses(t *testing.T) {
	for _, tc := range []struct {
		in     string
		offset int
		err    error
	}{
		{``, 0, ErrSyntax},
		{`{"a":1,}`, 7, ErrSyntax},
		{`[1,]`, 3, ErrSyntax},
		{`[1 2]`, 3, ErrSyntax},
		{`{"a" 1}`, 5, ErrSyntax},
		{`{a:1}`, 1, ErrSyntax},
		{`01`, 2, ErrSyntax},
		{`-`, 1, ErrSyntax},
		{`1.`, 2, ErrSyntax},
		{`1e`, 2, ErrSyntax},
		{`"a`, 2, ErrSyntax},
		{`"a` + "\n" + `"`, 2, ErrSyntax},
		{`"\x"`, 1, ErrSyntax},
		{`"\u12"`, 1, ErrSyntax},
		{`nul`, 0, ErrSyntax},
		{`1 2`, 2, ErrSyntax},
		{"\"\xff\"", 1, ErrSyntax},
		{`{"a":[[[[1]]]]}`, 8, ErrDepth},
	} {
		_, err := Parse(tc.in, 4)
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, tc.err) || e.Offset != tc.offset {
			t.Errorf("%q: %v, want %v at %d", tc.in, err, tc.err, tc.offset)
		}
	}
}

func TestManyValuesAreRefused(t *testing.T) {
	_, err := Parse("["+strings.Repeat("1,", MaxNodes)+"1]", 4)
	if !errors.Is(err, ErrSize) {
		t.Error(err)
	}
}

// FuzzParse: we accept what encoding/json accepts (it lets bad UTF-8 pass, and
// nests deeper), and see the same values in it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.50,"x\u0041",null,true,{"b":{}}]}`, `[`, `"\ud800"`, ` 0 `, `{"a":1,"a":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tr, err := Parse(s, 100)
		if errors.Is(err, ErrDepth) || invalidUTF8(s) >= 0 {
			return
		}
		if (err == nil) != json.Valid([]byte(s)) {
			t.Fatalf("%q: %v, encoding/json: %v", s, err, json.Valid([]byte(s)))
		}
		if err == nil && tr.Kind(Root) == String {
			var want string
			if json.Unmarshal([]byte(s), &want); tr.Text(Root) != want {
				t.Fatalf("%q: %q, want %q", s, tr.Text(Root), want)
			}
		}
	})
}
