package page

import "testing"

// Places that every pod has are called by their names, and nothing else is.
func TestPlaceKey(t *testing.T) {
	for path, want := range map[string]string{
		"/":                               "home.rule.pod",
		"/health/":                        "place.health",
		"/health/labs/":                   "container.labs",
		"health/labs/":                    "container.labs",
		"/profile/card":                   "place.profile",
		"/settings/publicTypeIndex.ttl":   "document.public-index",
		"/inbox/":                         "place.inbox",
		"/labs/":                          "", // not those of health/
		"/health/inbox/":                  "",
		"/health/labs/2026/":              "",
		"/health/labs":                    "",
		"/health-labs/":                   "",
		"/public-index/":                  "",
		"/recipes/":                       "",
		"/health/labs/x":                  "",
		"https://elsewhere.example/labs/": "",
	} {
		if got := PlaceKey(path); got != want || got != "" && !Has(got) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
