package sample

import (
	"time"

	"skrin/web/console/page"
)

var (
	passkeys = []page.Passkey{
		{ID: "k1", Label: "Mobilen", Created: ago(200 * day), Used: ago(2 * time.Hour), Synced: true},
		{ID: "k2", Created: ago(90 * day), Cloned: true},
	}
	links = []page.Link{{ID: "l1", Label: "Maria Lindqvist", Issuer: "https://bankid.example/", Created: ago(30 * day), Used: ago(day)}}
)

// home is that of somebody who has used their pod for a while.
func home() page.Home {
	c := func(name string, members int, changed time.Duration) page.Container {
		return page.Container{Name: name, Address: marias.Root + "health/" + name + "/", Key: "container." + name, Members: members, Changed: ago(changed)}
	}
	return page.Home{Pods: []page.HomePod{{Pod: marias, Used: 412_300_000, Quota: 5_000_000_000,
		Containers: []page.Container{c("vitals", 1832, time.Hour), c("activity", 640, 3*time.Hour), c("labs", 41, 6*day), c("medications", 7, 30*day), c("allergies", 1, 300*day), c("documents", 0, 400*day), c("procedures", 0, 400*day), c("social-care", 0, 400*day),
			{Name: "recipes", Address: marias.Root + "recipes/", Public: true, Members: -1, Changed: ago(9 * day)}},
		Access: []page.Access{
			{ID: "7f3a", Who: "https://clinic.example/ana#me", Name: "Ana Berg", What: []string{"health/labs/", "health/medications/"}, Purpose: "https://w3id.org/dpv/sector/health#PatientMonitoring", From: ago(3 * day), Until: now.Add(11 * day)},
			{ID: "7f3b", Who: "https://hemtjanst.example/team-4#us", What: []string{"health/social-care/", "notes/2026-11"}, Write: true, Client: "https://hemtjanst.example/app#id", Purpose: "holiday", From: ago(3 * day), Until: now.Add(60 * day)},
			{ID: "7f3c", Who: "https://watch.example/id", Name: "Klockan", What: []string{"health/vitals/", "health/activity/"}, Write: true, Blind: true, From: ago(3 * day), Until: now.Add(300 * day)},
		},
		Rules: []page.Rule{
			{Who: "https://familj.example/ola#me", At: "/recipes/", Here: page.MayRead, Below: page.MayChange, State: "5d"},
			{Who: "https://familj.example/oss#alla", Kind: page.RuleGroup, At: "/recipes/", Here: page.MayRead, Below: page.MayRead, State: "5d"},
			{Who: "https://familj.example/oss#alla", Kind: page.RuleGroup, At: "/notes/2026-11", Here: page.MayRead, State: "5e"},
			{Kind: page.RuleSignedIn, At: "/inbox/", Here: page.MayAddOnly, State: "5f"},
			{Kind: page.RulePublic, At: "/health/activity/", Here: page.MayRead, State: "60"},
			{Kind: page.RulePublic, At: "/profile/card", Here: page.MayRead, State: "61", Kept: true},
		}, More: true}}}
}

