package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

const folder = "../../../../../shared/data/fhir/"

func made(t *testing.T, version string) []byte {
	t.Helper()
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the definitions' tables are not at hand: ", err)
	}
	types, err := rows(folder + version + "-types.tsv")
	if err != nil {
		t.Fatal(err)
	}
	elements, err := rows(folder + version + "-elements.tsv")
	if err != nil {
		t.Fatal(err)
	}
	text, err := compact(types, elements)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTextIsUpToDate: the embedded table is what the definitions make.
func TestTextIsUpToDate(t *testing.T) {
	have, err := os.ReadFile("../r4.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made(t, "r4"), have) {
		t.Error("r4.txt is not what the definitions make: go generate ./health/internal/elements")
	}
}

// TestLaterVersion: the tables of a later version can be made compact too. What
// is at hand is a preview of R5 (it has MedicationUsage, which became
// MedicationStatement again), so nothing is embedded of it.
func TestLaterVersion(t *testing.T) {
	if text := string(made(t, "r5")); !strings.Contains(text, "\ninteger64 ! string\n") {
		t.Error("integer64 must be a string")
	}
}
