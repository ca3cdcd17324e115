package pod

import (
	"fmt"
	"slices"
)

// reserved are the first URL segments that belong to the server, and names
// that a host would rather not see taken.
var reserved = []string{
	"oidc", "fhir", "app", "assets", "org", "healthz", "metrics", "admin", "api", "www", "static", "login", "logout",
	"account", "help", "about", "status", "well-known", "host", "skrin", "root", "support", "security", "null", "undefined",
}

// CheckName says whether a pod may have the name: 3 to 63 of a-z, 0-9 and
// single hyphens inside, and not reserved. The error wraps ErrPodName.
func CheckName(name string) error {
	if len(name) < 3 || len(name) > 63 {
		return fmt.Errorf("%w: %q must have 3 to 63 characters", ErrPodName, name)
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		hyphen := c == '-' && i > 0 && i < len(name)-1 && name[i-1] != '-'
		if !letter && !hyphen {
			return fmt.Errorf("%w: %q may hold only a-z, 0-9 and single hyphens between them", ErrPodName, name)
		}
	}
	if slices.Contains(reserved, name) {
		return fmt.Errorf("%w: %q is reserved", ErrPodName, name)
	}
	return nil
}
