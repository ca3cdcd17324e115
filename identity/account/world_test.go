package account

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"skrin/identity/records"
	"skrin/internal/podtest/authenticator"
	"skrin/linkeddata"
)

// world is a host with its accounts, a clock that the test moves, and what was told.
type world struct {
	t       testing.TB
	cfg     Config
	records *records.Store
	*Accounts

	mu     sync.Mutex
	now    time.Time
	events []Event
}

// cheap makes a guess cost nothing, as only a test may.
var cheap = Cost{Passes: 1, Memory: 8, Lanes: 1}

const (
	origin = "https://app.pods.example"
	rpID   = "pods.example"

	goodPassword  = "fjorton gröna kajutor"
	otherPassword = "nio tysta fyrvaktare"
	recoveryKey   = "RECOVERY-KEY-OF-MARIA"
)

var (
	home   = netip.MustParseAddr("192.0.2.7")
	mallet = netip.MustParseAddr("198.51.100.66")
)

func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, records: records.Memory(), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	w.cfg = Config{Records: w.records, Now: w.clock, Policy: Open, RP: RelyingParty{ID: rpID, Origins: []string{origin}},
		Recovery: w.recovery, Events: w.hear, Cost: cheap, Hashing: 4}
	for _, c := range change {
		c(&w.cfg)
	}
	w.restart()
	return w
}

// restart is what a server does overnight: nothing but the records is left.
func (w *world) restart() {
	w.t.Helper()
	a, err := New(w.cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Accounts = a
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) hear(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

// heard counts the events of a kind.
func (w *world) heard(kind EventKind) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func (w *world) recovery(_ context.Context, pod, key string) error {
	switch {
	case key == "the disk is broken":
		return errors.New("input/output error")
	case pod == "maria" && key == recoveryKey:
		return nil
	}
	return ErrRecovery
}

func pod(name string) PodRef {
	return PodRef{name, linkeddata.MustIRI("https://pods.example/" + name + "/profile/card#me")}
}

// citizen is somebody with an account and a browser of their own.
type citizen struct {
	w       *world
	id      string
	name    string
	from    From
	session Session
	token   Secret
	key     *authenticator.Authenticator
}

// citizen makes an account with a password, signed in, from a device that is known.
func (w *world) citizen(name string) *citizen {
	w.t.Helper()
	c := &citizen{w: w, name: name, from: From{Addr: home, Agent: "Firefox on " + name + "'s laptop"}, key: authenticator.New(origin)}
	o, err := w.Create(context.Background(), Draft{Name: name, Pods: []PodRef{pod(name)}, Password: NewSecret(goodPassword)}, c.from)
	if err != nil {
		w.t.Fatalf("%s gets no account: %v", name, err)
	}
	c.id = o.Account.ID
	c.take(o)
	return c
}

// take is what a browser does with the cookies that it gets.
func (c *citizen) take(o Opened) {
	c.session, c.token, c.from.Device = o.Session, o.Token, o.Device
}

func (c *citizen) renewed(token Secret, err error) {
	c.w.t.Helper()
	if err != nil {
		c.w.t.Fatalf("%s: %v", c.name, err)
	}
	c.token = token
	c.resume()
}

func (c *citizen) resume() {
	c.w.t.Helper()
	s, err := c.w.Resume(c.token)
	if err != nil {
		c.w.t.Fatalf("%s is not signed in: %v", c.name, err)
	}
	c.session = s
}

// addPasskey gives the citizen's authenticator a passkey for the account.
func (c *citizen) addPasskey(label string) Passkey {
	c.w.t.Helper()
	ceremony, err := c.w.BeginAddPasskey(c.session)
	if err != nil {
		c.w.t.Fatal(err)
	}
	p, token, err := c.w.AddPasskey(c.session, ceremony.State, c.key.Create(c.w.t, ceremony.Options), label)
	c.renewed(token, err)
	return p
}

// passkey signs in with the passkey.
func (c *citizen) passkey(tweaks ...authenticator.Tweak) (Step, error) {
	c.w.t.Helper()
	ceremony, err := c.w.BeginPasskey(Secret{})
	if err != nil {
		c.w.t.Fatal(err)
	}
	return c.w.WithPasskey(ceremony.State, c.key.Get(c.w.t, ceremony.Options, tweaks...), c.anew())
}

// password signs in with a password.
func (c *citizen) password(password string, from From) (Step, error) {
	return c.w.WithPassword(context.Background(), c.name, NewSecret(password), from)
}

// anew is the citizen's browser, signed out.
func (c *citizen) anew() From {
	from := c.from
	from.Session = Session{}
	return from
}

// stranger is a browser that nobody knows.
func stranger(addr netip.Addr) From { return From{Addr: addr, Agent: "curl"} }

// is checks which error came.
func is(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// everything is all that is kept, as text.
func (w *world) everything() (all []string) {
	w.t.Helper()
	for _, kind := range kinds {
		err := w.records.View(func(tx records.Tx) error {
			return tx.Each(kind, func(name string, value []byte) (bool, error) {
				if !json.Valid(value) {
					w.t.Errorf("a record of kind %q is no JSON", kind)
				}
				all = append(all, kind+" "+name+" "+string(value))
				return true, nil
			})
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	slices.Sort(all)
	return all
}

var kinds = []string{accountKind.Name, nameKind.Name, podKind.Name, handleKind.Name, passkeyKind.Name, sessionKind.Name,
	invitationKind.Name, attemptsKind.Name, keyKind.Name, linkKind.Name}
