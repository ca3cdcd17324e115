package provider

import (
	"testing"
	"time"

	"skrin/linkeddata"
)

// A sign-in that is still to come, since the clock was put back, answers no wish for a new one.
func TestSignInOfTheFuture(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	me := linkeddata.MustIRI("https://pods.example/maria/profile/card#me")
	for name, c := range map[string]struct {
		request Request
		signed  time.Duration // from now
		want    Step
	}{
		"no wish":                    {Request{MaxAge: -1}, time.Hour, Consent},
		"login, just now":            {Request{MaxAge: -1, Prompt: PromptLogin}, 0, Consent},
		"login, while it goes right": {Request{MaxAge: -1, Prompt: PromptLogin}, time.Second, Consent},
		"login, of the future":       {Request{MaxAge: -1, Prompt: PromptLogin}, time.Hour, SignIn},
		"max_age, of the future":     {Request{MaxAge: time.Minute}, time.Hour, SignIn},
	} {
		c.request.Asked = now
		s := Subject{Account: "a", WebID: me, Session: "s", AuthTime: now.Add(c.signed)}
		if got := next(c.request, s, nil, now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
