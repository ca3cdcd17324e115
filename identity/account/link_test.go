package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/identity/records"
)

const (
	bank          = "https://login.bank.example/"
	canarySubject = "19121212-1212"
)

// at is the citizen by the word of the bank, a moment ago.
func (c *citizen) at(subject string) Identity {
	return Identity{Issuer: bank, Claim: "sub", Subject: subject, Label: c.name + " at the bank", Proved: c.w.clock()}
}

// link makes an identity at the bank a way to sign in.
func (c *citizen) link(subject string) Link {
	c.w.t.Helper()
	who := c.at(subject)
	who.For = c.id
	l, token, err := c.w.AddLink(c.session, who)
	c.renewed(token, err)
	return l
}

func TestSignInElsewhere(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	_, err := w.WithExternal(maria.at("m1"), maria.anew())
	is(t, "before it is linked", err, ErrNotLinked)
	before := maria.token
	link := maria.link("m1")
	if _, err := w.Resume(before); err == nil {
		t.Error("the token from before still leads to the session")
	}
	if link.Issuer != bank || link.Label != "maria at the bank" || len(link.ID) != 22 || !link.Created.Equal(w.clock()) || !link.Used.IsZero() {
		t.Errorf("%+v", link)
	}
	w.wait(time.Hour)
	w.restart()
	step, err := w.WithExternal(maria.at("m1"), maria.anew())
	if err != nil || step.Opened == nil {
		t.Fatalf("%+v %v", step, err)
	}
	s := step.Opened.Session
	if s.Account != maria.id || !slices.Equal(s.Methods, []Method{ByExternal}) || s.Factors() != 1 || !s.AuthTime.Equal(w.clock()) || s.AMR() != nil {
		t.Errorf("%+v", s)
	}
	acct, err := w.Account(maria.id)
	if err != nil || len(acct.Links) != 1 || !acct.Links[0].Used.Equal(w.clock()) {
		t.Errorf("%+v %v", acct, err)
	}
	if w.heard(SignedIn) != 2 || w.heard(Failed) != 1 || w.heard(CredentialAdded) != 1 { // the first by registration
		t.Errorf("%+v", w.events)
	}
	maria.take(*step.Opened)
	maria.renewed(w.RemoveLink(maria.session, link.ID))
	_, err = w.WithExternal(maria.at("m1"), maria.anew())
	is(t, "after it is removed", err, ErrNotLinked)
	if w.heard(CredentialRemoved) != 1 {
		t.Error("nothing was told")
	}
	erik := w.citizen("erik")
	erik.link("m1") // it is free again
}

// Who is not the one that is linked is nobody, however like it looks.
func TestOtherIdentities(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	maria.link("m1")
	good := maria.at("m1")
	for what, c := range map[string]struct {
		change func(*Identity)
		want   error
	}{
		"another subject":                 {func(i *Identity) { i.Subject = "m2" }, ErrNotLinked},
		"in capitals":                     {func(i *Identity) { i.Subject = "M1" }, ErrNotLinked},
		"the same subject elsewhere":      {func(i *Identity) { i.Issuer = "https://login.other.example/" }, ErrNotLinked},
		"the issuer without its slash":    {func(i *Identity) { i.Issuer = strings.TrimSuffix(bank, "/") }, ErrNotLinked},
		"the same under another claim":    {func(i *Identity) { i.Claim = "pid" }, ErrNotLinked},
		"issuer and claim cut elsewhere":  {func(i *Identity) { i.Issuer, i.Claim = bank+"s", "ub" }, ErrNotLinked},
		"claim and subject cut elsewhere": {func(i *Identity) { i.Claim, i.Subject = "su", "bm1" }, ErrNotLinked},
		"no subject":                      {func(i *Identity) { i.Subject = "" }, ErrIdentity},
		"no issuer":                       {func(i *Identity) { i.Issuer = "" }, ErrIdentity},
		"no claim":                        {func(i *Identity) { i.Claim = "" }, ErrIdentity},
		"a subject too long":              {func(i *Identity) { i.Subject = strings.Repeat("m", maxSubject+1) }, ErrIdentity},
		"asked for to be linked":          {func(i *Identity) { i.For = maria.id }, ErrIdentity},
		"asked for to be linked to erik":  {func(i *Identity) { i.For = erik.id }, ErrIdentity},
	} {
		who := good
		c.change(&who)
		step, err := w.WithExternal(who, maria.anew())
		if is(t, what, err, c.want); step.Opened != nil || !step.Pending.IsZero() {
			t.Errorf("%s: somebody is let in", what)
		}
	}
	for what, c := range map[string]struct {
		change func(*Identity)
		want   error
	}{
		"of maria":                     {func(i *Identity) { i.Subject = "m1" }, ErrLinked},
		"asked for to sign in":         {func(i *Identity) { i.For = "" }, ErrIdentity},
		"asked for for maria":          {func(i *Identity) { i.For = maria.id }, ErrIdentity},
		"no subject":                   {func(i *Identity) { i.Subject = "" }, ErrIdentity},
		"nothing wrong":                {func(i *Identity) {}, nil},
		"with a label that is nothing": {func(i *Identity) { i.Subject, i.Label = "e2", "\x00" }, nil},
	} {
		who := erik.at("e1")
		who.For = erik.id
		c.change(&who)
		_, token, err := w.AddLink(erik.session, who)
		if is(t, what, err, c.want); err == nil {
			erik.renewed(token, nil)
		}
	}
	who := erik.at("e1")
	who.For = erik.id
	_, _, err := w.AddLink(erik.session, who)
	is(t, "the same again", err, ErrLinked)
	if acct, _ := w.Account(erik.id); len(acct.Links) != 2 {
		t.Errorf("%+v", acct.Links)
	}
}

