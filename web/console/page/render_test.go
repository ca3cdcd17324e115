package page_test

import (
	"testing"

	"skrin/web/console/page"
	"skrin/web/console/page/sample"
)

func TestEveryPageInEveryLanguage(t *testing.T) {
	for _, l := range page.Languages() {
		for _, s := range sample.All() {
			s.Frame.Language = l
			if _, err := page.Render(s.Frame, s.Page); err != nil {
				t.Errorf("%s in %s: %v", s.Name, l, err)
			}
		}
	}
}
