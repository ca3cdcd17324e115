package linkeddata

import "strings"

// fieldParser walks over a field value: tokens, quoted strings and parameters
// (RFC 9110 section 5.6).
type fieldParser struct {
	s  string
	at int
}

type fieldParam struct{ name, value string }

// text writes the parameter, quoted only where it must be.
func (p fieldParam) text() string {
	if p.value != "" && tokenLen(p.value) == len(p.value) {
		return "; " + p.name + "=" + p.value
	}
	quoted := strings.ReplaceAll(strings.ReplaceAll(p.value, `\`, `\\`), `"`, `\"`)
	return "; " + p.name + `="` + quoted + `"`
}

func (p *fieldParser) space() {
	for p.at < len(p.s) && (p.s[p.at] == ' ' || p.s[p.at] == '\t') {
		p.at++
	}
}

func (p *fieldParser) take(c byte) bool {
	if p.at < len(p.s) && p.s[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *fieldParser) token() string {
	n := tokenLen(p.s[p.at:])
	p.at += n
	return p.s[p.at-n : p.at]
}

// essence reads type "/" subtype, wildcards included, in lower case.
func (p *fieldParser) essence() (string, bool) {
	start := p.at
	if p.token() == "" || !p.take('/') || p.token() == "" {
		return "", false
	}
	return lowerASCII(p.s[start:p.at]), true
}

// params reads *( OWS ";" OWS [ token "=" value ] ).
func (p *fieldParser) params() (params []fieldParam, ok bool) {
	for {
		before := p.at
		p.space()
		if !p.take(';') {
			p.at = before
			return params, true
		}
		p.space()
		name := p.token()
		if name == "" {
			continue
		}
		if !p.take('=') {
			return params, false
		}
		value, ok := p.value()
		if !ok {
			return params, false
		}
		params = append(params, fieldParam{lowerASCII(name), value})
	}
}

func (p *fieldParser) value() (string, bool) {
	if !p.take('"') {
		v := p.token()
		return v, v != ""
	}
	var b strings.Builder
	for p.at < len(p.s) {
		c := p.s[p.at]
		p.at++
		switch {
		case c == '"':
			return b.String(), true
		case c == '\\' && p.at < len(p.s):
			c = p.s[p.at]
			p.at++
		}
		if c < ' ' && c != '\t' || c == 0x7f {
			return "", false
		}
		b.WriteByte(c)
	}
	return "", false
}

// skipElement moves behind the next comma that is not inside a quoted string.
func (p *fieldParser) skipElement() {
	quoted := false
	for ; p.at < len(p.s); p.at++ {
		switch c := p.s[p.at]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			p.at++
		case c == ',' && !quoted:
			p.at++
			return
		}
	}
	p.at = len(p.s)
}

// tokenLen counts the token characters that s begins with.
func tokenLen(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' {
			continue
		}
		if strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return i
		}
	}
	return len(s)
}
