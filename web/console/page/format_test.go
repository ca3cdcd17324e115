package page

import (
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	at := time.Date(2026, time.May, 3, 9, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		in                 Language
		date, moment, size string
		wait               string
	}{
		{Swedish, "3 maj 2026", "3 maj 2026 kl. 09:05 UTC", "1,5\u00a0MB", "5 minuter"},
		{Norwegian, "3. mai 2026", "3. mai 2026 kl. 09:05 UTC", "1,5\u00a0MB", "5 minutter"},
		{Spanish, "3 de mayo de 2026", "3 de mayo de 2026, 09:05 UTC", "1,5\u00a0MB", "5 minutos"},
		{English, "3 May 2026", "3 May 2026, 09:05 UTC", "1.5\u00a0MB", "5 minutes"},
		{"", "3 May 2026", "3 May 2026, 09:05 UTC", "1.5\u00a0MB", "5 minutes"},
	} {
		if got := Date(c.in, at); got != c.date {
			t.Errorf("%s: date %q", c.in, got)
		}
		if got := Moment(c.in, at); got != c.moment {
			t.Errorf("%s: moment %q", c.in, got)
		}
		if got := Size(c.in, 1_499_999); got != c.size {
			t.Errorf("%s: size %q", c.in, got)
		}
		if got := Duration(c.in, 4*time.Minute+time.Second); got != c.wait {
			t.Errorf("%s: duration %q", c.in, got)
		}
	}
}

func TestSizes(t *testing.T) {
	for bytes, want := range map[int64]string{-5: "0 byte", 0: "0 byte", 999: "999 byte", 1000: "1 kB", 1049: "1 kB", 1050: "1.1 kB", 9949: "9.9 kB", 9950: "10 kB",
		999_499: "999 kB", 999_500: "1 MB", 5_000_000_000: "5 GB", 1<<63 - 1: "9.2 EB"} {
		if got := Size(English, bytes); got != nbsp(want) {
			t.Errorf("%d bytes are %q, want %q", bytes, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{-time.Hour: "1 second", 0: "1 second", time.Second: "1 second", 90 * time.Second: "90 seconds", 91 * time.Second: "2 minutes",
		90 * time.Minute: "90 minutes", 91 * time.Minute: "2 hours", 36 * time.Hour: "36 hours", 37 * time.Hour: "2 days"} {
		if got := Duration(English, d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		in   Language
		n    int
		want string
	}{
		{Swedish, 999, "999"}, {Swedish, 1832, "1 832"}, {Norwegian, 1234567, "1 234 567"}, {Spanish, 1832, "1832"}, {Spanish, 18320, "18 320"}, {English, 1832, "1,832"}, {English, -1832, "-1,832"}, {English, -832, "-832"},
	} {
		if got := Number(c.in, c.n); got != nbsp(c.want) {
			t.Errorf("%d in %s is %q", c.n, c.in, got)
		}
	}
}

func nbsp(text string) string {
	out := []rune(text)
	for i, r := range out {
		if r == ' ' {
			out[i] = '\u00a0'
		}
	}
	return string(out)
}

func TestWaiting(t *testing.T) {
	for value, want := range map[string]string{"4m10s": "There were too many attempts. Try again in <bdi>5 minutes</bdi>.", "a <b>": "There were too many attempts. Try again in <bdi>a &lt;b&gt;</bdi>."} {
		if got := (words{English}).Why(Problem{Key: "problem.wait", Value: value}); string(got) != want {
			t.Errorf("%q: %q", value, got)
		}
	}
}
