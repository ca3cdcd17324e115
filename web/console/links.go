package console

import (
	"skrin/web/console/page"
	"skrin/web/request"
)

const linksPath = "app/account/links"

func (v *visit) showLinks() (*request.Answer, error) { return v.askLinks(v.why()) }

func (v *visit) askLinks(problem page.Problem) (*request.Answer, error) {
	return v.show(page.Links{All: v.links(), External: v.choices(), Problem: problem})
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

// links are the external identities of an account, as pages have them. One that
// came without a name is called as the button that leads there.
func (v *visit) links() (all []page.Link) {
	for _, l := range v.account.Links {
		if l.Label == "" {
			l.Label = v.choiceOf(l.Issuer)
		}
		all = append(all, page.Link{ID: l.ID, Label: l.Label, Issuer: l.Issuer, Created: l.Created, Used: l.Used})
	}
	return all
}

// choiceOf is what the button of an issuer says, "" where there is none, or more than one.
func (v *visit) choiceOf(issuer string) (name string) {
	if !v.h.external() {
		return ""
	}
	for _, c := range v.h.conf.Upstream.List(string(v.speak())) {
		if c.URL == issuer && name != "" {
			return ""
		}
		if c.URL == issuer {
			name = c.Name
		}
	}
	return name
}
