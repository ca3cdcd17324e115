package admin

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"skrin/linkeddata"
	"skrin/pod"
)

func (h *handler) showIssuers(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	all, err := session.Issuers(r.Context())
	if err != nil {
		return err
	}
	out := Issuers{Issuers: []string{}, Own: h.Issuer.String()}
	for _, i := range all {
		out.Issuers = append(out.Issuers, i.String())
	}
	return reply(w, http.StatusOK, out)
}

func (h *handler) changeIssuers(w http.ResponseWriter, r *http.Request) error {
	var asked ChangeIssuers
	if err := read(r, &asked); err != nil {
		return err
	}
	add, err := h.parseIssuers(asked.Add)
	if err != nil {
		return err
	}
	remove, err := h.parseIssuers(asked.Remove)
	if err != nil {
		return err
	}
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	_, err = change(r.Context(), session, func(all []linkeddata.IRI) ([]linkeddata.IRI, error) {
		for _, i := range remove {
			at := slices.Index(all, i)
			if at < 0 {
				return nil, fmt.Errorf("%w: %s is not named", errRequest, i)
			}
			all = slices.Delete(all, at, at+1)
		}
		return append(all, add...), nil
	})
	if err != nil {
		return err
	}
	return h.showIssuers(w, r)
}

// parseIssuers reads issuers; "own" is this host's.
func (h *handler) parseIssuers(words []string) (all []linkeddata.IRI, err error) {
	for _, word := range words {
		issuer := h.Issuer
		if word != OwnIssuer {
			if issuer, err = linkeddata.ParseIRI(word); err != nil {
				return nil, fmt.Errorf("issuer: %w", err)
			}
		}
		all = append(all, issuer)
	}
	return all, nil
}

// change says who may sign in the owner of a pod, if that makes a difference.
func change(ctx context.Context, session *pod.Session, how func([]linkeddata.IRI) ([]linkeddata.IRI, error)) (changed bool, err error) {
	before, err := session.Issuers(ctx)
	if err != nil {
		return false, err
	}
	after, err := how(slices.Clone(before))
	if err != nil {
		return false, err
	}
	after = unique(after)
	if slices.Equal(before, after) {
		return false, nil
	}
	return true, session.SetIssuers(ctx, after)
}

// unique leaves out what stands there already.
func unique(all []linkeddata.IRI) (once []linkeddata.IRI) {
	for _, i := range all {
		if !slices.Contains(once, i) {
			once = append(once, i)
		}
	}
	return once
}

// hosted says whether a pod holds the document of its owner's WebID.
func hosted(p pod.Info) bool { return p.Owner.HasPrefix(p.Root) }

// nameIssuer lets this host's issuer sign in the owner of a pod. Of a WebID that
// stands elsewhere it changes nothing.
func (h *handler) nameIssuer(ctx context.Context, info pod.Info) (named bool, err error) {
	if !hosted(info) {
		return false, nil
	}
	return change(ctx, h.asOwner(info), func(all []linkeddata.IRI) ([]linkeddata.IRI, error) {
		return append(all, h.Issuer), nil
	})
}

// replaceKeys makes new signing keys. Tokens that were signed with the old ones are
// worth nothing when it has answered.
func (h *handler) replaceKeys(w http.ResponseWriter, _ *http.Request) error {
	issuer, err := h.Provider()
	if err == nil {
		err = issuer.ReplaceKeys()
	}
	if err != nil {
		return err
	}
	if h.Verifier != nil {
		h.Verifier.ForgetIssuer(h.Issuer)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
