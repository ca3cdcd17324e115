package page

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
)

var months = map[Language][12]string{
	Swedish:   {"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"},
	Norwegian: {"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	Spanish:   {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	English:   {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date is a day, as it is written in a language.
func Date(l Language, t time.Time) string {
	l = l.orDefault()
	month := months[l][t.Month()-1]
	switch l {
	case Norwegian:
		return fmt.Sprintf("%d. %s %d", t.Day(), month, t.Year())
	case Spanish:
		return fmt.Sprintf("%d de %s de %d", t.Day(), month, t.Year())
	}
	return fmt.Sprintf("%d %s %d", t.Day(), month, t.Year())
}

// Moment is a day and the time of it, with the name of the zone.
func Moment(l Language, t time.Time) string {
	joint := map[Language]string{Swedish: " kl. ", Norwegian: " kl. ", Spanish: ", ", English: ", "}[l.orDefault()]
	return Date(l, t) + joint + t.Format("15:04 MST")
}

// Date is a day of the page's, in its element. Nothing for the zero time.
func (w words) Date(t time.Time) template.HTML { return w.element(t, "date", Date(w.in, t)) }

// Moment is a time of the page's, in its element, where a script puts it into the
// zone of whoever reads it.
func (w words) Moment(t time.Time) template.HTML { return w.element(t, "moment", Moment(w.in, t)) }

func (w words) element(t time.Time, kind, text string) template.HTML {
	if t.IsZero() {
		return ""
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s" data-%s>%s</time>`, t.UTC().Format(time.RFC3339), kind, text))
}

// Number is a whole number, with its thousands set apart as a language does it.
func Number(l Language, n int) string {
	text := strconv.Itoa(n)
	apart, from := "\u00a0", 4
	switch l.orDefault() {
	case English:
		apart = ","
	case Spanish:
		from = 5
	}
	first := len(text) - len(strings.TrimPrefix(text, "-"))
	if len(text)-first < from {
		return text
	}
	for i := len(text) - 3; i > first; i -= 3 {
		text = text[:i] + apart + text[i:]
	}
	return text
}

// Size is a number of bytes in the units that people know, with three digits at most.
func Size(l Language, bytes int64) string {
	units := []string{"byte", "kB", "MB", "GB", "TB", "PB", "EB"}
	if bytes < 0 {
		bytes = 0
	}
	if bytes < 1000 {
		return strconv.FormatInt(bytes, 10) + "\u00a0" + units[0]
	}
	value, unit := float64(bytes), 0
	for value >= 999.5 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	digits := 0
	if value < 9.95 {
		digits = 1
	}
	text := strings.TrimSuffix(strconv.FormatFloat(value, 'f', digits, 64), ".0")
	if l.orDefault() != English {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + "\u00a0" + units[unit]
}

// Size is Size in the language of the page.
func (w words) Size(bytes int64) string { return Size(w.in, bytes) }

// Percent is how much of a whole is used, from 0 to 100.
func (w words) Percent(used, whole int64) int {
	if whole <= 0 || used <= 0 {
		return 0
	}
	return int(math.Min(100, math.Ceil(100*float64(used)/float64(whole))))
}

// Duration is how long something takes, in the largest unit that says it well,
// rounded up: whoever is told to wait shall not come too early.
func Duration(l Language, d time.Duration) string {
	unit, n := "second", int(math.Ceil(d.Seconds()))
	switch {
	case d > 36*time.Hour:
		unit, n = "day", int(math.Ceil(d.Hours()/24))
	case d > 90*time.Minute:
		unit, n = "hour", int(math.Ceil(d.Hours()))
	case d > 90*time.Second:
		unit, n = "minute", int(math.Ceil(d.Minutes()))
	}
	n = max(n, 1)
	form := ".more"
	if n == 1 {
		form = ".one"
	}
	return strings.ReplaceAll(catalogue[l.orDefault()]["duration."+unit+form], "{n}", strconv.Itoa(n))
}
