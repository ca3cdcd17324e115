package pod

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// What nobody uses lies on the disk alone, and is there again when somebody asks.
func TestIdlePodsAreGivenBack(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for i := range 40 {
		w.put(maria, fmt.Sprintf("/x/%d", i), text(strings.Repeat("x", 1000)))
	}
	file := w.vault.podFile(p.ID)
	if resident(t, file) == 0 {
		t.Fatal("nothing of a pod in use is in memory")
	}
	if idle := w.vault.idleSince(time.Now().Add(-time.Hour)); len(idle) != 0 {
		t.Errorf("%d pods are idle while they are used", len(idle))
	}
	for _, h := range w.vault.idleSince(time.Now().Add(time.Hour)) {
		h.cool()
	}
	if kb := resident(t, file); kb != 0 {
		t.Errorf("%d KB of an idle pod are in memory", kb)
	}
	for i := range 40 {
		if got := w.get(maria, fmt.Sprintf("/x/%d", i)); got != strings.Repeat("x", 1000) {
			t.Errorf("record %d has come back as %q", i, got)
		}
	}
}

// Opening many pods leaves what was read of the last few alone in memory.
func TestOpenedPodsMakeRoom(t *testing.T) {
	v := &Vault{}
	var handles []*handle
	for range maxStarted + 3 {
		handles = append(handles, &handle{warm: true})
	}
	for i, h := range handles {
		cold := v.started(h)
		if i < maxStarted && cold != nil || i >= maxStarted && (cold != handles[i-maxStarted] || cold.warm) {
			t.Errorf("opening pod %d cools %p", i, cold)
		}
	}
}

// resident tells how many KB of a mapped file lie in this process's memory.
func resident(t *testing.T, file string) (kb int) {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the system does not tell what is mapped:", err)
		}
		t.Skip("the system does not tell:", err)
	}
	defer f.Close()
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, n := lines.Text(), 0
		if strings.Contains(line, "-") && !strings.Contains(line, ": ") {
			inside = strings.HasSuffix(line, file)
		} else if _, err := fmt.Sscanf(line, "Rss: %d kB", &n); err == nil && inside {
			kb += n
		}
	}
	return kb
}