// What links changes how the account is signed in to, so it is asked for like all that does.
func TestLinkingNeedsStepUp(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	link := maria.link("m1")
	w.wait(11 * time.Minute)
	who := maria.at("m2")
	who.For = maria.id
	_, _, err := w.AddLink(maria.session, who)
	is(t, "adding", err, ErrStepUp)
	_, err = w.RemoveLink(maria.session, link.ID)
	is(t, "removing", err, ErrStepUp)
	from := maria.from
	from.Session = maria.session
	step, err := w.WithExternal(maria.at("m1"), from)
	if err != nil || step.Opened.Session.ID != maria.session.ID {
		t.Fatalf("%+v %v", step, err)
	}
	maria.take(*step.Opened)
	maria.link("m2")
	for i := range MaxLinks - 2 {
		maria.link(fmt.Sprint("n", i))
	}
	who = maria.at("one more")
	who.For = maria.id
	_, _, err = w.AddLink(maria.session, who)
	is(t, "one more", err, ErrTooMany)
	_, err = w.RemoveLink(maria.session, strings.Repeat("A", 22))
	is(t, "removing what is not there", err, ErrNotThere)
	_, _, err = w.AddLink(Session{}, Identity{Issuer: bank, Claim: "sub", Subject: "x"})
	is(t, "nobody", err, ErrIdentity)
	who.For = "nobody"
	_, _, err = w.AddLink(Session{Account: "nobody"}, who)
	is(t, "a session that is none", err, ErrSession)
}

// When somebody proved themselves is when the issuer says, and never later.
func TestProvedElsewhere(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.link("m1")
	now := w.clock()
	for what, c := range map[string]struct {
		proved time.Time
		may    error
	}{
		"a minute ago":     {now.Add(-time.Minute), nil},
		"an hour ago":      {now.Add(-time.Hour), ErrStepUp},
		"nobody says when": {time.Time{}, ErrStepUp},
		"in an hour":       {now.Add(time.Hour), nil},
	} {
		who := maria.at("m1")
		who.Proved = c.proved
		step, err := w.WithExternal(who, maria.anew())
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		s := step.Opened.Session
		if s.AuthTime.After(now) || !c.proved.IsZero() && c.proved.Before(now) && !s.AuthTime.Equal(c.proved) {
			t.Errorf("%s: proved at %v", what, s.AuthTime)
		}
		_, err = w.EndOthers(s)
		is(t, what, err, nil)
		_, err = w.SetPassword(context.Background(), s, NewSecret(otherPassword))
		is(t, what, err, c.may)
	}
	// An old proof takes nothing from a session in which a newer one was shown.
	step, err := maria.password(otherPassword, maria.anew())
	if err != nil {
		t.Fatal(err)
	}
	who := maria.at("m1")
	who.Proved = now.Add(-time.Hour)
	again, err := w.WithExternal(who, From{Session: step.Opened.Session})
	if err != nil || !again.Opened.Session.AuthTime.Equal(now) {
		t.Errorf("%+v %v", again, err)
	}
}

