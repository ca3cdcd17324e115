package sample

import "skrin/web/console/page"

// The recovery key is none: its letters are those of a key, in alphabetical order.
var groups = []string{"AGE-SECRET-KEY-PQ-1", "ACDE", "FGHJ", "KLMN", "PQRS", "TUVW", "XYZ0", "2345", "6789", "ACDE", "FGHJ", "KLMN", "PQRS", "TUVW", "XY"}

const key = "AGE-SECRET-KEY-PQ-1ACDEFGHJKLMNPQRSTUVWXYZ023456789ACDEFGHJKLMNPQRSTUVWXY"

// ways are the pages on the way in.
func ways() []Sample {
	const before, after = "https://", ".pods.example/"
	external := []page.External{{ID: "bankid", Name: "BankID"}, {ID: "eidas", Name: "eIDAS"}}
	return []Sample{
		{"landing", stranger("app/"), page.Landing{Register: true}},
		{"landing-closed", stranger("app/"), page.Landing{}},

		{"register", stranger("app/register"), page.Register{Before: before, After: after}},
		{"register-invited", errand(stranger("app/register?request=ticket")), page.Register{Invited: true, Before: before, After: after}},
		{"register-problem", stranger("app/register"), page.Register{Name: "maria@example.org", Pod: "maria", Invitation: "7H2K-99QX", Invited: true, Before: before, After: after,
			Problem: wrong("pod", "problem.pod-taken", "")}},

		{"key-first", maria("app/register/key"), page.RecoveryKey{Action: "app/register/key", Pod: "maria", First: true}},
		{"key-shown", maria("app/register/key"), page.RecoveryKey{Action: "app/register/key", Groups: groups, Key: key, Pod: "maria", Address: marias.Root, First: true}},
		{"key-problem", maria("app/register/key"), page.RecoveryKey{Action: "app/register/key", Groups: groups, Key: key, Pod: "maria", Address: marias.Root, First: true,
			Problem: wrong("typed", "problem.typed", "")}},
		{"key-new", maria("app/account/recovery-key"), page.RecoveryKey{Action: "app/account/recovery-key", Pod: "maria", Renewed: true}},
		{"key-renewed", maria("app/account/recovery-key"), page.RecoveryKey{Action: "app/account/recovery-key", Groups: groups, Key: key, Pod: "maria", Renewed: true}},

		{"credential", maria("app/register/credential"), page.Credential{Ceremony: creating}},
		{"credential-problem", maria("app/register/credential"), page.Credential{Ceremony: creating, Problem: wrong("password", "problem.password-common", "")}},
		{"credential-password", maria("app/register/credential"), page.Credential{}},
		{"credential-after", maria("app/register/credential"), page.Credential{Ceremony: creating, After: true}},

		{"sign-in", stranger("app/sign-in"), page.SignIn{Ceremony: getting, Register: true}},
		{"sign-in-password", stranger("app/sign-in"), page.SignIn{}},
		{"sign-in-problem", errand(stranger("app/sign-in?request=ticket")), page.SignIn{Ceremony: getting, Name: "maria@example.org", External: external, Register: true,
			Problem: wrong("", "problem.sign-in", "")}},
		{"sign-in-wait", stranger("app/sign-in"), page.SignIn{Name: "maria", Problem: wrong("", "problem.wait", "4m10s")}},
		{"sign-in-again", maria("app/sign-in?next=app%2Faccount%2Frecovery-key"), page.SignIn{Ceremony: getting, Name: "maria@example.org", Again: true, Next: "app/account/recovery-key?pod=maria"}},

		{"second-passkey", stranger("app/sign-in/second"), page.Second{Ceremony: getting, Pending: "pending"}},
		{"second-password", stranger("app/sign-in/second"), page.Second{Password: true, Pending: "pending", Problem: wrong("password", "problem.password-wrong", "")}},

		{"recover", stranger("app/recover"), page.Recover{}},
		{"recover-problem", stranger("app/recover"), page.Recover{Pod: "maria", Problem: wrong("key", "problem.recovery", "")}},
		{"recovered", maria("app/recovered"), page.Recovered{Password: true, Passkeys: passkeys, Links: links, Scripts: 2, Issuers: []string{"https://login.elsewhere.example/"}}},
		{"recovered-nothing", maria("app/recovered"), page.Recovered{}},

		{"sign-out", maria("app/sign-out"), page.SignOut{}},
		{"sign-out-app", maria("app/sign-out"), page.SignOut{App: "hjartkoll.example", Fields: [][2]string{{"client_id", "https://hjartkoll.example/id"}, {"state", "x"}}}},
		{"leaving", stranger("app/external/bankid"), page.Leaving{To: "https://broker.example/authorize?state=x", Name: "BankID"}},
		{"signed-out", stranger("app/signed-out"), page.SignedOut{}},
		{"signed-out-app", stranger("app/signed-out"), page.SignedOut{Back: "https://hjartkoll.example/bye?state=x", App: "hjartkoll.example"}},

		{"trouble", stranger("app/nowhere"), page.Trouble{Status: 404, Key: "trouble.not-found"}},
		{"trouble-app", maria("app/authorize"), page.Trouble{Status: 400, Key: "trouble.app", Detail: "the redirect URI is none that the client registered", ID: "7f3a-55d0-91c2"}},
		{"trouble-away", stranger("app/"), page.Trouble{Status: 400, Key: "trouble.app", Detail: "the scope must hold openid", ID: "7f3a-55d0-91c2", Away: "https://hjartkoll.example/cb?error=invalid_scope&state=x", Host: "hjartkoll.example"}},
		{"trouble-unknown", maria("app/authorize"), page.Trouble{Status: 500, Key: "trouble.never-heard-of"}},
	}
}
