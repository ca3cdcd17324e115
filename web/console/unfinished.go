package console

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"skrin/acl"
	"skrin/identity/account"
	"skrin/identity/records"
	"skrin/linkeddata"
	"skrin/pod"
)

// unfinished is a registration that was begun, under the name of its pod. It is
// written before the pod is made and goes when something opens the account. So
// whatever is half made, by people who went away or by a stop in between, has such
// a record, and is cleared away by it after a day.
type unfinished struct {
	Pod     string    `json:"pod"`
	ID      string    `json:"id,omitempty"` // of the pod, once it is made
	Began   time.Time `json:"began"`
	Browser string    `json:"browser"` // keyed hashes, to know who begins again, and to count
	Class   string    `json:"class"`

	Invited account.Invitation `json:"invited,omitzero"` // that it was begun with, to be good again when it comes to nothing
}

var unfinishedKind = records.Kind[unfinished]{Name: "console unfinished", Version: 1}

const (
	unfinishedFor = 24 * time.Hour
	makingTakes   = 5 * time.Minute // at most, from the record to the pod

	maxUnfinished      = 500 // at one time, in all
	maxUnfinishedClass = 10  // from one class of addresses

	givenUp = time.Hour // who has not finished by then is signed out, and makes room for others
)

// errCrowded is returned while too many registrations wait to be finished.
var errCrowded = errors.New("too many registrations at this moment")

func (h *Handler) allUnfinished() (all []unfinished, err error) {
	err = h.conf.Records.View(func(tx records.Tx) error {
		return unfinishedKind.Each(tx, func(_ string, u unfinished) (bool, error) {
			all = append(all, u)
			return true, nil
		})
	})
	return all, err
}

// makeRoom clears away what the same browser began before, what a stop left of this
// very pod, and of too many the oldest that was given up. While there is none it
// refuses.
func (h *Handler) makeRoom(ctx context.Context, mine unfinished) error {
	all, err := h.allUnfinished()
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b unfinished) int { return b.Began.Compare(a.Began) })
	n, near := 0, 0
	for _, u := range all { // the youngest first
		begunAgain := u.Browser == mine.Browser || u.Pod == mine.Pod && h.abandoned(u)
		crowded := n >= maxUnfinished-1 || u.Class == mine.Class && near >= maxUnfinishedClass-1
		switch {
		case begunAgain, crowded && mine.Began.Sub(u.Began) > givenUp:
			if err := h.clear(ctx, u.Pod); err != nil {
				return err
			}
			continue
		case crowded:
			return errCrowded
		}
		if n++; u.Class == mine.Class {
			near++
		}
	}
	return nil
}

// abandoned says whether a registration came no further than its pod: nobody was
// let in by it, so nobody can go on with it.
func (h *Handler) abandoned(u unfinished) bool {
	_, err := h.conf.Accounts.ByPod(u.Pod)
	return errors.Is(err, account.ErrNoAccount)
}

// begin writes down that a registration begins, and makes its pod. The recovery key
// that the pod is made with is seen by nobody: the next step makes another.
func (h *Handler) begin(ctx context.Context, u unfinished) error {
	if err := h.neverHad(u.Pod); err != nil {
		return err
	}
	if err := h.keepUnfinished(u); err != nil {
		return err
	}
	made, err := h.conf.Vault.Create(ctx, pod.NewPod{Name: u.Pod, Issuers: []linkeddata.IRI{h.conf.Provider.Issuer()}})
	if err != nil {
		return errors.Join(err, h.forgetUnfinished(u.Pod))
	}
	made.Recovery.Destroy()
	u.ID = made.ID.String()
	return h.keepUnfinished(u)
}

// neverHad says whether nobody has or had a pod of the name. Others may have let in
// whoever had it, and a stranger is not to follow them in that.
func (h *Handler) neverHad(name string) error {
	if _, err := h.conf.Vault.Lookup(name); err == nil {
		return fmt.Errorf("%w", pod.ErrPodExists)
	}
	former, err := h.conf.Vault.Former(name)
	if err == nil && former {
		err = fmt.Errorf("%w: until it was deleted", pod.ErrPodExists)
	}
	return err
}