// A clock that was put back leaves nobody with a proof from the future.
func TestProvedBeforeTheClockWasPutBack(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.link("m1")
	w.wait(-time.Hour)
	step, err := w.WithExternal(maria.at("m1"), From{Session: maria.session})
	if err != nil || !step.Opened.Session.AuthTime.Equal(w.clock()) || step.Opened.Session.ID != maria.session.ID {
		t.Errorf("%+v %v", step.Opened, err)
	}
}

// meddler does something between reading and writing, as another request may.
type meddler struct {
	records.Records
	between func()
}

func (m *meddler) View(fn func(records.Tx) error) error {
	err := m.Records.View(fn)
	if between := m.between; between != nil {
		m.between = nil
		between()
	}
	return err
}

// A link that is removed while somebody comes in by it lets nobody in.
func TestLinkGoesMeanwhile(t *testing.T) {
	m := &meddler{}
	w := newWorld(t, func(c *Config) { m.Records, c.Records = c.Records, m })
	maria := w.citizen("maria")
	link := maria.link("m1")
	m.between = func() { maria.renewed(w.RemoveLink(maria.session, link.ID)) }
	step, err := w.WithExternal(maria.at("m1"), maria.anew())
	if is(t, "meanwhile", err, ErrNotLinked); step.Opened != nil || m.between != nil {
		t.Error("somebody is let in, or nothing happened in between")
	}
}

// New keys of tickets end what was begun, and unlink nobody.
func TestNewTicketsUnlinkNobody(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.link("m1")
	if err := w.records.Update(func(tx records.Tx) error { return keyKind.Delete(tx, keyRecord) }); err != nil {
		t.Fatal(err)
	}
	w.restart()
	if _, err := w.WithExternal(maria.at("m1"), maria.anew()); err != nil {
		t.Error(err)
	}
}

// An identity elsewhere is one factor: where two are demanded it takes the place of the password.
func TestElsewhereAndBothFactors(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	maria.link("m1")
	maria.renewed(w.DemandBoth(maria.session, true))
	first, err := w.WithExternal(maria.at("m1"), maria.anew())
	if err != nil || first.Opened != nil || first.Missing != ByPasskey {
		t.Fatalf("%+v %v", first, err)
	}
	w.restart()
	still, err := w.AlsoPassword(context.Background(), first.Pending, NewSecret(goodPassword), maria.anew())
	if err != nil || still.Opened != nil || still.Missing != ByPasskey {
		t.Errorf("identity and password alone: %+v %v", still, err)
	}
	first, err = w.WithExternal(maria.at("m1"), maria.anew())
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.BeginPasskey(first.Pending)
	if err != nil {
		t.Fatal(err)
	}
	step, err := w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew())
	if err != nil || step.Opened == nil || !slices.Equal(step.Opened.Session.Methods, []Method{ByExternal, ByPasskey}) {
		t.Fatalf("%+v %v", step, err)
	}
	if s := step.Opened.Session; s.Factors() != 2 || strings.Join(s.AMR(), " ") != "pop user mfa" {
		t.Errorf("%+v", s)
	}
	// A link is no second one of the two that are demanded.
	_, err = w.RemovePassword(maria.session)
	is(t, "the password goes", err, ErrLast)
}

// A link is a way to sign in: the last one stays, and another may go while it is there.
func TestLastLinkStays(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	link := maria.link("m1")
	maria.renewed(w.RemovePassword(maria.session))
	_, err := w.RemoveLink(maria.session, link.ID)
	is(t, "the last one goes", err, ErrLast)
	if step, err := w.WithExternal(maria.at("m1"), maria.anew()); err != nil || step.Opened == nil {
		t.Errorf("%+v %v", step, err)
	}
	w.wait(11 * time.Minute)
	_, err = w.SetPassword(context.Background(), maria.session, NewSecret(otherPassword))
	is(t, "an account with a link alone changes without a step-up", err, ErrStepUp)
}

