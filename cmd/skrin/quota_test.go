package main

import "testing"

func TestParseQuota(t *testing.T) {
	for text, want := range map[string]int64{
		"none": -1, "NONE": -1, "500MB": 500_000_000, "500 mb": 500_000_000, "2.5GB": 2_500_000_000, "1tb": 1_000_000_000_000, "10kB": 10_000, "7b": 7, "default": 0,
	} {
		if got, err := parseQuota(text, true); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "5", "-1GB", "0MB", "NaNMB", "infGB", "1e30TB", "five GB", "GB", "5GiB"} {
		if got, err := parseQuota(text, true); err == nil {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
	if _, err := parseQuota("default", false); err == nil {
		t.Error("the default has no default")
	}
}
