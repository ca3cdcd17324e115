package desk

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/crypto"
	"skrin/identity/account"
	"skrin/linkeddata"
	"skrin/pod"
)

// folder is a data folder that is opened at one address after the other.
type folder struct {
	t   *testing.T
	dir string
	key *crypto.HostKey
	log bytes.Buffer
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	key, err := crypto.GenerateHostKey()
	if err != nil {
		t.Fatal(err)
	}
	return &folder{t: t, dir: t.TempDir(), key: key}
}

// at opens the folder there, does what is to be done, and closes it.
func (f *folder) at(base, app string, do func(*pod.Vault, *Back)) {
	f.t.Helper()
	vault, err := pod.Open(f.dir, f.key, pod.Options{Base: linkeddata.MustIRI(base), Move: true, Now: time.Now})
	if err != nil {
		f.t.Fatal(err)
	}
	defer vault.Close()
	conf := Config{Vault: vault, Log: slog.New(slog.NewTextHandler(&f.log, nil))}
	if app != "" {
		conf.App = linkeddata.MustIRI(app)
	}
	back, err := OpenBack(context.Background(), conf)
	if err != nil {
		f.t.Fatal(err)
	}
	defer back.Close()
	do(vault, back)
}

// citizen makes a pod with an account.
func (f *folder) citizen(vault *pod.Vault, back *Back, name string, issuers ...linkeddata.IRI) {
	f.t.Helper()
	made, err := vault.Create(f.t.Context(), pod.NewPod{Name: name, Issuers: append(issuers, back.Issuer)})
	if err != nil {
		f.t.Fatal(err)
	}
	_, err = back.Accounts.CreateByHost(f.t.Context(), account.Draft{Name: name, Pods: []account.PodRef{{Name: name, WebID: made.Owner}}})
	if err != nil {
		f.t.Fatal(err)
	}
}

// What settling did is not done again; and what it was stopped in is.
func TestSettleOnceAndAgain(t *testing.T) {
	f := newFolder(t)
	other := linkeddata.MustIRI("https://other.example/")
	f.at("https://old.example/", "", func(vault *pod.Vault, back *Back) {
		if !back.Settled.Before.IsZero() || len(back.Settled.Accounts) > 0 {
			t.Errorf("at first: %+v", back.Settled)
		}
		f.citizen(vault, back, "maria", other)
	})
	var before []byte
	f.at("https://old.example/", "", func(vault *pod.Vault, back *Back) {
		var err error
		if before, err = vault.Kept(keptPlace); err != nil || before == nil {
			t.Fatal(err)
		}
	})
	check := func(vault *pod.Vault, back *Back) {
		t.Helper()
		acct, err := back.Accounts.ByName("maria")
		if err != nil || acct.Pods[0].WebID.String() != "https://new.example/maria/profile/card#me" {
			t.Errorf("the account: %+v %v", acct, err)
		}
		info, err := vault.Lookup("maria")
		if err != nil {
			t.Fatal(err)
		}
		named, err := vault.As(info.ID, ownerOf(info)).Issuers(t.Context())
		if want := linkeddata.MustIRI("https://login.example/"); err != nil || len(named) != 2 || !slices.Contains(named, want) || !slices.Contains(named, other) {
			t.Errorf("the issuers: %v %v", named, err)
		}
	}
	f.at("https://new.example/", "https://login.example/", func(vault *pod.Vault, back *Back) {
		if s := back.Settled; s.Before.String() != "https://old.example/" || !slices.Equal(s.Pods, []string{"maria"}) || !slices.Equal(s.Accounts, []string{"maria"}) || len(s.Left) > 0 {
			t.Errorf("elsewhere: %+v", s)
		}
		check(vault, back)
		if err := vault.Keep(keptPlace, before); err != nil { // as if it had been stopped before its end
			t.Fatal(err)
		}
	})
	f.at("https://new.example/", "https://login.example/", func(vault *pod.Vault, back *Back) {
		if s := back.Settled; len(s.Pods)+len(s.Accounts)+len(s.Left) > 0 {
			t.Errorf("again: %+v", s)
		}
		check(vault, back)
	})
	f.at("https://new.example/", "https://login.example/", func(_ *pod.Vault, back *Back) {
		if !back.Settled.Before.IsZero() {
			t.Errorf("where it was: %+v", back.Settled)
		}
	})
}

