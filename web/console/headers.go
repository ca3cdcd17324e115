package console

import (
	"net/http"
	"net/url"
	"strings"
)

// protect gives a page the fields that keep it to itself. Nothing is loaded but
// our own files, nothing is inline, nobody frames it, and forms lead to us, or on
// the way to an app to where that app is answered: browsers hold the redirects
// after a form against form-action too.
func (v *visit) protect(h http.Header) {
	ours := v.h.assets()
	policy := "default-src 'none'; style-src " + ours + "; script-src " + ours + "; img-src " + ours + "; font-src " + ours +
		"; connect-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	if v.app != nil {
		policy += formTarget(v.app.Redirect)
	}
	for _, also := range v.leaving {
		policy += formTarget(also)
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Origin-Agent-Cluster", "?1")
	h.Set("Permissions-Policy", permissions)
	h.Set("Vary", "Accept-Language, Cookie, Origin, Sec-Fetch-Site")
	if v.h.secure { // nobody between is asked by http first (RFC 6797); other hosts of the domain are not ours to speak for
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// assets is where our own files are, for a policy: not all of the origin, since
// pods may stand there too. An IPv6 address cannot be written in a policy.
func (h *Handler) assets() string {
	if strings.Contains(h.host, "[") {
		return "'self'"
	}
	return h.origin + h.root + "assets/"
}

// permissions leaves passkeys to our own pages and takes everything else away.
const permissions = "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), display-capture=(), fullscreen=(), " +
	"geolocation=(), microphone=(), payment=(), usb=()"

// formTarget is what form-action says for an address that a browser may be sent to
// after a form. A scheme of an app's own stands for itself. An IPv6 address
// cannot be written in a policy (CSP level 3, section 2.3.1), so there its scheme must do.
func formTarget(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme == "" || strings.ContainsAny(u.Scheme+u.Host, ";, '\"*"):
		return ""
	case u.Scheme != "https" && u.Scheme != "http", strings.HasPrefix(u.Host, "["):
		return " " + u.Scheme + ":"
	}
	return " " + u.Scheme + "://" + u.Host
}

// leads is the host that an address leads to, for people; "" when it has none.
func leads(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if u.Host == "" {
		return u.Scheme
	}
	return u.Host
}
