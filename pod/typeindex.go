package pod

import (
	"fmt"
	"strings"
)

// The documents by which apps find their way in a pod (Solid type indexes, and
// the preferences file of a WebID profile). Which kinds of health records there
// are is nobody's business: they stand in the private index alone.
const (
	preferencesPath  = "/settings/prefs.ttl"
	publicIndexPath  = "/settings/publicTypeIndex.ttl"
	privateIndexPath = "/settings/privateTypeIndex.ttl"
)

// healthTypes says in which containers below health/ apps find records of a
// FHIR type. It names the types that people ask for; the containers have more.
var healthTypes = []struct {
	class      string
	containers []string
}{
	{"Observation", []string{"vitals/", "activity/", "labs/", "social-care/"}},
	{"DiagnosticReport", []string{"labs/"}},
	{"Condition", []string{"conditions/"}},
	{"MedicationStatement", []string{"medications/"}},
	{"MedicationRequest", []string{"medications/"}},
	{"AllergyIntolerance", []string{"allergies/"}},
	{"Immunization", []string{"immunizations/"}},
	{"Procedure", []string{"procedures/"}},
	{"Encounter", []string{"encounters/"}},
	{"DocumentReference", []string{"documents/"}},
	{"CarePlan", []string{"care-plans/"}},
	{"Goal", []string{"care-plans/"}},
}

const indexPrefixes = `@prefix fhir: <http://hl7.org/fhir/>.
@prefix pim: <http://www.w3.org/ns/pim/space#>.
@prefix solid: <http://www.w3.org/ns/solid/terms#>.

`

func preferences(p Info) string {
	return fmt.Sprintf(indexPrefixes+`<> a pim:ConfigurationFile.

<%s>
    solid:publicTypeIndex <publicTypeIndex.ttl>;
    solid:privateTypeIndex <privateTypeIndex.ttl>.
`, ownerFrom(p, "../"))
}

func publicIndex() string {
	return indexPrefixes + "<> a solid:TypeIndex, solid:ListedDocument.\n"
}

func privateIndex() string {
	var b strings.Builder
	b.WriteString(indexPrefixes + "<> a solid:TypeIndex, solid:UnlistedDocument.\n")
	for _, t := range healthTypes {
		fmt.Fprintf(&b, "\n<#%s> a solid:TypeRegistration;\n    solid:forClass fhir:%s;\n    solid:instanceContainer", t.class, t.class)
		for i, c := range t.containers {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " <../health/%s>", c)
		}
		b.WriteString(".\n")
	}
	return b.String()
}
