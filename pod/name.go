package pod

import (
	"fmt"
	"slices"
)

// reserved are the first URL segments that belong to the server, names that a
// host would rather not see taken, and labels that mean something to mail
// programs, browsers and people where pods have subdomains. A name that is
// added here is refused to new pods; a pod that has it keeps it.
var reserved = []string{
	"oidc", "fhir", "app", "assets", "org", "healthz", "metrics", "admin", "api", "www", "static", "login", "logout",
	"account", "help", "about", "status", "well-known", "host", "skrin", "root", "support", "security", "null", "undefined",
	"auth", "sso", "signin", "accounts", "console", "mail", "smtp", "imap", "pop3", "mta-sts", "autoconfig", "autodiscover",
	"wpad", "isatap", "localhost", "ns1", "ns2", "ns3", "ns4", "ftp", "cdn",
}

// Lengths of names. No label of a host name is longer (RFC 1035, section 2.3.4).
const (
	minName = 3
	maxName = 63
)

// CheckName says whether a pod may have the name: 3 to 63 of a-z, 0-9 and
// single hyphens inside, and not reserved. The error wraps ErrPodName.
func CheckName(name string) error {
	switch {
	case len(name) < minName || len(name) > maxName:
		return fmt.Errorf("%w: %q must have %d to %d characters", ErrPodName, name, minName, maxName)
	case !soundName(name):
		return fmt.Errorf("%w: %q may hold only a-z, 0-9 and single hyphens between them", ErrPodName, name)
	case slices.Contains(reserved, name):
		return fmt.Errorf("%w: %q is reserved", ErrPodName, name)
	}
	return nil
}

// soundName says whether a name has the form of a pod's. It is a label of a host
// name, never one that encodes another alphabet ("xn--").
func soundName(name string) bool {
	if len(name) < minName || len(name) > maxName {
		return false
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		hyphen := c == '-' && i > 0 && i < len(name)-1 && name[i-1] != '-'
		if !letter && !hyphen {
			return false
		}
	}
	return true
}
