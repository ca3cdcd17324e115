package health

// Record is one health resource on its way into the vault.
type Record struct {
	Type string // FHIR resource type, "Observation"
	ID   string // the resource's own id, "" when it has none
	// Container is where it belongs below health/, with the slash: "labs/".
	Container string
	// Name is the file name it gets there. The same resource always gets the same one.
	Name string
	// NameIfTaken is the name to use when Name already holds other bytes: two
	// sources may well have given the same id to different things. It is Name
	// with a hash of the body, so it too is the same each time.
	NameIfTaken string
	MediaType   string
	// Body belongs to the receiver. From ReadFHIR it is the bytes as received.
	Body []byte
	// References are the texts by which other resources may refer to this one:
	// its fullUrl and "Type/id".
	References []string
}

// MediaTypeFHIR is the media type of every record's body.
const MediaTypeFHIR = "application/fhir+json"
