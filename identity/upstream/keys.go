package upstream

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"skrin/internal/jose"
)

// keys is the set that an issuer signs with. It is asked for when the first
// token comes, and again when a token names a key that is not in it.
type keys struct {
	client *http.Client
	url    string

	mu  sync.Mutex
	set jose.KeySet
}

// verify checks a token. The error wraps ErrUnreachable when the set cannot be
// had, else it is that of the token.
func (k *keys) verify(ctx context.Context, token *jose.Signed) error {
	k.mu.Lock()
	set := k.set
	k.mu.Unlock()
	err := set.Verify(token)
	if err == nil || token.KeyID != "" && !errors.Is(err, jose.ErrNoKey) {
		return err
	}
	if set, err = k.fetch(ctx); err != nil {
		return err
	}
	k.mu.Lock()
	k.set = set
	k.mu.Unlock()
	return set.Verify(token)
}

func (k *keys) fetch(ctx context.Context) (jose.KeySet, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return jose.KeySet{}, fmt.Errorf("%w: its keys have no address", ErrUnreachable)
	}
	answer, err := k.client.Do(request)
	if err != nil {
		return jose.KeySet{}, unreachable(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return jose.KeySet{}, fmt.Errorf("%w: it does not give its keys (status %d)", ErrUnreachable, answer.StatusCode)
	}
	set, err := jose.ParseKeySet(body)
	if err != nil {
		return jose.KeySet{}, fmt.Errorf("%w: its keys cannot be read", ErrUnreachable)
	}
	return set, nil
}

// signature is the check of one token, as go-oidc wants to have it done. Which
// algorithms and keys there are is for internal/jose to say, as everywhere here.
type signature struct {
	keys  *keys
	token *jose.Signed // when it was good
	err   error        // when it was not
}

// VerifySignature gives the payload of a token whose signature is good.
func (s *signature) VerifySignature(ctx context.Context, compact string) ([]byte, error) {
	token, err := jose.Parse(compact)
	if err == nil {
		err = s.keys.verify(ctx, token)
	}
	if err != nil {
		s.err = err
		return nil, err
	}
	s.token = token
	_, rest, _ := strings.Cut(compact, ".")
	payload, _, _ := strings.Cut(rest, ".")
	return base64.RawURLEncoding.DecodeString(payload)
}
