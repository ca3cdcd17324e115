package linkeddata

import "strings"

// Negotiate chooses among the offered media types what the Accept fields ask
// for (RFC 9110 section 12.5.1): the most specific range that fits an offer
// gives its quality, the highest quality wins, and of equals the first offered.
// No Accept at all, or one in which nothing can be read, takes the first offer.
// It says false when every offer is refused.
//
// A range fits an offer that has all of its parameters. Two are handled
// leniently, because refusing helps nobody: charset=utf-8 fits every offer,
// and a profile that an offer does not name fits it still, but loses against
// an equal offer that does name it.
func Negotiate(accept []string, offered ...MediaType) (MediaType, bool) {
	if len(offered) == 0 {
		return MediaType{}, false
	}
	ranges := parseRanges(accept)
	if len(ranges) == 0 {
		return offered[0], true
	}
	best, bestQ, bestWeak := MediaType{}, 0, false
	for _, offer := range offered {
		q, weak := quality(ranges, offer)
		if q > bestQ || q == bestQ && q > 0 && bestWeak && !weak {
			best, bestQ, bestWeak = offer, q, weak
		}
	}
	return best, bestQ > 0
}

// mediaRange is one element of Accept.
type mediaRange struct {
	essence string
	params  []fieldParam
	q       int // thousandths
}

// maxRanges bounds the work that one request can ask for.
const maxRanges = 64

func parseRanges(accept []string) (ranges []mediaRange) {
	for _, field := range accept {
		for p := (fieldParser{s: field}); p.at < len(p.s) && len(ranges) < maxRanges; p.skipElement() {
			p.space()
			if r, ok := p.mediaRange(); ok {
				ranges = append(ranges, r)
			}
		}
	}
	return ranges
}

func (p *fieldParser) mediaRange() (mediaRange, bool) {
	essence, ok := p.essence()
	if !ok || strings.HasPrefix(essence, "*/") && essence != "*/*" {
		return mediaRange{}, false
	}
	params, ok := p.params()
	if p.space(); !ok || p.at < len(p.s) && p.s[p.at] != ',' {
		return mediaRange{}, false
	}
	r := mediaRange{essence: essence, q: 1000}
	for i, q := range params {
		if q.name == "q" {
			r.q, ok = parseQ(q.value)
			r.params = params[:i] // what follows q was never a parameter of the type
			return r, ok
		}
	}
	r.params = params
	return r, true
}

// parseQ reads a qvalue: 0 to 1 with at most three decimals.
func parseQ(s string) (int, bool) {
	if s == "" || len(s) > 5 || s[0] != '0' && s[0] != '1' || len(s) > 1 && s[1] != '.' {
		return 0, false
	}
	q, scale := int(s[0]-'0')*1000, 100
	for i := 2; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		q, scale = q+int(s[i]-'0')*scale, scale/10
	}
	return q, q <= 1000
}

// quality is that of the most specific range that fits the offer.
func quality(ranges []mediaRange, offer MediaType) (q int, weak bool) {
	best := -1
	for _, r := range ranges {
		rank, lenient := r.fit(offer)
		if rank > best || rank == best && rank >= 0 && r.q > q {
			best, q, weak = rank, r.q, lenient
		}
	}
	return q, weak
}

// fit tells how specifically the range names the offer, -1 when it does not,
// and whether a profile had to be overlooked.
func (r mediaRange) fit(offer MediaType) (rank int, weak bool) {
	switch {
	case r.essence == "*/*":
		rank = 0
	case r.essence == offer.essence:
		rank = 200
	case strings.HasSuffix(r.essence, "/*") && strings.HasPrefix(offer.essence, r.essence[:len(r.essence)-1]):
		rank = 100
	default:
		return -1, false
	}
	for _, p := range r.params {
		have := offer.Param(p.name)
		switch {
		case p.name == "charset" && strings.EqualFold(p.value, "utf-8") && (have == "" || strings.EqualFold(have, "utf-8")):
		case p.name == "profile" && !allWords(p.value, have):
			weak = true
		case p.name == "profile" || have == p.value:
			rank++
		default:
			return -1, false
		}
	}
	return rank, weak
}

// allWords says whether each of the words wanted is among those there are.
func allWords(want, have string) bool {
	there := strings.Fields(have)
next:
	for _, w := range strings.Fields(want) {
		for _, h := range there {
			if h == w {
				continue next
			}
		}
		return false
	}
	return true
}
