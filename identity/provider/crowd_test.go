package provider

import "testing"

// A class has its share and all have theirs; whoever leaves makes room, and leaves nothing behind.
func TestCrowd(t *testing.T) {
	c := newCrowd(2, 3)
	for i, step := range []struct {
		who  string
		want bool
	}{{"a", true}, {"a", true}, {"a", false}, {"b", true}, {"b", false}, {"c", false}} {
		if got := c.enter(step.who); got != step.want {
			t.Errorf("%d: %s enters: %v", i, step.who, got)
		}
	}
	c.leave("a")
	if !c.enter("c") || c.enter("a") {
		t.Error("who leaves makes room for one")
	}
	for _, who := range []string{"a", "b", "c"} {
		c.leave(who)
	}
	if len(c.inside) != 0 || c.total != 0 {
		t.Errorf("%v remain", c.inside)
	}
}
