package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// A ticket is something we said that somebody else holds for a while and
// brings back: a ceremony that was begun, a first factor that was right, a
// device that was signed in. It is signed by us, for one purpose, until a
// moment; what it says is no secret to its holder.
type ticket struct {
	ID      string          `json:"id"`
	Until   int64           `json:"until"` // Unix seconds
	Account string          `json:"account,omitempty"`
	Session string          `json:"session,omitempty"`
	Done    []Method        `json:"done,omitempty"`   // factors that were right before
	Before  string          `json:"before,omitempty"` // the ticket that said so
	Change  uint32          `json:"change,omitempty"`
	Epoch   uint32          `json:"epoch,omitempty"`
	Web     json.RawMessage `json:"web,omitempty"` // what the library of passkeys must have back
}

// purpose keeps one kind of ticket from being taken for another.
type purpose string

const (
	forAssertion    purpose = "assertion"
	forRegistration purpose = "registration"
	forSecond       purpose = "second factor"
	forDevice       purpose = "device"
	forLink         purpose = "link" // never signed: what links are looked up by
)

const maxTicket = 8 << 10

// signer makes and reads tickets. It prints nothing of its key.
type signer struct {
	mac func(p purpose, body string) []byte
}

func newSigner(key []byte) signer {
	return signer{func(p purpose, body string) []byte {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(p))
		m.Write([]byte{0})
		m.Write([]byte(body))
		return m.Sum(nil)
	}}
}

var base64url = base64.RawURLEncoding.Strict()

func (s signer) sign(p purpose, t ticket) Secret {
	text, err := json.Marshal(t)
	if err != nil {
		panic("account: a ticket cannot be written: " + err.Error()) // it is made of texts and numbers
	}
	body := base64url.EncodeToString(text)
	return NewSecret(body + "." + base64url.EncodeToString(s.mac(p, body)))
}

// open reads a ticket of ours that has not expired; ErrCeremony: it is none.
func (s signer) open(p purpose, text string, now time.Time) (ticket, error) {
	body, tag, _ := strings.Cut(text, ".")
	if len(text) > maxTicket {
		return ticket{}, ErrCeremony
	}
	got, err := base64url.DecodeString(tag)
	if err != nil || !hmac.Equal(got, s.mac(p, body)) {
		return ticket{}, ErrCeremony
	}
	var t ticket
	plain, err := base64url.DecodeString(body)
	if err != nil || json.Unmarshal(plain, &t) != nil || now.Unix() >= t.Until {
		return ticket{}, ErrCeremony
	}
	return t, nil
}

// spent remembers which ceremonies were brought back, until they expire: each
// is looked at once, however it ends. Those that opened something are kept in
// the account besides, so that a restart does not make them good again.
type spent struct {
	mu    sync.Mutex
	until map[string]int64
	swept int64
}

// maxSpent bounds the memory. Past it the failed ones may be looked at twice,
// which gives nobody anything.
const maxSpent = 1 << 16

func newSpent() *spent { return &spent{until: make(map[string]int64)} }

// take says whether this is the first time.
func (s *spent) take(t ticket, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now.Unix())
	if _, there := s.until[t.ID]; there {
		return false
	}
	if len(s.until) < maxSpent {
		s.until[t.ID] = t.Until
	}
	return true
}

func (s *spent) sweep(now int64) {
	if now == s.swept {
		return
	}
	s.swept = now
	for id, until := range s.until {
		if until <= now {
			delete(s.until, id)
		}
	}
}

// spentEntry is a ceremony that opened something, as the account keeps it.
type spentEntry struct {
	ID    string `json:"id"`
	Until int64  `json:"until"`
}

// maxSpentEntries bounds how often one account is signed in to within the life
// of a ceremony.
const maxSpentEntries = 100

// spend uses a ticket up in the account; ErrCeremony: it was.
func (s *stored) spend(id string, until int64, now time.Time) error {
	left := s.Spent[:0:0]
	for _, e := range s.Spent {
		if e.ID == id {
			return ErrCeremony
		}
		if e.Until > now.Unix() {
			left = append(left, e)
		}
	}
	if len(left) >= maxSpentEntries {
		return &Wait{ceremonyLife}
	}
	s.Spent = append(left, spentEntry{id, until})
	return nil
}
