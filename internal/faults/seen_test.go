package faults

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestNothingUnknownIsRead promises that nobody reads a state of which it is not known whether it is on disk: the
// last sync of a commit takes long and then fails, while somebody asks for the resource all the time.
func TestNothingUnknownIsRead(t *testing.T) {
	p := program(t, "seen")
	armed, failing, asked := false, false, 0
	var held *Event
	p.Hear = func(line string) {
		armed = armed || line == "begin 6"
		if strings.HasPrefix(line, "saw") {
			asked++
		}
	}
	p.Decide = func(e *Event) Verdict {
		switch {
		case armed && held == nil && e.Kind == Write && strings.HasPrefix(e.File.Name, "pods/") && e.At < 2*int64(os.Getpagesize()):
			held = e
		case held != nil && !failing && e.Kind == Sync && e.File == held.File:
			failing = true
			before, until := asked, time.Now().Add(300*time.Millisecond)
			return Verdict{Fail: syscall.EIO, Hold: func() bool { return asked > before+20 || time.Now().After(until) }}
		}
		return Verdict{}
	}
	r, err := p.Run()
	if err != nil || r.Status != 0 {
		t.Fatalf("%v, status %d: %s", err, r.Status, r.Stderr)
	}
	if held == nil || !failing {
		t.Fatal("no commit was held: the test looks at the wrong calls")
	}
	early, fenced, later := 0, 0, false
	answered := false
	for _, e := range r.Events {
		switch {
		case e.Kind != Mark || e.Begin < held.End:
		case strings.HasPrefix(e.Text, "end 6"):
			answered = true
			if strings.Contains(e.Text, "<nil>") {
				t.Errorf("answered as done though its sync failed: %s", e.Text)
			}
		case e.Text == "saw 6" && !answered:
			early++
		case strings.HasPrefix(e.Text, "saw nothing"):
			fenced++
		case e.Text == "saw 11":
			later = true
		}
	}
	if early > 0 {
		t.Errorf("%d times somebody read what was not yet on disk", early)
	}
	if !later {
		t.Error("the pod did not come back")
	}
	t.Logf("asked %d times in all, refused %d times while the pod was checked", asked, fenced)
}
