package demodata

import (
	"fmt"
	"time"
)

// spirometries files the lung function tests: a slow decline, a dip, and most of it back.
func (w *ward) spirometries() {
	for _, s := range []struct {
		daysAgo        int
		fev1, fvc, pef float64
	}{
		{720, 1.58, 2.62, 268}, {540, 1.55, 2.60, 262}, {355, 1.52, 2.58, 255},
		{exacerbation, 1.21, 2.31, 188}, {60, 1.46, 2.53, 240}, {12, 1.49, 2.55, 248},
	} {
		when := at(w.now, s.daysAgo, 10, 15)
		results := list{
			w.measured("procedure", coded(loinc, "20150-9", "FEV1"), quantity(s.fev1, "L", "L"), when, w.patient),
			w.measured("procedure", coded(loinc, "19868-9", "FVC"), quantity(s.fvc, "L", "L"), when, w.patient),
			w.measured("procedure", coded(loinc, "19935-6", "Peak expiratory flow"), quantity(s.pef, "L/min", "L/min"), when, w.patient),
		}
		w.report("Spirometry", coded(snomed, "127783003", "Spirometry"), "PF", when, results,
			fmt.Sprintf("FEV1/FVC %.2f after bronchodilator.", s.fev1/s.fvc))
	}
}

// laboratory files blood tests: the quiet ones, and those of the exacerbation.
func (w *ward) laboratory() {
	for _, l := range []struct {
		daysAgo                              int
		crp, leucocytes, creatinine, glucose float64
	}{
		{340, 3.1, 7.4, 0.82, 97}, {exacerbation, 46.0, 12.9, 0.88, 118}, {exacerbation - 8, 9.2, 9.1, 0.85, 109}, {20, 2.8, 7.1, 0.84, 99},
	} {
		when := at(w.now, l.daysAgo, 8, 20)
		w.report("Blood tests", coded(loinc, "26436-6", "Laboratory studies (set)"), "LAB", when, list{
			w.lab("1988-5", "C reactive protein", l.crp, "mg/L", "mg/L", 5, when),
			w.lab("6690-2", "Leukocytes", l.leucocytes, "10*3/uL", "10*3/uL", 11, when),
			w.lab("718-7", "Hemoglobin", 13.4, "g/dL", "g/dL", 16, when),
			w.lab("2160-0", "Creatinine", l.creatinine, "mg/dL", "mg/dL", 1.1, when),
			w.lab("2345-7", "Glucose", l.glucose, "mg/dL", "mg/dL", 100, when),
			w.lab("2093-3", "Cholesterol", 188, "mg/dL", "mg/dL", 200, when),
		}, "")
	}
}

// lab files one result, and says whether it is above the upper end of its range.
func (w *ward) lab(code, name string, value float64, unit, ucumCode string, upper float64, when time.Time) object {
	meaning := "N"
	if value > upper {
		meaning = "H"
	}
	return w.measured("laboratory", coded(loinc, code, name), quantity(value, unit, ucumCode), when, w.patient,
		"interpretation", list{status("v3-ObservationInterpretation", meaning)},
		"referenceRange", list{obj("high", quantity(upper, unit, ucumCode))})
}

// report files the page that belongs to the results of one occasion.
func (w *ward) report(what string, code object, section string, when time.Time, results list, conclusion string) {
	w.file("DiagnosticReport", fmt.Sprint(what, when),
		"status", "final",
		"category", list{status("v2-0074", section)},
		"code", code,
		"subject", w.patient,
		"effectiveDateTime", instant(when),
		"issued", instant(when.Add(3*time.Hour)),
		"performer", list{w.clinic},
		"result", results,
		"conclusion", conclusion)
}

// stays files the visits, with the emergency among them.
func (w *ward) stays(copd object) {
	for _, daysAgo := range []int{720, 540, 355, 60, 12} {
		w.visit("AMB", "Pulmonology outpatient visit", at(w.now, daysAgo, 10, 0), 45*time.Minute, copd)
	}
	w.visit("EMER", "Emergency visit, acute exacerbation of COPD", at(w.now, exacerbation, 7, 40), 3*time.Hour, copd)
	w.visit("IMP", "Admission, acute exacerbation of COPD", at(w.now, exacerbation, 10, 40), 4*24*time.Hour, copd)
}

func (w *ward) visit(class, what string, when time.Time, length time.Duration, reason object) {
	w.file("Encounter", fmt.Sprint(what, when),
		"status", "finished",
		"class", obj("system", hl7+"v3-ActCode", "code", class),
		"type", list{worded(what)},
		"subject", w.patient,
		"participant", list{obj("individual", w.pulmonologist)},
		"period", obj("start", instant(when), "end", instant(when.Add(length))),
		"reasonReference", list{reason},
		"serviceProvider", w.clinic)
}

// plan files what was agreed with her for the days on which she is worse.
func (w *ward) plan(copd object) {
	w.file("CarePlan", "copd",
		"status", "active",
		"intent", "plan",
		"category", list{coded(snomed, "734163000", "Care plan")},
		"title", "Living with COPD",
		"description", "What Carmen does on green, yellow and red days, as agreed with Dr Castellano.",
		"subject", w.patient,
		"period", obj("start", day(at(w.now, 60, 10, 0)), "end", day(at(w.now, -305, 10, 0))),
		"author", w.pulmonologist,
		"addresses", list{copd},
		"activity", list{
			activity("Tiotropium every morning, also on good days", "in-progress"),
			activity("Walk half an hour, five days a week", "in-progress"),
			activity("More breathless, more or coloured sputum for over a day: call the clinic the same day", "not-started"),
			activity("Yearly influenza vaccination", "completed"),
		})
}

func activity(what, state string) object {
	return obj("detail", obj("status", state, "description", what))
}

// LatestFEV1 is the id of the last lung function result among the hospital's records.
func LatestFEV1(now time.Time) string {
	return uuid("hospital Observation " + fmt.Sprint("FEV1", at(now, 12, 10, 15)))
}
