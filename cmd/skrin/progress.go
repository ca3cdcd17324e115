package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// progressEvery is how often a line of progress changes.
const progressEvery = 200 * time.Millisecond

// progress is the line at the bottom of a terminal that tells how far something is. Nobody but a person sees it.
type progress struct {
	width int // of the text that stands there
	told  time.Time
}

// passing shows how far something is, if a person is looking and has had time to read the last word.
func (t *terminal) passing(format string, args ...any) {
	if !isTerminal(t.errOut) || time.Since(t.progress.told) < progressEvery {
		return
	}
	text := fmt.Sprintf(format, args...)
	fmt.Fprintf(t.errOut, "\r%-*s", t.progress.width, text)
	t.progress = progress{width: utf8.RuneCountInString(text), told: time.Now()}
}

// wipe removes the line of progress, for something that stays.
func (t *terminal) wipe() {
	if t.progress.width > 0 {
		fmt.Fprintf(t.errOut, "\r%s\r", strings.Repeat(" ", t.progress.width))
	}
	t.progress = progress{}
}

// size writes a number of bytes as people say it.
func size(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	at, f := 0, float64(n)
	for f >= 999.5 && at < len(units)-1 {
		at, f = at+1, f/1000
	}
	if at == 0 || f >= 99.5 {
		return fmt.Sprintf("%.0f %s", f, units[at])
	}
	return fmt.Sprintf("%.1f %s", f, units[at])
}

// share tells how much of something is done.
func share(done, total int64) string {
	if total <= 0 {
		return size(done)
	}
	return fmt.Sprintf("%s of %s (%d%%)", size(min(done, total)), size(total), min(done*100/total, 100))
}

// counted tells how many of something are done.
func counted(done, total int) string {
	if total <= 0 {
		return fmt.Sprint(done)
	}
	return fmt.Sprintf("%d of %d (%d%%)", done, total, done*100/total)
}

// metered counts what is read, for the line of progress.
type metered struct {
	io.Reader
	each func(done int64)
	done int64
}

func (m *metered) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	m.done += int64(n)
	m.each(m.done)
	return n, err
}
