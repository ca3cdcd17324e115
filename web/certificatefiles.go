package web

import (
	"crypto/tls"
	"os"
	"sync"
	"time"
)

// certificateFiles is a certificate in files that somebody else renews.
type certificateFiles struct {
	certificate, key string

	mu      sync.Mutex
	current *tls.Certificate
	of      time.Time // when the certificate's file was changed last
}

// get reads the files again when they have changed. While they are being
// changed, or cannot be read, what was read last goes on.
func (f *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.certificate)
	if err == nil && (f.current == nil || !info.ModTime().Equal(f.of)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(f.certificate, f.key); err == nil {
			f.current, f.of = &pair, info.ModTime()
		}
	}
	if f.current == nil {
		return nil, err
	}
	return f.current, nil
}
