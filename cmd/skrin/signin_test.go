package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest/pages"
	"skrin/web/admin"
)

const password = "fjorton gröna kajutor"

// Whoever was invited to a server that was started from nothing gets to a pod of their own, and back in, however often
// the server is started anew in between.
func TestFromNothingToAPod(t *testing.T) {
	for name, c := range map[string]struct {
		args          []string
		desk, profile string
	}{
		"one host":           {[]string{"--base-url", "https://pods.example/"}, "https://pods.example/", "https://pods.example/maria/profile/card"},
		"subdomains":         {[]string{"--base-url", "https://pods.example/", "--subdomains"}, "https://pods.example/", "https://maria.pods.example/profile/card"},
		"pages elsewhere":    {[]string{"--base-url", "https://pods.example/", "--app-url", "https://login.example/"}, "https://login.example/", "https://pods.example/maria/profile/card"},
		"elsewhere, domains": {[]string{"--base-url", "https://pods.example/", "--subdomains", "--app-url", "https://app.pods.example/"}, "https://app.pods.example/", "https://maria.pods.example/profile/card"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			base, _, stop := p.serve(c.args...)
			out, _ := p.skrin(exitDone, "", "invite", "--for", "2d", "--note", "Maria, upstairs")
			address, _, _ := strings.Cut(out, "\n")
			if !strings.HasPrefix(address, c.desk+"app/register?invitation=") {
				t.Fatalf("the invitation says %q", out)
			}
			maria := newVisitor(t, base)
			again := func() {
				if code := stop(); code != exitDone {
					t.Fatalf("stopped with %d", code)
				}
				base, _, stop = p.serve() // where it stands is as it was
				maria.moves(base)
			}
			again()
			maria.register(address, "maria", password, again)
			maria.get(c.profile)
			if maria.code != 200 || !strings.Contains(maria.page, "<"+c.desk+">") {
				t.Errorf("her WebID's document: %d %s", maria.code, maria.page)
			}
			maria.get(c.desk + "app/sign-out").fill(map[string]string{"token": pages.Forms(maria.page)[0].Fields["token"]})
			maria.get(c.desk + "app/home").on("app/sign-in").fill(map[string]string{"name": "Maria", "password": password}).on("app/home")

			nora := newVisitor(t, base)
			nora.get(address).fill(map[string]string{"name": "nora", "pod": "nora"})
			if strings.HasSuffix(nora.at.Path, "register/key") {
				t.Error("an invitation was good for two")
			}
			p.hostLooks(t, c.desk)
			s, private := p.script(t, maria, c.desk, c.profile)
			p.app(t, maria, c.desk, c.profile)
			token := s.token()
			p.skrin(exitDone, "", "account", "remove", "maria", "--yes")
			if code := s.reads(private, token); code != 401 || s.exchange(url.Values{"grant_type": {"client_credentials"}}) != "" {
				t.Errorf("her script, when the account is gone: %d", code)
			}
		})
	}
}

// hostLooks goes through what the host is told of Maria.
func (p *place) hostLooks(t *testing.T, desk string) {
	t.Helper()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"account", "list"}, "a password"},
		{[]string{"account", "show", "MARIA"}, "1 browser"},
		{[]string{"pod", "issuers", "maria"}, desk + " (this host)"},
		{[]string{"invite", "list"}, ""},
		{[]string{"journal", "maria"}, "sign-in"},
	} {
		if out, _ := p.skrin(exitDone, "", c.args...); !strings.Contains(out, c.want) {
			t.Errorf("%v: %q", c.args, out)
		}
	}
}

// script lets a program of Maria's own read her pod until the host replaces the keys, and then with a new token.
func (p *place) script(t *testing.T, maria *visitor, desk, card string) (s *program, private string) {
	t.Helper()
	maria.get(desk + "app/account/scripts").on("app/account/scripts").fill(map[string]string{"name": "my script"})
	s = &program{t: t, at: maria, desk: desk, key: keyOf(t), id: maria.shown("made-id"), secret: maria.shown("made-secret")}
	private = strings.TrimSuffix(card, "profile/card") + "health/"
	token := s.token()
	if code := s.reads(private, token); code != 200 {
		t.Fatalf("the script's token: %d", code)
	}
	p.skrin(exitDone, "", "keys", "replace")
	if code := s.reads(private, token); code != 401 {
		t.Errorf("with the old keys: %d", code)
	}
	if code := s.reads(private, s.token()); code != 200 {
		t.Errorf("with the new keys: %d", code)
	}
	if out, _ := p.skrin(exitDone, "", "account", "show", "maria", "--json"); !strings.Contains(out, `"scripts": 1`) {
		t.Errorf("the account: %s", out)
	}
	token = s.token()
	if code := s.reads(private, token); code != 200 {
		t.Errorf("another token: %d", code)
	}
	p.skrin(exitDone, "", "pod", "issuers", "maria", "--add", "https://other.example/", "--remove", "own")
	if code := s.reads(private, token); code != 401 {
		t.Errorf("when her WebID names this host no more: %d", code)
	}
	p.skrin(exitDone, "", "pod", "issuers", "maria", "--add", "own", "--remove", "https://other.example/")
	if code := s.reads(private, s.token()); code != 200 {
		t.Errorf("when it does again: %d", code)
	}
	return s, private
}

