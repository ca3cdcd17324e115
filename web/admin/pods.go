package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"skrin/identity/account"
	"skrin/linkeddata"
	"skrin/pod"
)

func podOf(p pod.Info) Pod {
	return Pod{ID: p.ID.String(), Name: p.Name, Owner: p.Owner.String(), Root: p.Root.String(), Created: p.Created}
}

func (h *handler) listPods(w http.ResponseWriter, _ *http.Request) error {
	infos, err := h.Vault.Pods()
	if err != nil {
		return err
	}
	out := Pods{Pods: []Pod{}}
	for _, p := range infos {
		out.Pods = append(out.Pods, podOf(p))
	}
	return reply(w, http.StatusOK, out)
}

func (h *handler) showPod(w http.ResponseWriter, r *http.Request) error {
	info, err := h.Vault.Lookup(r.PathValue("pod"))
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, podOf(info))
}

func (h *handler) createPod(w http.ResponseWriter, r *http.Request) error {
	var asked NewPod
	if err := read(r, &asked); err != nil {
		return err
	}
	want, err := h.wanted(asked)
	if err != nil {
		return err
	}
	err = h.mayHave(asked)
	if err == nil && asked.Account != "" && !want.Owner.IsZero() {
		err = h.maySpeak(want.Owner, asked.Name)
	}
	if err != nil {
		return err
	}
	former, err := h.Vault.Former(want.Name)
	if err != nil {
		return err
	}
	made, err := h.Vault.Create(r.Context(), want)
	if err != nil {
		return err
	}
	out := Created{Pod: podOf(made.Info), Recovery: made.Recovery.Text(), Former: former}
	if asked.Account != "" {
		acct, err := h.Accounts.CreateByHost(r.Context(), draft(asked.Account, made.Info))
		if err != nil { // nobody has seen the recovery key: it would be nobody's pod
			return errors.Join(err, h.Vault.Undo(context.WithoutCancel(r.Context()), made.Name))
		}
		out.Account, out.Recover = acct.Name, h.recoverAddress()
	}
	return reply(w, http.StatusCreated, out)
}

// wanted reads the pod that is asked for.
func (h *handler) wanted(asked NewPod) (want pod.NewPod, err error) {
	want.Name = asked.Name
	if want.Owner, err = optional("owner", asked.Owner); err != nil {
		return want, err
	}
	for _, text := range asked.Issuers {
		issuer, err := optional("issuer", text)
		if err == nil {
			err = pod.CheckIssuer(issuer, h.Vault.Base())
		}
		if err != nil {
			return want, err
		}
		want.Issuers = append(want.Issuers, issuer)
	}
	if asked.Own || asked.Account != "" {
		want.Issuers = append(want.Issuers, h.Issuer)
	}
	return want, nil
}

// mayHave says early whether a pod can have the name and account that are asked for.
// The name of a pod that an account waits for is that account's.
func (h *handler) mayHave(asked NewPod) error {
	if err := pod.CheckName(asked.Name); err != nil {
		return err
	}
	if _, err := h.Vault.Lookup(asked.Name); err == nil {
		return fmt.Errorf("%w: %q", pod.ErrPodExists, asked.Name)
	}
	waiting, err := h.Accounts.ByPod(asked.Name)
	switch {
	case err == nil:
		return fmt.Errorf("%w: %s waits for it to be restored; else: skrin account remove %s", account.ErrPodTaken, waiting.Name, waiting.Name)
	case !errors.Is(err, account.ErrNoAccount):
		return err
	case asked.Account != "":
		return h.mayBe(asked.Account, asked.Name)
	}
	return nil
}

// deletePod takes the pod from its account first: what is stopped in between can be done again.
func (h *handler) deletePod(w http.ResponseWriter, r *http.Request) error {
	info, err := h.Vault.Lookup(r.PathValue("pod"))
	if err != nil {
		return err
	}
	var out Deleted
	if r.URL.Query().Get("account") != "keep" {
		out, err = h.leave(info.Name)
	} else if acct, found := h.Accounts.ByPod(info.Name); found == nil {
		out.Account, out.Waits = acct.Name, true
	}
	if err == nil {
		err = h.Vault.Delete(r.Context(), info.Name)
	}
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, out)
}

// maxIRI bounds what others are called by, in bytes.
const maxIRI = 2048

// optional parses an IRI that may be left out.
func optional(what, text string) (linkeddata.IRI, error) {
	switch {
	case text == "":
		return linkeddata.IRI{}, nil
	case len(text) > maxIRI:
		return linkeddata.IRI{}, fmt.Errorf("%w: %s: longer than %d bytes", errRequest, what, maxIRI)
	}
	iri, err := linkeddata.ParseIRI(text)
	if err != nil {
		return linkeddata.IRI{}, fmt.Errorf("%s: %w", what, err)
	}
	return iri, nil
}

func (h *handler) showClock(w http.ResponseWriter, _ *http.Request) error {
	state := h.Vault.Clock()
	return reply(w, http.StatusOK, Clock{Now: state.Now, Seen: state.Mark, Suspended: state.Doubtful})
}

func (h *handler) confirmClock(w http.ResponseWriter, r *http.Request) error {
	var who Confirm
	if err := read(r, &who); err != nil {
		return err
	}
	if err := h.Vault.ConfirmClock(r.Context()); err != nil {
		return err
	}
	return h.showClock(w, r)
}
