package main

import (
	"regexp"
	"strconv"
	"time"
)

var span = regexp.MustCompile(`^([0-9]{1,4})(m|h|d|w)$`)

// parseWhen reads a moment as people write it: an RFC 3339 time, a local date and time ("2026-12-24 18:00"), a date
// (which lasts until its end), or a time from now ("90m", "12h", "14d", "6w").
func parseWhen(text string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return t.AddDate(0, 0, 1), nil
	}
	if m := span.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		return later(now, n, m[2]), nil
	}
	return time.Time{}, usage("%q is no time; write 2026-12-24, \"2026-12-24 18:00\", 2026-12-24T18:00:00+01:00, or a time from now like 12h, 14d, 6w", text)
}

// parseBegin is parseWhen for the beginning of something: a date begins where it begins.
func parseBegin(text string, now time.Time) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return t, nil
	}
	return parseWhen(text, now)
}

// later counts days and weeks by the calendar, so that 14d ends at the same hour.
func later(now time.Time, n int, unit string) time.Time {
	switch unit {
	case "m":
		return now.Add(time.Duration(n) * time.Minute)
	case "h":
		return now.Add(time.Duration(n) * time.Hour)
	case "w":
		n *= 7
	}
	return now.AddDate(0, 0, n)
}
