package conformance

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	named  = regexp.MustCompile("`((?:Test|Fuzz)\\w+)(?:/([\\w-]+))?` ([\\w/]+_test\\.go)")
	absent = regexp.MustCompile(`\*\*missing\*\*|does not arise: \S`)
)

// TestEveryMustHasItsTest reads the table of doc/solid.md: each requirement has a test that exists, an entry of
// DIVERGENCES.md that exists, or says that it does not arise or is missing.
func TestEveryMustHasItsTest(t *testing.T) {
	page, divergences := read(t, "doc/solid.md"), read(t, "DIVERGENCES.md")
	seen, missing := map[string]bool{}, 0
	section := ""
	for _, line := range strings.Split(page, "\n") {
		cells := strings.Split(line, "|")
		switch {
		case strings.HasPrefix(line, "## "):
			section = line
		case len(cells) != 5 || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| anchor "):
		default:
			anchor, kept := section+strings.TrimSpace(cells[1]), strings.TrimSpace(cells[3])
			if seen[anchor] || strings.TrimSpace(cells[2]) == "" {
				t.Errorf("%s: twice, or without a requirement", anchor)
			}
			seen[anchor] = true
			missing += strings.Count(kept, "**missing**")
			checkRow(t, anchor, kept, divergences)
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d rows were found", len(seen))
	}
	t.Logf("%d requirements, of which %d have something missing", len(seen), missing)
}

func checkRow(t *testing.T, anchor, kept, divergences string) {
	tests := named.FindAllStringSubmatch(kept, -1)
	for _, m := range tests {
		if text := read(t, m[3]); !strings.Contains(text, "func "+m[1]+"(") && m[2] == "" {
			t.Errorf("%s: %s has no %s", anchor, m[3], m[1])
		}
		if m[2] != "" && (!strings.Contains(read(t, m[3]), `{"`+m[2]+`", func`) || !exists(t, filepath.Dir(m[3]), m[1])) {
			t.Errorf("%s: %s has no %s/%s", anchor, m[3], m[1], m[2])
		}
	}
	entries := 0
	for _, part := range strings.Split(kept, "; ") {
		if heading, ok := strings.CutPrefix(part, "DIVERGENCES: "); ok {
			entries++
			if !strings.Contains(divergences, "**"+heading) {
				t.Errorf("%s: DIVERGENCES.md has no %q", anchor, heading)
			}
		}
	}
	if len(tests)+entries == 0 && !absent.MatchString(kept) {
		t.Errorf("%s: neither a test nor a divergence: %q", anchor, kept)
	}
	if quoted := strings.Count(kept, "`Test") + strings.Count(kept, "`Fuzz"); quoted != len(tests) {
		t.Errorf("%s: %d tests are named, and %d understood", anchor, quoted, len(tests))
	}
}

func exists(t *testing.T, dir, test string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.Contains(read(t, filepath.Join(dir, filepath.Base(f))), "func "+test+"(") {
			return true
		}
	}
	return false
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Error(err)
	}
	return string(text)
}
