package acl

import (
	"slices"
	"testing"
)

func TestModes(t *testing.T) {
	for _, c := range []struct {
		mode  Mode
		wac   []string
		words string
	}{
		{0, nil, "nothing"},
		{Read, []string{"read"}, "read"},
		{Create, nil, "create"},
		{Append, []string{"append"}, "create insert"},
		{Read | Create, []string{"read"}, "read create"},
		{Write, []string{"write"}, "create insert modify delete"},
		{Write &^ Delete, []string{"append"}, "create insert modify"},
		{Control, []string{"control"}, "control"},
		{All, []string{"read", "write", "control"}, "read create insert modify delete control"},
	} {
		if got := c.mode.WAC(); !slices.Equal(got, c.wac) {
			t.Errorf("%08b: WAC-Allow words %v, want %v", c.mode, got, c.wac)
		}
		if got := c.mode.String(); got != c.words {
			t.Errorf("%08b prints as %q", c.mode, got)
		}
	}
}
