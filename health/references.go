package health

// References lists the references in a resource to other resources, each once,
// in the order in which they stand; not those into the resource itself ("#...").
func References(body []byte) []string { return nil }
