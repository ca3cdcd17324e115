package demodata

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// A Batch is what the watch sends at the end of a day, by the container it belongs to.
type Batch struct {
	Day      time.Time // the midnight it began with
	Vitals   Points
	Activity Points
}

// Points are Open mHealth data points.
type Points []object

// JSON writes the points as they are sent: as an array.
func (p Points) JSON() []byte {
	var b bytes.Buffer
	if err := encode(&b, p); err != nil {
		panic(fmt.Sprintf("demodata: writing invented measurements: %v", err)) // they hold nothing that cannot be written
	}
	return b.Bytes()
}

// Watch gives a year of Carmen's own measurements, oldest day first: pulse, oxygen saturation and steps of every day,
// blood pressure twice a week and weight once a week.
func Watch(now time.Time) []Batch {
	var batches []Batch
	for daysAgo := 365; daysAgo >= 1; daysAgo-- {
		batches = append(batches, WatchDay(now, daysAgo))
	}
	return batches
}

// WatchDay gives the batch of one day, so many days before now.
func WatchDay(now time.Time, daysAgo int) Batch {
	midnight := at(now, daysAgo, 0, 0)
	d := &diary{
		midnight: midnight,
		chance:   rand.New(rand.NewPCG(66, uint64(midnight.Unix()))),
		ill:      illness(now, midnight),
	}
	d.pulse()
	d.oxygen()
	d.steps()
	if daysAgo%7 == 1 || daysAgo%7 == 4 {
		d.bloodPressure()
	}
	if daysAgo%7 == 1 {
		d.weight(daysAgo)
	}
	return Batch{Day: midnight, Vitals: d.vitals, Activity: d.activity}
}

// illness says how ill Carmen was at a time: 0 on an ordinary day, 1 on the worst. It rises over six days, and takes
// three weeks to go.
func illness(now, when time.Time) float64 {
	days := when.Sub(at(now, exacerbation, 7, 0)).Hours() / 24
	if days < 0 {
		return math.Exp(-days * days / 12)
	}
	return math.Exp(-days / 9)
}

// A diary is one day of measurements, while they are written down.
type diary struct {
	midnight time.Time
	chance   *rand.Rand
	ill      float64
	vitals   Points
	activity Points
}

// around is a value that varies about its mean from one measurement to the next.
func (d *diary) around(mean, spread float64) float64 { return mean + spread*d.chance.NormFloat64() }

func (d *diary) pulse() {
	d.add("heart-rate", "2.0", "sensed", d.time(7, 5), obj(
		"heart_rate", obj("value", math.Round(d.around(68+20*d.ill, 2)), "unit", "beats/min"),
		"temporal_relationship_to_physical_activity", "at rest"))
	for _, hour := range []int{10, 13, 17, 20} {
		d.add("heart-rate", "2.0", "sensed", d.time(hour, 30), obj(
			"heart_rate", obj("value", math.Round(d.around(82+16*d.ill, 6)), "unit", "beats/min")))
	}
}

func (d *diary) oxygen() {
	for _, hour := range []int{7, 21} {
		value := math.Min(98, math.Round(d.around(94.5-7*d.ill, 0.8)))
		d.add("oxygen-saturation", "2.0", "sensed", d.time(hour, 10), obj(
			"oxygen_saturation", obj("value", value, "unit", "%"),
			"system", "peripheral capillary",
			"measurement_method", "pulse oximetry"))
	}
}

func (d *diary) steps() {
	count := math.Max(120, math.Round(d.around(4300*(1-0.8*d.ill), 700)))
	d.activity = append(d.activity, d.point("step-count", "3.0", "sensed", d.time(23, 0), obj(
		"step_count", obj("value", count, "unit", "steps"),
		"effective_time_frame", obj("time_interval",
			obj("start_date_time", instant(d.time(6, 0)), "end_date_time", instant(d.time(22, 59)))))))
}

func (d *diary) bloodPressure() {
	d.add("blood-pressure", "4.0", "sensed", d.time(8, 0), obj(
		"systolic_blood_pressure", obj("value", math.Round(d.around(133+6*d.ill, 5)), "unit", "mmHg"),
		"diastolic_blood_pressure", obj("value", math.Round(d.around(79+2*d.ill, 3)), "unit", "mmHg"),
		"body_posture", "sitting",
		"measurement_location", "left upper arm"))
}

func (d *diary) weight(daysAgo int) {
	kilograms := d.around(63.5+0.8*math.Sin(float64(daysAgo)/58)-1.1*d.ill, 0.2)
	d.add("body-weight", "3.0", "sensed", d.time(7, 20), obj(
		"body_weight", obj("value", math.Round(kilograms*10)/10, "unit", "kg")))
}

func (d *diary) time(hour, minute int) time.Time {
	y, m, day := d.midnight.Date()
	return time.Date(y, m, day, hour, minute, 0, 0, d.midnight.Location())
}

// add writes down a measurement of one moment.
func (d *diary) add(schema, version, modality string, when time.Time, body object) {
	d.vitals = append(d.vitals, d.point(schema, version, modality, when,
		body.with("effective_time_frame", obj("date_time", instant(when)))))
}

// point is a data point: a body, and a header that says what it is and where it came from.
func (d *diary) point(schema, version, modality string, when time.Time, body object) object {
	source := "Skrin demo watch"
	if schema == "blood-pressure" || schema == "body-weight" {
		source = "Skrin demo home kit"
	}
	return obj(
		"header", obj(
			"id", uuid(fmt.Sprint(schema, when.Unix())),
			"creation_date_time", instant(when),
			"schema_id", obj("namespace", "omh", "name", schema, "version", version),
			"acquisition_provenance", obj("source_name", source, "modality", modality)),
		"body", body)
}