// A pod that the host makes has an account, whose person comes in with the recovery key. It must not matter whether a
// server holds the folder.
func TestAccountsByHost(t *testing.T) {
	for _, served := range []bool{false, true} {
		p := newPlace(t)
		p.env["SKRIN_BASE_URL"] = "https://pods.example/"
		if served {
			p.serve()
		}
		out, _ := p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
		if !strings.Contains(out, "Account  maria") || !strings.Contains(out, "https://pods.example/app/recover") {
			t.Errorf("a new pod: %q", out)
		}
		p.await("a line about the account in her journal", func() bool { // a server writes it a little later
			out, _ := p.skrin(exitDone, "", "journal", "maria")
			return strings.Contains(out, "register")
		})
		p.skrin(exitDone, "", "pod", "create", "eve", "--no-confirm", "--account", "eve@example.com")
		p.skrin(exitDone, "", "pod", "create", "ulla", "--no-confirm", "--owner", "https://id.example/ulla#me")
		if _, said := p.skrin(exitDone, "", "account", "create", "ulla", "--pod", "ulla"); !strings.Contains(said, "https://id.example/ulla#me is not in the pod") {
			t.Errorf("somebody whose WebID stands elsewhere: %q", said)
		}
		out, _ = p.skrin(exitDone, "", "pod", "create", "nora", "--no-confirm", "--issuer", "https://login.example/")
		if strings.Contains(out, "Account") {
			t.Errorf("a pod of another issuer: %q", out)
		}
		p.skrin(exitDone, "", "pod", "create", "zoe", "--no-confirm", "--no-account")
		out, _ = p.skrin(exitDone, "", "account", "list")
		if !strings.Contains(out, "eve@example.com") || strings.Contains(out, "nora") || strings.Contains(out, "zoe") || !strings.Contains(out, "the recovery key alone") {
			t.Errorf("the accounts: %q", out)
		}
		p.refuses(t)
		p.issuers(t)
		p.leaves(t)
	}
}

// refuses goes through what cannot be.
func (p *place) refuses(t *testing.T) {
	t.Helper()
	for _, c := range []struct {
		code int
		args string
		want string
	}{
		{exitFailed, "pod create maria --no-confirm", "maria"},
		{exitFailed, "pod create other --no-confirm --account Maria", "somebody signs in as Maria"},
		{exitUsage, "pod create other --no-confirm --account m", "not a name"},
		{exitUsage, "pod create other --no-confirm --account m --no-account", "give one of them"},
		{exitUsage, "pod create App --no-confirm", "App"},
		{exitFailed, "account create maria-2 --pod maria", "its owner signs in as maria"},
		{exitFailed, "account create eve@example.com --pod zoe", "the name is taken"},
		{exitFailed, "account create zoe --pod none", "no such pod"},
		{exitUsage, "account create zoe", "--pod"},
		{exitFailed, "account show nobody", "no such account"},
		{exitFailed, "account sign-out nobody", "no such account"},
		{exitFailed, "account remove nobody", "no such account"},
		{exitFailed, "account remove maria", "nothing was removed"},
		{exitUsage, "invite --for 120d", "90 days"},
		{exitUsage, "invite --for soon", "is no time"},
		{exitUsage, "invite --note " + strings.Repeat("x", 65), "64 characters"},
		{exitUsage, "account create maria!lind --pod zoe", "between them"},
		{exitUsage, "pod create other --no-confirm --issuer http://login.example/", "not https"},
		{exitUsage, "pod create other --no-confirm --owner https://eve.example/" + strings.Repeat("x", 5000), "longer than"},
		{exitUsage, "grant maria --until 1d --container health/ --to https://eve.example/" + strings.Repeat("x", 100_000), "longer than"},
		{exitUsage, "pod issuers maria --add https://login.example/" + strings.Repeat("x", 100_000), "longer than"},
		{exitUsage, "invite --for 2020-01-01", "90 days"},
		{exitUsage, "invite withdraw abc", "say more"},
		{exitFailed, "invite withdraw 0123456789", "no such invitation"},
		{exitUsage, "pod issuers maria --add http://login.example/", "not https"},
		{exitUsage, "pod issuers maria --add login", "login"},
		{exitUsage, "pod issuers maria --remove https://never.example/", "is not named"},
		{exitUsage, "pod issuers maria --remove own", "sign in nowhere"},
		{exitFailed, "pod issuers none", "no such pod"},
		{exitFailed, "backup maria /nowhere/maria.skrin", "/nowhere/maria.skrin: nothing can be written"},
		{exitFailed, "import maria " + t.TempDir(), "name the files in it"},
		{exitFailed, "restore " + t.TempDir(), "this is a folder"},
	} {
		if _, said := p.skrin(c.code, "no\n", strings.Fields(c.args)...); !strings.Contains(said, c.want) {
			t.Errorf("%s: %q", c.args, said)
		}
	}
	out, _ := p.skrin(exitDone, "", "pod", "list")
	if strings.Contains(out, "other") {
		t.Errorf("what was refused made a pod: %q", out)
	}
	for _, want := range []string{`maria +[-0-9]+ +maria +http`, `zoe +[-0-9]+ +- +http`} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("who signs in to which pod: no %s in %s", want, out)
		}
	}
}

