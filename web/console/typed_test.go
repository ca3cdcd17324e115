package console_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// What somebody typed stands there again when the page comes back, beside what was
// wrong with it. Passwords and keys are typed anew.
func TestTypedStays(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newHolder(t, w)
	maria.settle("maria")
	long := strings.Repeat("long ", 20)
	stays := func(field, typed string) {
		t.Helper()
		for _, f := range maria.forms {
			if f.fields.Get(field) == typed {
				maria.says(`aria-describedby="field-` + field + `-wrong`).says(`href="#field-` + field + `"`)
				return
			}
		}
		t.Errorf("%q is gone from %s", typed, maria.at.Path)
	}
	maria.get("app/account/name").fill("name", "maría maría").says("cannot be a name")
	stays("name", "maría maría")
	maria.get("app/account/issuers").fill("pod", "maria", "add", "htps://login.example").says("no address of a server")
	stays("add", "htps://login.example")
	f := maria.get("app/account/passkeys").form("label", "to")
	f.fields.Set("to", long)
	maria.send(f).says("cannot be a name")
	stays("to", long)
	maria.get("app/account/scripts").fill("name", " ").says("cannot be a name")
}

// Who has as many programs as they can have keeps the name of the next.
func TestTooManyScriptsKeepTheName(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	for range 200 {
		if maria.get("app/account/scripts").fill("name", "the scale", "extent", "all"); !strings.Contains(maria.body, "can sign in now") {
			break
		}
	}
	maria.says("as many as you can have")
	if got := maria.form("name", "webid").fields.Get("name"); got != "the scale" {
		t.Errorf("the name is %q", got)
	}
}
