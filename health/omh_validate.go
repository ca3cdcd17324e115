package health

import (
	"slices"
	"time"

	"skrin/health/internal/tree"
)

// validator checks Open mHealth documents. Members that a schema does not name
// are allowed, as the schemas allow them.
type validator struct {
	tree     *tree.Tree
	problems []Problem
	path     []step
}

func (v *validator) report(kind error, what string) {
	v.problems = append(v.problems, Problem{Where: pathText(v.path), What: what, Err: kind})
}

// inside reports a problem with a member.
func (v *validator) inside(name, what string) {
	v.path = append(v.path, step{name: name})
	v.report(ErrInvalid, what)
	v.path = v.path[:len(v.path)-1]
}

// object gives a member that must be an object, zero when it is not there or none.
func (v *validator) object(n tree.Node, name string, required bool) tree.Node {
	m := v.tree.Member(n, name)
	switch {
	case m == 0 && required:
		v.inside(name, "is missing")
	case m != 0 && v.tree.Kind(m) != tree.Object:
		v.inside(name, words(v.tree.Kind(m))+" where an object belongs")
		return 0
	}
	return m
}

// text checks a member that must be a text, and gives it.
func (v *validator) text(n tree.Node, name string, required bool) string {
	m := v.tree.Member(n, name)
	switch {
	case m == 0 && required:
		v.inside(name, "is missing")
	case m != 0 && v.tree.Kind(m) != tree.String:
		v.inside(name, words(v.tree.Kind(m))+" where text belongs")
	case required && v.tree.Text(m) == "":
		v.inside(name, "is empty")
	}
	return v.tree.Text(m)
}

// oneOf checks a member that may be missing and else is one of the words.
func (v *validator) oneOf(n tree.Node, name string, allowed ...string) {
	if m := v.tree.Member(n, name); m != 0 && (v.tree.Kind(m) != tree.String || !slices.Contains(allowed, v.tree.Text(m))) {
		v.inside(name, "is none of the words that the schema has for it")
	}
}

// quantity checks a number with a unit.
func (v *validator) quantity(n tree.Node, name string, units ...string) {
	m := v.object(n, name, true)
	if m == 0 {
		return
	}
	v.path = append(v.path, step{name: name})
	defer func() { v.path = v.path[:len(v.path)-1] }()
	switch value := v.tree.Member(m, "value"); {
	case value == 0:
		v.inside("value", "is missing")
	case v.tree.Kind(value) != tree.Number:
		v.inside("value", words(v.tree.Kind(value))+" where a number belongs")
	case !tameNumber(v.tree.Raw(value)):
		v.inside("value", "has more digits than anybody measures")
	}
	if unit := v.text(m, "unit", true); unit != "" && !slices.Contains(units, unit) {
		v.inside("unit", "is no unit that the schema has for it")
	}
}

// frames say which time frames a schema takes beside intervals.
type frames uint8

const (
	instant   frames = 1 << iota // a date_time
	partOfDay                    // a date with "morning" and the like
)

// timeFrame checks effective_time_frame: either a date_time or a time_interval.
func (v *validator) timeFrame(n tree.Node, allowed frames) {
	const name = "effective_time_frame"
	frame := v.object(n, name, true)
	if frame == 0 {
		return
	}
	v.path = append(v.path, step{name: name})
	defer func() { v.path = v.path[:len(v.path)-1] }()
	at, interval := v.tree.Member(frame, "date_time"), v.tree.Member(frame, "time_interval")
	switch {
	case at != 0 && interval != 0:
		v.report(ErrInvalid, "has both date_time and time_interval")
	case at != 0 && allowed&instant == 0:
		v.report(ErrInvalid, "what is counted over a time needs a time_interval")
	case at != 0:
		v.dateTime(frame, "date_time")
	case interval == 0:
		v.report(ErrInvalid, "has neither date_time nor time_interval")
	default:
		v.interval(v.object(frame, "time_interval", true), allowed)
	}
}

// interval checks that exactly one of the ways to tell an interval is used.
func (v *validator) interval(n tree.Node, allowed frames) {
	if n == 0 {
		return
	}
	v.path = append(v.path, step{name: "time_interval"})
	defer func() { v.path = v.path[:len(v.path)-1] }()
	has := func(name string) bool { return v.tree.Member(n, name) != 0 }
	start, end, duration, day := has("start_date_time"), has("end_date_time"), has("duration"), has("date") && has("part_of_day")
	switch {
	case day && allowed&partOfDay == 0:
		v.report(ErrInvalid, "this schema has no part of the day; give start_date_time and end_date_time")
		return
	case day && (start || end || duration) || start && end && duration:
		v.report(ErrInvalid, "is told in more than one way")
		return
	case !day && !(start && end) && !(start && duration) && !(end && duration):
		v.report(ErrInvalid, "needs two of start_date_time, end_date_time and duration")
		return
	}
	v.intervalParts(n, day)
}

func (v *validator) intervalParts(n tree.Node, day bool) {
	if day {
		if !temporal(v.text(n, "date", true), "date") || len(v.tree.TextOf(n, "date")) != 10 {
			v.inside("date", "is no date such as 2026-11-22")
		}
		v.oneOf(n, "part_of_day", "morning", "afternoon", "evening", "night")
		return
	}
	v.dateTime(n, "start_date_time")
	v.dateTime(n, "end_date_time")
	if v.tree.Member(n, "duration") != 0 {
		v.quantity(n, "duration", durationUnits...)
	}
}

// dateTime checks a date_time, if it is there (RFC 3339, so with a zone).
func (v *validator) dateTime(n tree.Node, name string) {
	if v.tree.Member(n, name) == 0 {
		return
	}
	if _, ok := parseTime(v.tree.TextOf(n, name)); !ok {
		v.inside(name, "is no date and time with zone, such as 2026-11-22T07:25:00+01:00")
	}
}

// parseTime reads a date-time as RFC 3339 and FHIR both have it.
func parseTime(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil && temporal(s, "instant")
}

// envelope checks a data point but for what the body has to be.
func (v *validator) envelope(n tree.Node) {
	if v.tree.Kind(n) != tree.Object {
		v.report(ErrInvalid, words(v.tree.Kind(n))+" where a data point belongs")
		return
	}
	if header := v.object(n, "header", true); header != 0 {
		v.path = append(v.path, step{name: "header"})
		v.header(header)
		v.path = v.path[:len(v.path)-1]
	}
	v.object(n, "body", true)
}

func (v *validator) header(n tree.Node) {
	v.text(n, "id", true)
	if v.text(n, "creation_date_time", true) != "" {
		v.dateTime(n, "creation_date_time")
	}
	v.text(n, "user_id", false)
	if id := v.object(n, "schema_id", true); id != 0 {
		v.path = append(v.path, step{name: "schema_id"})
		v.text(id, "namespace", true)
		v.text(id, "name", true)
		v.text(id, "version", true)
		v.path = v.path[:len(v.path)-1]
	}
	if from := v.object(n, "acquisition_provenance", false); from != 0 {
		v.path = append(v.path, step{name: "acquisition_provenance"})
		v.text(from, "source_name", true)
		v.text(from, "source_data_point_id", false)
		v.dateTime(from, "source_creation_date_time")
		v.dateTime(from, "source_last_modification_date_time")
		v.oneOf(from, "modality", "sensed", "self-reported")
		v.path = v.path[:len(v.path)-1]
	}
}
