package outbound

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"skrin/linkeddata"
)

// transport makes a way out to the addresses that allowed says yes to. The
// check sits where the socket is about to connect: what a name resolved to
// earlier does not matter.
func (c *Client) transport(allowed func(netip.Addr) bool) *http.Transport {
	check := func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !allowed(to.Addr().Unmap()) {
			return errAddress
		}
		return nil
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		dialer := *c.dialer
		dialer.ControlContext = check
		return dialer.DialContext(ctx, network, address)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  nil, // never from the environment
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		Protocols:              protocols,
		DisableCompression:     true, // read does it, with a limit on both sides
		MaxResponseHeaderBytes: maxHeader,
		MaxConnsPerHost:        8,
		MaxIdleConns:           maxFetches,
		IdleConnTimeout:        30 * time.Second,
	}
}

// read takes the body of a good answer. Of a compressed body it takes no more
// than limit bytes before and after decompression.
func read(answer *http.Response, u *url.URL, limit int64) (Document, error) {
	iri, err := linkeddata.ParseIRI(u.String())
	if err != nil {
		return Document{}, errNoHTTPS
	}
	body := io.Reader(answer.Body)
	switch answer.Header.Get("Content-Encoding") {
	case "", "identity":
	case "gzip", "x-gzip":
		if body, err = gzip.NewReader(io.LimitReader(answer.Body, limit)); err != nil {
			return Document{}, broken(err)
		}
	default:
		return Document{}, errCoding
	}
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return Document{}, broken(err)
	}
	if int64(len(data)) > limit {
		return Document{}, fmt.Errorf("%w: %w: more than %d bytes", ErrAnswer, ErrTooLarge, limit)
	}
	return Document{IRI: iri, Body: data, MediaType: answer.Header.Get("Content-Type")}, nil
}

// broken tells a body that is wrong from one that the network did not bring.
func broken(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: its body breaks off or is garbled", ErrAnswer)
	}
	return unreachable(err)
}

// unreachable says in a few fixed words why a request failed. The causes
// themselves name hosts and addresses.
func unreachable(err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, ErrRefused):
		return errAddress
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %w", ErrUnreachable, context.Canceled)
	case isTimeout(err):
		return fmt.Errorf("%w: no answer in time", ErrUnreachable)
	case errors.As(err, &name):
		return fmt.Errorf("%w: its name cannot be resolved", ErrUnreachable)
	case errors.As(err, &certificate):
		return fmt.Errorf("%w: its certificate is not valid", ErrUnreachable)
	}
	return fmt.Errorf("%w: no connection", ErrUnreachable)
}

func isTimeout(err error) bool {
	var slow interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout()
}
