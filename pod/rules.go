package pod

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"skrin/acl"
	"skrin/linkeddata"
)

// Ruled is a resource that has an ACL: permanent rules that stand beside the grants.
type Ruled struct {
	*acl.ACL // not to be changed
	At       Path
	State    string // the ACL's entity tag
}

// Rules tells of each ACL of the pod, in no order, between transactions. One that
// cannot be read gives nobody anything, and is left out; one that is written meanwhile
// may be missing. Only the owner may ask.
func (s *Session) Rules(ctx context.Context, tell func(Ruled) error) error {
	h, err := s.controlled(ctx)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	f := finding{h: h, tell: tell}
	return f.run(ctx)
}

const didEndRule = "end-rule"

// EndRule ends what somebody may do by the ACL of one resource: afterwards no rule
// names them there. When it returns, nothing that begins later is allowed by such a
// rule, and what still flowed by it has been cut. Other rules, also those of other
// ACLs, stay, and so does the ACL itself, even an empty one: without it those of the
// container above would count. Ending what is not there is no error.
//
// Only the owner may, at the console or the command line. ErrPrecondition: the ACL is
// in another state than state, as Ruled has it; "" takes any. ErrNotFound: there is no
// ACL. ErrKept: this rule stays.
func (s *Session) EndRule(ctx context.Context, at Path, who acl.Subject, state string) error {
	return again(func() error { return s.endRule(ctx, at, who, state) })
}

// ErrKept is wrapped by the errors about rules that cannot be ended: the owner's, the
// last that gives somebody Control of the root, and the one by which everybody can read
// the document of the owner's WebID.
var ErrKept = errors.New("this rule stays")

func (s *Session) endRule(ctx context.Context, at Path, who acl.Subject, state string) error {
	h, err := s.atConsole(ctx)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	switch {
	case at.kind != acl.Ordinary || at.IsZero():
		return fmt.Errorf("%w: %s has no ACL", ErrNotFound, at)
	case who.Kind == acl.Person && who.Name == h.owner():
		return fmt.Errorf("%w: it is the owner's own", ErrKept)
	}
	return h.commit(ctx, func(c *change) error { return h.endRuleIn(c, s, at, who, state) })
}

// endRuleIn is EndRule inside the writer's transaction.
func (h *handle) endRuleIn(c *change, s *Session, at Path, who acl.Subject, state string) error {
	st, err := h.stand(c.tx, s, at.ACL())
	if err != nil {
		return err
	}
	if !st.exists() {
		return fmt.Errorf("%w: %s has no ACL", ErrNotFound, at)
	}
	n := st.deepest()
	doc, err := h.document(c.tx, n, partACL)
	if err != nil {
		return err
	}
	now, then, err := h.withoutSubject(&doc, n, who)
	switch {
	case err != nil || then == nil:
		return err
	case state != "" && state != h.tagOf(&st):
		return fmt.Errorf("%w: the ACL of %s has changed", ErrPrecondition, at)
	case at.IsRoot() && now.ControlledBySomeone() && !then.ControlledBySomeone():
		return fmt.Errorf("%w: somebody must keep acl:Control of the root", ErrKept)
	}
	if err := h.keepingCard(c, func() error { return h.saveDocument(c, n, partACL, doc) }); err != nil {
		return err
	}
	c.rules = true
	c.described(EventUpdate, n, partACL)
	line := h.line(s, didEndRule, at)
	line.Because = fmt.Sprintf("the rules here gave %s: %s", h.called(who), now.Gives(who))
	c.journal(line)
	return nil
}

// withoutSubject takes somebody out of an ACL's text. It gives the rules as they were
// and as they are then, the latter nil when none named them.
func (h *handle) withoutSubject(doc *document, n *node, who acl.Subject) (now, then *acl.ACL, err error) {
	g, err := h.decode(*doc, n.path.ACL())
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrBadRDF, err)
	}
	left, named := acl.Without(g, who)
	if !named {
		return nil, nil, nil
	}
	mt, err := linkeddata.ParseMediaType(doc.mediaType)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrMediaType, err)
	}
	var out bytes.Buffer
	// Relative, as it mostly came: else it would be about another place when the pod has moved.
	if err := left.EncodeWith(&out, mt, linkeddata.Style{Base: h.iri(n.path.ACL()), Within: h.root}); err != nil {
		return nil, nil, err
	}
	doc.body, doc.modified = out.Bytes(), h.now()
	return acl.ParseLenient(g, h.iri(n.path)), acl.ParseLenient(left, h.iri(n.path)), nil
}

// keepingCard refuses a change after which not everybody can read the document of the
// owner's WebID any more: whoever the owner signs in to must.
func (h *handle) keepingCard(c *change, do func() error) error {
	before, err := h.cardIsPublic(c.tx)
	if err == nil {
		err = do()
	}
	if err != nil || !before {
		return err
	}
	switch after, err := h.cardIsPublic(c.tx); {
	case err != nil:
		return err
	case !after:
		return fmt.Errorf("%w: whoever the owner signs in to must be able to read %s", ErrKept, h.card)
	}
	return nil
}

func (h *handle) cardIsPublic(t *tx) (bool, error) {
	if h.card.IsZero() {
		return false, nil
	}
	st, err := h.stand(t, h.vault.As(h.id, acl.Agent{}), h.card)
	if errors.Is(err, ErrDamaged) {
		return false, nil
	}
	return st.found && st.decision.Allows(acl.Read), err
}

// called is what the journal calls somebody whom rules name.
func (h *handle) called(who acl.Subject) string {
	switch who.Kind {
	case acl.SignedIn:
		return "those who have signed in somewhere"
	case acl.Everybody:
		return "everybody"
	}
	return h.relative(who.Name)
}
