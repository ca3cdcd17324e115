package admin

import (
	"fmt"
	"net/http"

	"skrin/linkeddata"
	"skrin/pod"
)

func podOf(p pod.Info) Pod {
	return Pod{ID: p.ID.String(), Name: p.Name, Owner: p.Owner.String(), Root: p.Root.String(), Created: p.Created}
}

func (h *handler) listPods(w http.ResponseWriter, _ *http.Request) error {
	infos, err := h.vault.Pods()
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
	info, err := h.vault.Lookup(r.PathValue("pod"))
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
	want := pod.NewPod{Name: asked.Name}
	var err error
	if want.Owner, err = optional("owner", asked.Owner); err != nil {
		return err
	}
	for _, text := range asked.Issuers {
		issuer, err := optional("issuer", text)
		if err != nil {
			return err
		}
		want.Issuers = append(want.Issuers, issuer)
	}
	made, err := h.vault.Create(r.Context(), want)
	if err != nil {
		return err
	}
	return reply(w, http.StatusCreated, Created{Pod: podOf(made.Info), Recovery: made.Recovery.Text()})
}

func (h *handler) deletePod(w http.ResponseWriter, r *http.Request) error {
	if err := h.vault.Delete(r.Context(), r.PathValue("pod")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// optional parses an IRI that may be left out.
func optional(what, text string) (linkeddata.IRI, error) {
	if text == "" {
		return linkeddata.IRI{}, nil
	}
	iri, err := linkeddata.ParseIRI(text)
	if err != nil {
		return linkeddata.IRI{}, fmt.Errorf("%s: %w", what, err)
	}
	return iri, nil
}

func (h *handler) showClock(w http.ResponseWriter, _ *http.Request) error {
	state := h.vault.Clock()
	return reply(w, http.StatusOK, Clock{Now: state.Now, Seen: state.Mark, Suspended: state.Doubtful})
}

func (h *handler) confirmClock(w http.ResponseWriter, r *http.Request) error {
	var who Confirm
	if err := read(r, &who); err != nil {
		return err
	}
	if err := h.vault.ConfirmClock(r.Context()); err != nil {
		return err
	}
	return h.showClock(w, r)
}
