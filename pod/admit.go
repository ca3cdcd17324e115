package pod

import (
	"context"

	"skrin/acl"
)

// Admit refuses whoever may change nothing at all at p, whatever they would send:
// with ErrDenied and a line in the journal, as the change itself would. It is
// asked before a request's content is looked at; nil promises nothing. did is
// the word for the journal.
func (s *Session) Admit(ctx context.Context, p Path, did string) error {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	return s.admit(ctx, h, p, did)
}

// admit refuses whoever may change nothing at p, whatever they send. It may look at
// what is on its way to the disk: a change is decided again, and a refusal waits for it.
func (s *Session) admit(ctx context.Context, h *handle, p Path, did string) error {
	_, err := h.store.glimpse(func(t *tx) error {
		st, err := h.stand(t, s, p)
		if err == nil && st.decision.Allowed&wantFor(p, acl.Write) == 0 {
			return ErrDenied
		}
		return err
	})
	return s.refusal(ctx, h, p, did, err)
}

// refusal journals ErrDenied and ErrIssuers; other errors pass.
func (s *Session) refusal(ctx context.Context, h *handle, p Path, did string, err error) error {
	if !refusing(err) {
		return err
	}
	var st standing
	var known bool
	verr := h.store.view(func(t *tx) (err error) {
		if st, err = h.stand(t, s, p); err == nil {
			known = st.policy.Knows(s.agent)
		}
		return err
	})
	if verr != nil {
		return verr
	}
	return h.refused(ctx, s, did, st, wantFor(p, lacking(did, &st)), known, err)
}

// lacking names what was missing, for the journal.
func lacking(did string, st *standing) acl.Mode {
	switch {
	case did == "control":
		return acl.Control
	case did == "read":
		return acl.Read
	case did == "delete":
		return acl.Delete
	case did == "create" || !st.found:
		return acl.Create
	case did == "patch" && !st.decision.Allows(acl.Insert):
		return acl.Insert
	}
	return acl.Modify
}
