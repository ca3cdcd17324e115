package main

import (
	"slices"
	"testing"
)

// What is granted is named as people type it, or as it stands in addresses.
func TestGrantedPlaces(t *testing.T) {
	typed := []string{"health/labs/", "/health/labs/", "brev/från mormor/", "brev/fr%C3%A5n%20mormor/", "a?b#c", "https://pods.example/maria/x y"}
	want := []string{"/health/labs/", "/health/labs/", "/brev/fr%C3%A5n%20mormor/", "/brev/fr%C3%A5n%20mormor/", "/a%3Fb%23c", "https://pods.example/maria/x y"}
	if got := (&grantCommand{Container: typed}).targets(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
