package console

import (
	"errors"
	"strings"

	"skrin/identity/account"
	"skrin/internal/strangers"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// Registering goes: name and pod, recovery key, passkey or password. The account is
// there after the first step, with a session; whoever stops in between goes on where
// they were while the session lasts, or comes in by the recovery key.

func (v *visit) showRegister() (*request.Answer, error) {
	if v.unfinished() {
		return v.toRegistration()
	}
	return v.askRegister(page.Register{Invitation: v.query.Get("invitation")})
}

func (v *visit) askRegister(p page.Register) (*request.Answer, error) {
	if !v.h.registers() {
		return nil, account.ErrClosed
	}
	p.Before, p.After = v.h.conf.Vault.Site().Around()
	p.Invited = v.h.conf.Policy == account.ByInvitation
	return v.show(p)
}

func (v *visit) register() (*request.Answer, error) {
	if v.unfinished() {
		return v.toRegistration()
	}
	p := page.Register{Name: v.form.Get("name"), Pod: v.form.Get("pod"), Invitation: v.form.Get("invitation")}
	opened, err := v.newcomer(p)
	if err == nil {
		err = v.letIn(&opened)
	}
	if problem, ok := explain(err); ok {
		p.Problem = problem
		return v.askRegister(p)
	}
	if err != nil {
		return nil, err
	}
	return v.toRegistration()
}

// newcomer makes pod and account. What is begun is written down before, so that a
// stop at any moment leaves nothing that is not found again: see unfinished.
func (v *visit) newcomer(p page.Register) (account.Opened, error) {
	h, name := v.h, strings.ToLower(strings.TrimSpace(p.Pod))
	if err := pod.CheckName(name); err != nil {
		return account.Opened{}, err
	}
	webid, err := h.webID(name)
	if err != nil {
		return account.Opened{}, err
	}
	draft := account.Draft{Name: p.Name, Pods: []account.PodRef{{Name: name, WebID: webid}}, Locale: string(v.speak()),
		Invitation: account.NewSecret(strings.TrimSpace(p.Invitation))}
	h.making.Lock()
	defer h.making.Unlock()
	u := unfinished{Pod: name, Began: h.conf.Now(), Browser: h.seal.sum(forBrowsers, v.browser), Class: h.seal.sum(forClasses, strangers.Class(v.r.Address))}
	if err := h.makeRoom(v.ctx, u); err != nil {
		return account.Opened{}, err
	}
	from := v.from()
	if err := h.conf.Accounts.Check(draft, from); err != nil {
		return account.Opened{}, err
	}
	if h.conf.Policy == account.ByInvitation {
		if u.Invited, err = h.conf.Accounts.Invitation(draft.Invitation); err != nil {
			return account.Opened{}, err
		}
	}
	if err := h.begin(v.ctx, u); err != nil {
		return account.Opened{}, err
	}
	opened, err := h.conf.Accounts.Create(v.ctx, draft, from)
	if err != nil {
		return account.Opened{}, errors.Join(err, h.clear(v.ctx, u.Pod))
	}
	return opened, nil
}

// webID is that of the person whose pod will have a name.
func (h *Handler) webID(name string) (linkeddata.IRI, error) {
	root, err := h.conf.Vault.Site().Root(name)
	if err != nil {
		return linkeddata.IRI{}, err
	}
	return linkeddata.ParseIRI(root.String() + "profile/card#me")
}

// toRegistration goes on where somebody stopped.
func (v *visit) toRegistration() (*request.Answer, error) {
	p, err := v.pod("")
	if err != nil {
		return nil, err
	}
	confirmed, err := v.h.keyConfirmed(p)
	switch {
	case err != nil:
		return nil, err
	case confirmed:
		return v.to("app/register/credential", nil)
	}
	return v.to("app/register/key", nil)
}
