package account

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"skrin/identity/records"
)

// From is where a request comes from.
type From struct {
	Addr    netip.Addr // of the person; the zero Addr is the host itself, and not counted
	Agent   string     // what the browser calls itself
	Device  Secret     // the device cookie, as it came
	Session Session    // the session it belongs to, for a step-up
}

// Step is what came of a sign-in. Either Opened is there, or the account
// demands two factors: then Missing is the other one, and Pending (good for
// five minutes) goes into BeginPasskey or AlsoPassword.
type Step struct {
	Opened  *Opened
	Missing Method
	Pending Secret
}

// Opened is somebody let in.
type Opened struct {
	Account Account
	Session Session
	Token   Secret // for the session cookie; the one before leads nowhere any more
	Device  Secret // for the device cookie, a year long; replaces the one that came
}

// WithPassword signs in with name and password. ErrSignIn, *Wait, ErrBusy.
func (a *Accounts) WithPassword(ctx context.Context, name string, password Secret, from From) (Step, error) {
	acct, public, err := a.look(byName(name))
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return Step{}, err
	}
	g, claims := a.strange, append(addressClaim(byAddress, from.Addr), newClaim(byStrangers, nameKey(name)))
	if device, known := a.device(from.Device, public.ID, acct.Epoch); known {
		g, claims = a.known, []claim{newClaim(byDevice, public.ID+device)}
	}
	return a.password(ctx, g, claims, public.ID, acct, password, from, ticket{})
}

// AlsoPassword is the second step of an account that demands both, after its
// passkey. It is not held up by strangers' guessing: they have no passkey.
func (a *Accounts) AlsoPassword(ctx context.Context, pending Secret, password Secret, from From) (Step, error) {
	before, err := a.signer.open(forSecond, pending.Reveal(), a.cfg.Now())
	if err != nil {
		return Step{}, err
	}
	acct, _, err := a.look(func(records.Tx) (string, bool, error) { return before.Account, true, nil })
	if errors.Is(err, ErrNoAccount) || err == nil && acct.Change != before.Change {
		err = ErrCeremony
	}
	if err != nil {
		return Step{}, err
	}
	claims := []claim{newClaim(byDevice, before.Account+" with its passkey")}
	return a.password(ctx, a.known, claims, before.Account, acct, password, from, before)
}

// nameKey is what the attempts at a name are counted under, whether or not it is anybody's.
func nameKey(name string) string {
	if key, err := ParseName(name); err == nil {
		return key
	}
	return "\x00" + name[:min(len(name), 4*MaxName)]
}

// password looks at one attempt. An account of nobody (id "") costs the same.
func (a *Accounts) password(ctx context.Context, g *gate, claims []claim, id string, acct stored, password Secret, from From, before ticket) (Step, error) {
	if err := a.limits.take(a.cfg.Now(), claims); err != nil {
		return Step{}, err
	}
	fits, fresh, err := a.compare(ctx, g, acct.Password, password)
	if err != nil {
		a.limits.undo(claims)
		return Step{}, err
	}
	if !fits {
		a.failed(id, acct, ByPassword, from)
		return Step{}, ErrSignIn
	}
	a.limits.forgive(claims)
	e := entry{id: id, method: ByPassword, from: from, before: before, check: func(now *stored, _ *turn) error {
		if !now.Password.same(acct.Password) { // it was changed while we were looking
			return ErrSignIn
		}
		if fresh != nil {
			now.Password = fresh
		}
		return nil
	}}
	return a.enter(e)
}

// WithPasskey finishes BeginPasskey with the authenticator's answer
// (PublicKeyCredential.toJSON). ErrPasskey, ErrCeremony. No number of failures
// keeps anybody out.
func (a *Accounts) WithPasskey(state Secret, response []byte, from From) (Step, error) {
	t, session, err := a.finish(forAssertion, state, response)
	if err != nil {
		return Step{}, err
	}
	as, err := a.verify(session, response)
	if err == nil && t.Account != "" && t.Account != as.account {
		err = ErrPasskey // of somebody else than the password was
	}
	if err != nil {
		acct, _, _ := a.look(func(records.Tx) (string, bool, error) { return as.account, as.account != "", nil })
		a.failed(as.account, acct, ByPasskey, from)
		return Step{}, err
	}
	e := entry{id: as.account, method: ByPasskey, from: from, before: t, check: func(now *stored, tn *turn) error {
		if err := now.spend(t.ID, t.Until, tn.now); err != nil {
			return err
		}
		return now.assert(as, tn)
	}}
	if t.Before != "" {
		e.before.ID = t.Before
	}
	return a.enter(e)
}

