package page

import (
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		accept, locales, chosen string
		want                    Language
	}{
		{"", "", "", English},
		{"sv", "", "", Swedish},
		{"sv-FI", "", "", Swedish},
		{"SV-se", "", "", Swedish},
		{"nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.6,en-US;q=0.5,en;q=0.4", "", "", Norwegian},
		{"no", "", "", Norwegian},
		{"nn-NO", "", "", Norwegian},
		{"es-419", "", "", Spanish},
		{"es-MX,en;q=0.9", "", "", Spanish},
		{"en-GB", "", "", English},
		{"de,fr;q=0.9", "", "", English},
		{"de,es;q=0.2,sv;q=0.3", "", "", Swedish},
		{"en;q=0.1,sv;q=0.9", "", "", Swedish},
		{"sv;q=0,nb;q=0.1", "", "", Norwegian}, // not wanted at all
		{"sv;q=2,nb;q=0.1", "", "", Norwegian}, // no weight
		{"sv;q=nan,nb;q=0.1", "", "", Norwegian},
		{"sv;q=-1,nb", "", "", Norwegian},
		{"sv;level=1,nb;q=0.1", "", "", Norwegian},
		{"sv ; Q=0.5 , es;q=0.6", "", "", Spanish},
		{"*", "", "", English},
		{"*,sv;q=0.5", "", "", Swedish},
		{"svx,esperanto", "", "", English},
		{"x-sv", "", "", English},
		{"sv-x-dialect", "", "", Swedish}, // RFC 4647, section 3.4: "x" goes with what it began
		{"zh-Hant-CN-x-private1, nb;q=0.3", "", "", Norwegian},
		{"sv,nb", "es", "", Spanish}, // the app knows what page the person came from
		{"sv", "de fr", "", Swedish},
		{"sv", "de nn es", "", Norwegian},
		{"sv", "es", "nb", Norwegian}, // what somebody chose stands above all
		{"sv", "", "xx", Swedish},
		{strings.Repeat("xx,", 400) + "sv", "", "", English}, // past what is read
		{";;,,;q=1,\x00", " \t", "-", English},
	} {
		if got := Match(c.accept, c.locales, c.chosen); got != c.want {
			t.Errorf("Match(%.60q, %q, %q) = %q, want %q", c.accept, c.locales, c.chosen, got, c.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("nb-NO,nb;q=0.9,en;q=0.4", "sv es", "")
	f.Add("*;q=0.5,--,a-b-c-d", "", "no-x")
	f.Fuzz(func(t *testing.T, accept, locales, chosen string) {
		got := Match(accept, locales, chosen)
		if !slices.Contains(Languages(), got) {
			t.Errorf("%q is none of ours", got)
		}
		if Match("", "", string(got)) != got || Match(string(got), "", "") != got {
			t.Errorf("%q does not find itself", got)
		}
	})
}
