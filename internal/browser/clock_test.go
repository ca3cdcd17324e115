package browser

import (
	_ "embed"
	"fmt"
	"time"

	"skrin/internal/podtest"
)

// clock lets a page's time be moved: what waited for longer than a while is then due.
//
//go:embed testdata/clock.js
var clock string

// A day is a world and somebody in it, whose time passes together.
type day struct {
	*visitor
	w *podtest.World
}

func newDay(v *visitor, w *podtest.World) *day {
	v.t.Helper()
	v.everywhere(clock)
	return &day{v, w}
}

// passes lets time pass, for the server and for the page that is open.
func (d *day) passes(long time.Duration) {
	d.t.Helper()
	d.w.Advance(long)
	step := fmt.Sprintf("hurry(%d)", long.Milliseconds())
	d.everywhere(step)
	d.look(step)
}
