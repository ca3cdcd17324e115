package account

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"skrin/identity/records"
)

// Config is what [New] needs. Zero durations and sizes mean the defaults
// beside them.
type Config struct {
	Records records.Records
	Now     func() time.Time // nil: time.Now
	Policy  Policy

	// RP is who passkeys are for. Without an RP.ID there are none.
	RP RelyingParty

	// Recovery says whether key is the printed recovery key of the pod: nil,
	// an error that wraps ErrRecovery when it is not or there is no such pod,
	// any other error when nobody knows. Nil: nobody recovers.
	Recovery func(ctx context.Context, pod, key string) error

	// Events is called after what it tells of was made durable, by the
	// goroutine that did it. It must return at once: who is kept waiting by
	// it could measure whether a name exists.
	Events func(Event)

	Idle     time.Duration // a session ends when it was not used so long: 12 hours
	Absolute time.Duration // a session ends so long after its last authentication: 30 days
	StepUp   time.Duration // changes of credentials need an authentication so recent: 10 minutes

	Cost    Cost // of a password's hash; weaker than DefaultCost is for tests alone
	Hashing int  // how many passwords are hashed at once, for strangers and for known devices each: half the processors
}

// RelyingParty is the host as authenticators know it (WebAuthn level 3, section 5.4.2).
type RelyingParty struct {
	ID      string   // a domain; passkeys work there and below, and never change it
	Name    string   // shown by some browsers; "": the ID
	Origins []string // where the pages stand: "https://app.pods.example"
}

// Accounts is the accounts of a host. It may be used by several goroutines.
type Accounts struct {
	cfg     Config
	rp      *webauthn.WebAuthn // nil: no passkeys
	signer  signer
	linker  signer // of what links are looked up by
	limits  *limits
	spent   *spent
	strange *gate // where strangers' passwords wait to be hashed
	known   *gate // where those of known devices wait, and whoever is signed in

	recovering *gate // where recovery keys wait to be tried
}

// New opens the accounts that are in the records.
func New(cfg Config) (*Accounts, error) {
	cfg.fill()
	if cfg.Records == nil || !cfg.Cost.sane() {
		return nil, errors.New("account: no records, or a cost of hashing that cannot be")
	}
	a := &Accounts{cfg: cfg, limits: newLimits(), spent: newSpent(), strange: newGate(cfg.Hashing), known: newGate(cfg.Hashing), recovering: newGate(cfg.Hashing)}
	if err := a.openParty(); err != nil {
		return nil, err
	}
	if err := a.openKept(); err != nil {
		return nil, fmt.Errorf("opening the accounts: %w", err)
	}
	return a, nil
}

func (c *Config) fill() {
	if c.Now == nil {
		c.Now = time.Now
	}
	def := func(d *time.Duration, is time.Duration) {
		if *d <= 0 {
			*d = is
		}
	}
	def(&c.Idle, 12*time.Hour)
	def(&c.Absolute, 30*24*time.Hour)
	def(&c.StepUp, 10*time.Minute)
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost
	}
	if c.Hashing <= 0 {
		c.Hashing = max(1, runtime.NumCPU()/2)
	}
}

// signingKey is what our tickets are signed with, or links are hashed with. It never leaves the host.
type signingKey struct {
	Key []byte `json:"key"`
}

var (
	keyKind   = records.Kind[signingKey]{Name: "account key", Version: 1}
	keyRecord = "tickets"
	linkKey   = "links" // replacing the key of the tickets must not unlink anybody
)

// openKept reads our keys, or makes them, and what was counted by the last run.
func (a *Accounts) openKept() error {
	return a.cfg.Records.Update(func(tx records.Tx) error {
		var err1, err2 error
		a.signer, err1 = openSigner(tx, keyRecord)
		a.linker, err2 = openSigner(tx, linkKey)
		return errors.Join(err1, err2, a.limits.restore(tx, a.cfg.Now()))
	})
}

func openSigner(tx records.Tx, record string) (signer, error) {
	k, there, err := keyKind.Get(tx, record)
	if err == nil && !there {
		k.Key = randomBytes(32)
		err = keyKind.Put(tx, record, k)
	}
	return newSigner(k.Key), err
}

// Save keeps what was counted of wrong passwords for the next run.
func (a *Accounts) Save() error {
	return a.cfg.Records.Update(func(tx records.Tx) error { return a.limits.save(tx, a.cfg.Now()) })
}

// turn is an update under way: the transaction, its moment, and what will be
// told when it is durable.
type turn struct {
	records.Tx
	a      *Accounts
	now    time.Time
	events []Event
}

// update runs fn in one transaction and tells of it afterwards.
func (a *Accounts) update(fn func(t *turn) error) error {
	t := &turn{a: a, now: a.cfg.Now()}
	err := a.cfg.Records.Update(func(tx records.Tx) error {
		t.Tx, t.events = tx, nil
		return fn(t)
	})
	if err == nil {
		a.tell(t.events...)
	}
	return err
}

// note remembers an event of an account.
func (t *turn) note(id string, acct stored, e Event) {
	e.At, e.Account = t.now, id
	e.Pods, _ = acct.refs()
	t.events = append(t.events, e)
}
