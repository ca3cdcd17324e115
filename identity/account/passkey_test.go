package account

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest/authenticator"
)

func TestPasskeySignsIn(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	p := maria.addPasskey("Phone")
	if p.Label != "Phone" || len(p.ID) != 22 || !p.Used.IsZero() || p.Synced {
		t.Errorf("%+v", p)
	}
	for round := range 3 {
		w.restart()
		w.wait(time.Minute)
		step, err := maria.passkey()
		if err != nil || step.Opened == nil {
			t.Fatalf("round %d: %v", round, err)
		}
		s := step.Opened.Session
		if s.Account != maria.id || s.Factors() != 2 || strings.Join(s.AMR(), " ") != "pop user mfa" || !s.AuthTime.Equal(w.now) {
			t.Errorf("%+v", s)
		}
		if got := step.Opened.Account.Passkeys[0]; !got.Used.Equal(w.now) || got.Cloned {
			t.Errorf("%+v", got)
		}
		if again, err := w.Resume(step.Opened.Token); err != nil || again.ID != s.ID {
			t.Error(err)
		}
	}
	if acct, err := w.ByHandle(maria.key.Keys[0].Handle); err != nil || acct.ID != maria.id {
		t.Error(err)
	}
	if w.heard(SignedIn) != 4 || w.heard(CredentialAdded) != 1 { // and once at the registration
		t.Errorf("%d, %d", w.heard(SignedIn), w.heard(CredentialAdded))
	}
}

