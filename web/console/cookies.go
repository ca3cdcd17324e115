package console

import (
	"net/http"
	"strings"
	"time"

	"skrin/identity/account"
)

// The cookies. Over https their names begin with "__Host-", so that no other host
// of the domain can set one (RFC 6265bis, section 4.1.3.2).
const (
	sessionCookie  = "session"  // the token of account.Accounts
	browserCookie  = "browser"  // a random id that forms and ceremonies are bound to
	deviceCookie   = "device"   // that somebody was signed in here before
	languageCookie = "language" // what was chosen by hand
)

// cookieYear is how long a device and a choice of language are remembered. The
// session and the browser's id go when the browser is closed.
const cookieYear = 365 * 24 * time.Hour

// maxCookie bounds a value that is read.
const maxCookie = 8 << 10

// jar is the cookies of one request, and those that its answer sets.
type jar struct {
	secure bool
	came   map[string]string
	set    []*http.Cookie
}

func (h *Handler) jarOf(header http.Header) *jar {
	j := &jar{secure: h.secure, came: map[string]string{}}
	all := (&http.Request{Header: header}).Cookies() // without those that cannot be read: other hosts of the domain set what they like
	for _, c := range all {
		name, ours := strings.CutPrefix(c.Name, j.prefix())
		if _, twice := j.came[name]; ours && !twice && len(c.Value) <= maxCookie {
			j.came[name] = c.Value
		}
	}
	return j
}

func (j *jar) prefix() string {
	if j.secure {
		return "__Host-skrin-"
	}
	return "skrin-"
}

func (j *jar) get(name string) string { return j.came[name] }

// put sets a cookie; lasting zero: until the browser is closed. The last one of a
// name counts.
func (j *jar) put(name, value string, lasting time.Duration) {
	kept := j.set[:0]
	for _, c := range j.set {
		if c.Name != j.prefix()+name {
			kept = append(kept, c)
		}
	}
	c := &http.Cookie{Name: j.prefix() + name, Value: value, Path: "/", Secure: j.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(lasting / time.Second)}
	j.set = append(kept, c)
}

// drop takes a cookie away.
func (j *jar) drop(name string) { j.put(name, "", -time.Second) }

func (j *jar) write(header http.Header) {
	for _, c := range j.set {
		header.Add("Set-Cookie", c.String())
	}
}

// open takes the cookies of somebody who was let in.
func (j *jar) open(o *account.Opened) {
	j.put(sessionCookie, o.Token.Reveal(), 0)
	j.put(deviceCookie, o.Device.Reveal(), cookieYear)
}
