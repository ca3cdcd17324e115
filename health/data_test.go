package health

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// shared finds files of the collected test data. Without the data a test is
// skipped, but never in CI.
func shared(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../shared/data", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no test data at %s", pattern)
		}
		t.Skipf("no test data at %s", pattern)
	}
	return files
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// entry is a Bundle's entry as encoding/json sees it: the second opinion.
type entry struct {
	FullURL  string          `json:"fullUrl"`
	Resource json.RawMessage `json:"resource"`
}

func entries(t testing.TB, file string) []entry {
	t.Helper()
	var bundle struct {
		Entry []entry `json:"entry"`
	}
	if err := json.Unmarshal(readFile(t, file), &bundle); err != nil {
		t.Fatal(err)
	}
	return bundle.Entry
}