// What the page is told to ask the authenticator for.
func TestCeremonyOptions(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("one")
	c, err := w.BeginAddPasskey(maria.session)
	if err != nil {
		t.Fatal(err)
	}
	o := authenticator.Read(t, c.Options)
	if o.RP.ID != rpID || o.User.Name != "maria" || o.Selection.ResidentKey != "required" || o.Selection.UserVerification != "required" ||
		o.Attestation != "none" || len(o.Exclude) != 1 || o.Exclude[0].ID != b64(maria.key.Keys[0].ID) {
		t.Errorf("%s", c.Options)
	}
	if c, err = w.BeginPasskey(Secret{}); err != nil {
		t.Fatal(err)
	}
	o = authenticator.Read(t, c.Options)
	if o.RPID != rpID || o.UserVerification != "required" || bytes.Contains(c.Options, []byte("allowCredentials")) {
		t.Errorf("%s", c.Options)
	}
	if d := c.Expires.Sub(w.now); d != 5*time.Minute {
		t.Errorf("it lasts %v", d)
	}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func otherKey(t testing.TB) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Answers of authenticators that are refused. Each is one lie; the honest
// answer is taken before and after.
func TestAssertionsRefused(t *testing.T) {
	client := func(member string, value any) authenticator.Tweak {
		return func(a *authenticator.Answer) { a.Client[member] = value }
	}
	table := map[string]authenticator.Tweak{
		"another origin":                 client("origin", "https://evil.example"),
		"http for https":                 client("origin", "http://app.pods.example"),
		"another port":                   client("origin", "https://app.pods.example:8443"),
		"a subdomain that is not listed": client("origin", "https://maria.pods.example"),
		"an origin with more behind it":  client("origin", "https://app.pods.example.evil.example"),
		"no origin":                      client("origin", ""),
		"a challenge of one's own":       client("challenge", b64(make([]byte, 32))),
		"an empty challenge":             client("challenge", ""),
		"a registration's type":          client("type", "webauthn.create"),
		"no type":                        client("type", ""),
		"payment's type":                 client("type", "payment.get"),
		"inside a frame of others": func(a *authenticator.Answer) {
			a.Client["crossOrigin"] = true
			a.Client["topOrigin"] = "https://evil.example"
		},
		"inside a frame":               client("crossOrigin", true),
		"another RP":                   func(a *authenticator.Answer) { a.RP = "evil.example" },
		"the RP's subdomain":           func(a *authenticator.Answer) { a.RP = "app.pods.example" },
		"nobody present":               func(a *authenticator.Answer) { a.Flags &^= authenticator.Present },
		"nobody verified":              func(a *authenticator.Answer) { a.Flags &^= authenticator.Verified },
		"backed up, not eligible":      func(a *authenticator.Answer) { a.Flags |= authenticator.BackedUp },
		"eligible all at once":         func(a *authenticator.Answer) { a.Flags |= authenticator.Eligible },
		"another's key":                func(a *authenticator.Answer) { a.Private = otherKey(t) },
		"a signature cut short":        func(a *authenticator.Answer) { a.Signature = func(s []byte) []byte { return s[:len(s)-1] } },
		"a signature with a byte more": func(a *authenticator.Answer) { a.Signature = func(s []byte) []byte { return append(s, 0) } },
		"a signature changed":          func(a *authenticator.Answer) { a.Signature = func(s []byte) []byte { s[len(s)-1] ^= 1; return s } },
		"no signature":                 func(a *authenticator.Answer) { a.Signature = func([]byte) []byte { return nil } },
		"nobody's handle":              func(a *authenticator.Answer) { a.Handle = randomBytes(handleLen) },
		"a short handle":               func(a *authenticator.Answer) { a.Handle = a.Handle[:16] },
		"no handle":                    func(a *authenticator.Answer) { a.Handle = nil },
		"a credential of nobody":       func(a *authenticator.Answer) { a.ID = randomBytes(32) },
		"an empty credential":          func(a *authenticator.Answer) { a.ID = nil },
		"id and rawId differ":          func(a *authenticator.Answer) { a.Outer = map[string]any{"rawId": b64(randomBytes(32))} },
		"another type of credential":   func(a *authenticator.Answer) { a.Outer = map[string]any{"type": "password"} },
		"no response":                  func(a *authenticator.Answer) { a.Outer = map[string]any{"response": nil} },
		"data that is none":            func(a *authenticator.Answer) { a.Response = map[string]any{"authenticatorData": b64([]byte("short"))} },
		"client data that is none":     func(a *authenticator.Answer) { a.Response = map[string]any{"clientDataJSON": b64([]byte("{"))} },
		"base64 that is none":          func(a *authenticator.Answer) { a.Response = map[string]any{"signature": "***"} },
		"a registration's answer": func(a *authenticator.Answer) {
			a.Response = map[string]any{"authenticatorData": nil, "attestationObject": b64([]byte{0xa0})}
		},
	}
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	for name, lie := range table {
		step, err := maria.passkey(lie)
		if !errors.Is(err, ErrPasskey) || step.Opened != nil || !step.Pending.IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w.heard(Failed) != len(table) {
		t.Errorf("%d of %d failures were told", w.heard(Failed), len(table))
	}
	if _, err := maria.passkey(); err != nil {
		t.Errorf("after %d failures the passkey does not go through: %v", len(table), err)
	}
}

// Bytes that are no answer at all, and the states that they come with.
func TestFinishRefused(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	begin := func() Ceremony {
		c, err := w.BeginPasskey(Secret{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, text := range []string{"", "null", "{}", "[]", "7", `"x"`, "{", strings.Repeat("[", 5000), strings.Repeat(" ", maxResponse) + "{}"} {
		_, err := w.WithPasskey(begin().State, []byte(text), stranger(mallet))
		is(t, fmt.Sprintf("answer %.20q", text), err, ErrPasskey)
	}

	registration, err := w.BeginAddPasskey(maria.session)
	if err != nil {
		t.Fatal(err)
	}
	pending := w.signer.sign(forSecond, ticket{ID: "x", Until: w.now.Unix() + 60, Account: maria.id})
	c := begin()
	text := c.State.Reveal()
	body, tag, _ := strings.Cut(text, ".")
	other := newSigner([]byte("another key"))
	states := map[string]string{
		"none": "", "a dot": ".", "no signature": body, "an empty one": body + ".", "another's": body + "." + begin().State.Reveal()[len(body)+1:],
		"a changed body": "A" + text[1:], "a changed signature": text[:len(text)-2] + "AA", "padded": text + "=", "spaced": text + " ",
		"twice": text + "." + tag, "signed by another host": other.sign(forAssertion, ticket{ID: "x", Until: w.now.Unix() + 60}).Reveal(),
		"of a registration": registration.State.Reveal(), "of a first factor": pending.Reveal(), "of a device": maria.from.Device.Reveal(),
		"too long": text + strings.Repeat("A", maxTicket),
	}
	for name, state := range states {
		_, err := w.WithPasskey(NewSecret(state), maria.key.Get(t, c.Options), stranger(mallet))
		is(t, "a state, "+name, err, ErrCeremony)
	}
	if _, err := w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew()); err != nil {
		t.Errorf("the honest one: %v", err)
	}
}

func TestCeremonyOnce(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	c, _ := w.BeginPasskey(Secret{})
	answer := maria.key.Get(t, c.Options)
	if _, err := w.WithPasskey(c.State, answer, maria.anew()); err != nil {
		t.Fatal(err)
	}
	_, err := w.WithPasskey(c.State, answer, maria.anew())
	is(t, "the same answer again", err, ErrCeremony)
	w.restart()
	_, err = w.WithPasskey(c.State, answer, maria.anew())
	is(t, "the same answer after a restart", err, ErrCeremony)
	_, err = w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew())
	is(t, "another answer after a restart", err, ErrCeremony)

	c, _ = w.BeginPasskey(Secret{})
	if _, err := w.WithPasskey(c.State, []byte("{}"), maria.anew()); !errors.Is(err, ErrPasskey) {
		t.Fatal(err)
	}
	_, err = w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew())
	is(t, "a right answer after a wrong one", err, ErrCeremony)

	c, _ = w.BeginPasskey(Secret{})
	answer = maria.key.Get(t, c.Options)
	w.wait(5 * time.Minute)
	_, err = w.WithPasskey(c.State, answer, maria.anew())
	is(t, "after five minutes", err, ErrCeremony)
	c, _ = w.BeginPasskey(Secret{})
	w.wait(5*time.Minute - time.Second)
	if _, err = w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew()); err != nil {
		t.Errorf("a second before: %v", err)
	}
}

func TestRegistrationsRefused(t *testing.T) {
	client := func(member string, value any) authenticator.Tweak {
		return func(a *authenticator.Answer) { a.Client[member] = value }
	}
	table := map[string]authenticator.Tweak{
		"another origin":           client("origin", "https://evil.example"),
		"a challenge of one's own": client("challenge", b64(make([]byte, 32))),
		"an assertion's type":      client("type", "webauthn.get"),
		"inside a frame":           client("crossOrigin", true),
		"another RP":               func(a *authenticator.Answer) { a.RP = "evil.example" },
		"nobody present":           func(a *authenticator.Answer) { a.Flags &^= authenticator.Present },
		"nobody verified":          func(a *authenticator.Answer) { a.Flags &^= authenticator.Verified },
		"no key":                   func(a *authenticator.Answer) { a.Flags &^= authenticator.Attested },
		"backed up, not eligible":  func(a *authenticator.Answer) { a.Flags |= authenticator.BackedUp },
		"an algorithm not offered": func(a *authenticator.Answer) { a.Algorithm = []byte{0x38, 0x23} },
		"id and rawId differ":      func(a *authenticator.Answer) { a.Outer = map[string]any{"rawId": b64(randomBytes(32))} },
		"a cut object":             func(a *authenticator.Answer) { a.Object = func(b []byte) []byte { return b[:len(b)-3] } },
		"an object and more":       func(a *authenticator.Answer) { a.Object = func(b []byte) []byte { return append(b, 0) } },
		"no object":                func(a *authenticator.Answer) { a.Object = func([]byte) []byte { return nil } },
		"too long an id":           func(a *authenticator.Answer) { a.ID = randomBytes(maxCredential + 1) },
		"an assertion's answer": func(a *authenticator.Answer) {
			a.Response = map[string]any{"attestationObject": nil, "signature": b64([]byte{1})}
		},
	}
	w := newWorld(t)
	maria := w.citizen("maria")
	for name, lie := range table {
		c, err := w.BeginAddPasskey(maria.session)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.AddPasskey(maria.session, c.State, authenticator.New(origin).Create(t, c.Options, lie), "x")
		is(t, name, err, ErrPasskey)
	}
	if acct, _ := w.Account(maria.id); len(acct.Passkeys) != 0 {
		t.Errorf("%+v", acct.Passkeys)
	}
}

func TestRegistrationBelongsToItsSession(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	c, _ := w.BeginAddPasskey(maria.session)
	answer := erik.key.Create(t, c.Options)
	_, _, err := w.AddPasskey(erik.session, c.State, answer, "x")
	is(t, "of another account", err, ErrCeremony)

	c, _ = w.BeginAddPasskey(maria.session)
	second, err := maria.password(goodPassword, maria.anew())
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = w.AddPasskey(second.Opened.Session, c.State, maria.key.Create(t, c.Options), "x")
	is(t, "of another session", err, ErrCeremony)

	c, _ = w.BeginAddPasskey(maria.session)
	forged := maria.session
	forged.Account = erik.id
	_, _, err = w.AddPasskey(forged, c.State, maria.key.Create(t, c.Options), "x")
	is(t, "a session that names another account", err, ErrCeremony)

	c, _ = w.BeginAddPasskey(maria.session)
	if _, err := w.EndOthers(second.Opened.Session); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.AddPasskey(maria.session, c.State, maria.key.Create(t, c.Options), "x")
	is(t, "of a session that ended", err, ErrSession)
}

// A credential belongs to one account (WebAuthn level 3, section 7.1, step 26).
func TestCredentialIsNobodyElses(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	p := maria.addPasskey("Phone")
	same := func(a *authenticator.Answer) { a.ID = maria.key.Keys[0].ID }
	for _, who := range []*citizen{erik, maria} {
		c, _ := w.BeginAddPasskey(who.session)
		_, _, err := w.AddPasskey(who.session, c.State, authenticator.New(origin).Create(t, c.Options, same), "x")
		is(t, who.name, err, ErrPasskey)
	}
	maria.renewed(w.RemovePasskey(maria.session, p.ID))
	c, _ := w.BeginAddPasskey(erik.session)
	if _, _, err := w.AddPasskey(erik.session, c.State, erik.key.Create(t, c.Options, same), "x"); err != nil {
		t.Errorf("once it is nobody's: %v", err)
	}
}

func TestCounterThatGoesBack(t *testing.T) {
	table := []struct {
		counts []uint32
		cloned bool
	}{
		{[]uint32{0, 0, 0}, false}, // synced passkeys do not count
		{[]uint32{0, 1, 2}, false},
		{[]uint32{1, 2, 9}, false},
		{[]uint32{5, 5}, true},
		{[]uint32{5, 6, 5}, true},
		{[]uint32{5, 0}, true},
	}
	for _, c := range table {
		w := newWorld(t)
		maria := w.citizen("maria")
		maria.addPasskey("Phone")
		var last Step
		for _, n := range c.counts {
			step, err := maria.passkey(func(a *authenticator.Answer) { a.Counter = n })
			if err != nil {
				t.Fatalf("%v: the person is kept out: %v", c.counts, err)
			}
			last = step
		}
		if last.Opened.Account.Passkeys[0].Cloned != c.cloned || w.heard(PasskeyCloned) > 0 != c.cloned {
			t.Errorf("%v: cloned %v, told %d times", c.counts, !c.cloned, w.heard(PasskeyCloned))
		}
	}
}

func TestPasskeysAreManaged(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	one, two := maria.addPasskey("one"), maria.addPasskey("two")
	if err := w.LabelPasskey(maria.session, one.ID, " Blue key "); err != nil {
		t.Fatal(err)
	}
	is(t, "no such passkey", w.LabelPasskey(maria.session, "nothing", "x"), ErrNotThere)
	is(t, "a bad label", w.LabelPasskey(maria.session, one.ID, "a\nb"), ErrLabel)
	is(t, "a long label", w.LabelPasskey(maria.session, one.ID, strings.Repeat("x", maxLabel+1)), ErrLabel)
	_, err := w.RemovePasskey(maria.session, "nothing")
	is(t, "no such passkey to remove", err, ErrNotThere)
	maria.renewed(w.RemovePasskey(maria.session, two.ID))
	_, err = maria.passkey()
	is(t, "a removed passkey", err, ErrPasskey)
	maria.renewed(w.RemovePassword(maria.session))
	_, err = w.RemovePasskey(maria.session, one.ID)
	is(t, "the last one", err, ErrLast)
	acct, _ := w.Account(maria.id)
	if len(acct.Passkeys) != 1 || acct.Passkeys[0].Label != "Blue key" {
		t.Errorf("%+v", acct.Passkeys)
	}
	for len(acct.Passkeys) < MaxPasskeys {
		maria.addPasskey("more")
		acct, _ = w.Account(maria.id)
	}
	_, err = w.BeginAddPasskey(maria.session)
	is(t, "one too many", err, ErrTooMany)
}

// A host at an IP address has no domain that a passkey could be for.
func TestHostWithoutPasskeys(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.RP = RelyingParty{} })
	maria := w.citizen("maria")
	_, err := w.BeginPasskey(Secret{})
	is(t, "to sign in", err, ErrPasskeys)
	_, err = w.BeginAddPasskey(maria.session)
	is(t, "to add", err, ErrPasskeys)
	_, err = w.WithPasskey(Secret{}, nil, From{})
	is(t, "to finish", err, ErrPasskeys)
	if w.Passkeys() {
		t.Error("it says it has")
	}
	for _, rp := range []RelyingParty{{ID: "192.0.2.1", Origins: []string{origin}}, {ID: rpID}, {ID: "https://pods.example", Origins: []string{origin}}} {
		w.cfg.RP = rp
		if _, err := New(w.cfg); err == nil {
			t.Errorf("%+v is taken", rp)
		}
	}
}

// What a browser says of extensions that nobody asked for keeps nobody out.
func TestUnsolicitedExtensions(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	_, err := maria.passkey(func(a *authenticator.Answer) {
		a.Outer = map[string]any{"clientExtensionResults": map[string]any{"appid": false, "credProps": map[string]any{"rk": true}}}
	})
	if err != nil {
		t.Error(err)
	}
}
