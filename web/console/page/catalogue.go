package page

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalogue has every text of the pages in every language: a flat list of keys, whose
// first part says where they are used. {name} is a placeholder.
var catalogue = mustReadTexts()

func mustReadTexts() map[Language]map[string]string {
	all := map[Language]map[string]string{}
	for _, l := range Languages() {
		text, err := textFiles.ReadFile("texts/" + string(l) + ".json")
		if err == nil {
			err = json.Unmarshal(text, new(map[string]string))
		}
		texts := map[string]string{}
		if err == nil {
			err = json.Unmarshal(text, &texts)
		}
		if err != nil {
			panic(fmt.Sprintf("page: the texts in %s: %v", l, err))
		}
		all[l] = texts
	}
	return all
}

// Has reports whether the catalogue has a text. Keys that come from outside of
// this package begin with "problem.", "notice.", "trouble.", "container.",
// "purpose.", "method." or "next.".
func Has(key string) bool {
	_, ok := catalogue[English][key]
	return ok
}
