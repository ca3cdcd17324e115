package pod

import (
	"bytes"
	"errors"
	"fmt"

	"skrin/acl"
	"skrin/linkeddata"
)

// standing is where an asker stands towards a path: what the one decision was
// made from, and the decision.
type standing struct {
	walked
	path       Path
	governing  Path // whose ACL is in force
	policy     *acl.Policy
	decision   acl.Decision
	unreadable error  // the ACL in force is there and cannot be read; nil: it can
	version    uint64 // of the pod's policy, when this was decided
}

// exists says whether the path itself exists, not just its subject.
func (st *standing) exists() bool {
	if !st.found {
		return false
	}
	switch e := &st.deepest().entry; st.path.kind {
	case acl.ACLResource:
		return e.acl != 0
	case acl.Auxiliary:
		return e.meta != 0
	}
	return true
}

// stand decides what the session's agent may do to p, in the transaction that
// will act on it.
func (h *handle) stand(t *tx, s *Session, p Path) (standing, error) {
	st := standing{path: p, version: t.policyVersion()}
	var err error
	if st.walked, err = h.walk(t, p); err != nil {
		return st, err
	}
	if err = h.policyFor(t, &st); err != nil {
		return st, err
	}
	st.decision = h.decide(s, st.policy, p)
	return st, st.closed()
}

// standAt decides for another path of the chain that st has walked, such as the container.
func (h *handle) standAt(t *tx, s *Session, n *node, chain []node) (acl.Decision, error) {
	st := standing{path: n.path, walked: walked{found: true}}
	for i := range chain {
		st.chain = chain[: i+1 : i+1]
		if chain[i].entry.node == n.entry.node {
			break
		}
	}
	if err := h.policyFor(t, &st); err != nil {
		return acl.Decision{}, err
	}
	st.decision = h.decide(s, st.policy, n.path)
	return st.decision, st.closed()
}

// closed is the error of a path whose ACL is there and cannot be read. Nobody
// gets what a container above would give; who has Control without any ACL goes
// on, and may mend it.
func (st *standing) closed() error {
	if st.unreadable != nil && !st.decision.Allows(acl.Control) {
		return st.unreadable
	}
	return nil
}

func (h *handle) decide(s *Session, policy *acl.Policy, p Path) acl.Decision {
	return policy.Decide(acl.Request{
		Agent: s.agent, Target: h.iri(p.Subject()), Kind: p.kind, At: h.now(), Origin: s.origin,
	})
}

// policyFor finds the ACL in force (Web Access Control, section "Effective ACL
// Resource"): the subject's own, or that of the nearest container above.
func (h *handle) policyFor(t *tx, st *standing) error {
	grants, err := h.grantsIn(t)
	if err != nil {
		return err
	}
	st.policy = &acl.Policy{
		Owner:  h.owner(),
		Grants: grants,
		Member: func(group, webid linkeddata.IRI) bool { return h.isMember(t, group, webid) },
	}
	for i := len(st.chain) - 1; i >= 0; i-- {
		if n := &st.chain[i]; n.entry.acl != 0 {
			rules, err := h.rules(t, n)
			switch {
			case errors.Is(err, ErrDamaged):
				rules, st.unreadable = &acl.ACL{Holder: h.iri(n.path)}, err
			case err != nil:
				return err
			}
			st.governing = n.path
			st.policy.ACL, st.policy.Holder = rules, h.iri(n.path)
			st.policy.Inherited = !st.found || i < len(st.chain)-1
			return nil
		}
	}
	st.governing = Root
	return nil
}

// rules gives a node's parsed ACL. A rule that cannot be enforced counts for
// nothing; it was refused when written, but pods come from other servers too.
func (h *handle) rules(t *tx, n *node) (*acl.ACL, error) {
	if rules, ok := h.acls.get(n.entry.node, n.entry.acl); ok {
		return rules.(*acl.ACL), nil
	}
	doc, err := h.document(t, n, partACL)
	if err != nil {
		return nil, err
	}
	rules := &acl.ACL{Holder: h.iri(n.path)}
	if g, err := h.decode(doc, n.path.ACL()); err == nil {
		rules = acl.ParseLenient(g, h.iri(n.path))
	}
	h.acls.put(t, n.entry.node, n.entry.acl, rules)
	return rules, nil
}

// document reads a node's ACL or description.
func (h *handle) document(t *tx, n *node, p part) (document, error) {
	version := n.entry.acl
	if p == partMeta {
		version = n.entry.meta
	}
	plain, err := h.open(t, bNode, nodeKey(n.entry.node, p), version)
	if err != nil {
		return document{}, err
	}
	if plain == nil {
		return document{}, fmt.Errorf("%w: a document is missing", ErrDamaged)
	}
	doc, err := parseDocument(plain)
	if err != nil {
		return document{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return doc, nil
}

// decode reads a document as a graph whose base is the path it stands at.
func (h *handle) decode(doc document, at Path) (*linkeddata.Graph, error) {
	mt, err := linkeddata.ParseMediaType(doc.mediaType)
	if err != nil {
		return nil, err
	}
	return linkeddata.Decode(bytes.NewReader(doc.body), mt, h.iri(at), linkeddata.Limits{})
}

// isMember says whether a group document of this pod lists the person (vcard:hasMember).
// Groups elsewhere are never asked: whoever hosts them would decide who reads here.
func (h *handle) isMember(t *tx, group, webid linkeddata.IRI) bool {
	doc := group.WithoutFragment()
	if !doc.HasPrefix(h.root) {
		return false
	}
	p, err := ParsePath(h.relative(doc))
	if err != nil || p.kind != acl.Ordinary || p.IsContainer() {
		return false
	}
	w, err := h.walk(t, p)
	if err != nil || !w.found {
		return false
	}
	g, err := h.groupGraph(t, w.deepest())
	if err != nil || g == nil {
		return false
	}
	return g.Has(linkeddata.Quad{Triple: linkeddata.Triple{S: group.Term(), P: linkeddata.VCARDHasMember.Term(), O: webid.Term()}})
}

// isGroup says whether a decision has ever asked this document who its members are.
func (h *handle) isGroup(n nodeID) bool {
	_, ok := h.groupIDs.Load(n)
	return ok
}

// groupLimit is how long a group document may be: some ten thousand members. A
// longer one has no members.
const groupLimit = 1 << 20

// groupGraph reads a group document; nil if it is none that can be read.
func (h *handle) groupGraph(t *tx, n *node) (*linkeddata.Graph, error) {
	h.groupIDs.Store(n.entry.node, true)
	if g, ok := h.groups.get(n.entry.node, n.entry.version); ok {
		return g.(*linkeddata.Graph), nil
	}
	if n.entry.size > groupLimit {
		return nil, nil
	}
	body, err := h.body(t, n)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	plain, err := readAll(body, groupLimit)
	if err != nil {
		return nil, err
	}
	g, err := h.decode(document{mediaType: n.entry.mediaType, body: plain}, n.path)
	if err != nil {
		g = nil
	} else {
		g.Has(linkeddata.Quad{}) // builds the index now: from here on the graph is shared and only read
	}
	h.groups.put(t, n.entry.node, n.entry.version, g)
	return g, nil
}
