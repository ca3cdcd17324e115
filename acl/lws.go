package acl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"skrin/linkeddata"
)

// Grants and wishes for grants travel as Linked Web Storage documents
// (application/lws+json; LWS 1.0 editor's draft of June 2026, "Access Requests
// and Grants", access profile lws#AccessProfile). Of that profile we keep: one
// access policy, the actions read and create, targets of type StorageResource,
// and the constraints client, purpose and dateTime.
const (
	lwsContext = "https://www.w3.org/ns/lws/v1"
	lwsPrefix  = "https://www.w3.org/ns/lws#"
	noteTerm   = "http://www.w3.org/2000/01/rdf-schema#comment"
)

// AccessRequest is the wish of a person or organisation for a grant, before
// the citizen decided. Its Grant has no end when none was wished for.
type AccessRequest struct {
	Grant Grant
	Inbox linkeddata.IRI // where the asker wants to hear of the decision; zero: nowhere
}

// ParseGrantLWS reads an LWS access grant scoped to the storage, which is the
// pod's root container. Whatever it does not understand, or could not keep, is
// an error that names it and wraps ErrGrant. The grant's own "id" and "assigner"
// are not believed: the server knows what it stores, and who asks. The grant has
// the zero ID and still must be validated: Grant.Validate.
func ParseGrantLWS(body []byte, storage linkeddata.IRI) (Grant, error) {
	g, _, err := parseLWS(body, "AccessGrant", storage)
	if err == nil && g.Until.IsZero() {
		err = refuse(`it has no end: a grant needs a "dateTime" constraint with "lteq"`)
	}
	if err != nil {
		return Grant{}, err
	}
	return g, nil
}

// ParseAccessRequestLWS reads an LWS access request, as strictly as a grant.
func ParseAccessRequestLWS(body []byte, storage linkeddata.IRI) (AccessRequest, error) {
	g, inbox, err := parseLWS(body, "AccessRequest", storage)
	if err != nil {
		return AccessRequest{}, err
	}
	return AccessRequest{Grant: g, Inbox: inbox}, nil
}

// EncodeLWS writes the grant as an LWS access grant: id is its own IRI, assigner
// the citizen, storage the pod's root container. ParseGrantLWS reads back what
// the document carries: everything but ID, Created, Revoked and Suspended. A grant
// that could not be read back is an error which wraps ErrGrant.
func (g Grant) EncodeLWS(id, assigner, storage linkeddata.IRI) ([]byte, error) {
	if g.Until.IsZero() {
		return nil, refuse("it has no end")
	}
	return g.encodeLWS("AccessGrant", id, assigner, storage, linkeddata.IRI{})
}

// EncodeLWS writes the request; id is its own IRI.
func (r AccessRequest) EncodeLWS(id, storage linkeddata.IRI) ([]byte, error) {
	return r.Grant.encodeLWS("AccessRequest", id, linkeddata.IRI{}, storage, r.Inbox)
}

type lwsDocument struct {
	Context []any       `json:"@context"`
	ID      string      `json:"id,omitempty"`
	Type    []string    `json:"type"`
	Storage string      `json:"storage"`
	Inbox   string      `json:"inbox,omitempty"`
	Note    string      `json:"note,omitempty"`
	Access  []lwsAccess `json:"access"`
}

type lwsAccess struct {
	Type       []string        `json:"type"`
	Assigner   string          `json:"assigner,omitempty"`
	Assignee   string          `json:"assignee"`
	Action     []string        `json:"action"`
	Target     lwsTarget       `json:"target"`
	Constraint []lwsConstraint `json:"constraint,omitempty"`
}

type lwsTarget struct {
	Type  string   `json:"type"`
	Value []string `json:"value"`
}

type lwsConstraint struct {
	Left     string `json:"leftOperand"`
	Operator string `json:"operator"`
	Right    string `json:"rightOperand"`
}

func (g *Grant) encodeLWS(class string, id, assigner, storage, inbox linkeddata.IRI) ([]byte, error) {
	for _, err := range []error{g.validParties(), g.validScope(), g.writableTimes(), inStorage(g.Targets, storage)} {
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrGrant, err)
		}
	}
	doc := lwsDocument{
		Context: []any{lwsContext}, ID: id.String(), Type: []string{class},
		Storage: storage.String(), Inbox: inbox.String(), Note: strings.ToValidUTF8(g.Note, "\uFFFD"),
		Access: []lwsAccess{{
			Type: []string{"AccessPolicy"}, Assigner: assigner.String(), Assignee: g.To.String(),
			Action: strings.Fields(g.Modes.String()), Target: lwsTarget{Type: "StorageResource"},
			Constraint: g.constraints(),
		}},
	}
	if g.Note != "" {
		doc.Context = append(doc.Context, map[string]string{"note": noteTerm})
	}
	for _, t := range g.Targets {
		doc.Access[0].Target.Value = append(doc.Access[0].Target.Value, t.String())
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return out.Bytes(), err
}

// constraints writes who, what for and when. Their lteq includes its instant,
// ours does not: it is one nanosecond earlier.
func (g *Grant) constraints() []lwsConstraint {
	var list []lwsConstraint
	if !g.Client.IsZero() {
		list = append(list, lwsConstraint{"client", "eq", g.Client.String()})
	}
	if !g.Purpose.IsZero() {
		list = append(list, lwsConstraint{"purpose", "eq", g.Purpose.String()})
	}
	if !g.From.IsZero() {
		list = append(list, lwsConstraint{"dateTime", "gteq", g.From.UTC().Format(time.RFC3339Nano)})
	}
	if !g.Until.IsZero() {
		list = append(list, lwsConstraint{"dateTime", "lteq", g.Until.Add(-1).UTC().Format(time.RFC3339Nano)})
	}
	return list
}

func (g *Grant) writableTimes() error {
	for _, t := range []time.Time{g.From, g.Until} {
		if y := t.UTC().Year(); !t.IsZero() && (y < firstYear || y > lastYear) {
			return fmt.Errorf("the year %d is out of reach", y)
		}
	}
	if !g.From.IsZero() && !g.Until.IsZero() && !g.Until.After(g.From) {
		return fmt.Errorf("it ends before it begins")
	}
	return nil
}

func inStorage(targets []linkeddata.IRI, storage linkeddata.IRI) error {
	if !strings.HasSuffix(storage.String(), "/") {
		return fmt.Errorf("the storage %s is no container", clip(storage.String()))
	}
	for _, t := range targets {
		if !t.HasPrefix(storage) {
			return fmt.Errorf("the target %s is not in the storage %s", clip(t.String()), clip(storage.String()))
		}
	}
	return nil
}

// refuse says what in a document cannot be kept.
func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrGrant, fmt.Sprintf(format, args...))
}
