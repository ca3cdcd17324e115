package notify

import "strings"

// sameState says whether a state that a subscriber has is the stored one. It may
// be written as an entity tag of any form of it, with quotes or without.
func sameState(theirs, stored string) bool {
	theirs = strings.TrimPrefix(strings.TrimSpace(theirs), "W/")
	version, _, _ := strings.Cut(strings.Trim(theirs, `"`), ":")
	return version == stored
}
