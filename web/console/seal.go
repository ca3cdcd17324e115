package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"skrin/identity/records"
)

// sealer signs what a browser holds for us: form tokens, and texts that are good
// in one browser alone. It prints nothing of its key.
type sealer struct {
	mac func(purpose string, parts ...string) []byte
}

// purposes keep one kind of text from being taken for another.
const (
	forForms    = "form"
	forCeremony = "ceremony"
	forSecond   = "second factor"
	forNotices  = "notice"
	forBrowsers = "browser"
	forClasses  = "class of addresses"
)

type storedKey struct {
	Key []byte `json:"key"`
}

var keyKind = records.Kind[storedKey]{Name: "console key", Version: 1}

// openSealer reads the key of the records, or makes it.
func openSealer(all records.Records) (sealer, error) {
	var k storedKey
	err := all.View(func(tx records.Tx) (err error) {
		k, _, err = keyKind.Get(tx, "forms")
		return err
	})
	if err == nil && len(k.Key) == 0 {
		k.Key = make([]byte, 32)
		rand.Read(k.Key)
		err = all.Update(func(tx records.Tx) error { return keyKind.Put(tx, "forms", k) })
	}
	if err != nil {
		return sealer{}, fmt.Errorf("the key of the pages: %w", err)
	}
	return newSealer(k.Key), nil
}

// newSealer makes one. Parts are told apart by their lengths, since a browser
// chooses some of them.
func newSealer(key []byte) sealer {
	return sealer{func(purpose string, parts ...string) []byte {
		m := hmac.New(sha256.New, key)
		for _, p := range append([]string{purpose}, parts...) {
			fmt.Fprintf(m, "%d:%s", len(p), p)
		}
		return m.Sum(nil)
	}}
}

var base64url = base64.RawURLEncoding.Strict()

// sum is a MAC as a text.
func (s sealer) sum(purpose string, parts ...string) string {
	return base64url.EncodeToString(s.mac(purpose, parts...))
}

// fits says whether a text is the sum of the parts.
func (s sealer) fits(text, purpose string, parts ...string) bool {
	got, err := base64url.DecodeString(text)
	return err == nil && hmac.Equal(got, s.mac(purpose, parts...))
}

// bind makes a text that is good in one browser alone.
func (s sealer) bind(purpose, browser, text string) string {
	return s.sum(purpose, browser, text) + "~" + text
}

// unbind gives the text back; false: it was bound to another browser, or never.
func (s sealer) unbind(purpose, browser, bound string) (string, bool) {
	sum, text, _ := strings.Cut(bound, "~")
	return text, browser != "" && s.fits(sum, purpose, browser, text)
}

// randomID is 128 random bits in 22 characters.
func randomID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return base64url.EncodeToString(b)
}
