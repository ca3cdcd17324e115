package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/identity/records"
	"skrin/internal/podtest/authenticator"
	"skrin/linkeddata"
)

func TestCreateAndLookUp(t *testing.T) {
	w := newWorld(t)
	d := Draft{Name: "Maria.Andersson@example.se", Pods: []PodRef{pod("maria"), pod("maria-old")}, Locale: "sv-SE"}
	if err := w.Check(d, stranger(home)); err != nil {
		t.Fatal(err)
	}
	o, err := w.Create(context.Background(), d, stranger(home))
	if err != nil {
		t.Fatal(err)
	}
	a := o.Account
	if a.Name != "maria.andersson@example.se" || a.Locale != "sv-SE" || !slices.Equal(a.Pods, d.Pods) || !a.Created.Equal(w.now) || !a.PasswordSet.IsZero() {
		t.Errorf("%+v", a)
	}
	if s := o.Session; s.Factors() != 0 || len(s.AMR()) != 0 || s.Expires.Sub(w.now) != time.Hour {
		t.Errorf("somebody who proved nothing: %+v", s)
	}
	w.restart()
	for what, look := range map[string]func() (Account, error){
		"id":          func() (Account, error) { return w.Account(a.ID) },
		"name":        func() (Account, error) { return w.ByName(" MARIA.Andersson@EXAMPLE.se") },
		"pod":         func() (Account, error) { return w.ByPod("maria") },
		"another pod": func() (Account, error) { return w.ByPod("maria-old") },
	} {
		if got, err := look(); err != nil || got.ID != a.ID {
			t.Errorf("by %s: %v", what, err)
		}
	}
	for what, look := range map[string]func() (Account, error){
		"no id": func() (Account, error) { return w.Account("") }, "another id": func() (Account, error) { return w.Account(randomID()) },
		"a long id": func() (Account, error) { return w.Account(strings.Repeat("x", 5000)) },
		"no name":   func() (Account, error) { return w.ByName("") }, "another name": func() (Account, error) { return w.ByName("maria") },
		"no pod": func() (Account, error) { return w.ByPod("") }, "a long pod": func() (Account, error) { return w.ByPod(strings.Repeat("x", 5000)) },
		"no handle": func() (Account, error) { return w.ByHandle(nil) }, "another handle": func() (Account, error) { return w.ByHandle(make([]byte, handleLen)) },
	} {
		_, err := look()
		is(t, what, err, ErrNoAccount)
	}
	n := 0
	if err := w.Each(func(Account) (bool, error) { n++; return true, nil }); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

func TestDraftsRefused(t *testing.T) {
	w := newWorld(t)
	w.citizen("maria")
	many := make([]PodRef, MaxPods+1)
	for i := range many {
		many[i] = pod(fmt.Sprint("pod", i))
	}
	good := NewSecret(goodPassword)
	table := []struct {
		what string
		d    Draft
		want error
	}{
		{"no name", Draft{}, ErrName},
		{"a short name", Draft{Name: "m"}, ErrName},
		{"a long name", Draft{Name: strings.Repeat("m", MaxName+1)}, ErrName},
		{"a space in it", Draft{Name: "maria andersson"}, ErrName},
		{"a slash in it", Draft{Name: "maria/x"}, ErrName},
		{"a line end in it", Draft{Name: "maria\nx"}, ErrName},
		{"a NUL in it", Draft{Name: "maria\x00"}, ErrName},
		{"markup in it", Draft{Name: "<b>maria</b>"}, ErrName},
		{"no Unicode", Draft{Name: "maria\xff"}, ErrName},
		{"a mark at its end", Draft{Name: "maria."}, ErrName},
		{"a mark at its beginning", Draft{Name: "-maria"}, ErrName},
		{"hidden characters", Draft{Name: "mar\u200bia"}, ErrName},
		{"the other direction", Draft{Name: "maria\u202e"}, ErrName},
		{"a smiley", Draft{Name: "maria😀"}, ErrName},
		{"the name is taken", Draft{Name: "maria"}, ErrNameTaken},
		{"the name is taken, in capitals", Draft{Name: "MARIA"}, ErrNameTaken},
		{"the name is taken, in wide letters", Draft{Name: "ｍａｒｉａ"}, ErrNameTaken},
		{"the pod has an account", Draft{Name: "mia", Pods: []PodRef{pod("maria")}}, ErrPodTaken},
		{"a pod without a name", Draft{Name: "mia", Pods: []PodRef{{"", pod("x").WebID}}}, ErrPods},
		{"a pod without a WebID", Draft{Name: "mia", Pods: []PodRef{{"mia", linkeddata.IRI{}}}}, ErrPods},
		{"a pod twice", Draft{Name: "mia", Pods: []PodRef{pod("mia"), pod("mia")}}, ErrPods},
		{"a long pod", Draft{Name: "mia", Pods: []PodRef{pod(strings.Repeat("x", 64))}}, ErrPods},
		{"many pods", Draft{Name: "mia", Pods: many}, ErrTooMany},
		{"not a language", Draft{Name: "mia", Locale: "../../etc"}, ErrLocale},
		{"a long language", Draft{Name: "mia", Locale: strings.Repeat("sv-", 20) + "SE"}, ErrLocale},
		{"a short password", Draft{Name: "mia", Password: NewSecret("k9#Lx2$vQ1!")}, ErrPassword},
		{"a common password", Draft{Name: "mia", Password: NewSecret("Password123456!")}, ErrPassword},
		{"the name as password", Draft{Name: "mia.lindqvist", Password: NewSecret("mia.lindqvist1987")}, ErrPassword},
		{"the pod as password", Draft{Name: "mia", Pods: []PodRef{pod("lindqvistarna")}, Password: NewSecret("Lindqvistarna!!")}, ErrPassword},
	}
	for _, c := range table {
		w.restart() // nobody waits
		if c.d.Password.IsZero() {
			c.d.Password = good
		}
		is(t, "checking: "+c.what, w.Check(c.d, stranger(mallet)), c.want)
		_, err := w.Create(context.Background(), c.d, stranger(mallet))
		is(t, "creating: "+c.what, err, c.want)
		_, err = w.CreateByHost(context.Background(), c.d)
		is(t, "by the host: "+c.what, err, c.want)
	}
	n := 0
	_ = w.Each(func(Account) (bool, error) { n++; return true, nil })
	if n != 1 {
		t.Errorf("there are %d accounts", n)
	}
}

func TestPolicies(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, func(c *Config) { c.Policy = Closed })
	d := Draft{Name: "maria", Pods: []PodRef{pod("maria")}, Password: NewSecret(goodPassword)}
	if _, err := w.CreateByHost(ctx, d); err != nil {
		t.Fatal(err)
	}
	// whoever may not have an account does not learn that the name is taken
	_, code, err := w.Invite("for Erik", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Secret{{}, code} {
		d.Invitation = c
		_, err := w.Create(ctx, d, stranger(mallet))
		is(t, "closed", err, ErrClosed)
		is(t, "closed", w.Check(d, stranger(mallet)), ErrClosed)
	}
	if new(Config).Policy != Closed {
		t.Error("a host that says nothing is open")
	}

	w.cfg.Policy = ByInvitation
	w.restart()
	codes := map[string]Secret{"none": {}, "nonsense": NewSecret("x"), "half": NewSecret(code.Reveal()[:11]), "the invitation's id": NewSecret(w.invitations()[0].ID),
		"long": NewSecret(strings.Repeat("x", 5000))}
	for what, c := range codes {
		d.Invitation = c
		_, err := w.Create(ctx, d, stranger(mallet))
		is(t, "an invitation that is "+what, err, ErrInvitation)
		is(t, "an invitation that is "+what, w.Check(d, stranger(mallet)), ErrInvitation)
	}
	d.Invitation = code
	_, err = w.Create(ctx, d, stranger(mallet))
	is(t, "with one, the name taken", err, ErrNameTaken)
	d.Name, d.Pods = "erik", []PodRef{pod("erik")}
	for range 3 { // asking uses nothing up
		if err := w.Check(d, stranger(mallet)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Create(ctx, d, stranger(mallet)); err != nil {
		t.Fatal(err)
	}
	w.restart()
	d.Name, d.Pods = "anna", []PodRef{pod("anna")}
	_, err = w.Create(ctx, d, stranger(mallet))
	is(t, "twice", err, ErrInvitation)
	if len(w.invitations()) != 0 {
		t.Error("it is still listed")
	}

	_, code, _ = w.Invite("", time.Hour)
	d.Invitation = code
	w.wait(time.Hour)
	_, err = w.Create(ctx, d, stranger(mallet))
	is(t, "expired", err, ErrInvitation)
	if err := w.Sweep(); err != nil || len(w.invitations()) != 0 {
		t.Error(err)
	}
	i, code, _ := w.Invite("for Anna", time.Hour)
	d.Invitation = code
	if err := w.Withdraw(i.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Create(ctx, d, stranger(mallet))
	is(t, "withdrawn", err, ErrInvitation)
	for _, id := range []string{"", i.ID, "x", strings.Repeat("x", 5000)} {
		is(t, "withdrawing nothing", w.Withdraw(id), ErrInvitation)
	}
	for _, lasts := range []time.Duration{0, -time.Hour, time.Second, 91 * 24 * time.Hour} {
		if _, _, err := w.Invite("x", lasts); err == nil {
			t.Errorf("an invitation for %v", lasts)
		}
	}
	_, _, err = w.Invite("a\nb", time.Hour)
	is(t, "a bad note", err, ErrLabel)
}

func (w *world) invitations() []Invitation {
	w.t.Helper()
	all, err := w.Invitations()
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// Of any number who come with one invitation, or want one name, one gets it.
func TestOneOfMany(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Policy = ByInvitation })
	_, code, err := w.Invite("", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan error)
	for i := range 20 {
		go func() {
			_, err := w.Create(context.Background(), Draft{Name: fmt.Sprint("maria", i), Invitation: code}, stranger(address(i)))
			results <- err
		}()
	}
	got := 0
	for range 20 {
		if err := <-results; err == nil {
			got++
		} else if !errors.Is(err, ErrInvitation) {
			t.Error(err)
		}
	}
	if got != 1 {
		t.Errorf("%d accounts for one invitation", got)
	}
	w.cfg.Policy = Open
	w.restart()
	for i := range 20 {
		go func() {
			_, err := w.Create(context.Background(), Draft{Name: "anna", Pods: []PodRef{pod(fmt.Sprint("p", i))}}, stranger(address(i)))
			results <- err
		}()
	}
	got = 0
	for range 20 {
		if err := <-results; err == nil {
			got++
		} else if !errors.Is(err, ErrNameTaken) {
			t.Error(err)
		}
	}
	if got != 1 {
		t.Errorf("%d accounts of one name", got)
	}
}

func TestRegistrationFlood(t *testing.T) {
	w := newWorld(t)
	made := 0
	for i := range 100 {
		_, err := w.Create(context.Background(), Draft{Name: fmt.Sprint("bot", i)}, stranger(mallet))
		if err == nil {
			made++
		} else {
			is(t, "the flood", err, ErrWait)
		}
	}
	if made != 10 {
		t.Errorf("%d accounts from one address", made)
	}
	if _, err := w.Create(context.Background(), Draft{Name: "maria"}, stranger(home)); err != nil {
		t.Errorf("from another: %v", err)
	}
	asked := 0
	for i := range 100 {
		if w.Check(Draft{Name: fmt.Sprint("name", i)}, stranger(mallet)) == nil {
			asked++
		}
	}
	if asked != 60 {
		t.Errorf("%d questions were answered", asked)
	}
}

func TestUnfinishedAccount(t *testing.T) {
	w := newWorld(t)
	o, err := w.Create(context.Background(), Draft{Name: "maria", Pods: []PodRef{pod("maria")}}, stranger(home))
	if err != nil {
		t.Fatal(err)
	}
	maria := &citizen{w: w, id: o.Account.ID, name: "maria", from: stranger(home), key: authenticator.New(origin)}
	maria.take(o)
	w.wait(50 * time.Minute)
	maria.addPasskey("Phone") // nothing to prove oneself with: no step-up
	w.wait(50 * time.Minute)
	maria.resume()
	if _, err := maria.passkey(); err != nil {
		t.Error(err)
	}
	_, err = w.BeginAddPasskey(maria.session)
	is(t, "now there is", err, ErrStepUp)

	o, _ = w.Create(context.Background(), Draft{Name: "erik"}, stranger(home))
	w.wait(time.Hour)
	_, err = w.Resume(o.Token)
	is(t, "an hour later", err, ErrSession)
}

func TestRemoveLeavesNothing(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	if err := w.Remove(maria.id); err != nil {
		t.Fatal(err)
	}
	for _, r := range w.everything() {
		if !strings.HasPrefix(r, keyKind.Name) {
			t.Errorf("left: %s", r)
		}
	}
	is(t, "again", w.Remove(maria.id), ErrNoAccount)
	_, err := w.Resume(maria.token)
	is(t, "its session", err, ErrSession)
	_, err = maria.passkey()
	is(t, "its passkey", err, ErrPasskey)
	_, err = maria.password(goodPassword, maria.anew())
	is(t, "its password", err, ErrSignIn)
	w.citizen("maria")
}

func TestSettings(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	if err := w.SetLocale(maria.session, "nb"); err != nil {
		t.Fatal(err)
	}
	is(t, "no language", w.SetLocale(maria.session, "x y"), ErrLocale)
	_, err := w.SetName(maria.session, "Erik")
	is(t, "a taken name", err, ErrNameTaken)
	_, err = w.SetName(maria.session, "e r")
	is(t, "no name", err, ErrName)
	maria.renewed(w.SetName(maria.session, "Mia"))
	maria.renewed(w.SetName(maria.session, "MIA"))
	_, err = w.ByName("maria")
	is(t, "the name before", err, ErrNoAccount)
	moved := PodRef{"maria", linkeddata.MustIRI("https://maria.elsewhere.example/profile/card#me")}
	if err := w.SetPods(maria.id, []PodRef{moved, pod("second")}); err != nil {
		t.Fatal(err)
	}
	is(t, "another's pod", w.SetPods(maria.id, []PodRef{pod("erik")}), ErrPodTaken)
	is(t, "a bad pod", w.SetPods(maria.id, []PodRef{{}}), ErrPods)
	is(t, "of nobody", w.SetPods("x", nil), ErrNoAccount)
	w.restart()
	acct, err := w.ByName("mia")
	if err != nil || acct.Locale != "nb" || len(acct.Pods) != 2 || acct.Pods[0] != moved {
		t.Errorf("%+v %v", acct, err)
	}
	if err := w.SetPods(maria.id, nil); err != nil {
		t.Fatal(err)
	}
	_, err = w.ByPod("second")
	is(t, "a pod that went", err, ErrNoAccount)
	if err := w.SetPods(erik.id, []PodRef{pod("second")}); err != nil {
		t.Errorf("is free again: %v", err)
	}
}

// A record that cannot be understood stops what needs it, and nothing is taken for absent.
func TestDamagedRecords(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	damage := func(kind, name string) {
		if err := w.records.Update(func(tx records.Tx) error { return tx.Put(kind, name, []byte(`{"v":9,"is":{}}`)) }); err != nil {
			t.Fatal(err)
		}
	}
	damage(accountKind.Name, maria.id)
	_, err := maria.password(goodPassword, maria.anew())
	is(t, "the account", err, records.ErrShape)
	damage(sessionKind.Name, maria.session.ID)
	_, err = w.Resume(maria.token)
	is(t, "the session", err, records.ErrShape)
	damage(nameKind.Name, "anna")
	_, err = w.Create(context.Background(), Draft{Name: "anna"}, stranger(home))
	is(t, "the name", err, records.ErrShape)
	damage(keyKind.Name, keyRecord)
	_, err = New(w.cfg)
	is(t, "the key", err, records.ErrShape)
}
