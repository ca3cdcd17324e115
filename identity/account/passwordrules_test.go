package account

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"skrin/internal/podtest/authenticator"
)

func TestPasswordRules(t *testing.T) {
	own := []string{"maria.andersson@example.se", "granitfamiljen"}
	table := []struct {
		password string
		why      Why
	}{
		{goodPassword, ""}, {otherPassword, ""}, {"correct horse battery staple", ""}, {"xK9#mQ2$vL7!", ""}, {"πέντε γάτες στη στέγη", ""},
		{"猫が屋根の上で眠っています", ""}, {strings.Repeat("gröna kajutor ", 60), ""}, {"mariasgröna kajutor", ""}, {"p4tchw0rk m0rning", ""},
		{"", TooShort}, {"xK9#mQ2$vL7", TooShort}, {"ååååååååååå", TooShort},
		{strings.Repeat("x1Y2", 256) + "x", TooLong},
		{"xK9#mQ2$vL7!\x00", Characters}, {"xK9#mQ2$vL7!\n", Characters}, {"xK9#mQ2$vL7!\xff", Characters}, {"xK9#\tmQ2$vL7!", Characters},
		{"aaaaaaaaaaaa", TooCommon}, {"abababababab", TooCommon}, {"123456789012", TooCommon}, {"0987654321098", TooCommon},
		{"qwertyuiopasdf", TooCommon}, {"QWERTYqwerty12", TooCommon}, {"1qaz2wsx3edc", TooCommon}, {"abcdefghijklm", TooCommon},
		{"Password123456!", TooCommon}, {"P4ssw0rd123456", TooCommon}, {"passwordpassword", TooCommon}, {"!!!!password2026", TooCommon},
		{"sommar2026sommar", TooCommon}, {"Sommer-Sommer-1", TooCommon}, {"Contraseña2026!", TooCommon}, {"välkommen12345", TooCommon},
		{"hemligthemligt1", TooCommon}, {"hemlighemlig99", TooCommon}, {"iloveyou-iloveyou", TooCommon}, {"te quiero mucho", TooCommon},
		{"barcelona1899!", TooCommon}, {"letmein letmein", TooCommon}, {"2026-11-22-09-00", TooCommon}, {"+46 70 174 06 35", TooCommon}, {"48213 97065 11842 70396", ""},
		{"maria.andersson@example.se", OwnName}, {"Andersson1987!", OwnName}, {"granitfamiljen", OwnName}, {"Granitfamiljen1", OwnName},
		{"maria andersson password", TooCommon}, {"skrin-skrin-skrin", TooCommon},
	}
	for _, c := range table {
		_, err := checkPassword(NewSecret(c.password), own)
		var u *Unfit
		switch {
		case c.why == "" && err != nil:
			t.Errorf("%.40q: %v", c.password, err)
		case c.why != "" && (!errors.As(err, &u) || u.Why != c.why || !errors.Is(err, ErrPassword)):
			t.Errorf("%.40q: %v, want %s", c.password, err, c.why)
		}
	}
}

func TestCommonWords(t *testing.T) {
	if n := len(commonWords); n < 400 {
		t.Errorf("%d words", n)
	}
	seen := map[string]bool{}
	for i, word := range commonWords {
		if seen[word] || word != strings.ToLower(word) || utf8.RuneCountInString(word) < 3 || strings.ContainsAny(word, "0123456789") {
			t.Errorf("%q", word)
		}
		if i > 0 && len(word) > len(commonWords[i-1]) {
			t.Errorf("%q is not in its place", word)
		}
		seen[word] = true
	}
}

// Whatever is a name is one in one form alone.
func FuzzParseName(f *testing.F) {
	for _, s := range []string{"maria", "MARIA", "ｍａｒｉａ", "maria@example.se", "Ångström", "a\u030angstrom", "ﬁnn", "ß-ẞ", "ΣΑΣ", "..", "\xff", "مريم"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := ParseName(s)
		if err != nil {
			if name != "" || !errors.Is(err, ErrName) {
				t.Fatalf("%q %v", name, err)
			}
			return
		}
		again, err := ParseName(name)
		if err != nil || again != name {
			t.Fatalf("%q is %q, which is %q: %v", s, name, again, err)
		}
		if upper, err := ParseName(strings.ToUpper(name)); err == nil && isASCII(name) && upper != name {
			t.Fatalf("%q and its capitals are two names", name)
		}
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// No password makes the rules fail in another way than by refusing it, or is hashed in two forms.
func FuzzPassword(f *testing.F) {
	for _, s := range []string{goodPassword, "Password123456!", "ååååååååååååå", "\u1680\u2003 x", "\xff", strings.Repeat("4", 40)} {
		f.Add(s, "maria")
	}
	f.Fuzz(func(t *testing.T, s, own string) {
		text, err := checkPassword(NewSecret(s), []string{own})
		if err != nil {
			return
		}
		same, ok := comparablePassword(NewSecret(s))
		if !ok || same != text {
			t.Fatalf("%q is set as %q and compared as %q", s, text, same)
		}
	})
}

// Nothing that we did not sign is a ticket, and nothing makes reading one fail otherwise.
func FuzzTicket(f *testing.F) {
	w := newWorld(f)
	for _, p := range []purpose{forAssertion, forDevice} {
		f.Add(w.signer.sign(p, ticket{ID: "x", Until: w.now.Unix() + 60}).Reveal())
	}
	f.Add("")
	f.Add("a.b")
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range []purpose{forSecond, forRegistration} {
			if _, err := w.signer.open(p, s, w.now); err != ErrCeremony {
				t.Fatalf("%q: %v", s, err)
			}
		}
		w.device(NewSecret(s), "x", 0)
	})
}

// No answer of an authenticator does more than to be refused.
func FuzzAssertion(f *testing.F) {
	w := newWorld(f)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	c, err := w.BeginPasskey(Secret{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(maria.key.Get(f, c.Options, func(a *authenticator.Answer) { a.Private = otherKey(f) }))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		c, err := w.BeginPasskey(Secret{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WithPasskey(c.State, answer, stranger(mallet)); !errors.Is(err, ErrPasskey) {
			t.Fatal(err)
		}
	})
}
