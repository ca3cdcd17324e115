package health

// Containers lists the containers below health/, each with its slash, in the
// order in which a person would look through them.
func Containers() []string {
	return []string{"vitals/", "activity/", "labs/", "conditions/", "medications/", "allergies/", "immunizations/",
		"procedures/", "encounters/", "documents/", "care-plans/", "social-care/", "other/"}
}
