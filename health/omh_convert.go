package health

// conversions make the part of an Observation that is particular to a schema.
var conversions = map[string]func(*point){
	"heart-rate":        heartRate,
	"step-count":        stepCount,
	"blood-pressure":    bloodPressure,
	"body-weight":       bodyWeight,
	"blood-glucose":     bloodGlucose,
	"oxygen-saturation": oxygenSaturation,
}

func heartRate(p *point) {
	codes := []coding{loinc("8867-4", "Heart rate")}
	if p.fact("temporal_relationship_to_physical_activity") == "at rest" {
		codes = append(codes, loinc("40443-4", "Heart rate --resting"))
	}
	p.is("vital-signs", "heartrate", codes...)
	value, _ := p.number("heart_rate")
	p.measured(ucum(value, "beats/min", "/min"))
	p.say("relation to physical activity", p.fact("temporal_relationship_to_physical_activity"))
	p.say("relation to sleep", p.fact("temporal_relationship_to_sleep"))
}

func stepCount(p *point) {
	code := loinc("55423-8", "Number of steps in unspecified time Pedometer")
	if p.aDay() {
		code = loinc("41950-7", "Number of steps in 24 hour Measured")
	}
	p.is("activity", "", code)
	value, _ := p.number("step_count")
	per := p.fact("descriptive_statistic_denominator")
	unit, known := ucumRate("{steps}", per)
	if !known {
		p.say("counted per", per)
	}
	words := "steps"
	if per != "" && known {
		words += "/" + per
	}
	p.measured(ucum(value, words, unit))
}

func bloodPressure(p *point) {
	p.is("vital-signs", "bp", loinc("85354-9", "Blood pressure panel with all children optional"))
	systolic, _ := p.number("systolic_blood_pressure")
	diastolic, _ := p.number("diastolic_blood_pressure")
	p.Component = append(p.Component,
		component{Code: concept{Coding: []coding{loinc("8480-6", "Systolic blood pressure")}}, ValueQuantity: ucum(systolic, "mmHg", "mm[Hg]")},
		component{Code: concept{Coding: []coding{loinc("8462-4", "Diastolic blood pressure")}}, ValueQuantity: ucum(diastolic, "mmHg", "mm[Hg]")})
	if statistic, ok := p.statistic(); ok {
		p.Component = append(p.Component, component{Code: *text("statistic of the interval"), ValueCodeableConcept: &statistic})
	}
	if posture := p.fact("body_posture"); posture != "" {
		p.Extension = []extension{{"http://hl7.org/fhir/StructureDefinition/observation-bodyPosition", *text(posture)}}
	}
	if site := p.fact("measurement_location"); site != "" {
		p.BodySite = text(site)
	}
	p.say("relation to physical activity", p.fact("temporal_relationship_to_physical_activity"))
}

func bodyWeight(p *point) {
	p.is("vital-signs", "bodyweight", loinc("29463-7", "Body weight"))
	value, unit := p.number("body_weight")
	p.measured(ucum(kilograms(value, unit), "kg", "kg"))
	if unit != "kg" {
		p.Note = append(p.Note, annotation{"Given as " + value.String() + " " + unit + "."})
	}
}

// glucoseCodes are by specimen and unit; "" is blood of no told kind.
var glucoseCodes = map[[2]string]coding{
	{"", "mg/dL"}:                    loinc("2339-0", "Glucose [Mass/volume] in Blood"),
	{"", "mmol/L"}:                   loinc("15074-8", "Glucose [Moles/volume] in Blood"),
	{"capillary blood", "mg/dL"}:     loinc("41653-7", "Glucose [Mass/volume] in Capillary blood by Glucometer"),
	{"capillary blood", "mmol/L"}:    loinc("15074-8", "Glucose [Moles/volume] in Blood"),
	{"interstitial fluid", "mg/dL"}:  loinc("99504-3", "Glucose [Mass/volume] in Interstitial fluid"),
	{"interstitial fluid", "mmol/L"}: loinc("105272-9", "Glucose [Moles/volume] in Interstitial fluid"),
}

func bloodGlucose(p *point) {
	value, unit := p.number("blood_glucose")
	specimen := p.fact("specimen_source")
	p.is("laboratory", "")
	if code, ok := glucoseCodes[[2]string{specimen, unit}]; ok {
		p.Code.Coding = []coding{code}
	} else {
		p.Code.Text = "Glucose in " + specimen // must not be taken for blood glucose
	}
	p.measured(ucum(value, unit, unit))
	p.say("specimen", specimen)
	p.say("relation to meal", p.fact("temporal_relationship_to_meal"))
	p.say("relation to sleep", p.fact("temporal_relationship_to_sleep"))
}

// oxygenSaturation: the profile asks for 2708-6; outside a hospital it is always
// measured by pulse oximetry, as the schema says, and 59408-5 says so.
func oxygenSaturation(p *point) {
	p.is("vital-signs", "oxygensat",
		loinc("2708-6", "Oxygen saturation in Arterial blood"),
		loinc("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"))
	value, _ := p.number("oxygen_saturation")
	p.measured(ucum(value, "%", "%"))
	if flow, _ := p.number("supplemental_oxygen_flow_rate"); flow != "" {
		p.Component = append(p.Component, component{Code: concept{Coding: []coding{loinc("3151-8", "Inhaled oxygen flow rate")}}, ValueQuantity: ucum(flow, "L/min", "L/min")})
	}
	p.say("oxygen therapy", p.fact("oxygen_therapy_mode_of_administration"))
	p.say("measured at", p.fact("system"))
}
