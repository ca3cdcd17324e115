package upstream

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"skrin/internal/jose"
)

// What the host reads about the file is what the program takes.
func TestDocument(t *testing.T) {
	text, err := os.ReadFile("../../doc/sign-in-with.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(examples) < 2 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		all, err := ParseConfig([]byte(e[1]), func(name string) ([]byte, error) {
			if strings.HasSuffix(name, ".jwk") {
				return cachedKeys()[jose.RS256].MarshalPrivate()
			}
			return []byte(secret), nil
		})
		if err != nil || len(all) != 1 {
			t.Errorf("%s: %v", e[1], err)
		}
	}
	_, table, _ := strings.Cut(string(text), "## What stands in the file")
	table, _, _ = strings.Cut(table, "\n## ")
	var told []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?) \\|").FindAllStringSubmatch(table, -1) {
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(row[1], -1) {
			told = append(told, name[1])
		}
	}
	for _, name := range issuerMembers {
		if !slices.Contains(told, name) && name != "client_secret" {
			t.Errorf("nothing is said of %q", name)
		}
	}
	for _, name := range told {
		if !slices.Contains(issuerMembers, name) {
			t.Errorf("%q is told of, and is not taken", name)
		}
	}
}
