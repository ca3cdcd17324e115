package pod

import (
	"fmt"
	"slices"
	"time"

	"skrin/acl"
)

// holds checks the precondition against the state that the change will meet. To
// whoever may not read the resource a precondition that fails is a refusal like
// any other: else it would tell them of the state without changing it.
func (h *handle) holds(st *standing, pre Precondition) error {
	tag, modified := h.tagOf(st), time.Time{}
	if st.exists() {
		modified = st.deepest().entry.modified
	}
	matches := func(tags []string) bool {
		return tag != "" && (slices.Contains(tags, "*") || slices.Contains(tags, tag))
	}
	failed := ""
	switch {
	case len(pre.IfMatch) > 0 && !matches(pre.IfMatch):
		failed = "If-Match"
	case matches(pre.IfNoneMatch):
		failed = "If-None-Match"
	case len(pre.IfMatch) == 0 && !pre.IfUnmodifiedSince.IsZero() && modified.Truncate(time.Second).After(pre.IfUnmodifiedSince):
		failed = "If-Unmodified-Since"
	}
	switch {
	case failed == "":
		return nil
	case !st.decision.Allows(wantFor(st.path, acl.Read)):
		return ErrDenied
	}
	return fmt.Errorf("%w: %s", ErrPrecondition, failed)
}

// tagOf gives the entity tag of what the path leads to, "" if nothing is there.
func (h *handle) tagOf(st *standing) string {
	if !st.exists() {
		return ""
	}
	switch e := &st.deepest().entry; st.path.kind {
	case acl.ACLResource:
		return h.etag(e.node, partACL, e.acl)
	case acl.Auxiliary:
		return h.etag(e.node, partMeta, e.meta)
	default:
		return h.etag(e.node, partBody, e.version)
	}
}