func (p *place) issuers(t *testing.T) {
	t.Helper()
	if out, _ := p.skrin(exitDone, "", "pod", "issuers", "zoe"); strings.TrimSpace(out) != "https://pods.example/ (this host)" {
		t.Errorf("whose pod has no account: %q", out)
	}
	p.skrin(exitDone, "", "pod", "issuers", "maria", "--add", "https://login.example/", "--remove", "own")
	var now admin.Issuers
	out, _ := p.skrin(exitDone, "", "pod", "issuers", "maria", "--json")
	if err := json.Unmarshal([]byte(out), &now); err != nil || len(now.Issuers) != 1 || now.Issuers[0] != "https://login.example/" {
		t.Errorf("%s %v", out, err)
	}
	if out, _ := p.skrin(exitDone, "", "journal", "maria"); !strings.Contains(out, "set-issuers") {
		t.Errorf("the journal: %q", out)
	}
	_, said := p.skrin(exitDone, "", "account", "create", "nora", "--pod", "nora")
	if !strings.Contains(said, "names this host's issuer") {
		t.Errorf("an account for a pod of another issuer: %q", said)
	}
	if out, _ := p.skrin(exitDone, "", "pod", "issuers", "nora"); strings.Count(out, "https://") != 2 {
		t.Errorf("its issuers: %q", out)
	}
	out, _ = p.skrin(exitDone, "", "invite", "--json")
	var made admin.Invited
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Code == "" {
		t.Fatal(out, err)
	}
	if out, _ := p.skrin(exitDone, "", "invite", "list"); !strings.Contains(out, made.ID[:12]) || strings.Contains(out, made.Code) {
		t.Errorf("the invitations: %q", out)
	}
	p.skrin(exitDone, "", "invite", "withdraw", made.ID[:12])
	p.skrin(exitFailed, "", "invite", "withdraw", made.ID)
}

// leaves goes through the ways in which accounts and pods go.
func (p *place) leaves(t *testing.T) {
	t.Helper()
	p.skrin(exitDone, "nora\n", "account", "remove", "nora")
	p.skrin(exitDone, "", "account", "create", "nora", "--pod", "nora")
	if _, said := p.skrin(exitDone, "", "pod", "delete", "nora", "--yes"); !strings.Contains(said, "account nora, which is gone too") {
		t.Errorf("the last pod: %q", said)
	}
	p.skrin(exitFailed, "", "account", "show", "nora")
	if _, said := p.skrin(exitDone, "", "pod", "delete", "maria", "--yes", "--keep-account"); !strings.Contains(said, "waits") {
		t.Errorf("a pod that is to be restored: %q", said)
	}
	p.skrin(exitDone, "", "account", "show", "maria")
	for _, more := range []string{"--no-account", "--account=maria-2"} {
		if _, said := p.skrin(exitFailed, "", "pod", "create", "maria", "--no-confirm", more); !strings.Contains(said, "skrin account remove maria") {
			t.Errorf("a pod that an account waits for: %q", said)
		}
	}
	p.skrin(exitDone, "", "account", "remove", "maria", "--yes")
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
}

