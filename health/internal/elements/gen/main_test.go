package main

import (
	"bytes"
	"os"
	"testing"
)

// TestTextIsUpToDate: the embedded table is what the definitions make.
func TestTextIsUpToDate(t *testing.T) {
	const folder = "../../../../../shared/data/fhir/"
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the definitions' tables are not at hand: ", err)
	}
	types, err := rows(folder + "r4-types.tsv")
	if err != nil {
		t.Fatal(err)
	}
	elements, err := rows(folder + "r4-elements.tsv")
	if err != nil {
		t.Fatal(err)
	}
	made, err := compact(types, elements)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../r4.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, have) {
		t.Error("r4.txt is not what the definitions make: go generate ./health/internal/elements")
	}
}