// own are the pages of somebody who is signed in.
func own() []Sample {
	two := home()
	two.Pods = append(two.Pods, page.HomePod{Pod: olas, Used: 0, Quota: -1, Resting: true})
	return []Sample{
		{"home", maria("app/home"), home()},
		{"home-new", told(maria("app/home"), "notice.welcome"), page.Home{Pods: []page.HomePod{{Pod: marias, Used: 18_400, Quota: 5_000_000_000}}}},
		{"home-two", maria("app/home"), two},

		{"account", maria("app/account"), page.Account{Pods: []page.Pod{marias}, Passkeys: 2, Password: true, Sessions: 3, Apps: 1, Scripts: 0, Links: 1, External: true}},
		{"account-new", maria("app/account"), page.Account{Pods: []page.Pod{marias}, Passkeys: 1, Password: true, TwoFactors: true, Sessions: 1, Unconfirmed: true}},

		{"name", maria("app/account/name"), page.Name{New: "maria@example.org"}},
		{"name-problem", maria("app/account/name"), page.Name{New: "!", Problem: wrong("name", "problem.name", "")}},

		{"passkeys", told(maria("app/account/passkeys"), "notice.passkey-added"), page.Passkeys{All: passkeys, Ceremony: creating}},
		{"passkeys-none", maria("app/account/passkeys"), page.Passkeys{Ceremony: creating, Problem: wrong("", "problem.passkey", "")}},
		{"passkeys-problem", maria("app/account/passkeys"), page.Passkeys{All: passkeys, At: passkeys[0].ID, To: "!", Problem: wrong("to", "problem.label", "")}},

		{"password", maria("app/account/password"), page.Password{Set: ago(400 * day), Passkeys: true}},
		{"password-none", maria("app/account/password"), page.Password{Problem: wrong("password", "problem.password-short", "")}},
		{"password-both", told(maria("app/account/password"), "notice.both-on"), page.Password{Set: ago(400 * day), Passkeys: true, TwoFactors: true}},

		{"sessions", maria("app/account/sessions"), page.Sessions{All: []page.Session{
			{ID: "s1", Browser: "Firefox, Windows", How: []string{"passkey"}, Created: ago(10 * day), Seen: now, This: true},
			{ID: "s2", Browser: "Safari, iPhone", How: []string{"password", "passkey"}, Created: ago(20 * day), Seen: ago(2 * day)},
			{ID: "s3", Created: ago(30 * day), Seen: ago(29 * day)},
		}}},

		{"scripts", maria("app/account/scripts"), page.Scripts{Pods: []page.Pod{marias, olas}, Places: places, All: []page.Script{
			{ID: "x1", Name: "Vågen i badrummet", WebID: marias.WebID, Pod: "maria", Created: ago(12 * day), Used: ago(day), Bound: true,
				Rights: []page.ScriptRight{{May: page.MayAddOnly, What: []string{"/health/vitals/", "/health/activity/"}, Until: ago(-78 * day)}}},
			{ID: "x2", Name: "Min säkerhetskopia", WebID: marias.WebID, Pod: "maria", Created: ago(40 * day)},
			{ID: "x3", Name: "Gamla vågen", WebID: olas.WebID, Pod: "ola", Created: ago(400 * day), Used: ago(300 * day), Bound: true}},
			Made: &page.MadeScript{ID: "f1d0a8c2-6a0e-4a58-b6d3", Secret: "hU3v8Kx0w1qT5zR7yP2mN4bV6cX9sD0f", Issuer: "https://pods.example/", Name: "Vågen i badrummet"}}},
		{"scripts-none", maria("app/account/scripts"), page.Scripts{Places: places, Pods: []page.Pod{marias}, Asked: page.ScriptAsked{Name: "!"}, Problem: wrong("name", "problem.label", "")}},
		{"scripts-nothing", maria("app/account/scripts"), page.Scripts{Places: places, Pods: []page.Pod{marias}, Asked: page.ScriptAsked{Name: "Vågen", May: "add", Days: "365"}, Problem: wrong("in", "problem.nothing-chosen", "")}},

		{"issuers", maria("app/account/issuers"), page.Issuers{Pods: []page.PodIssuers{
			{Pod: marias, All: []page.Issuer{{Address: "https://pods.example/", Ours: true}, {Address: "https://login.example/realms/care"}}}, {Pod: olas}}}},
		{"issuers-problem", maria("app/account/issuers"), page.Issuers{Pods: []page.PodIssuers{{Pod: marias, All: []page.Issuer{{Address: "https://pods.example/", Ours: true}}}, {Pod: olas}}, At: "maria", Add: "htps://login.example", Problem: wrong("add", "problem.url", "")}},

		{"links", maria("app/account/links"), page.Links{All: links, External: []page.External{{ID: "eidas", Name: "eIDAS"}}}},
		{"links-none", maria("app/account/links"), page.Links{Problem: wrong("", "problem.external-taken", "")}},
	}
}
