package notify

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var errDuration = errors.New("must be a duration, such as PT10S")

// parseDuration reads an xsd:duration that is not negative. A month counts 30
// days and a year 365: it is about the time between messages. Small letters are
// taken too, because the examples of the specifications have them.
func parseDuration(s string) (time.Duration, error) {
	rest, ok := strings.CutPrefix(strings.ToUpper(s), "P")
	days, clock, timed := strings.Cut(rest, "T")
	if !ok || len(s) > 64 || rest == "" || timed && clock == "" {
		return 0, errDuration
	}
	const day = 24 * time.Hour
	d, err := sum(days, []unit{{'Y', 365 * day}, {'M', 30 * day}, {'W', 7 * day}, {'D', day}})
	t, err2 := sum(clock, []unit{{'H', time.Hour}, {'M', time.Minute}, {'S', time.Second}})
	if err != nil || err2 != nil {
		return 0, errDuration
	}
	return d + t, nil
}

type unit struct {
	letter byte
	length time.Duration
}

// maxDuration is far more than a channel lives.
const maxDuration = 100 * 365 * 24 * time.Hour

// sum adds up parts like 1H30M, whose letters come in the order of the units.
func sum(s string, units []unit) (total time.Duration, err error) {
	for s != "" {
		end := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if end < 1 {
			return 0, errDuration
		}
		at := 0
		for at < len(units) && units[at].letter != s[end] {
			at++
		}
		if at == len(units) || strings.Contains(s[:end], ".") && s[end] != 'S' {
			return 0, errDuration
		}
		n, err := strconv.ParseFloat(s[:end], 64)
		if err != nil || n*units[at].length.Seconds() > maxDuration.Seconds() {
			return 0, errDuration
		}
		total += time.Duration(n * float64(units[at].length))
		s, units = s[end+1:], units[at+1:]
	}
	return total, nil
}

// writeDuration is the inverse, in seconds.
func writeDuration(d time.Duration) string {
	return "PT" + strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "S"
}