// Who is removed, or removes a link, leaves nothing that leads anywhere.
func TestNothingIsLeftOfLinks(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.link("m1")
	maria.link("m2")
	count := func() (n int) {
		for _, text := range w.everything() {
			if strings.HasPrefix(text, linkKind.Name+" ") {
				n++
			}
		}
		return n
	}
	if count() != 2 {
		t.Errorf("%d references", count())
	}
	if err := w.Remove(maria.id); err != nil || count() != 0 {
		t.Errorf("%d references after %v", count(), err)
	}
	_, err := w.WithExternal(maria.at("m1"), maria.anew())
	is(t, "whose account is removed", err, ErrNotLinked)
}

// A link that was recovered from stays until it is removed, and first factors do not.
func TestRecoveryAndLinks(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	maria.link("m1")
	maria.renewed(w.DemandBoth(maria.session, true))
	first, err := w.WithExternal(maria.at("m1"), maria.anew())
	if err != nil {
		t.Fatal(err)
	}
	o, err := w.Recover(context.Background(), "maria", NewSecret(recoveryKey), stranger(mallet))
	if err != nil || len(o.Account.Links) != 1 {
		t.Fatalf("%+v %v", o, err)
	}
	c, err := w.BeginPasskey(first.Pending)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew())
	is(t, "the first factor from before", err, ErrCeremony)
}

// Coming back without being let in is counted by address; who is let in is not held up.
func TestReturningIsCounted(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.link("m1")
	for range 3 * budgets[byLeaving].free {
		if err := errors.Join(w.BeforeLeaving(maria.anew()), w.BeforeExternal(maria.anew())); err != nil {
			t.Fatalf("somebody who is let in waits: %v", err)
		}
		if _, err := w.WithExternal(maria.at("m1"), maria.anew()); err != nil {
			t.Fatal(err)
		}
	}
	for range budgets[byReturning].free {
		if err := w.BeforeExternal(stranger(mallet)); err != nil {
			t.Fatal(err)
		}
		_, err := w.WithExternal(maria.at("m9"), stranger(mallet))
		is(t, "a stranger", err, ErrNotLinked)
	}
	is(t, "a stranger too often", w.BeforeExternal(stranger(mallet)), ErrWait)
	is(t, "somebody else", w.BeforeExternal(maria.anew()), nil)
	is(t, "the host", w.BeforeExternal(From{}), nil)
	for range budgets[byLeaving].free {
		if err := w.BeforeLeaving(stranger(mallet)); err != nil {
			t.Fatal(err)
		}
	}
	is(t, "setting out too often", w.BeforeLeaving(stranger(mallet)), ErrWait)
	w.wait(2 * budgets[byLeaving].longest)
	is(t, "a minute later", w.BeforeLeaving(stranger(mallet)), nil)
}

// Accounts that were kept before there were links are read as they are.
func TestRecordsWithoutLinks(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	err := w.records.Update(func(tx records.Tx) error {
		value, err := tx.Get(accountKind.Name, maria.id)
		if err != nil || bytes.Contains(value, []byte("links")) {
			t.Errorf("an account without links is written as %s (%v)", value, err)
		}
		return tx.Delete(keyKind.Name, linkKey) // it was not there then
	})
	if err != nil {
		t.Fatal(err)
	}
	w.restart()
	if _, err := maria.password(goodPassword, maria.anew()); err != nil {
		t.Fatal(err)
	}
	maria.link("m1")
	w.restart()
	if _, err := w.WithExternal(maria.at("m1"), maria.anew()); err != nil {
		t.Error(err)
	}
}

// What is kept of a link is its issuer, a label and a hash that only this host can make.
func TestLinksAreHashedWithOurKey(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	maria := w.citizen("maria")
	who := maria.at(canarySubject)
	if w.linkID(who) == other.linkID(who) {
		t.Error("two hosts know the same person by the same hash")
	}
	maria.link(canarySubject)
	text, err := json.Marshal(w.everything())
	if err != nil || strings.Contains(string(text), canarySubject) {
		t.Errorf("who somebody is elsewhere is in a record (%v)", err)
	}
}
