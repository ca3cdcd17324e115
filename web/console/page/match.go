package page

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what is read of a list of languages. Browsers send a handful.
const (
	maxLanguageList = 1024
	maxLanguages    = 32
)

// Match finds the language for somebody: what they chose with the switch, else
// the first of uiLocales (OpenID Connect Core, section 3.1.2.1) that we speak,
// else the one of acceptLanguage that they like best, else English. Each is
// looked up by RFC 4647, section 3.4: "sv-FI" finds "sv". Norwegian of every
// kind finds nb.
func Match(acceptLanguage, uiLocales, chosen string) Language {
	if l := lookUp(chosen); l != "" {
		return l
	}
	for i, tag := range strings.Fields(clip(uiLocales)) {
		if l := lookUp(tag); l != "" && i < maxLanguages {
			return l
		}
	}
	for _, r := range ranges(acceptLanguage) {
		if l := lookUp(r.tag); l != "" {
			return l
		}
	}
	return English
}

func clip(text string) string { return text[:min(len(text), maxLanguageList)] }

// lookUp shortens a tag until it is one of ours.
func lookUp(tag string) Language {
	tag = strings.ToLower(strings.TrimSpace(clip(tag)))
	for tag != "" {
		switch tag {
		case "sv", "es", "en", "nb":
			return Language(tag)
		case "no", "nn":
			return Norwegian
		}
		cut := strings.LastIndexByte(tag, '-')
		if cut < 0 {
			return ""
		}
		if tag = tag[:cut]; len(tag) > 1 && tag[len(tag)-2] == '-' { // what a single letter began goes with it
			tag = tag[:len(tag)-2]
		}
	}
	return ""
}

// languageRange is one of Accept-Language.
type languageRange struct {
	tag    string
	weight float64
}

// ranges reads Accept-Language (RFC 9110, section 12.5.4), the best liked first.
// What cannot be read, and what is not wanted (q=0), is left out.
func ranges(header string) []languageRange {
	var all []languageRange
	for part := range strings.SplitSeq(clip(header), ",") {
		tag, parameter, weighed := strings.Cut(part, ";")
		r := languageRange{strings.TrimSpace(tag), 1}
		if weighed {
			name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
			w, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if !strings.EqualFold(strings.TrimSpace(name), "q") || err != nil || !(w > 0 && w <= 1) {
				continue
			}
			r.weight = w
		}
		if r.tag != "" && len(all) < maxLanguages {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b languageRange) int { return cmp.Compare(b.weight, a.weight) })
	return all
}
