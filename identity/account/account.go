package account

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"time"

	"skrin/identity/records"
	"skrin/linkeddata"
)

// Account is one citizen, as this host knows them.
type Account struct {
	ID          string // 22 characters, random, for ever
	Name        string // what they sign in with, in its one form (see ParseName)
	Pods        []PodRef
	Locale      string // a BCP 47 tag; "" when they never said
	Created     time.Time
	TwoFactors  bool      // signing in takes the password and a passkey
	PasswordSet time.Time // zero: there is no password
	Passkeys    []Passkey
	Links       []Link // identities at issuers outside
}

// PodRef is a pod of the account, and who its owner is on the web.
type PodRef struct {
	Name  string
	WebID linkeddata.IRI
}

// Bounds of an account.
const (
	MaxPods     = 16
	MaxPasskeys = 20
	MaxSessions = 50 // the one that was not used for longest makes room
	maxPodName  = 63
	maxWebID    = 1024
)

// handleLen is that of a WebAuthn user handle: random, and as long as may be
// (WebAuthn level 3, section 5.4.3).
const handleLen = 64

// stored is an account as it is kept. Everything that says whether somebody
// may sign in is in it, so that one transaction sees it whole.
type stored struct {
	Name       string       `json:"name"`
	Handle     []byte       `json:"handle"`
	Pods       []storedPod  `json:"pods,omitempty"`
	Locale     string       `json:"locale,omitempty"`
	Created    time.Time    `json:"created"`
	TwoFactors bool         `json:"two_factors,omitempty"`
	Password   *hash        `json:"password,omitempty"`
	Passkeys   []storedKey  `json:"passkeys,omitempty"`
	Links      []storedLink `json:"links,omitempty"`
	Sessions   []string     `json:"sessions,omitempty"` // ids, oldest first; some may have expired
	Spent      []spentEntry `json:"spent,omitempty"`    // ceremonies that were used and have not expired
	Change     uint32       `json:"change"`             // counts changes of credentials: a first factor does not outlive one
	Epoch      uint32       `json:"epoch"`              // counts recoveries: a known device does not outlive one
}

type storedPod struct {
	Name  string `json:"name"`
	WebID string `json:"webid"`
}

// ref leads from a name, a pod, a handle, a passkey or a link to the account.
type ref struct {
	Account string `json:"account"`
}

var (
	accountKind = records.Kind[stored]{Name: "account", Version: 1}
	nameKind    = records.Kind[ref]{Name: "account name", Version: 1}
	podKind     = records.Kind[ref]{Name: "account pod", Version: 1}
	handleKind  = records.Kind[ref]{Name: "account handle", Version: 1}
	passkeyKind = records.Kind[ref]{Name: "account passkey", Version: 1}
)

// public is the account as others see it.
func (s stored) public(id string) (Account, error) {
	pods, err := s.refs()
	a := Account{ID: id, Name: s.Name, Pods: pods, Locale: s.Locale, Created: s.Created, TwoFactors: s.TwoFactors}
	if s.Password != nil {
		a.PasswordSet = s.Password.Set
	}
	for _, k := range s.Passkeys {
		a.Passkeys = append(a.Passkeys, k.public())
	}
	for _, l := range s.Links {
		a.Links = append(a.Links, l.public())
	}
	return a, err
}

func (s stored) refs() ([]PodRef, error) {
	var pods []PodRef
	for _, p := range s.Pods {
		iri, err := linkeddata.ParseIRI(p.WebID)
		if err != nil {
			return nil, fmt.Errorf("%w: the WebID of an account: %w", records.ErrShape, err)
		}
		pods = append(pods, PodRef{p.Name, iri})
	}
	return pods, nil
}

func (s stored) empty() bool {
	return s.Password == nil && len(s.Passkeys) == 0 && len(s.Links) == 0
}

// storedPods checks what an account is to say about its pods.
func storedPods(pods []PodRef) ([]storedPod, error) {
	if len(pods) > MaxPods {
		return nil, ErrTooMany
	}
	var all []storedPod
	for _, p := range pods {
		twice := slices.ContainsFunc(all, func(o storedPod) bool { return o.Name == p.Name })
		if p.Name == "" || len(p.Name) > maxPodName || p.WebID.IsZero() || len(p.WebID.String()) > maxWebID || twice {
			return nil, ErrPods
		}
		all = append(all, storedPod{p.Name, p.WebID.String()})
	}
	return all, nil
}

var localePattern = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)

// checkLocale takes what looks like a language tag (RFC 5646), and none.
func checkLocale(tag string) error {
	if tag != "" && !localePattern.MatchString(tag) {
		return ErrLocale
	}
	return nil
}

// randomID is 128 random bits in 22 characters.
func randomID() string { return base64.RawURLEncoding.EncodeToString(randomBytes(16)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: it ends the program instead
	return b
}
