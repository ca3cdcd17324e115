package sample

import (
	"time"

	"skrin/web/console/page"
)

// apps are the pages that ask about an app.
func apps() []Sample {
	here := errand(maria("app/authorize?request=ticket"))
	full := page.Consent{Client: "https://hjartkoll.example/client.jsonld", Name: "Hjärtkoll", Origin: "https://hjartkoll.example",
		Page: "https://hjartkoll.example/", Policy: "https://hjartkoll.example/privacy", Terms: "https://hjartkoll.example/terms",
		Leads: "hjartkoll.example", Offline: true, As: []page.Pod{marias}}
	several, local, shared := full, full, full
	several.As, several.Before = []page.Pod{marias, olas}, true
	local = page.Consent{Client: "4c1b0c3e-registered-here", Name: "Penny", Leads: "127.0.0.1", Local: true, As: []page.Pod{marias}}
	shared.Client, shared.Origin, shared.Shared = "https://pods.example/mallory/public/app.jsonld#id", "https://pods.example", true
	return []Sample{
		{"consent", here, full},
		{"consent-several", here, several},
		{"consent-local", here, local},
		{"consent-shared", here, shared},
		{"consent-unverified", here, page.Consent{Client: "d9a2f1", Leads: "app.example", As: []page.Pod{marias}, Until: now.Add(90 * day)}},
		{"apps", told(maria("app/account/apps"), "notice.app-ended"), page.Apps{All: []page.App{
			{Client: full.Client, Name: "Hjärtkoll", Origin: full.Origin, WebID: marias.WebID, Pod: "maria", Offline: true, Since: ago(40 * day), Used: ago(time.Hour)},
			{Client: "4c1b0c3e-registered-here", WebID: marias.WebID, Pod: "maria", Limited: true, Since: ago(3 * day), Until: now.Add(27 * day)},
		}}},
		{"apps-none", maria("app/account/apps"), page.Apps{}},
	}
}
