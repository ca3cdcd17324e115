package pod

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRandomHistory runs random operations against the pod and against a plain
// map, with restarts in between, and compares. The seed is printed; SKRIN_SEED
// and SKRIN_STEPS run a certain or a longer one.
func TestRandomHistory(t *testing.T) {
	seed, steps := uint64(time.Now().UnixNano()), 1500
	if s, err := strconv.ParseUint(os.Getenv("SKRIN_SEED"), 10, 64); err == nil {
		seed = s
	}
	if n, err := strconv.Atoi(os.Getenv("SKRIN_STEPS")); err == nil {
		steps = n
	}
	t.Logf("SKRIN_SEED=%d", seed)
	m := &model{world: newWorld(t), rng: rand.New(rand.NewPCG(seed, 1)), bodies: map[string]string{}}
	m.pod = m.maria()
	for i := range steps {
		m.step(i)
	}
	m.compare()
}

type model struct {
	*world
	pod    Created
	rng    *rand.Rand
	bodies map[string]string // path -> body
}

func (m *model) session() *Session { return m.vault.As(m.pod.ID, owner(m.pod)) }

// path gives one of few paths, so that operations meet.
func (m *model) path() string {
	s := "/r"
	for range m.rng.IntN(3) {
		s += fmt.Sprintf("/%d", m.rng.IntN(3))
	}
	return s + fmt.Sprintf("/f%d", m.rng.IntN(4))
}

func (m *model) body(i int) string {
	n := []int{0, 10, 300, 5000, inlineLimit + 10}[m.rng.IntN(5)]
	return strings.Repeat(fmt.Sprintf("%06d ", i), n/7+1)
}

func (m *model) step(i int) {
	m.Helper()
	p := m.path()
	_, there := m.bodies[p]
	switch k := m.rng.IntN(100); {
	case k < 45:
		body := m.body(i)
		r, err := m.session().Put(ctx, MustPath(p), text(body), Precondition{})
		if err != nil || r.Created == there {
			m.Fatalf("step %d: put %s: %+v %v, was there: %v", i, p, r, err, there)
		}
		m.bodies[p] = body
	case k < 55:
		r, err := m.session().Put(ctx, MustPath(p), text("once"), Precondition{IfNoneMatch: []string{"*"}})
		if there != errors.Is(err, ErrPrecondition) {
			m.Fatalf("step %d: put once %s: %+v %v, was there: %v", i, p, r, err, there)
		}
		if !there {
			m.bodies[p] = "once"
		}
	case k < 75:
		err := m.session().Delete(ctx, MustPath(p), Precondition{})
		if there != (err == nil) || !there && !errors.Is(err, ErrNotFound) {
			m.Fatalf("step %d: delete %s: %v, was there: %v", i, p, err, there)
		}
		delete(m.bodies, p)
	case k < 97:
		if there {
			if got := m.get(m.session(), p); got != m.bodies[p] {
				m.Fatalf("step %d: %s has %d bytes, want %d", i, p, len(got), len(m.bodies[p]))
			}
		} else {
			m.refused(m.session(), p, ErrNotFound)
		}
	case k < 98:
		m.restart()
	default:
		m.compare()
	}
}

// compare lists the whole tree and holds it against the map.
func (m *model) compare() {
	m.Helper()
	found := 0
	waiting := []Path{MustPath("/r/")}
	if len(m.bodies) == 0 {
		return
	}
	for len(waiting) > 0 {
		c := waiting[0]
		waiting = waiting[1:]
		for after := ""; ; {
			members, next, err := m.session().List(ctx, c, after, 3)
			if err != nil {
				m.Fatalf("list %s: %v", c, err)
			}
			for _, member := range members {
				if member.Path.IsContainer() {
					waiting = append(waiting, member.Path)
					continue
				}
				found++
				body, ok := m.bodies[member.Path.String()]
				if !ok || member.Size != int64(len(body)) {
					m.Fatalf("%s is listed with %d bytes; the map has it: %v, %d", member.Path, member.Size, ok, len(body))
				}
			}
			if after = next; next == "" {
				break
			}
		}
	}
	if found != len(m.bodies) {
		m.Fatalf("listed %d resources of %d", found, len(m.bodies))
	}
}
