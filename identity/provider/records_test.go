package provider

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"skrin/identity/records"
	"skrin/linkeddata"
)

// What is brought back later lies in the records as its hash alone, and nothing of ours prints it.
func TestNoSecretInTheRecords(t *testing.T) {
	w := newWorld(t)
	reg, err := w.p().Register([]byte(`{"redirect_uris":["https://a.example/cb"]}`), "here")
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := w.p().NewScript("account-m", maria, "x")
	if err != nil {
		t.Fatal(err)
	}
	code := w.allowed()
	tokens := w.device().signIn()
	_, tail, _ := strings.Cut(tokens.RefreshToken, ".")
	for name, text := range map[string]string{
		"a client's secret": reg.Secret, "a script's secret": secret.Reveal(), "a code": code, "a refresh token": tail,
		"an access token": tokens.AccessToken, "an ID token": tokens.IDToken, "a verifier": verifier,
	} {
		if all := w.dump(); bytes.Contains(all, []byte(text)) {
			t.Errorf("%s lies in the records", name)
		}
	}
}

// dump gives all records of the kinds that these tests leave, by asking a store that writes down what it is asked.
func (w *world) dump() []byte {
	w.t.Helper()
	var all bytes.Buffer
	kinds := []string{clientKind.Name, codeKind.Name, familyPlace.Name, scriptPlace.Name, counterKind.Name, sweptKind.Name,
		familiesOf("account-m").Name, consentsOf("account-m").Name, scriptsOf("account-m").Name}
	n := 0
	err := w.store.View(func(tx records.Tx) error {
		for _, kind := range kinds {
			err := tx.Each(kind, func(name string, value []byte) (bool, error) {
				n++
				all.WriteString(name)
				all.Write(value)
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || n < 8 {
		w.t.Fatalf("%d records, %v", n, err)
	}
	return all.Bytes()
}

// broken are records whose disk fails.
type broken struct {
	records.Records
	view, update error
}

func (b *broken) View(fn func(records.Tx) error) error {
	if b.view != nil {
		return b.view
	}
	return b.Records.View(fn)
}

func (b *broken) Update(fn func(records.Tx) error) error {
	if b.update != nil {
		_ = b.Records.Update(func(tx records.Tx) error { _ = fn(tx); return b.update })
		return b.update
	}
	return b.Records.Update(fn)
}

// When nothing can be kept nothing is issued, and it is nobody's fault but ours.
func TestRecordsFail(t *testing.T) {
	w := newWorld(t)
	disk := &broken{Records: w.store}
	w.conf.Records = disk
	ctx, phone, trouble := context.Background(), w.device(), errors.New("the disk is gone")
	tokens, code := phone.signIn(), w.allowed()
	info, secret, err := w.p().NewScript("account-m", maria, "x")
	if err != nil {
		t.Fatal(err)
	}
	r := w.begin()
	for name, call := range map[string]func() error{
		"allow":    func() error { _, err := w.p().Allow(r, w.signedIn()); return err },
		"exchange": func() error { _, err := phone.exchange(code); return err },
		"refresh":  func() error { _, err := phone.refresh(tokens.RefreshToken); return err },
		"script": func() error {
			_, err := phone.token(url.Values{"grant_type": {"client_credentials"}, "client_id": {info.ID}, "client_secret": {secret.Reveal()}})
			return err
		},
		"register": func() error {
			_, err := w.p().Register([]byte(`{"redirect_uris":["https://a.example/cb"]}`), "here")
			return err
		},
		"withdraw": func() error { _, err := w.p().Withdraw("account-m", maria, photos); return err },
		"revoke": func() error {
			return w.p().Revoke(ctx, url.Values{"token": {tokens.RefreshToken}, "client_id": {photos}}, nil)
		},
		"a new script": func() error { _, _, err := w.p().NewScript("account-m", maria, "x"); return err },
		"new keys":     func() error { return w.p().ReplaceKeys() },
	} {
		disk.update = trouble
		var e *Error
		if err := call(); !errors.Is(err, trouble) || errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
		disk.update = nil
	}
	if err := phone.uses(tokens.AccessToken); err != nil {
		t.Errorf("nothing was withdrawn: %v", err)
	}
	if _, err := phone.exchange(code); err != nil {
		t.Errorf("nothing was used up: %v", err)
	}
	disk.view = trouble
	w.p().live.forget([]string{tokens.Family.ID})
	if live, err := w.p().Live(tokens.Family.ID); live || !errors.Is(err, trouble) {
		t.Errorf("nobody can know: %v, %v", live, err)
	}
	if _, err := New(w.conf); !errors.Is(err, trouble) {
		t.Errorf("a provider without its keys: %v", err)
	}
}

// A record that we did not write is an error, not a family.
func TestRecordsDamaged(t *testing.T) {
	w := newWorld(t)
	phone := w.device()
	tokens := phone.signIn()
	for name, value := range map[string]string{
		"another version":     `{"v":2,"is":{}}`,
		"not JSON":            `{`,
		"an unknown member":   `{"v":1,"is":{"account":"account-m","admin":true}}`,
		"a WebID that is not": `{"v":1,"is":{"account":"account-m","webid":"x","client":"` + photos + `","until":"2027-01-01T00:00:00Z"}}`,
	} {
		err := w.store.Update(func(tx records.Tx) error {
			return tx.Put(familiesOf("account-m").Name, tokens.Family.ID, []byte(value))
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.p().Families("account-m"); !errors.Is(err, records.ErrShape) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := phone.refresh(tokens.RefreshToken); err == nil {
			t.Errorf("%s: refreshed", name)
		}
	}
}

func TestNewRefused(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*Config){
		"no slash":   func(c *Config) { c.Issuer = linkeddata.MustIRI("https://pod.example") },
		"no records": func(c *Config) { c.Records = nil },
		"no way out": func(c *Config) { c.Fetch = nil },
	} {
		conf := w.conf
		change(&conf)
		if _, err := New(conf); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// What nobody can have been given costs no write, whoever asks.
func TestGuessesAreNotWritten(t *testing.T) {
	w := newWorld(t)
	disk := &broken{Records: w.store}
	w.conf.Records = disk
	phone, thief := w.device(), w.device()
	tokens := phone.signIn()
	disk.update = errors.New("written")
	_, err := thief.exchange("guess")
	refused(t, "a code", err, InvalidGrant, false)
	_, err = thief.refresh(tokens.RefreshToken)
	refused(t, "a refresh token without its key", err, InvalidGrant, false)
	_, err = phone.refresh("a.b")
	refused(t, "a family", err, InvalidGrant, false)
	for _, token := range []string{"guess", "a.b", "a.b.c", tokens.Family.ID + ".x", strings.Repeat("x", 2000) + ".y"} {
		if err := w.p().Revoke(context.Background(), url.Values{"token": {token}, "client_id": {photos}}, nil); err != nil {
			t.Errorf("revoking %.20s: %v", token, err)
		}
	}
}