// Issuers elsewhere are read before anything is touched, and stand on the page of signing in.
func TestSignInWith(t *testing.T) {
	p := newPlace(t)
	p.env["SKRIN_BASE_URL"] = "https://pods.example/"
	for text, want := range map[string]string{
		``:                           "not JSON",
		`{"issuers":[{"id":"A B"}]}`: "issuer 1",
		`{"issuers":[],"more":1}`:    "more",
		`{"issuers":[{"id":"x","name":"X","url":"https://x.example/","client_id":"s","secret_file":"none"}]}`:      `issuer 1 ("x"): "secret_file"`,
		`{"issuers":[{"id":"x","name":"X","url":"https://x.example/","client_id":"s","key_file":"issuers.json"}]}`: `issuer 1 ("x"): "key_file"`,
	} {
		_, said := p.skrin(exitUsage, "", "serve", "--listen", "127.0.0.1:0", "--sign-in-with", p.file("issuers.json", []byte(text)))
		if !strings.Contains(said, want) {
			t.Errorf("%s: %q", text, said)
		}
	}
	p.skrin(exitFailed, "", "serve", "--listen", "127.0.0.1:0", "--sign-in-with", "no-such-file")
	if _, err := os.Stat(p.env["SKRIN_DATA"]); err == nil {
		t.Error("a data folder was made")
	}
	file := p.file("issuers.json", []byte(`{"issuers":[{"id":"bankid","name":"The Broker","url":"https://broker.example/","client_id":"skrin","secret_file":"secret"},
		{"id":"idporten","name":"The Gate","url":"http://127.0.0.1:1","client_id":"skrin","key_file":"client.jwk"}]}`))
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "secret"), []byte("canary-secret\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p.skrin(exitDone, "", "keys", "new", filepath.Join(filepath.Dir(file), "client.jwk"), "--alg", "ES256")
	base, log, _ := p.serve("--sign-in-with", file)
	if log.value("people may sign in elsewhere", "redirect") != "https://pods.example/app/external/bankid/callback" || strings.Contains(log.String(), "canary") {
		t.Errorf("the log: %s", log)
	}
	if runtime.GOOS != "windows" && (!strings.Contains(log.String(), "chmod 600 "+filepath.Join(filepath.Dir(file), "secret")) || strings.Contains(log.String(), "chmod 600 "+filepath.Join(filepath.Dir(file), "client.jwk"))) {
		t.Errorf("what others can read: %s", log)
	}
	for end := time.Now().Add(time.Minute); !strings.Contains(log.String(), `"issuer":"idporten","error":"the issuer cannot be reached: no connection"`); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the host does not hear that an issuer is down: %s", log)
		}
	}
	if v := newVisitor(t, base).get("https://pods.example/app/sign-in"); !strings.Contains(v.text(), "The Broker") || !strings.Contains(v.text(), "The Gate") {
		t.Errorf("the page: %s", v.text())
	}
}

// Who may make an account is the host's to say: by --registration.
func TestRegistration(t *testing.T) {
	for policy, there := range map[string]bool{"open": true, "invitation": false, "closed": false} {
		p := newPlace(t)
		p.env["SKRIN_REGISTRATION"] = policy
		base, log, _ := p.serve("--base-url", "https://pods.example/")
		if log.value("serving", "app") != "https://pods.example/app/" || log.value("serving", "registration") != policy {
			t.Errorf("the log: %s", log)
		}
		_, said := p.skrin(exitDone, "", "invite")
		if closed := strings.Contains(said, "lets nobody in"); closed != (policy == "closed") {
			t.Errorf("%s: an invitation says %q", policy, said)
		}
		v := newVisitor(t, base).get("https://pods.example/app/register")
		if policy != "closed" {
			v.on("app/register").fill(map[string]string{"name": "maria", "pod": "maria"})
		}
		if got := strings.HasSuffix(v.at.Path, "register/key"); got != there {
			t.Errorf("%s: somebody who was not invited is at %s: %s", policy, v.at, v.text())
		}
		out, _ := p.skrin(exitDone, "", "account", "list")
		if got := strings.Contains(out, "maria"); got != there {
			t.Errorf("%s: the accounts: %q", policy, out)
		}
	}
	newPlace(t).skrin(exitUsage, "", "serve", "--registration", "perhaps")
}
