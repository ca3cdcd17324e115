package identity

import (
	"net/url"
	"strings"
)

// sameTarget compares htu with the URL of the request, without query and
// fragment, after the normalisation of RFC 3986 sections 6.2.2 and 6.2.3:
// case of scheme, host and escapes, escapes of unreserved characters, the
// default port, the empty path. Dot segments are not resolved, since no path
// of ours has any. An htu with user information is never the same.
func sameTarget(htu, target string) bool {
	if htu == "" {
		return false
	}
	target = withoutQuery(target)
	if htu = withoutQuery(htu); htu == target {
		return true
	}
	a, ok1 := normalise(htu)
	b, ok2 := normalise(target)
	return ok1 && ok2 && a == b
}

func withoutQuery(s string) string {
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		return s[:i]
	}
	return s
}

func normalise(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch {
	case scheme == "https":
		host = strings.TrimSuffix(host, ":443")
	case scheme == "http":
		host = strings.TrimSuffix(host, ":80")
	default:
		return "", false
	}
	return scheme + "://" + strings.TrimSuffix(host, ":") + normalisePath(u.EscapedPath()), true
}

// normalisePath writes escapes in upper case and undoes those of unreserved
// characters. They are well formed: url.Parse has read them.
func normalisePath(path string) string {
	if path == "" {
		return "/"
	}
	if !strings.Contains(path, "%") {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			b.WriteByte(path[i])
			continue
		}
		c := unhex(path[i+1])<<4 | unhex(path[i+2])
		if unreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(path[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

func unreserved(c byte) bool {
	letter := c|0x20 >= 'a' && c|0x20 <= 'z'
	return letter || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
