package health

import (
	"encoding/json"
	"errors"
	"time"

	"skrin/health/internal/tree"
)

// effective says when: a time, a period, or a day with its part. Texts are kept
// as they came; an end that is only told by a duration is calculated.
func (p *point) effective() error {
	t := p.tree
	frame := t.Member(p.body, "effective_time_frame")
	if at := t.TextOf(frame, "date_time"); at != "" {
		p.EffectiveDateTime = at
		return nil
	}
	interval := t.Member(frame, "time_interval")
	if day := t.TextOf(interval, "date"); day != "" && t.Member(interval, "part_of_day") != 0 {
		p.EffectiveDateTime = day
		p.say("part of the day", t.TextOf(interval, "part_of_day"))
		return nil
	}
	from, to := t.TextOf(interval, "start_date_time"), t.TextOf(interval, "end_date_time")
	if length := t.Member(interval, "duration"); length != 0 {
		var err error
		if from, to, err = p.ends(from, to, length); err != nil {
			return err
		}
	}
	p.EffectivePeriod = &period{from, to}
	start, _ := parseTime(from)
	end, _ := parseTime(to)
	if end.Before(start) {
		return errors.New("ends before it starts")
	}
	return nil
}

// ends completes an interval that has one end and a duration.
func (p *point) ends(from, to string, length tree.Node) (string, string, error) {
	value := json.Number(p.tree.Raw(p.tree.Member(length, "value")))
	unit := p.tree.TextOf(length, "unit")
	known, n := from, 1
	if from == "" {
		known, n = to, -1
	}
	t, _ := parseTime(known)
	other, ok := after(t, value, unit, n)
	switch {
	case !ok || other.Year() < 1 || other.Year() > 9999:
		return "", "", errors.New("has a duration that is negative or too long")
	case from == "":
		return other.Format(time.RFC3339Nano), to, nil
	}
	return from, other.Format(time.RFC3339Nano), nil
}

// aDay says whether the period is 24 hours long.
func (p *point) aDay() bool {
	if p.EffectivePeriod == nil {
		return false
	}
	start, _ := parseTime(p.EffectivePeriod.Start)
	end, _ := parseTime(p.EffectivePeriod.End)
	return end.Sub(start) == 24*time.Hour
}
