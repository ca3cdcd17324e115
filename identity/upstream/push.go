package upstream

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"skrin/internal/jose"
)

// maxRequestURI bounds the name of a pushed request; those met in use have some sixty characters.
const maxRequestURI = 1024

// push brings a request to the issuer itself (RFC 9126), and gives what the
// browser brings there instead of it.
func (u *Issuers) push(ctx context.Context, p *party, m *metadata, request url.Values) (url.Values, error) {
	select {
	case p.leaving <- struct{}{}:
		defer func() { <-p.leaving }()
	default:
		return nil, ErrBusy
	}
	if err := p.introduce(m, request); err != nil {
		return nil, err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, m.push, strings.NewReader(request.Encode()))
	if err != nil {
		return nil, fmt.Errorf("%w: no address for pushed requests", ErrUnreachable)
	}
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	post.Header.Set("Accept", "application/json")
	if m.method == byHeader { // RFC 6749, section 2.3.1
		post.SetBasicAuth(url.QueryEscape(p.ClientID), url.QueryEscape(p.Secret.Reveal()))
	}
	answer, err := p.client.Do(post)
	if err != nil {
		return nil, unreachable(err)
	}
	defer answer.Body.Close()
	name, err := pushed(answer)
	if err != nil {
		return nil, err
	}
	return url.Values{"client_id": {p.ClientID}, "request_uri": {name}}, nil
}

// pushed reads how an issuer calls the request that it was given.
func pushed(answer *http.Response) (string, error) {
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", unreachable(err)
	}
	o, err := jose.ParseObject(body)
	if answer.StatusCode != http.StatusCreated && answer.StatusCode != http.StatusOK {
		code, _ := o.Text("error")
		return "", refused(answer.StatusCode, code)
	}
	if err != nil {
		return "", fmt.Errorf("%w: it does not answer as an issuer does", ErrUnreachable)
	}
	name, err := o.Text("request_uri")
	if err != nil || name == "" || len(name) > maxRequestURI {
		return "", fmt.Errorf("%w: it gives a pushed request no name", ErrUnreachable)
	}
	return name, nil
}