func (h *Handler) keepUnfinished(u unfinished) error {
	return h.conf.Records.Update(func(tx records.Tx) error { return unfinishedKind.Put(tx, u.Pod, u) })
}

func (h *Handler) forgetUnfinished(pod string) error {
	return h.conf.Records.Update(func(tx records.Tx) error { return unfinishedKind.Delete(tx, pod) })
}

// finished says that something opens the account of somebody now.
func (v *visit) finished() error {
	for _, p := range v.account.Pods {
		if err := v.h.forgetUnfinished(p.Name); err != nil {
			return err
		}
	}
	return nil
}

// clearUnfinished takes away what was begun a day ago.
func (h *Handler) clearUnfinished(ctx context.Context) error {
	all, err := h.allUnfinished()
	for _, u := range all {
		if h.conf.Now().Sub(u.Began) < unfinishedFor {
			continue
		}
		h.making.Lock()
		err = errors.Join(err, h.clear(ctx, u.Pod))
		h.making.Unlock()
	}
	return err
}

// clear takes a registration away that was not finished: first the account, so that
// nobody is signed in to what goes, then the pod, then the record, which until then
// leads to the rest. An account that something opens meanwhile stays, and its pod
// with it. The caller holds h.making.
func (h *Handler) clear(ctx context.Context, name string) error {
	u, there, err := h.unfinishedOf(name)
	if err != nil || !there {
		return err
	}
	acct, err := h.conf.Accounts.ByPod(name)
	switch {
	case errors.Is(err, account.ErrNoAccount):
	case err != nil:
		return err
	case !emptyAccount(acct) || acct.Created.Before(u.Began):
		return h.forgetUnfinished(name)
	default:
		if err := errors.Join(h.conf.Provider.Forget(acct.ID), h.conf.Accounts.Remove(acct.ID)); err != nil {
			return err
		}
		if err := h.conf.Accounts.GiveBack(u.Invited); err != nil { // once an account used it, and never before
			return err
		}
	}
	if err := h.erase(ctx, u); err != nil {
		return err
	}
	return h.forgetUnfinished(name)
}

// erase takes the pod of a registration away, if nothing was ever put into it.
func (h *Handler) erase(ctx context.Context, u unfinished) error {
	p, err := h.conf.Vault.Lookup(u.Pod)
	if errors.Is(err, pod.ErrNoPod) || err == nil && !u.made(p) {
		return nil
	}
	if err != nil {
		return err
	}
	unused, err := h.conf.Vault.As(p.ID, acl.Agent{WebID: p.Owner, Client: acl.CLI}).Untouched(ctx)
	switch {
	case err != nil:
		return err
	case !unused:
		h.conf.Log.Warn("the pod of a registration that was not finished has been used, and stays")
		return nil
	}
	return h.conf.Vault.Undo(ctx, u.Pod)
}

func (h *Handler) unfinishedOf(name string) (u unfinished, there bool, err error) {
	err = h.conf.Records.View(func(tx records.Tx) (err error) {
		u, there, err = unfinishedKind.Get(tx, name)
		return err
	})
	return u, there, err
}

// made says whether a pod is the one of the registration. After a stop between the
// pod and the note of its id, it is one that was made just then.
func (u unfinished) made(p pod.Info) bool {
	if u.ID != "" {
		return u.ID == p.ID.String()
	}
	return !p.Created.Before(u.Began.Add(-time.Second)) && p.Created.Before(u.Began.Add(makingTakes))
}

// emptyAccount says whether nothing opens an account but the recovery key.
func emptyAccount(a account.Account) bool {
	return a.PasswordSet.IsZero() && len(a.Passkeys) == 0 && len(a.Links) == 0
}
