package console

import (
	"skrin/identity/account"
	"skrin/web/console/page"
	"skrin/web/request"
)

// landing is what a stranger sees first. Whoever is signed in goes home.
func (v *visit) landing() (*request.Answer, error) {
	switch {
	case v.unfinished():
		return v.toRegistration()
	case v.signedIn():
		return v.to("app/home", nil)
	}
	return v.show(page.Landing{Register: v.h.registers()})
}

// registers says whether accounts are made here.
func (h *Handler) registers() bool { return h.conf.Policy != account.Closed }
