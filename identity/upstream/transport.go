package upstream

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// Bounds of every question.
const (
	maxBody   = 512 << 10 // bytes of an answer; the libraries cut off silently at a mebibyte
	maxHeader = 32 << 10
	patience  = 10 * time.Second
)

var errTooLarge = errors.New("upstream: the answer is too large")

// bounded makes a client that follows no redirect (it would carry our secret,
// or trust, to an address that nobody configured) and reads no endless answer.
func bounded(given *http.Client) *http.Client {
	client := http.Client{Transport: transport()}
	if given != nil {
		client = *given
	}
	if client.Transport == nil {
		client.Transport = http.DefaultTransport
	}
	client.Transport = limiter{client.Transport}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Jar = nil
	if client.Timeout <= 0 || client.Timeout > patience {
		client.Timeout = patience
	}
	return &client
}

// transport is for public issuers over TLS, and for those of this machine.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:                  nil, // never from the environment
		DialContext:            (&net.Dialer{Timeout: patience / 2}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    patience / 2,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeader,
		MaxConnsPerHost:        maxReturning + maxLeaving,
		MaxIdleConns:           2 * MaxIssuers,
		IdleConnTimeout:        30 * time.Second,
	}
}

// limiter bounds the body of every answer, as it is after decompression.
type limiter struct{ next http.RoundTripper }

func (l limiter) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.next.RoundTrip(r)
	if err == nil {
		answer.Body = &limited{answer.Body, maxBody}
	}
	return answer, err
}

type limited struct {
	io.ReadCloser
	left int
}

// Read gives an error instead of what is too much, so that half an answer is
// never taken for a whole one.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.left -= n; l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
