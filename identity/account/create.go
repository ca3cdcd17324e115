package account

import (
	"context"
	"errors"

	"skrin/identity/records"
)

// Draft is an account that somebody would like to have.
type Draft struct {
	Name       string // see ParseName
	Pods       []PodRef
	Locale     string
	Password   Secret // none: a passkey or a password is added afterwards, within the hour
	Invitation Secret // the code, where the policy asks for one
}

// parsed is a draft that could become an account.
type parsed struct {
	name     string
	pods     []storedPod
	password string // in the form that is hashed
}

// names are what a password must not be made of.
func (p parsed) names() []string { return ownNames(p.name, p.pods) }

func ownNames(name string, pods []storedPod) []string {
	names := []string{name}
	for _, p := range pods {
		names = append(names, p.Name)
	}
	return names
}

func (d Draft) parse() (p parsed, err error) {
	if p.name, err = ParseName(d.Name); err != nil {
		return p, err
	}
	if p.pods, err = storedPods(d.Pods); err != nil {
		return p, err
	}
	if err = checkLocale(d.Locale); err != nil || d.Password.IsZero() {
		return p, err
	}
	p.password, err = checkPassword(d.Password, p.names())
	return p, err
}

// Check says whether a draft could become an account now: before its pod is
// made, say. Whoever may not have an account learns nothing about names.
// Errors are those of [Accounts.Create].
func (a *Accounts) Check(d Draft, from From) error {
	err := a.cfg.Records.View(func(tx records.Tx) error { return a.admits(tx, d.Invitation) })
	if err != nil {
		return err
	}
	claims := addressClaim(byAsking, from.Addr)
	if err := a.limits.take(a.cfg.Now(), claims); err != nil {
		return err
	}
	p, err := d.parse()
	if err != nil {
		return err
	}
	return a.cfg.Records.View(func(tx records.Tx) error { return free(tx, p, "") })
}

// Create makes an account and lets its person in, as [ByRegistration]. Errors:
// ErrClosed, ErrInvitation, ErrName, ErrNameTaken, ErrPods, ErrPodTaken,
// ErrLocale, *Unfit, *Wait, ErrBusy.
func (a *Accounts) Create(ctx context.Context, d Draft, from From) (Opened, error) {
	err := a.cfg.Records.View(func(tx records.Tx) error { return a.admits(tx, d.Invitation) })
	if err != nil {
		return Opened{}, err
	}
	p, err := d.parse()
	if err != nil {
		return Opened{}, err
	}
	claims := addressClaim(byMaking, from.Addr)
	if err := a.limits.take(a.cfg.Now(), claims); err != nil {
		return Opened{}, err
	}
	acct, err := a.build(ctx, a.strange, d, p)
	if err != nil {
		a.limits.undo(claims)
		return Opened{}, err
	}
	var opened *Opened
	err = a.update(func(t *turn) error {
		if err := errors.Join(a.admits(t, d.Invitation), t.useUp(d.Invitation)); err != nil {
			return err
		}
		mine, id := acct, randomID()
		if err := t.add(id, mine, p); err != nil {
			return err
		}
		if opened, err = t.letIn(id, &mine, from, []Method{ByRegistration}, t.now); err != nil {
			return err
		}
		return accountKind.Put(t, id, mine)
	})
	if err != nil {
		return Opened{}, err
	}
	return *opened, nil
}

// CreateByHost makes an account whatever the policy says, and lets nobody in.
// Without a password its person comes in with the recovery key of a pod.
func (a *Accounts) CreateByHost(ctx context.Context, d Draft) (public Account, err error) {
	p, err := d.parse()
	if err != nil {
		return Account{}, err
	}
	acct, err := a.build(ctx, a.known, d, p)
	if err != nil {
		return Account{}, err
	}
	id := randomID()
	err = a.update(func(t *turn) error {
		if err := t.add(id, acct, p); err != nil {
			return err
		}
		return accountKind.Put(t, id, acct)
	})
	if err != nil {
		return Account{}, err
	}
	return acct.public(id)
}

// build makes what is kept of a draft. It hashes, so never in a transaction.
func (a *Accounts) build(ctx context.Context, g *gate, d Draft, p parsed) (stored, error) {
	now := a.cfg.Now()
	acct := stored{Name: p.name, Handle: randomBytes(handleLen), Pods: p.pods, Locale: d.Locale, Created: now}
	if p.password == "" {
		return acct, nil
	}
	err := g.pass(ctx, func() { acct.Password = newHash(p.password, a.cfg.Cost, now) })
	return acct, err
}

// free says whether name and pods are nobody's but an account's own.
func free(tx records.Tx, p parsed, own string) error {
	r, there, err := nameKind.Get(tx, p.name)
	if err == nil && there && r.Account != own {
		err = ErrNameTaken
	}
	for _, pod := range p.pods {
		if err != nil {
			break
		}
		r, there, err = podKind.Get(tx, pod.Name)
		if err == nil && there && r.Account != own {
			err = ErrPodTaken
		}
	}
	return err
}

// add takes the names of a new account; the caller keeps the account itself.
func (t *turn) add(id string, acct stored, p parsed) error {
	if err := free(t, p, ""); err != nil {
		return err
	}
	t.note(id, acct, Event{Kind: Created})
	if err := t.refer(id, acct); err != nil {
		return err
	}
	return handleKind.Put(t, handleName(acct.Handle), ref{id})
}

// refer leads name and pods to the account.
func (t *turn) refer(id string, acct stored) error {
	err := nameKind.Put(t, acct.Name, ref{id})
	for _, pod := range acct.Pods {
		err = errors.Join(err, podKind.Put(t, pod.Name, ref{id}))
	}
	return err
}

// unrefer is what undoes refer.
func (t *turn) unrefer(acct stored) error {
	err := nameKind.Delete(t, acct.Name)
	for _, pod := range acct.Pods {
		err = errors.Join(err, podKind.Delete(t, pod.Name))
	}
	return err
}

// Remove takes an account away, with its sessions and credentials. Its pods
// stay. ErrNoAccount.
func (a *Accounts) Remove(id string) error {
	return a.update(func(t *turn) error {
		acct, err := load(t, id)
		if err != nil {
			return err
		}
		if err := t.endIn(id, &acct, func(string) bool { return true }); err != nil {
			return err
		}
		for _, k := range acct.Passkeys {
			err = errors.Join(err, passkeyKind.Delete(t, passkeyID(k.Credential)))
		}
		for _, l := range acct.Links {
			err = errors.Join(err, linkKind.Delete(t, l.ID))
		}
		t.note(id, acct, Event{Kind: Removed})
		return errors.Join(err, t.unrefer(acct), handleKind.Delete(t, handleName(acct.Handle)), accountKind.Delete(t, id))
	})
}
