package provider

import (
	"net/netip"
	"net/url"
	"strings"
)

// Bounds of redirect URIs.
const (
	maxRedirects   = 32
	maxRedirectLen = 2 << 10
)

// soundRedirect says whether a client may name this redirect URI: https, http
// to this very machine (RFC 8252 sections 7.3 and 8.3), or a scheme of an app's
// own, which has a dot as a reversed domain name does (section 7.1). No
// fragment, no user information, and nothing that two parsers could read
// differently.
func soundRedirect(s string) bool {
	if s == "" || len(s) > maxRedirectLen || strings.ContainsAny(s, "\\#*") || !plain(s) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Hostname() != "" && u.Opaque == ""
	case "http":
		return u.Opaque == "" && (u.Hostname() == "localhost" || isLoopback(u.Hostname()))
	}
	return strings.Contains(u.Scheme, ".") && strings.ToLower(u.Scheme) == u.Scheme
}

// plain says whether a text holds visible ASCII only.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() && ip.Zone() == ""
}

// sameRedirect compares character by character (RFC 9700 section 2.1). One
// thing may differ: the port of a loopback address, which an app on this
// machine gets when it runs (RFC 8252 section 7.3). The name "localhost" is no
// address and has no such freedom.
func sameRedirect(known, asked string) bool {
	if known == asked {
		return true
	}
	return soundRedirect(asked) && withoutPort(known) != "" && withoutPort(known) == withoutPort(asked)
}

// withoutPort gives a loopback redirect URI without its port, "" for any other.
func withoutPort(s string) string {
	rest, found := strings.CutPrefix(s, "http://")
	if !found {
		return ""
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	u := url.URL{Host: rest[:end]}
	if !isLoopback(u.Hostname()) {
		return ""
	}
	return u.Hostname() + rest[end:]
}

// assured says whether only the client itself can be behind a redirect URI. An
// app's own scheme and a port of this machine can be taken by another app, so
// nothing may be answered there without asking the citizen (RFC 8252 section
// 8.6).
func assured(redirect string) bool { return strings.HasPrefix(redirect, "https://") }

// withQuery adds parameters to a redirect URI, after those that it has.
func withQuery(redirect string, add url.Values) string {
	sep := "?"
	if strings.Contains(redirect, "?") {
		sep = "&"
	}
	return redirect + sep + add.Encode()
}
