package pod

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"skrin/linkeddata"
)

var (
	somewhere = netip.MustParseAddr("203.0.113.7")
	calendar  = linkeddata.MustIRI("https://calendar.example/id")
)

func TestNotesStandInTheJournal(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	before := len(w.journal(p))
	early := w.clock.now().Add(-time.Minute)
	for _, n := range []Note{
		{Did: ActSignIn, Allowed: true, Because: "with a passkey", Addr: somewhere},
		{Did: ActAllowApp, Allowed: true, Client: calendar},
		{Did: ActSignIn, Because: "the password was wrong", Addr: somewhere},
		{Did: ActEndSession, Allowed: true, At: early, Count: 3},
		{Did: ActSignOut, Allowed: true, At: w.clock.now().Add(time.Hour)},
	} {
		if err := w.vault.Note(ctx, p.ID, n); err != nil {
			t.Fatal(n, err)
		}
	}
	var got []string
	for _, e := range w.journal(p)[before:] {
		if e.At.After(w.clock.now()) {
			t.Error("a line is younger than now", e.At)
		}
		got = append(got, strings.Join([]string{e.Who, e.Client, e.Did, e.Because, e.From}, "|"))
	}
	want := []string{
		"/profile/card#me||sign-in|with a passkey|internet, v4",
		"/profile/card#me|" + calendar.String() + "|allow-app||unknown",
		"||sign-in|the password was wrong|internet, v4",
		"/profile/card#me||end-session||unknown",
		"/profile/card#me||sign-out||unknown",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the journal has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	lines := w.journal(p)[before:]
	if lines[2].Allowed || !lines[0].Allowed || lines[3].Count != 3 || !lines[3].At.Equal(early) {
		t.Errorf("%+v", lines)
	}
	if _, err := w.vault.As(p.ID, owner(p)).VerifyJournal(ctx, nil); err != nil {
		t.Error(err)
	}
	w.scan("calendar.example", "with a passkey", "203.0.113", "sign-in")
}

// TestFailuresDoNotFillTheJournal: whoever tries passwords writes two lines a minute
// of each kind, and all the tries are told of.
func TestFailuresDoNotFillTheJournal(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.vault.Note(ctx, p.ID, Note{Did: ActSignIn, Allowed: true})
	before := len(w.journal(p))
	const tries = 300
	for i := range tries {
		n := Note{Did: ActSignIn, Because: "the password was wrong", Addr: netip.AddrFrom4([4]byte{203, 0, byte(i), 1})}
		if i == tries-1 {
			n.Count = 50
		}
		if err := w.vault.Note(ctx, p.ID, n); err != nil {
			t.Fatal(err)
		}
	}
	w.clock.add(2 * tallyWindow)
	told := 0
	lines := w.journal(p)[before:]
	for _, e := range lines {
		if e.Allowed || e.Who != "" || e.Did != "sign-in" {
			t.Errorf("%+v", e.Line)
		}
		told += max(1, e.Count)
	}
	if len(lines) != 2 || told != tries-1+50 {
		t.Errorf("%d lines tell of %d tries", len(lines), told)
	}
}

// TestManyNotesAreCounted: even what succeeds has an end, as when a script signs in
// all day long.
func TestManyNotesAreCounted(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	before := len(w.journal(p))
	for range exactLimit + 40 {
		if err := w.vault.Note(ctx, p.ID, Note{Did: ActSignIn, Allowed: true}); err != nil {
			t.Fatal(err)
		}
	}
	lines := w.journal(p)[before:]
	if last := lines[len(lines)-1]; len(lines) != exactLimit+1 || last.Count != 40 || last.Who != "/profile/card#me" || !last.Allowed {
		t.Errorf("%d lines, the last %+v", len(lines), last.Line)
	}
}

func TestNotesThatAreNone(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	for name, c := range map[string]struct {
		id   ID
		note Note
		want error
	}{
		"no act":           {p.ID, Note{Allowed: true}, ErrNote},
		"a pod's own act":  {p.ID, Note{Did: "revoke", Allowed: true}, ErrNote},
		"a long story":     {p.ID, Note{Did: ActSignIn, Because: strings.Repeat("x", maxBecause+1)}, ErrNote},
		"two lines":        {p.ID, Note{Did: ActSignIn, Because: "a\nb"}, ErrNote},
		"no UTF-8":         {p.ID, Note{Did: ActSignIn, Because: "a\xff"}, ErrNote},
		"a negative count": {p.ID, Note{Did: ActSignIn, Count: -1}, ErrNote},
		"no pod":           {newID(), Note{Did: ActSignIn, Allowed: true}, ErrNoPod},
	} {
		before := len(w.journal(p))
		if err := w.vault.Note(ctx, c.id, c.note); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if len(w.journal(p)) != before {
			t.Errorf("%s: it stands in the journal", name)
		}
	}
}

// What the journal has of an address tells no two neighbours apart.
func TestWhatIsKeptOfAnAddress(t *testing.T) {
	for class, addrs := range map[string][]string{
		"loopback":     {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"},
		"private":      {"10.0.0.1", "192.168.7.7", "172.31.0.1", "fd00::1", "169.254.1.1", "fe80::1%eth0"},
		"internet, v4": {"203.0.113.7", "198.51.100.9", "::ffff:203.0.113.7"},
		"internet, v6": {"2001:db8::1", "2001:db8:9::9"},
	} {
		for _, addr := range addrs {
			if got := addressClass(netip.MustParseAddr(addr)); got != class {
				t.Errorf("%s is kept as %q, want %q", addr, got, class)
			}
		}
	}
	if got := addressClass(netip.Addr{}); got != "unknown" {
		t.Errorf("no address is kept as %q", got)
	}
}
