package account

import (
	"context"
	"errors"
	"fmt"
)

// Recover lets the person in with the printed recovery key of one of their
// pods, when everything else is lost. It ends every session, makes strangers of
// all devices, and opens one session, in which credentials can be set and
// removed for a while; none is removed by itself, so the page asks. It is
// counted by address alone: whoever has the key is let in, whatever others
// tried. ErrRecovery, *Wait, ErrBusy.
func (a *Accounts) Recover(ctx context.Context, pod string, key Secret, from From) (Opened, error) {
	if a.cfg.Recovery == nil {
		return Opened{}, ErrRecovery
	}
	claims := addressClaim(byRecovering, from.Addr)
	if err := a.limits.take(a.cfg.Now(), claims); err != nil {
		return Opened{}, err
	}
	acct, public, err := a.look(byRef(podKind, pod))
	unknown := errors.Is(err, ErrNoAccount)
	if err != nil && !unknown {
		return Opened{}, err
	}
	var verdict error
	err = a.recovering.pass(ctx, func() { verdict = a.cfg.Recovery(ctx, pod, key.Reveal()) })
	if err != nil {
		a.limits.undo(claims)
		return Opened{}, err
	}
	if errors.Is(verdict, ErrRecovery) || verdict == nil && unknown {
		a.failed(public.ID, acct, ByRecovery, from)
		return Opened{}, ErrRecovery
	}
	if verdict != nil {
		a.limits.undo(claims)
		return Opened{}, fmt.Errorf("checking a recovery key: %w", verdict)
	}
	a.limits.forgive(claims)
	return a.recover(public.ID, pod, from)
}

func (a *Accounts) recover(id, pod string, from From) (Opened, error) {
	var opened *Opened
	err := a.update(func(t *turn) error {
		acct, err := load(t, id)
		if errors.Is(err, ErrNoAccount) || err == nil && !acct.has(pod) {
			err = ErrRecovery
		}
		if err != nil {
			return err
		}
		t.note(id, acct, Event{Kind: Recovered, Method: ByRecovery, Agent: cleanAgent(from.Agent), Addr: from.Addr})
		if err := t.endIn(id, &acct, func(string) bool { return true }); err != nil {
			return err
		}
		acct.Epoch++
		acct.Change++
		from.Session, from.Device = Session{}, Secret{}
		if opened, err = t.letIn(id, &acct, from, []Method{ByRecovery}, t.now); err != nil {
			return err
		}
		return accountKind.Put(t, id, acct)
	})
	if err != nil {
		return Opened{}, err
	}
	return *opened, nil
}

func (s *stored) has(pod string) bool {
	for _, p := range s.Pods {
		if p.Name == pod {
			return true
		}
	}
	return false
}
