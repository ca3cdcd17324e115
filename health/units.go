package health

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// kilogram gives each mass unit of Open mHealth in kg. The international
// avoirdupois pound is 0.45359237 kg exactly; ounce, grain and (short) ton
// follow from it.
var kilogram = map[string]*big.Rat{
	"fg":         rat("1e-18"),
	"pg":         rat("1e-15"),
	"ng":         rat("1e-12"),
	"ug":         rat("1e-9"),
	"mg":         rat("1e-6"),
	"g":          rat("1e-3"),
	"kg":         rat("1"),
	"Metric Ton": rat("1000"),
	"gr":         rat("0.00006479891"),
	"oz":         rat("0.028349523125"),
	"lb":         rat("0.45359237"),
	"Ton":        rat("907.18474"),
}

// kilograms converts a mass. What is given in kg keeps its digits; other
// results are exact, but from 1 kg up they are rounded to whole grams.
func kilograms(value json.Number, unit string) json.Number {
	if unit == "kg" {
		return value
	}
	kg := new(big.Rat).Mul(rat(value.String()), kilogram[unit])
	digits := 60
	if new(big.Rat).Abs(kg).Cmp(rat("1")) >= 0 {
		digits = 3
	}
	s := kg.FloatString(digits)
	return json.Number(strings.TrimSuffix(strings.TrimRight(s, "0"), "."))
}

// rat reads a number that tameNumber takes.
func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("not a number: " + s)
	}
	return r
}

// tameNumber says whether a JSON number is one that somebody measures: without
// hundreds of digits and without an exponent that calculating with would fill
// the memory.
func tameNumber(s string) bool {
	mantissa, exponent, has := strings.Cut(strings.ToLower(s), "e")
	if len(mantissa) > 30 {
		return false
	}
	n, err := strconv.Atoi(exponent)
	return !has || err == nil && n >= -20 && n <= 20
}

// ucumTime gives the UCUM codes of Open mHealth's time units.
var ucumTime = map[string]string{"ps": "ps", "ns": "ns", "us": "us", "ms": "ms", "sec": "s", "min": "min", "h": "h", "d": "d", "wk": "wk", "Mo": "mo", "yr": "a"}

var durationUnits = []string{"ps", "ns", "us", "ms", "sec", "min", "h", "d", "wk", "Mo", "yr"}

// ucumRate writes a count per something: "{steps}/d", "{steps}/{session}".
func ucumRate(count, per string) (code string, known bool) {
	switch per {
	case "":
		return count, true
	case "episode", "meal", "session":
		return count + "/{" + per + "}", true
	}
	if u := ucumTime[per]; u != "" {
		return count + "/" + u, true
	}
	return count, false
}

// nanoseconds gives each time unit in ns; month and year are UCUM's mean ones.
var nanoseconds = map[string]*big.Rat{
	"ps":  rat("0.001"),
	"ns":  rat("1"),
	"us":  rat("1000"),
	"ms":  rat("1000000"),
	"sec": rat("1e9"),
	"min": rat("60e9"),
	"h":   rat("3600e9"),
	"d":   rat("86400e9"),
	"wk":  rat("604800e9"),
	"Mo":  rat("2629800e9"),
	"yr":  rat("31557600e9"),
}

// longest bounds a duration: nothing of a person's lasts longer.
const longest = 150 * 366 * 24 * time.Hour

// after gives the time a duration after t (n 1) or before it (n -1); false when
// that is no time of a life. Whole months and years follow the calendar.
func after(t time.Time, value json.Number, unit string, n int) (time.Time, bool) {
	v := rat(value.String())
	ns := new(big.Rat).Mul(v, nanoseconds[unit])
	if ns.Sign() < 0 || ns.Cmp(new(big.Rat).SetInt64(int64(longest))) > 0 {
		return t, false
	}
	if v.IsInt() && (unit == "Mo" || unit == "yr") {
		count := int(v.Num().Int64()) * n
		if unit == "yr" {
			return t.AddDate(count, 0, 0), true
		}
		return t.AddDate(0, count, 0), true
	}
	whole := new(big.Int).Quo(ns.Num(), ns.Denom())
	return t.Add(time.Duration(whole.Int64() * int64(n))), true
}
