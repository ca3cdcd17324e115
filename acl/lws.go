package acl

import "skrin/linkeddata"

// ParseGrantLWS reads an LWS access grant (JSON-LD).
func ParseGrantLWS(body []byte, storage linkeddata.IRI) (Grant, error) { return Grant{}, nil }

// EncodeLWS writes the grant as an LWS access grant whose own IRI is id, given by assigner.
func (g Grant) EncodeLWS(id, assigner, storage linkeddata.IRI) ([]byte, error) { return nil, nil }
