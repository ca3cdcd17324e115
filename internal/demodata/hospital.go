package demodata

import (
	"fmt"
	"time"
)

// exacerbation is how many days before now Carmen was worst.
const exacerbation = 100

// A ward is the hospital's chart with the people whom everything in it refers to.
type ward struct {
	chart
	patient, clinic, pulmonologist, gp object
}

// Hospital gives what the regional hospital keeps about Carmen, as a FHIR R4 transaction bundle.
func Hospital(now time.Time) []byte {
	w := &ward{chart: chart{now: now, source: "hospital"}}
	w.patient = w.chart.patient("CACE600000066")
	w.clinic = w.organization("Hospital Comarcal de la Dehesa", "hospital", "Cáceres")
	w.pulmonologist = w.practitioner("Dr", "Ana", "Castellano", "pulmonology")
	w.gp = w.practitioner("Dr", "Luis", "Moreno", "general practice")
	copd := w.conditions()
	w.allergies()
	w.medications(copd)
	w.immunizations()
	w.spirometries()
	w.laboratory()
	w.stays(copd)
	w.plan(copd)
	return w.bundle()
}

// conditions files what she has, and gives the one that matters most here.
func (w *ward) conditions() object {
	copd := w.condition("13645005", "Chronic obstructive lung disease", 9*365)
	w.condition("38341003", "Hypertensive disorder", 14*365)
	w.condition("55822004", "Hyperlipidemia", 7*365)
	w.file("Observation", "smoking",
		"status", "final",
		"category", list{status("observation-category", "social-history")},
		"code", coded(loinc, "72166-2", "Tobacco smoking status"),
		"subject", w.patient,
		"effectiveDateTime", day(at(w.now, 320, 10, 0)),
		"valueCodeableConcept", coded(snomed, "8517006", "Ex-smoker"))
	return copd
}

func (w *ward) condition(code, name string, daysAgo int) object {
	return named(w.file("Condition", name,
		"clinicalStatus", status("condition-clinical", "active"),
		"verificationStatus", status("condition-ver-status", "confirmed"),
		"category", list{status("condition-category", "problem-list-item")},
		"code", coded(snomed, code, name),
		"subject", w.patient,
		"onsetDateTime", day(at(w.now, daysAgo, 9, 0)),
		"recordedDate", day(at(w.now, daysAgo-3, 9, 0)),
		"recorder", w.gp), name)
}

func (w *ward) allergies() {
	w.file("AllergyIntolerance", "penicillin",
		"clinicalStatus", status("allergyintolerance-clinical", "active"),
		"verificationStatus", status("allergyintolerance-verification", "confirmed"),
		"type", "allergy",
		"category", list{"medication"},
		"criticality", "high",
		"code", coded(snomed, "91936005", "Allergy to penicillin"),
		"patient", w.patient,
		"recordedDate", day(at(w.now, 30*365, 9, 0)),
		"reaction", list{obj("manifestation", list{worded("widespread rash")}, "severity", "moderate")})
}

// medications files what she takes, and the short course of the exacerbation.
func (w *ward) medications(copd object) {
	w.medication("R03BB04", "tiotropium bromide, inhalation", "active", 700, 1, 24, copd)
	w.medication("R03AC02", "salbutamol, inhalation as needed", "active", 700, 2, 6, copd)
	w.medication("C09AA02", "enalapril 10 mg", "active", 1200, 1, 24, nil)
	w.medication("C10AA05", "atorvastatin 20 mg", "active", 1200, 1, 24, nil)
	w.medication("H02AB07", "prednisone 30 mg, five days", "completed", exacerbation, 1, 24, copd)
	w.medication("J01FA10", "azithromycin 500 mg, three days", "completed", exacerbation, 1, 24, copd)
}

func (w *ward) medication(code, name, state string, daysAgo, times, hours int, reason object) {
	more := []any{}
	if reason != nil {
		more = append(more, "reasonReference", list{reason})
	}
	w.file("MedicationRequest", name, append([]any{
		"status", state,
		"intent", "order",
		"medicationCodeableConcept", coded(atc, code, name),
		"subject", w.patient,
		"authoredOn", instant(at(w.now, daysAgo, 11, 30)),
		"requester", w.pulmonologist,
		"dosageInstruction", list{obj("text", name, "timing",
			obj("repeat", obj("frequency", times, "period", hours, "periodUnit", "h")))}}, more...)...)
}

func (w *ward) immunizations() {
	for i, v := range []struct {
		code, name string
		daysAgo    int
	}{
		{"140", "influenza, seasonal", 45}, {"140", "influenza, seasonal", 410}, {"140", "influenza, seasonal", 775},
		{"33", "pneumococcal polysaccharide vaccine, 23 valent", 560}, {"115", "tetanus, diphtheria, pertussis", 2100},
	} {
		w.file("Immunization", fmt.Sprint(v.name, i),
			"status", "completed",
			"vaccineCode", coded(cvx, v.code, v.name),
			"patient", w.patient,
			"occurrenceDateTime", day(at(w.now, v.daysAgo, 12, 0)),
			"primarySource", true,
			"performer", list{obj("actor", w.clinic)})
	}
}
