package sample

import (
	"time"

	"skrin/web/console/page"
)

// Sample is one page, as somebody may come to see it.
type Sample struct {
	Name  string // "sign-in-problem"
	Frame page.Frame
	Page  page.Page
}

// now is when all of this happens.
var now = time.Date(2026, time.November, 22, 14, 5, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

const day = 24 * time.Hour

// The ceremonies have options as a browser takes them.
var (
	getting  = page.Ceremony{Options: `{"publicKey":{"challenge":"AAAAAAAAAAAAAAAAAAAAAA","rpId":"localhost","userVerification":"required"}}`, State: "state"}
	creating = page.Ceremony{Options: `{"publicKey":{"rp":{"name":"pods.example","id":"localhost"},"user":{"id":"AAAA","name":"maria","displayName":"maria"},"challenge":"AAAAAAAAAAAAAAAAAAAAAA","pubKeyCredParams":[{"type":"public-key","alg":-7}],"authenticatorSelection":{"residentKey":"required","requireResidentKey":true,"userVerification":"required"}}}`, State: "state"}
)

// stranger is nobody, maria is signed in, and errand is maria on the way to an app.
func stranger(here string) page.Frame {
	return page.Frame{Root: "/", Here: here, Host: "pods.example", Token: "token", Passkeys: true}
}

func maria(here string) page.Frame {
	f := stranger(here)
	f.Name = "maria@example.org"
	return f
}

func errand(f page.Frame) page.Frame {
	f.Request, f.App = "ticket", "Hjärtkoll"
	return f
}

func told(f page.Frame, n page.Notice) page.Frame {
	f.Notice = n
	return f
}

func wrong(field, key, value string) page.Problem {
	return page.Problem{Field: field, Key: key, Value: value}
}

var (
	marias = page.Pod{Name: "maria", WebID: "https://pods.example/maria/profile/card#me", Root: "https://pods.example/maria/"}
	olas   = page.Pod{Name: "ola-nordmann", WebID: "https://pods.example/ola-nordmann/profile/card#me", Root: "https://pods.example/ola-nordmann/"}
)

// places are what a program can be bound to.
var places = []page.Place{
	{Path: "/health/activity/"}, {Path: "/health/allergies/"}, {Path: "/health/care-plans/"}, {Path: "/health/conditions/"}, {Path: "/health/documents/"},
	{Path: "/health/vitals/"}, {Path: "/inbox/"}, {Path: "/recept från mormor/"},
}

// All are the ordinary samples.
func All() []Sample {
	return append(append(ways(), apps()...), own()...)
}
