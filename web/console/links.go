package console

import (
	"skrin/identity/account"
	"skrin/web/console/page"
	"skrin/web/request"
)

const linksPath = "app/account/links"

func (v *visit) showLinks() (*request.Answer, error) { return v.askLinks(v.why()) }

func (v *visit) askLinks(problem page.Problem) (*request.Answer, error) {
	return v.show(page.Links{All: links(v.account), External: v.choices(), Problem: problem})
}

// removeLink takes an external identity away. New ones are added by way of its
// issuer: see toExternal.
func (v *visit) removeLink() (*request.Answer, error) {
	err := v.renewed(v.h.conf.Accounts.RemoveLink(v.session, v.form.Get("remove")))
	if problem, ok := explain(err); ok {
		return v.askLinks(problem)
	}
	if err != nil {
		return nil, err
	}
	return v.done(linksPath, "link-removed")
}

// links are the external identities of an account, as pages have them.
func links(a account.Account) (all []page.Link) {
	for _, l := range a.Links {
		all = append(all, page.Link{ID: l.ID, Label: l.Label, Issuer: l.Issuer, Created: l.Created, Used: l.Used})
	}
	return all
}
