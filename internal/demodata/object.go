package demodata

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// object is a JSON object whose members stay in the order in which they were given, as people read them.
type object []any

// obj makes an object of names and values in turn. Members without a value (nil, "") are left out.
func obj(pairs ...any) object {
	var o object
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != nil && pairs[i+1] != "" {
			o = append(o, pairs[i], pairs[i+1])
		}
	}
	return o
}

// with is o with more members.
func (o object) with(pairs ...any) object {
	return append(o[:len(o):len(o)], obj(pairs...)...)
}

// get is the value of a member, nil without one.
func (o object) get(name string) any {
	for i := 0; i < len(o); i += 2 {
		if o[i] == name {
			return o[i+1]
		}
	}
	return nil
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := 0; i < len(o); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", o[i])
		if err := encode(&b, o[i+1]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func encode(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder's line end
	return nil
}

// list is a JSON array.
type list []any

// uuid makes the identifier of something, the same each time.
func uuid(what string) string {
	h := sha256.Sum256([]byte("skrin demo\n" + what))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80 // version 8: made our own way (RFC 9562)
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// madrid is the zone in which Carmen lives; without zone files it is winter there all year.
func madrid() *time.Location {
	if zone, err := time.LoadLocation("Europe/Madrid"); err == nil {
		return zone
	}
	return time.FixedZone("CET", 3600)
}

// at is a time of day so many days before now.
func at(now time.Time, daysAgo, hour, minute int) time.Time {
	y, m, d := now.In(madrid()).Date()
	return time.Date(y, m, d-daysAgo, hour, minute, 0, 0, madrid())
}

func instant(t time.Time) string { return t.Format(time.RFC3339) }
func day(t time.Time) string     { return t.Format(time.DateOnly) }