// No pod goes on naming an issuer that was mistyped: a move to it that was stopped is
// undone by the next one, wherever that leads.
func TestSettleAfterAMoveThatWasStopped(t *testing.T) {
	for _, next := range []string{"", "https://login.example/"} {
		f := newFolder(t)
		f.at("https://pods.example/", "", func(vault *pod.Vault, back *Back) {
			f.citizen(vault, back, "maria")
			f.citizen(vault, back, "nora")
			ctx, stop := context.WithCancel(t.Context())
			vault.OnIssuers(func(linkeddata.IRI) { stop() })
			conf := Config{Vault: vault, App: linkeddata.MustIRI("https://lgoin.example/")}
			if _, err := OpenBack(ctx, conf); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		})
		f.at("https://pods.example/", next, func(vault *pod.Vault, back *Back) {
			for _, name := range []string{"maria", "nora"} {
				info, err := vault.Lookup(name)
				if err != nil {
					t.Fatal(err)
				}
				named, err := vault.As(info.ID, ownerOf(info)).Issuers(t.Context())
				if err != nil || !slices.Equal(named, []linkeddata.IRI{back.Issuer}) {
					t.Errorf("%s, then %q: %v %v", name, next, named, err)
				}
			}
		})
		f.at("https://pods.example/", next, func(vault *pod.Vault, back *Back) {
			if text, err := vault.Kept(keptPlace); err != nil || bytes.Contains(text, []byte("lgoin")) || len(back.Settled.Pods) > 0 {
				t.Errorf("then %q, again: %s %v %v", next, text, err, back.Settled.Pods)
			}
		})
	}
}

// A pod that cannot be opened keeps nobody else's from following, and the house from nothing.
func TestSettleAroundDamage(t *testing.T) {
	f := newFolder(t)
	f.at("https://old.example/", "", func(vault *pod.Vault, back *Back) {
		f.citizen(vault, back, "maria")
	})
	files, err := filepath.Glob(filepath.Join(f.dir, "pods", "*", "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	f.at("https://old.example/", "", func(vault *pod.Vault, back *Back) {
		f.citizen(vault, back, "nora")
	})
	if err := os.WriteFile(files[0], []byte("this was maria's pod"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.at("https://new.example/", "", func(vault *pod.Vault, back *Back) {
		if s := back.Settled; !slices.Equal(s.Left, []string{"maria"}) || !slices.Equal(s.Pods, []string{"nora"}) || len(s.Accounts) != 2 {
			t.Errorf("%+v", s)
		}
	})
	if text := f.log.String(); !strings.Contains(text, "may still name the issuer") || strings.Contains(text, "maria") {
		t.Errorf("the log: %s", text)
	}
}

// Where the issuer alone has another name, nothing that the old one gave stands: the
// records that bind what registered with it name it.
func TestSettleEndsWhatTheOldIssuerGave(t *testing.T) {
	f := newFolder(t)
	scripts := func(back *Back) int {
		t.Helper()
		acct, err := back.Accounts.ByName("maria")
		if err != nil {
			t.Fatal(err)
		}
		issuer, err := back.Provider()
		if err != nil {
			t.Fatal(err)
		}
		all, err := issuer.Scripts(acct.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	f.at("https://pods.example/", "", func(vault *pod.Vault, back *Back) {
		f.citizen(vault, back, "maria")
		acct, err := back.Accounts.ByName("maria")
		if err != nil {
			t.Fatal(err)
		}
		issuer, err := back.Provider()
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := issuer.NewScript(acct.ID, acct.Pods[0].WebID, "backup"); err != nil {
			t.Fatal(err)
		}
	})
	f.at("https://pods.example/", "", func(_ *pod.Vault, back *Back) {
		if scripts(back) != 1 {
			t.Error("gone without a reason")
		}
	})
	f.at("https://pods.example/", "https://login.example/", func(_ *pod.Vault, back *Back) {
		if scripts(back) != 0 {
			t.Error("a script of the old issuer's stands")
		}
		if len(back.Settled.Accounts) > 0 {
			t.Errorf("nobody's WebID is another: %v", back.Settled.Accounts)
		}
	})
}
