package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

// An app is a program of the demo that somebody who signs in here let act for them. It has a document that says who it
// is, asks for a code as any app does, and holds tokens that are good with its key alone.
type app struct {
	person   *issuer.Person // the key, and whom it acts for
	endpoint string         // where tokens come from
	redirect string
	verifier string // of the code that it asked for

	mu      sync.Mutex
	access  string
	until   time.Time
	refresh string
}

// newApp publishes an app, and makes its key.
func (g *stage) newApp(webid linkeddata.IRI, id, name string) (*app, error) {
	path := "/apps/" + id
	a := &app{endpoint: g.story.base + "oidc/token", redirect: "https://" + id + ".example/back", verifier: rand.Text() + rand.Text()}
	document, err := json.Marshal(map[string]any{
		"@context": "https://www.w3.org/ns/solid/oidc-context.jsonld", "client_id": g.issuer.URL(path), "client_name": name,
		"redirect_uris": []string{a.redirect}, "scope": "openid webid offline_access",
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"}, "token_endpoint_auth_method": "none",
	})
	if err != nil {
		return nil, fmt.Errorf("writing an app's document: %w", err)
	}
	g.issuer.Publish(path, "application/ld+json", string(document))
	a.person, err = g.issuer.Vouch(webid, linkeddata.MustIRI(g.issuer.URL(path)))
	return a, err
}

// request is the query with which the app sends a browser to the issuer.
func (a *app) request() url.Values {
	sum := sha256.Sum256([]byte(a.verifier))
	return url.Values{
		"response_type": {"code"}, "client_id": {a.person.Client.String()}, "redirect_uri": {a.redirect},
		"scope": {"openid webid offline_access"}, "prompt": {"consent"}, "state": {rand.Text()},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
}

// code is the form that exchanges what the browser came back with.
func (a *app) code(back string) (url.Values, error) {
	u, err := url.Parse(back)
	if err != nil || u.Query().Get("code") == "" {
		return nil, errors.New("the browser came back to the app without a code")
	}
	return url.Values{"grant_type": {"authorization_code"}, "code": {u.Query().Get("code")}, "redirect_uri": {a.redirect}, "code_verifier": {a.verifier}}, nil
}

// header goes with a request for tokens.
func (a *app) header() (map[string]string, error) {
	proof, err := a.person.ProofWith(http.MethodPost, a.endpoint, "", func(_, claims issuer.Parts) { delete(claims, "ath") })
	return map[string]string{"Content-Type": "application/x-www-form-urlencoded", "DPoP": proof}, err
}

// take keeps the tokens of an answer.
func (a *app) take(answer []byte) error {
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Seconds int    `json:"expires_in"`
	}
	if err := json.Unmarshal(answer, &tokens); err != nil || tokens.Access == "" {
		return fmt.Errorf("an app got no token: %s", shorten(string(answer), 200))
	}
	a.access, a.refresh, a.until = tokens.Access, tokens.Refresh, time.Now().Add(time.Duration(tokens.Seconds)*time.Second)
	return nil
}

// errWithdrawn is returned when the app may not act for its person any more.
var errWithdrawn = errors.New("the app was withdrawn")

// Token gives an access token that is good for another minute.
func (a *app) Token() (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Now().Add(time.Minute).Before(a.until) {
		return a.access, nil
	}
	return a.access, a.renew()
}

func (a *app) renew() error {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {a.refresh}, "client_id": {a.person.Client.String()}}
	header, err := a.header()
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("renewing an app's token: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("renewing an app's token: %w", err)
	}
	if res.StatusCode == http.StatusBadRequest {
		return errWithdrawn
	}
	return a.take(answer)
}
