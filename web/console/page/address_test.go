package page

import "testing"

func TestAwayLeadsToPlacesAlone(t *testing.T) {
	for address, want := range map[string]string{
		"https://app.example/bye?x=1&y=2": "https://app.example/bye?x=1&y=2",
		"http://127.0.0.1:8080/done":      "http://127.0.0.1:8080/done",
		"com.example.app:/done":           "com.example.app:/done",
		"HTTPS://app.example/":            "https://app.example/",
		"javascript:alert(1)":             "",
		"JavaScript:alert(1)":             "",
		"java\nscript:alert(1)":           "",
		" javascript:alert(1)":            "",
		"data:text/html,x":                "",
		"vbscript:x":                      "",
		"blob:https://app.example/x":      "",
		"https:":                          "",
		"https:app.example":               "",
		"//app.example/":                  "",
		"/app/home":                       "",
		"myapp:done":                      "",
		"":                                "",
		"%zz":                             "",
	} {
		if got := (view{}).Away(address); string(got) != want {
			t.Errorf("%q leads to %q, want %q", address, got, want)
		}
	}
}

func TestAddressesBreakBetweenParts(t *testing.T) {
	for text, want := range map[string]string{
		"https://a.example/b#me": "<bdi>https:/" + "/<wbr>a.<wbr>example/<wbr>b<wbr>#me</bdi>",
		"<&>":                    "<bdi>&lt;&amp;<wbr>&gt;</bdi>",
		"":                       "<bdi></bdi>",
	} {
		if got := (view{}).Address(text); string(got) != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
