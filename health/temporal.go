package health

// temporal says whether s is written as the FHIR type wants: date, dateTime,
// instant and time have one (FHIR R4, datatypes); every other type has none here.
func temporal(s, typ string) bool {
	switch typ {
	case "date":
		n := datePart(s)
		return n > 0 && n == len(s)
	case "dateTime":
		n := datePart(s)
		return n > 0 && (n == len(s) || n == 10 && zoned(s[n:]))
	case "instant":
		return datePart(s) == 10 && zoned(s[10:])
	case "time":
		return timePart(s) == len(s) && s != ""
	}
	return true
}

// datePart measures the year, month or day that s begins with; 0: none.
func datePart(s string) int {
	if !digitsAt(s, 0, 4) || s[:4] == "0000" {
		return 0
	}
	if len(s) == 4 {
		return 4
	}
	if s[4] != '-' || !between(s, 5, 1, 12) {
		return 0
	}
	if len(s) == 7 {
		return 7
	}
	if s[7] != '-' || !between(s, 8, 1, 31) {
		return 0
	}
	return 10
}

// zoned reads "T", a time and a zone, to the end of s.
func zoned(s string) bool {
	if s == "" || s[0] != 'T' {
		return false
	}
	s = s[1:]
	n := timePart(s)
	if n == 0 {
		return false
	}
	zone := s[n:]
	if zone == "Z" {
		return true
	}
	return len(zone) == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && between(zone, 1, 0, 14) && between(zone, 4, 0, 59)
}

// timePart measures the hh:mm:ss[.fff] that s begins with; 0: none.
func timePart(s string) int {
	if !(between(s, 0, 0, 23) && at(s, 2, ':') && between(s, 3, 0, 59) && at(s, 5, ':') && between(s, 6, 0, 60)) {
		return 0
	}
	n := 8
	if !at(s, n, '.') {
		return n
	}
	for n++; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
	}
	if n == 9 {
		return 0
	}
	return n
}

func at(s string, i int, c byte) bool { return i < len(s) && s[i] == c }

func digitsAt(s string, from, n int) bool {
	if len(s) < from+n {
		return false
	}
	for _, c := range []byte(s[from : from+n]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// between reads two digits and says whether they are a number in the range.
func between(s string, from, low, high int) bool {
	if !digitsAt(s, from, 2) {
		return false
	}
	n := int(s[from]-'0')*10 + int(s[from+1]-'0')
	return n >= low && n <= high
}
