package main

import (
	"errors"
	"testing"
	"time"
)

func TestParseWhen(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, zone)
	for text, want := range map[string]time.Time{
		"2026-12-24":                now.AddDate(0, 1, 3).Add(-9*time.Hour - 30*time.Minute), // its end: the midnight of the 25th
		"2026-12-24 18:00":          time.Date(2026, 12, 24, 18, 0, 0, 0, zone),
		"2026-12-24T18:00":          time.Date(2026, 12, 24, 18, 0, 0, 0, zone),
		"2026-12-24T18:00:30":       time.Date(2026, 12, 24, 18, 0, 30, 0, zone),
		"2026-12-24T18:00:00Z":      time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC),
		"2026-12-24T18:00:00+02:00": time.Date(2026, 12, 24, 16, 0, 0, 0, time.UTC),
		"90m":                       now.Add(90 * time.Minute),
		"12h":                       now.Add(12 * time.Hour),
		"14d":                       now.AddDate(0, 0, 14),
		"6w":                        now.AddDate(0, 0, 42),
	} {
		if got, err := parseWhen(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "soon", "24.12.2026", "-3d", "3y", "2026-02-30", "99999d", "1.5h"} {
		if got, err := parseWhen(text, now); !errors.Is(err, errUsage) {
			t.Errorf("%q became %v (%v)", text, got, err)
		}
	}
	if got, err := parseBegin("2026-12-24", now); err != nil || !got.Equal(time.Date(2026, 12, 24, 0, 0, 0, 0, zone)) {
		t.Errorf("a date begins at %v (%v)", got, err)
	}
}
