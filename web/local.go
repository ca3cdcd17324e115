package web

import (
	"context"
	"errors"
	"fmt"
	"io"

	"skrin/acl"
	"skrin/internal/outbound"
	"skrin/linkeddata"
	"skrin/pod"
)

// Local finds documents that this server itself hosts, for outbound.Config: what
// lies in a pod is read here, as the public, and never asked for over the network. It says false when the IRI is not ours, or when there is
// nothing that everybody may read. issued is asked first, for what our own issuer
// publishes (oidc.Document); it may be nil.
func Local(vault *pod.Vault, issued func(linkeddata.IRI) (outbound.Document, bool, error)) func(context.Context, linkeddata.IRI) (outbound.Document, bool, error) {
	return func(ctx context.Context, iri linkeddata.IRI) (outbound.Document, bool, error) {
		if issued != nil {
			if doc, ok, err := issued(iri); ok || err != nil {
				return doc, ok, err
			}
		}
		name, raw, ours := vault.Site().Pod(iri.WithoutFragment())
		if !ours {
			return outbound.Document{}, false, nil
		}
		doc, err := readLocal(ctx, vault, name, raw)
		switch {
		case errors.Is(err, pod.ErrNoPod), errors.Is(err, pod.ErrDenied), errors.Is(err, pod.ErrNotFound), errors.Is(err, pod.ErrPath):
			return outbound.Document{}, false, nil
		case err != nil:
			return outbound.Document{}, false, fmt.Errorf("read a document of this server: %w", err)
		}
		doc.IRI = iri.WithoutFragment()
		return doc, true, nil
	}
}

func readLocal(ctx context.Context, vault *pod.Vault, name, raw string) (outbound.Document, error) {
	info, err := vault.Lookup(name)
	if err != nil {
		return outbound.Document{}, err
	}
	p, err := pod.ParsePath(raw)
	if err != nil {
		return outbound.Document{}, err
	}
	res, err := vault.As(info.ID, acl.Agent{}).Get(ctx, p)
	if err != nil {
		return outbound.Document{}, err
	}
	if res.Body == nil {
		return outbound.Document{}, pod.ErrNotFound
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, outbound.MaxBody+1))
	if err == nil && len(body) > outbound.MaxBody {
		err = pod.ErrTooLarge
	}
	return outbound.Document{Body: body, MediaType: res.MediaType}, err
}
