package solid

import (
	"net/http"
	"strings"
	"time"

	"skrin/pod"
	"skrin/web/request"
)

// An entity tag here is the stored one, which changes with each version, or,
// for a form that was made of it, the stored one with a colon and the form's
// short name. Writers may name any form of the version they mean.

// tagOf gives the entity tag of a form, in quotes.
func tagOf(stored, form string) string {
	if form != "" {
		stored += ":" + form
	}
	return `"` + stored + `"`
}

// EntityTag is the ETag that a GET without wishes shows for the stored tag of p.
func EntityTag(p pod.Path, stored string) string {
	if p.IsContainer() {
		return tagOf(stored, graphForms[0].name)
	}
	return tagOf(stored, "")
}

// version is the stored tag that a form's tag was made of.
func version(tag string) string {
	stored, _, _ := strings.Cut(tag, ":")
	return stored
}

// entityTag is one element of If-Match or If-None-Match, without quotes.
type entityTag struct {
	opaque string
	weak   bool
}

// parseTags reads a list of entity tags; "*" stands for itself. What is no tag
// is skipped. present tells whether the field was there at all.
func parseTags(fields []string) (tags []entityTag, present bool) {
	for _, s := range fields {
		present = true
		for s = strings.Trim(s, " \t,"); s != ""; s = strings.TrimLeft(s, " \t,") {
			if s == "*" {
				tags = append(tags, entityTag{opaque: "*"})
				break
			}
			rest, weak := strings.CutPrefix(s, "W/")
			body, quoted := strings.CutPrefix(rest, `"`)
			opaque, after, closed := strings.Cut(body, `"`)
			if !quoted || !closed {
				_, s, _ = strings.Cut(s, ",")
				continue
			}
			tags = append(tags, entityTag{opaque, weak})
			s = after
		}
	}
	return tags, present
}

// preconditions are those of a change. A weak tag never satisfies If-Match
// (RFC 9110 section 13.1.1).
func preconditions(r *request.Request) pod.Precondition {
	var pre pod.Precondition
	if tags, present := parseTags(r.Header.Values("If-Match")); present {
		pre.IfMatch = []string{}
		for _, t := range tags {
			if !t.weak {
				pre.IfMatch = append(pre.IfMatch, version(t.opaque))
			}
		}
		if len(pre.IfMatch) == 0 {
			pre.IfMatch = []string{"\x00"} // asked for, and nothing can satisfy it
		}
	} else if at, ok := timeIn(r.Header, "If-Unmodified-Since"); ok {
		pre.IfUnmodifiedSince = at
	}
	tags, _ := parseTags(r.Header.Values("If-None-Match"))
	for _, t := range tags {
		pre.IfNoneMatch = append(pre.IfNoneMatch, version(t.opaque))
	}
	return pre
}

// judge evaluates the preconditions of GET and HEAD in the order of RFC 9110
// section 13.2.2. It gives 200, 304 or 412.
func judge(header http.Header, stored, form string, modified time.Time) int {
	current := strings.Trim(tagOf(stored, form), `"`)
	modified = modified.Truncate(time.Second)
	if tags, present := parseTags(header.Values("If-Match")); present {
		if !anyTag(tags, func(t entityTag) bool { return t.opaque == "*" || !t.weak && version(t.opaque) == stored }) {
			return http.StatusPreconditionFailed
		}
	} else if at, ok := timeIn(header, "If-Unmodified-Since"); ok && modified.After(at) {
		return http.StatusPreconditionFailed
	}
	if tags, present := parseTags(header.Values("If-None-Match")); present {
		if anyTag(tags, func(t entityTag) bool { return t.opaque == "*" || t.opaque == current }) {
			return http.StatusNotModified
		}
	} else if at, ok := timeIn(header, "If-Modified-Since"); ok && !modified.After(at) {
		return http.StatusNotModified
	}
	return http.StatusOK
}

// timeIn reads a date. What is no date is as good as absent, and most often it is:
// then nothing tries to read it.
func timeIn(header http.Header, field string) (at time.Time, ok bool) {
	text := header.Get(field)
	if text == "" {
		return time.Time{}, false
	}
	at, err := http.ParseTime(text)
	return at, err == nil
}

func anyTag(tags []entityTag, ok func(entityTag) bool) bool {
	for _, t := range tags {
		if ok(t) {
			return true
		}
	}
	return false
}
