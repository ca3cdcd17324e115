package pod

import (
	"fmt"
	"slices"
	"time"

	"skrin/acl"
)

// holds checks the precondition against the state that the change will meet.
// Whoever may not read the resource gets no answer that depends on its state
// but by changing it.
func (h *handle) holds(st *standing, pre Precondition) error {
	tag, modified := h.tagOf(st), time.Time{}
	if st.exists() {
		modified = st.deepest().entry.modified
	}
	matches := func(tags []string) bool {
		return tag != "" && (slices.Contains(tags, "*") || slices.Contains(tags, tag))
	}
	switch {
	case len(pre.IfMatch) > 0 && !matches(pre.IfMatch):
		return fmt.Errorf("%w: If-Match", ErrPrecondition)
	case matches(pre.IfNoneMatch):
		return fmt.Errorf("%w: If-None-Match", ErrPrecondition)
	case len(pre.IfMatch) == 0 && !pre.IfUnmodifiedSince.IsZero() && modified.Truncate(time.Second).After(pre.IfUnmodifiedSince):
		return fmt.Errorf("%w: If-Unmodified-Since", ErrPrecondition)
	}
	return nil
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
