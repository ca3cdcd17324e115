package demodata

import (
	"fmt"
	"time"
)

// Municipality gives what the social services of Carmen's municipality keep about her home care, as a FHIR R4
// transaction bundle.
func Municipality(now time.Time) []byte {
	c := &chart{now: now, source: "municipality"}
	patient := c.patient("VAL-000066")
	town := c.organization("Mancomunidad de Valdencinar, Servicios Sociales", "social services", "Valdencinar")
	nurse := c.practitioner("Nurse", "Silvia", "Herrero", "home nursing")
	plan := c.homeCare(patient, town, nurse)
	for week := 20; week >= 1; week-- {
		c.homeVisit(at(now, 7*week-2, 11, 0), patient, town, nurse, plan)
	}
	return c.bundle()
}

// homeCare files the plan of what is done for her at home.
func (c *chart) homeCare(patient, town, nurse object) object {
	return named(c.file("CarePlan", "home care",
		"meta", social(),
		"status", "active",
		"intent", "plan",
		"category", list{obj("coding", list{socialCare()}, "text", "Social care")},
		"title", "Home care",
		"description", "Help at home after the hospital stay, reviewed every three months.",
		"subject", patient,
		"period", obj("start", day(at(c.now, exacerbation-5, 9, 0)), "end", day(at(c.now, -80, 9, 0))),
		"author", town,
		"contributor", list{nurse},
		"activity", list{
			activity("Nurse visits once a week: breathing, inhaler technique, weight", "in-progress"),
			activity("Help with shopping and heavy housework, two hours a week", "in-progress"),
			activity("Telecare button worn at home", "in-progress"),
			activity("Day centre with exercise group on Thursdays", "in-progress"),
		}), "Home care")
}

// homeVisit files one visit of the nurse with what she saw, counted and did.
func (c *chart) homeVisit(when time.Time, patient, town, nurse, plan object) {
	visit := c.file("Encounter", fmt.Sprint("home visit", when),
		"meta", social(),
		"status", "finished",
		"class", obj("system", hl7+"v3-ActCode", "code", "HH"),
		"type", list{worded("Home visit")},
		"subject", patient,
		"participant", list{obj("individual", nurse)},
		"period", obj("start", instant(when), "end", instant(when.Add(40*time.Minute))),
		"serviceProvider", town)
	ill := illness(c.now, when)
	c.measured("vital-signs", coded(loinc, "9279-1", "Respiratory rate"), quantity(float64(16+int(9*ill)), "/min", "/min"), when, patient,
		"encounter", visit, "performer", list{nurse})
	c.file("Observation", fmt.Sprint("inhaler", when),
		"meta", social(),
		"status", "final",
		"category", list{status("observation-category", "social-history")},
		"code", worded("Manages inhaler and daily life at home"),
		"subject", patient,
		"encounter", visit,
		"effectiveDateTime", instant(when),
		"performer", list{nurse},
		"valueString", managing(ill))
	c.file("Task", fmt.Sprint("visit done", when),
		"meta", social(),
		"basedOn", list{plan},
		"status", "completed",
		"intent", "order",
		"description", "Weekly home visit",
		"for", patient,
		"encounter", visit,
		"authoredOn", instant(when.Add(-24*time.Hour)),
		"owner", nurse)
}

func managing(ill float64) string {
	switch {
	case ill > 0.6:
		return "needs help with washing and cooking, inhaler technique unsure when breathless"
	case ill > 0.15:
		return "tires quickly, inhaler technique good"
	}
	return "manages well, inhaler technique good"
}

// socialCare is the code by which the municipality's system tells the records of its social services from others.
func socialCare() object {
	return obj("system", "https://mancomunidad-valdencinar.example/categories", "code", "social-care", "display", "Social care")
}

func social() object { return obj("tag", list{socialCare()}) }