// assert notes the use of a passkey, which must still be there.
func (s *stored) assert(as assertion, t *turn) error {
	i := slices.IndexFunc(s.Passkeys, func(k storedKey) bool { return slices.Equal(k.Credential, as.credential) })
	if i < 0 {
		return ErrPasskey
	}
	if s.Passkeys[i].used(as.counter, t.now) {
		t.note(as.account, *s, Event{Kind: PasskeyCloned, Method: ByPasskey, Label: s.Passkeys[i].Label})
	}
	return nil
}

// entry is a factor that was right, about to be taken.
type entry struct {
	id     string
	method Method
	from   From
	proved time.Time                  // when the person showed it; zero: now
	before ticket                     // the first factor, if Done is not empty
	check  func(*stored, *turn) error // whether it still is right, in the transaction
}

// enter takes a factor: it opens a session, or says what is missing. All of it
// is one transaction, so whatever was removed or changed meanwhile counts.
func (a *Accounts) enter(e entry) (step Step, err error) {
	err = a.update(func(t *turn) error {
		acct, err := load(t, e.id)
		if errors.Is(err, ErrNoAccount) {
			err = ErrCeremony
		}
		if err != nil {
			return err
		}
		if err := e.check(&acct, t); err != nil {
			return err
		}
		step, err = t.step(e, &acct)
		if err != nil {
			return err
		}
		return accountKind.Put(t, e.id, acct)
	})
	if err != nil {
		return Step{}, err
	}
	return step, nil
}

func (t *turn) step(e entry, acct *stored) (Step, error) {
	done := []Method{e.method}
	if len(e.before.Done) > 0 {
		if acct.Change != e.before.Change || slices.Contains(e.before.Done, e.method) {
			return Step{}, ErrCeremony
		}
		if err := acct.spend(e.before.ID, e.before.Until, t.now); err != nil {
			return Step{}, err
		}
		done = append(slices.Clone(e.before.Done), e.method)
	}
	if missing := acct.missing(done); missing != "" {
		until := t.now.Add(ceremonyLife).Unix()
		t.note(e.id, *acct, Event{Kind: HalfWay, Method: e.method, Agent: cleanAgent(e.from.Agent), Addr: e.from.Addr})
		first := ticket{ID: randomID(), Until: until, Account: e.id, Done: done, Change: acct.Change}
		return Step{Missing: missing, Pending: t.a.signer.sign(forSecond, first)}, nil
	}
	proved := e.proved
	if proved.IsZero() {
		proved = t.now
	}
	opened, err := t.letIn(e.id, acct, e.from, done, proved)
	return Step{Opened: opened}, err
}

// missing is the factor that the account demands besides those that were shown.
func (s *stored) missing(done []Method) Method {
	switch {
	case !s.TwoFactors:
		return ""
	case !slices.Contains(done, ByPassword) && !slices.Contains(done, ByExternal):
		return ByPassword
	case !slices.Contains(done, ByPasskey):
		return ByPasskey
	}
	return ""
}

// letIn opens a session, knows the device from now on, and tells.
func (t *turn) letIn(id string, acct *stored, from From, methods []Method, proved time.Time) (*Opened, error) {
	session, token, err := t.open(id, acct, from, methods, proved)
	if err != nil {
		return nil, err
	}
	public, err := acct.public(id)
	if err != nil {
		return nil, err
	}
	t.note(id, *acct, Event{Kind: SignedIn, Session: session.ID, Method: methods[len(methods)-1], Agent: session.Agent, Addr: from.Addr})
	return &Opened{public, session, token, t.a.newDevice(from.Device, id, acct.Epoch, t.now)}, nil
}

// failed tells of an attempt that was not right.
func (a *Accounts) failed(id string, acct stored, m Method, from From) {
	pods, _ := acct.refs()
	a.tell(Event{Kind: Failed, At: a.cfg.Now(), Account: id, Pods: pods, Method: m, Agent: cleanAgent(from.Agent), Addr: from.Addr})
}
