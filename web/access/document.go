package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/web/request"
)

// lwsContext is the context of every document here. The terms that we add say
// how a grant stands; the access grant of Linked Web Storage has none for that.
const lwsContext = "https://www.w3.org/ns/lws/v1"

var ownTerms = map[string]string{
	"status":  "urn:skrin:term:status",
	"created": "http://purl.org/dc/terms/created",
	"revoked": "urn:skrin:term:revoked",
	"note":    "http://www.w3.org/2000/01/rdf-schema#comment",
}

// document writes a grant as LWS has it, with how it stands at now.
func document(r *request.Request, g acl.Grant, now time.Time) (map[string]any, error) {
	text, err := g.EncodeLWS(r.At(place(g.ID)), r.Pod.Owner, r.Pod.Root)
	if err != nil {
		return nil, fmt.Errorf("write grant: %w", err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("write grant: %w", err)
	}
	doc["@context"] = contexts()
	doc["status"] = State(g, now)
	doc["created"] = g.Created.UTC().Format(time.RFC3339Nano)
	if !g.Revoked.IsZero() {
		doc["revoked"] = g.Revoked.UTC().Format(time.RFC3339Nano)
	}
	return doc, nil
}

func contexts() []any { return []any{lwsContext, ownTerms} }

// State says in one word how a grant stands at an instant.
func State(g acl.Grant, at time.Time) string {
	switch {
	case !g.Revoked.IsZero():
		return "revoked"
	case !at.Before(g.Until):
		return "ended"
	case g.Suspended:
		return "suspended"
	case at.Before(g.From):
		return "waiting"
	}
	return "active"
}

func write(a *request.Answer, mt linkeddata.MediaType, doc any) (*request.Answer, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("write answer: %w", err)
	}
	a.Header.Set("Cache-Control", "private, no-store")
	return a.With(mt.String(), b.Bytes()), nil
}
