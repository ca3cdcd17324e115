package health

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
)

// strictPrimitive warns of a value that is not written as its type wants. That
// it is of the right JSON kind is known.
func (c *checker) strictPrimitive(n tree.Node, f *elements.Field) {
	switch f.Type.Kind {
	case elements.Integer:
		if _, err := strconv.ParseInt(c.tree.Raw(n), 10, 32); err != nil {
			c.warn(codeValue, "beyond the whole numbers that FHIR has (32 bits)")
		}
	case elements.Decimal:
		if what := decimalFault(c.tree.Raw(n)); what != "" {
			c.warn(codeValue, what)
		}
	case elements.Text, elements.XHTML:
		s := c.tree.Text(n)
		switch {
		case s == "":
			c.warn(codeValue, "an empty text")
		case !wellWritten(s, formatOf(f)):
			c.warn(codeValue, "not written as a FHIR "+formatOf(f))
		}
	}
}

// formatOf is the type whose format a text has. The definitions name only
// "string" for a few that stand outside the usual types.
func formatOf(f *elements.Field) string {
	switch f.Path {
	case "Resource.id":
		return "id"
	case "Extension.url":
		return "uri"
	}
	return strings.TrimPrefix(f.Type.Name, "@")
}

// wellWritten says whether a text has the format of its type (FHIR R4, datatypes).
func wellWritten(s, typ string) bool {
	switch typ {
	case "id":
		return idText(s)
	case "code":
		return codeText(s)
	case "uri", "url", "canonical":
		return uriText(s)
	case "oid":
		return oidText(s)
	case "uuid":
		return uuidText(s)
	case "base64Binary":
		return base64Text(s)
	case "date", "dateTime", "instant":
		return realDay(s)
	case "xhtml":
		return strings.HasPrefix(s, "<div") && strings.HasSuffix(strings.TrimSpace(s), ">")
	case "string", "markdown":
		return plainText(s)
	}
	return true
}

// idText: 1 to 64 letters, digits, hyphens and dots.
func idText(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// codeText has no white space around it and single spaces at most within.
func codeText(s string) bool {
	space := true
	for i := 0; i < len(s); i++ {
		now := s[i] <= ' '
		if now && space {
			return false
		}
		space = now
	}
	return !space
}

func uriText(s string) bool { return !strings.ContainsAny(s, " \t\r\n\f\v") }

func oidText(s string) bool {
	arcs, ok := strings.CutPrefix(s, "urn:oid:")
	list := strings.Split(arcs, ".")
	for i, arc := range list {
		if !digits(arc) || len(arc) > 1 && arc[0] == '0' || i == 0 && (len(arc) > 1 || arc > "2") {
			return false
		}
	}
	return ok && len(list) > 1
}

// uuidText: urn:uuid: and 8-4-4-4-12 small hexadecimal digits.
func uuidText(s string) bool {
	s, ok := strings.CutPrefix(s, "urn:uuid:")
	if !ok || len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if hyphen := i == 8 || i == 13 || i == 18 || i == 23; hyphen != (c == '-') || !hyphen && !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

// base64Text may have white space between its letters.
func base64Text(s string) bool {
	if strings.ContainsAny(s, " \t") {
		s = strings.NewReplacer(" ", "", "\t", "").Replace(s)
	}
	_, err := base64.StdEncoding.DecodeString(s) // it passes over line breaks
	return err == nil
}

// plainText has no control characters but tab and line breaks.
func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

var daysOfMonth = [...]byte{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// realDay says whether the month has the day that a well-formed date names.
func realDay(s string) bool {
	if len(s) < 10 {
		return true
	}
	year, _ := strconv.Atoi(s[:4])
	month, _ := strconv.Atoi(s[5:7])
	day, _ := strconv.Atoi(s[8:10])
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	return day <= int(daysOfMonth[month-1]) && (month != 2 || day < 29 || leap)
}

// decimalFault: FHIR asks readers for 18 digits and no more, and for numbers
// that computers can hold at all.
func decimalFault(s string) string {
	mantissa, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(s, "-")), "e")
	figures := strings.TrimLeft(strings.Replace(mantissa, ".", "", 1), "0")
	if len(figures) > 18 {
		return "more than the 18 digits that FHIR has for a decimal"
	}
	if v, err := strconv.ParseFloat(s, 64); err != nil || math.IsInf(v, 0) {
		return "beyond the numbers that computers hold"
	}
	return ""
}
