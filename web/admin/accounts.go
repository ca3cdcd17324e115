package admin

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/linkeddata"
	"skrin/pod"
)

func accountOf(a account.Account) Account {
	out := Account{
		Name: a.Name, Pods: []AccountPod{}, Created: a.Created,
		Password: !a.PasswordSet.IsZero(), Passkeys: len(a.Passkeys), TwoFactors: a.TwoFactors,
	}
	for _, p := range a.Pods {
		out.Pods = append(out.Pods, AccountPod{Name: p.Name, WebID: p.WebID.String()})
	}
	return out
}

func (h *handler) listAccounts(w http.ResponseWriter, _ *http.Request) error {
	out := Accounts{Accounts: []Account{}}
	err := h.Accounts.Each(func(a account.Account) (bool, error) {
		out.Accounts = append(out.Accounts, accountOf(a))
		return true, nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(out.Accounts, func(a, b Account) int { return cmp.Compare(a.Name, b.Name) })
	return reply(w, http.StatusOK, out)
}

func (h *handler) showAccount(w http.ResponseWriter, r *http.Request) error {
	acct, issuer, err := h.account(r)
	if err != nil {
		return err
	}
	sessions, err := h.Accounts.SessionsOf(acct.ID)
	apps, err2 := issuer.Consents(acct.ID)
	scripts, err3 := issuer.Scripts(acct.ID)
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	return reply(w, http.StatusOK, AccountInUse{Account: accountOf(acct), Sessions: len(sessions), Apps: len(apps), Scripts: len(scripts)})
}

// account finds the account of a request, and the issuer that knows what acts for it.
func (h *handler) account(r *http.Request) (account.Account, *provider.Provider, error) {
	acct, err := h.Accounts.ByName(r.PathValue("name"))
	if err != nil {
		return account.Account{}, nil, err
	}
	issuer, err := h.Provider()
	return acct, issuer, err
}

// createAccount gives the owner of a pod a way to sign in here.
func (h *handler) createAccount(w http.ResponseWriter, r *http.Request) error {
	var asked NewAccount
	if err := read(r, &asked); err != nil {
		return err
	}
	info, err := h.Vault.Lookup(asked.Pod)
	if err == nil {
		err = h.mayBe(asked.Name, info.Name)
	}
	if err == nil {
		err = h.maySpeak(info.Owner, info.Name)
	}
	if err != nil {
		return err
	}
	named, err := h.nameIssuer(r.Context(), info)
	if err != nil {
		return err
	}
	made, err := h.Accounts.CreateByHost(r.Context(), draft(asked.Name, info))
	if err != nil {
		return err
	}
	out := accountOf(made)
	out.Recover, out.Named, out.Elsewhere = h.recoverAddress(), named, !hosted(info)
	return reply(w, http.StatusCreated, out)
}

// recoverAddress is where people come in with the recovery key of their pod.
func (h *handler) recoverAddress() string { return h.Issuer.String() + "app/recover" }

func draft(name string, p pod.Info) account.Draft {
	return account.Draft{Name: name, Pods: []account.PodRef{{Name: p.Name, WebID: p.Owner}}}
}

// mayBe says early whether an account of the name could be made for a pod.
func (h *handler) mayBe(name, pod string) error {
	if _, err := account.ParseName(name); err != nil {
		return err
	}
	_, taken := h.Accounts.ByName(name)
	owner, owned := h.Accounts.ByPod(pod)
	switch {
	case owned == nil:
		return fmt.Errorf("%w: its owner signs in as %s", account.ErrPodTaken, owner.Name)
	case taken == nil:
		return fmt.Errorf("%w: somebody signs in as %s", account.ErrNameTaken, name)
	case !errors.Is(taken, account.ErrNoAccount):
		return taken
	case !errors.Is(owned, account.ErrNoAccount):
		return owned
	}
	return nil
}

// maySpeak says whether an account for a pod may be its owner on the web: not if
// another account is already, or if the WebID stands in another pod here. Whoever has
// the recovery key of the one would else sign in everywhere as the person of the other.
func (h *handler) maySpeak(owner linkeddata.IRI, podName string) error {
	if other, _, here := h.Vault.Site().Pod(owner.WithoutFragment()); here && other != podName {
		return fmt.Errorf("%w: its owner is that of the pod %s", account.ErrPodTaken, other)
	}
	var err error
	return errors.Join(h.Accounts.Each(func(a account.Account) (bool, error) {
		for _, p := range a.Pods {
			if p.WebID == owner {
				err = fmt.Errorf("%w: its owner signs in as %s", account.ErrPodTaken, a.Name)
			}
		}
		return err == nil, nil
	}), err)
}

func (h *handler) removeAccount(w http.ResponseWriter, r *http.Request) error {
	acct, err := h.Accounts.ByName(r.PathValue("name"))
	if err == nil {
		err = h.remove(acct.ID)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// remove ends what apps have of an account, and then the account: what is stopped in between can be done again.
func (h *handler) remove(id string) error {
	issuer, err := h.Provider()
	if err == nil {
		err = issuer.Forget(id)
	}
	if err != nil {
		return err
	}
	return h.Accounts.Remove(id)
}

// signOut ends every session of an account, and what apps got in them. Scripts stay:
// they were never signed in.
func (h *handler) signOut(w http.ResponseWriter, r *http.Request) error {
	acct, issuer, err := h.account(r)
	if err != nil {
		return err
	}
	sessions, err := h.Accounts.SessionsOf(acct.ID)
	if err != nil {
		return err
	}
	families, err := issuer.Families(acct.ID)
	if err != nil {
		return err
	}
	err = h.Accounts.EndAll(acct.ID)
	for _, s := range sessions { // codes that are on their way, too
		_, ended := issuer.EndSession(acct.ID, s.ID, true)
		err = errors.Join(err, ended)
	}
	for _, f := range families {
		err = errors.Join(err, issuer.End(acct.ID, f.ID))
	}
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, SignedOut{Sessions: len(sessions), Apps: len(families)})
}

// leave takes a pod that goes away from the account that it belongs to. Who has no
// pod left has nobody to be on the web, and nothing to come back with: then the
// account goes too.
func (h *handler) leave(podName string) (Deleted, error) {
	acct, err := h.Accounts.ByPod(podName)
	if errors.Is(err, account.ErrNoAccount) {
		return Deleted{}, nil
	} else if err != nil {
		return Deleted{}, err
	}
	out := Deleted{Account: acct.Name, Removed: len(acct.Pods) == 1}
	if out.Removed {
		return out, h.remove(acct.ID)
	}
	issuer, err := h.Provider()
	if err != nil {
		return out, err
	}
	at := slices.IndexFunc(acct.Pods, func(p account.PodRef) bool { return p.Name == podName })
	if err := issuer.ForgetWebID(acct.ID, acct.Pods[at].WebID); err != nil {
		return out, err
	}
	return out, h.Accounts.SetPods(acct.ID, slices.Delete(acct.Pods, at, at+1))
}
