package health

import (
	"strings"

	"skrin/health/internal/tree"
)

// schema is one accepted Open mHealth schema.
type schema struct {
	name, version string // the version that is documented; others of the same major are taken
	container     string
	check         func(v *validator, body tree.Node)
}

// schemas are what the watch's usual points are made with. The rules are those
// of the published schemas, written down anew. In their time frame blood
// pressure, glucose and weight follow IEEE 1752.1, which knows no part of the
// day; the older ones do.
var schemas = []schema{
	{"heart-rate", "2.0", vitals, func(v *validator, b tree.Node) {
		v.quantity(b, "heart_rate", "beats/min")
		v.timeFrame(b, partOfDay|instant)
		v.oneOf(b, "descriptive_statistic", statistics...)
		v.oneOf(b, "temporal_relationship_to_physical_activity", relationsToActivity...)
		v.oneOf(b, "temporal_relationship_to_sleep", relationsToSleep...)
	}},
	{"step-count", "3.0", activity, func(v *validator, b tree.Node) {
		v.quantity(b, "step_count", "steps")
		v.timeFrame(b, partOfDay)
		v.oneOf(b, "descriptive_statistic", statistics...)
		v.text(b, "descriptive_statistic_denominator", false)
	}},
	{"blood-pressure", "4.0", vitals, func(v *validator, b tree.Node) {
		v.quantity(b, "systolic_blood_pressure", "mmHg")
		v.quantity(b, "diastolic_blood_pressure", "mmHg")
		v.timeFrame(b, instant)
		v.oneOf(b, "descriptive_statistic", statistics...)
		v.oneOf(b, "body_posture", "sitting", "lying down", "standing", "semi-recumbent")
		v.oneOf(b, "measurement_location", "left ankle", "right ankle", "left hip", "right hip", "left thigh", "right thigh",
			"left thorax", "middle left thorax", "left upper arm", "right upper arm", "left wrist", "right wrist")
		v.oneOf(b, "temporal_relationship_to_physical_activity", relationsToActivity...)
	}},
	{"body-weight", "3.0", vitals, func(v *validator, b tree.Node) {
		v.quantity(b, "body_weight", massUnits...)
		v.timeFrame(b, instant)
		v.oneOf(b, "descriptive_statistic", statistics...)
	}},
	{"blood-glucose", "4.0", labs, func(v *validator, b tree.Node) {
		v.quantity(b, "blood_glucose", "mg/dL", "mmol/L")
		v.timeFrame(b, instant)
		v.oneOf(b, "descriptive_statistic", statistics...)
		v.oneOf(b, "specimen_source", "breath", "capillary blood", "interstitial fluid", "lacrimal fluid", "saliva", "sweat", "tears", "urine")
		v.oneOf(b, "temporal_relationship_to_meal", "fasting", "not fasting", "before meal", "after meal", "before breakfast", "after breakfast",
			"before lunch", "after lunch", "before dinner", "after dinner", "2 hours postprandial")
		v.oneOf(b, "temporal_relationship_to_sleep", relationsToSleep...)
	}},
	{"oxygen-saturation", "2.0", vitals, func(v *validator, b tree.Node) {
		v.quantity(b, "oxygen_saturation", "%")
		v.timeFrame(b, partOfDay|instant)
		v.oneOf(b, "descriptive_statistic", statistics...)
		v.oneOf(b, "system", "peripheral capillary")
		v.oneOf(b, "measurement_method", "pulse oximetry")
		v.oneOf(b, "oxygen_therapy_mode_of_administration", "nasal cannula")
		if v.tree.Member(b, "supplemental_oxygen_flow_rate") != 0 {
			v.quantity(b, "supplemental_oxygen_flow_rate", "L/min")
		}
	}},
}

var (
	statistics          = []string{"average", "maximum", "minimum", "standard deviation", "variance", "sum", "median"}
	relationsToActivity = []string{"at rest", "active", "before exercise", "after exercise", "during exercise"}
	relationsToSleep    = []string{"before sleeping", "during sleep", "on waking"}
	massUnits           = []string{"fg", "pg", "ng", "ug", "mg", "g", "kg", "Metric Ton", "gr", "oz", "lb", "Ton"}
)

func findSchema(name string) *schema {
	for i := range schemas {
		if schemas[i].name == name {
			return &schemas[i]
		}
	}
	return nil
}

// point checks a data point that is to be taken: header, body, and that the
// schema is one of ours. The schema is nil when it is not.
func (v *validator) point(n tree.Node) *schema {
	v.envelope(n)
	if len(v.problems) > 0 {
		return nil
	}
	id := v.tree.Member(v.tree.Member(n, "header"), "schema_id")
	s := v.accepted(v.tree.TextOf(id, "namespace"), v.tree.TextOf(id, "name"), v.tree.TextOf(id, "version"))
	if s != nil {
		v.path = append(v.path, step{name: "body"})
		s.check(v, v.tree.Member(n, "body"))
	}
	return s
}

// accepted finds the schema that a header names, or reports why it is not taken.
func (v *validator) accepted(namespace, name, version string) *schema {
	v.path = append(v.path, step{name: "header"}, step{name: "schema_id"})
	defer func() { v.path = v.path[:len(v.path)-2] }()
	s := findSchema(name)
	switch {
	case namespace != "omh" && s != nil:
		v.report(ErrNotAccepted, quoted(name)+` is taken from namespace "omh" only`)
	case namespace != "omh" || s == nil:
		v.report(ErrNotAccepted, notAccepted(name))
	case major(version) != major(s.version) || !versioned(version):
		v.report(ErrNotAccepted, "this version of "+name+" is not accepted yet; send version "+s.version)
	default:
		return s
	}
	return nil
}

func notAccepted(name string) string {
	return "points of " + quoted(name) + " are not accepted yet; accepted are " + strings.Join(SchemasOMH(), ", ")
}

func major(version string) string {
	before, _, _ := strings.Cut(version, ".")
	return before
}

// versioned says whether a text is written as a schema version: "2.0".
func versioned(version string) bool {
	_, minor, ok := strings.Cut(version, ".")
	return ok && minor != "" && digitsAt(minor, 0, len(minor))
}
