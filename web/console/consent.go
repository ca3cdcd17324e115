package console

import (
	"strings"

	"skrin/identity/provider"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// askConsent asks whether an app may act for somebody.
func (v *visit) askConsent(s provider.Subject) (*request.Answer, error) {
	c, r := v.app.Client, v.app
	p := page.Consent{
		Client: c.ID, Name: c.Name, Origin: c.Origin(), Page: c.Page, Policy: c.Policy, Terms: c.Terms,
		Leads: leads(r.Redirect), Local: !strings.HasPrefix(r.Redirect, "https://"), Shared: v.h.lodges(c.ID), Offline: r.Offline(),
	}
	agreed, err := v.h.conf.Provider.Consents(s.Account)
	if err != nil {
		return nil, err
	}
	for _, a := range agreed {
		if a.Client == c.ID && a.WebID == s.WebID {
			p.Before, p.Until = true, a.Until
		}
	}
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	for _, ref := range v.account.Pods {
		as := page.Pod{Name: ref.Name, WebID: ref.WebID.String()}
		for _, info := range all {
			if info.Name == ref.Name {
				as.Root = info.Root.String()
			}
		}
		if ref.WebID == s.WebID { // the one that is meant stands first
			p.As = append([]page.Pod{as}, p.As...)
		} else {
			p.As = append(p.As, as)
		}
	}
	if len(p.As) == 1 { // else it depends on the choice
		devices, err := v.devices()
		if err != nil {
			return nil, err
		}
		p.Limited = len(devices[v.acting(s.WebID, c.ID)].records) > 0
	}
	return v.show(p)
}

// lodges says whether a document stands in somebody's pod here: then its origin
// says nothing about who wrote it.
func (h *Handler) lodges(id string) bool {
	iri, err := linkeddata.ParseIRI(id)
	if err != nil {
		return false
	}
	_, _, ours := h.conf.Vault.Site().Pod(iri.WithoutFragment())
	return ours
}

// decide takes the answer of somebody who was asked.
func (v *visit) decide() (*request.Answer, error) {
	switch {
	case v.app == nil:
		return nil, errNoRequest
	case !v.signedIn() || v.unfinished():
		return v.to("app/authorize", nil)
	}
	switch v.form.Get("answer") {
	case "deny":
		return v.sendTo(v.app.Deny()), nil
	case "allow":
		return v.allow()
	}
	return nil, errForm
}

func (v *visit) allow() (*request.Answer, error) {
	chosen := v.form.Get("webid")
	if chosen == "" && len(v.account.Pods) > 1 {
		return nil, errForm // for whom is not to be guessed
	}
	s, err := v.subject(chosen)
	if err != nil {
		return nil, err
	}
	step, err := v.h.conf.Provider.Next(*v.app, s)
	if err != nil {
		return nil, err
	}
	if step != provider.Consent { // it was answered in another window, or wants a new sign-in
		return v.to("app/authorize", nil)
	}
	where, err := v.h.conf.Provider.Allow(*v.app, s)
	if err == nil {
		v.note(pod.ActAllowApp, s.WebID, v.app.Client.ID)
	}
	return v.toApp(where, err)
}
