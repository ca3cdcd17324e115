package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"skrin/identity/account"
)

func invitationOf(i account.Invitation) Invitation {
	return Invitation{ID: i.ID, Note: i.Note, Created: i.Created, Expires: i.Expires}
}

func (h *handler) listInvitations(w http.ResponseWriter, _ *http.Request) error {
	all, err := h.Accounts.Invitations()
	if err != nil {
		return err
	}
	out := Invitations{Invitations: []Invitation{}}
	for _, i := range all {
		out.Invitations = append(out.Invitations, invitationOf(i))
	}
	return reply(w, http.StatusOK, out)
}

func (h *handler) invite(w http.ResponseWriter, r *http.Request) error {
	var asked NewInvitation
	if err := read(r, &asked); err != nil {
		return err
	}
	const most = int64(account.MaxInvitationFor / time.Second)
	if asked.Seconds < 60 || asked.Seconds > most {
		return fmt.Errorf("%w: an invitation is good for a minute to %d days", errRequest, most/86400)
	}
	made, code, err := h.Accounts.Invite(asked.Note, time.Duration(asked.Seconds)*time.Second)
	if err != nil {
		return err
	}
	address := h.Issuer.String() + "app/register?" + url.Values{"invitation": {code.Reveal()}}.Encode()
	return reply(w, http.StatusCreated, Invited{Invitation: invitationOf(made), Code: code.Reveal(), Address: address, Closed: h.Closed})
}

// shortest is how much of an invitation's id must be said.
const shortest = 6

func (h *handler) withdrawInvitation(w http.ResponseWriter, r *http.Request) error {
	said := strings.ToLower(r.PathValue("id"))
	all, err := h.Accounts.Invitations()
	if err != nil {
		return err
	}
	var meant []string
	for _, i := range all {
		if strings.HasPrefix(i.ID, said) {
			meant = append(meant, i.ID)
		}
	}
	switch {
	case len(said) < shortest, len(meant) > 1:
		return fmt.Errorf("%w: say more of the invitation's id", errRequest)
	case len(meant) == 0:
		return account.ErrInvitation
	}
	if err := h.Accounts.Withdraw(meant[0]); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
