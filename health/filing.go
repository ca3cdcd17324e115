package health

import (
	"slices"
	"strings"

	"skrin/health/internal/tree"
)

// The containers of a vault's health/, in the order in which a person would look
// through them. What a citizen grants is a container, so what belongs together
// here is what one kind of helper needs to see together.
const (
	vitals        = "vitals/"
	activity      = "activity/"
	labs          = "labs/" // results of tests, images among them
	conditions    = "conditions/"
	medications   = "medications/"
	allergies     = "allergies/"
	immunizations = "immunizations/"
	procedures    = "procedures/"
	encounters    = "encounters/"
	documents     = "documents/"
	carePlans     = "care-plans/"
	socialCare    = "social-care/"
	other         = "other/"
)

// Containers lists the containers below health/, each with its slash.
func Containers() []string {
	return []string{vitals, activity, labs, conditions, medications, allergies, immunizations,
		procedures, encounters, documents, carePlans, socialCare, other}
}

// byType files a resource by its type. What is not named goes to other/: people
// and organisations, bills and insurance, family history (it tells of
// relatives), risk and flags, definitions, and what the server itself makes.
var byType = map[string]string{
	"Specimen":                   labs,
	"DiagnosticReport":           labs,
	"ImagingStudy":               labs,
	"MolecularSequence":          labs,
	"Condition":                  conditions,
	"ClinicalImpression":         conditions,
	"AdverseEvent":               conditions,
	"AllergyIntolerance":         allergies,
	"Immunization":               immunizations,
	"ImmunizationEvaluation":     immunizations,
	"ImmunizationRecommendation": immunizations,
	"Medication":                 medications,
	"MedicationAdministration":   medications,
	"MedicationDispense":         medications,
	"MedicationKnowledge":        medications,
	"MedicationRequest":          medications,
	"MedicationStatement":        medications,
	"Procedure":                  procedures,
	"ServiceRequest":             procedures,
	"DeviceRequest":              procedures,
	"DeviceUseStatement":         procedures, // implants and aids: what was done to the body
	"Encounter":                  encounters,
	"EpisodeOfCare":              encounters,
	"Appointment":                encounters,
	"AppointmentResponse":        encounters,
	"Composition":                documents,
	"DocumentReference":          documents,
	"DocumentManifest":           documents,
	"Media":                      documents,
	"Binary":                     documents,
	"Consent":                    documents, // in summaries these are advance directives
	"QuestionnaireResponse":      documents,
	"CarePlan":                   carePlans,
	"CareTeam":                   carePlans,
	"Goal":                       carePlans,
	"NutritionOrder":             carePlans,
	"RequestGroup":               carePlans,
	"Task":                       carePlans,
}

// byCategory files an Observation by its category. Social history (smoking,
// alcohol, housing as a clinician notes it) is part of the clinical record and
// not of the municipality's social services, so it is not in social-care/; nor
// is a survey. Both are in other/.
var byCategory = map[string]string{
	"vital-signs":    vitals,
	"laboratory":     labs,
	"imaging":        labs,
	"activity":       activity,
	"procedure":      procedures,
	"social-history": other,
	"survey":         other,
	"exam":           other,
	"therapy":        other,
}

// byLOINC files an Observation that has no category that is known.
var byLOINC = map[string]string{
	"8867-4": vitals, "40443-4": vitals, // heart rate, resting
	"85354-9": vitals, "8480-6": vitals, "8462-4": vitals, // blood pressure
	"29463-7": vitals, "8302-2": vitals, "39156-5": vitals, "8280-0": vitals, "56086-2": vitals, // weight, height, BMI, waist
	"8310-5": vitals, "9279-1": vitals, "59408-5": vitals, "2708-6": vitals, "85353-1": vitals, "8716-3": vitals,
	"19935-6": vitals, "33452-4": vitals, // peak flow
	"55423-8": activity, "41950-7": activity, "73985-4": activity, "55411-3": activity, "77592-4": activity,
	"77593-2": activity, "82290-8": activity, "82291-6": activity, "89555-7": activity, "68516-4": activity, "93832-4": activity,
	"15074-8": labs, "2339-0": labs, "41653-7": labs, "99504-3": labs, "105272-9": labs, "97507-8": labs, "97510-2": labs,
	"4548-4": labs, "59261-8": labs, "2093-3": labs, "14647-2": labs, "2085-9": labs, "14646-4": labs,
}

// socialCodes mark a record of the social services, in a category or a tag
// (meta.tag) of any resource, whatever the code system.
var socialCodes = map[string]bool{"social-care": true, "social-services": true}

// container files the resource at n of the type.
func container(t *tree.Tree, n tree.Node, typ string) string {
	categories := codes(t, t.Member(n, "category"))
	tags := codes(t, t.Member(t.Member(n, "meta"), "tag"))
	if slices.ContainsFunc(append(tags, categories...), func(c string) bool { return socialCodes[c] }) {
		return socialCare
	}
	switch typ {
	case "Observation":
		return placeOfObservation(categories, codes(t, t.Member(n, "code")))
	case "Bundle":
		if t.TextOf(n, "type") == "document" {
			return documents
		}
	}
	if place := byType[typ]; place != "" {
		return place
	}
	return other
}

func placeOfObservation(categories, coded []string) string {
	for _, c := range categories {
		if place := byCategory[c]; place != "" {
			return place
		}
	}
	for _, c := range coded {
		if place := byLOINC[c]; place != "" {
			return place
		}
	}
	return other
}

// codes lists every code in a Coding, a CodeableConcept or a list of either, in
// lower case.
func codes(t *tree.Tree, n tree.Node) (found []string) {
	switch t.Kind(n) {
	case tree.Array:
		for item := t.First(n); item != 0; item = t.Next(item) {
			found = append(found, codes(t, item)...)
		}
	case tree.Object:
		if code := t.TextOf(n, "code"); code != "" {
			found = append(found, strings.ToLower(code))
		}
		found = append(found, codes(t, t.Member(n, "coding"))...)
	}
	return found
}
