package linkeddata

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// lexicalOfNumber gives a JSON number as RDF has it: an integer where it has no
// fraction and is below 1e21, with all its digits, else a canonical double.
func lexicalOfNumber(s string, double bool) (string, IRI) {
	if !double && strings.Trim(s, "-0123456789") == "" && len(s) <= 21 {
		if s == "-0" {
			s = "0"
		}
		return s, XSDInteger
	}
	f, _ := strconv.ParseFloat(s, 64) // JSON's grammar was checked; too large is infinite
	switch {
	case f == 0 && !double:
		return "0", XSDInteger
	case math.IsInf(f, 1):
		return "INF", XSDDouble
	case math.IsInf(f, -1):
		return "-INF", XSDDouble
	case !double && f == math.Trunc(f) && math.Abs(f) < 1e21:
		return strconv.FormatFloat(f, 'f', 0, 64), XSDInteger
	}
	return canonicalDouble(f), XSDDouble
}

// canonicalDouble is the canonical form of xsd:double, such as 5.3E0.
func canonicalDouble(f float64) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', 15, 64), "E")
	if whole, fraction, ok := strings.Cut(mantissa, "."); ok {
		fraction = strings.TrimRight(fraction, "0")
		if fraction == "" {
			fraction = "0"
		}
		mantissa = whole + "." + fraction
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}

// appendCanonicalJSON writes a value by the JSON Canonicalization Scheme (RFC 8785).
func appendCanonicalJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case json.Number:
		f, _ := v.Float64()
		return appendJSONNumber(b, f)
	case float64:
		return appendJSONNumber(b, v)
	case string:
		return appendJSONText(b, v)
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCanonicalJSON(b, x)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, key := range slices.SortedFunc(maps.Keys(v), compareUTF16) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendJSONText(b, key), ':')
			b = appendCanonicalJSON(b, v[key])
		}
		return append(b, '}')
	}
	return b
}

func compareUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// appendJSONNumber writes a number as ECMAScript does.
func appendJSONNumber(b []byte, f float64) []byte {
	abs := math.Abs(f)
	switch {
	case math.IsInf(f, 0) || math.IsNaN(f):
		return append(b, "null"...)
	case f == 0:
		return append(b, '0')
	case abs >= 1e21 || abs < 1e-6:
		s := strconv.FormatFloat(f, 'e', -1, 64)
		s = strings.Replace(s, "e-0", "e-", 1)
		return append(b, strings.Replace(s, "e+0", "e+", 1)...)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// appendJSONText writes a string with the escapes that JSON demands.
func appendJSONText(b []byte, s string) []byte {
	o := output{buf: append(b, '"')}
	o.jsonText(s)
	return append(o.buf, '"')
}
