package linkeddata

// Namespaces of the vocabularies named below.
const (
	nsRDF     = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsRDFS    = "http://www.w3.org/2000/01/rdf-schema#"
	nsXSD     = "http://www.w3.org/2001/XMLSchema#"
	nsLDP     = "http://www.w3.org/ns/ldp#"
	nsACL     = "http://www.w3.org/ns/auth/acl#"
	nsFOAF    = "http://xmlns.com/foaf/0.1/"
	nsVCARD   = "http://www.w3.org/2006/vcard/ns#"
	nsDCTerms = "http://purl.org/dc/terms/"
	nsSolid   = "http://www.w3.org/ns/solid/terms#"
	nsPIM     = "http://www.w3.org/ns/pim/space#"
	nsPOSIX   = "http://www.w3.org/ns/posix/stat#"
	nsNotify  = "http://www.w3.org/ns/solid/notifications#"
	nsOWL     = "http://www.w3.org/2002/07/owl#"
)

// RDF and RDF Schema.
var (
	RDFType       = IRI{nsRDF + "type"}
	RDFFirst      = IRI{nsRDF + "first"}
	RDFRest       = IRI{nsRDF + "rest"}
	RDFNil        = IRI{nsRDF + "nil"}
	RDFLangString = IRI{langString}
	RDFJSON       = IRI{nsRDF + "JSON"}
	RDFValue      = IRI{nsRDF + "value"}
	RDFSLabel     = IRI{nsRDFS + "label"}
	RDFSComment   = IRI{nsRDFS + "comment"}
	RDFSSeeAlso   = IRI{nsRDFS + "seeAlso"}
	OWLSameAs     = IRI{nsOWL + "sameAs"}
	OWLOntology   = IRI{nsOWL + "Ontology"}
	OWLImports    = IRI{nsOWL + "imports"}
)

// XML Schema datatypes.
var (
	XSDString       = IRI{xsdString}
	XSDBoolean      = IRI{nsXSD + "boolean"}
	XSDInteger      = IRI{nsXSD + "integer"}
	XSDLong         = IRI{nsXSD + "long"}
	XSDDecimal      = IRI{nsXSD + "decimal"}
	XSDDouble       = IRI{nsXSD + "double"}
	XSDDate         = IRI{nsXSD + "date"}
	XSDDateTime     = IRI{nsXSD + "dateTime"}
	XSDTime         = IRI{nsXSD + "time"}
	XSDDuration     = IRI{nsXSD + "duration"}
	XSDGYear        = IRI{nsXSD + "gYear"}
	XSDGYearMonth   = IRI{nsXSD + "gYearMonth"}
	XSDBase64Binary = IRI{nsXSD + "base64Binary"}
	XSDHexBinary    = IRI{nsXSD + "hexBinary"}
	XSDAnyURI       = IRI{nsXSD + "anyURI"}

	XSDNonNegativeInteger = IRI{nsXSD + "nonNegativeInteger"}
	XSDPositiveInteger    = IRI{nsXSD + "positiveInteger"}
)

// Linked Data Platform.
var (
	LDPContains       = IRI{nsLDP + "contains"}
	LDPContainer      = IRI{nsLDP + "Container"}
	LDPBasicContainer = IRI{nsLDP + "BasicContainer"}
	LDPResource       = IRI{nsLDP + "Resource"}
	LDPRDFSource      = IRI{nsLDP + "RDFSource"}
	LDPNonRDFSource   = IRI{nsLDP + "NonRDFSource"}
	LDPInbox          = IRI{nsLDP + "inbox"}
	LDPConstrainedBy  = IRI{nsLDP + "constrainedBy"}
)

// Web Access Control.
var (
	ACLAuthorization      = IRI{nsACL + "Authorization"}
	ACLAccessTo           = IRI{nsACL + "accessTo"}
	ACLDefault            = IRI{nsACL + "default"}
	ACLAgent              = IRI{nsACL + "agent"}
	ACLAgentClass         = IRI{nsACL + "agentClass"}
	ACLAgentGroup         = IRI{nsACL + "agentGroup"}
	ACLAuthenticatedAgent = IRI{nsACL + "AuthenticatedAgent"}
	ACLOrigin             = IRI{nsACL + "origin"}
	ACLOwner              = IRI{nsACL + "owner"}
	ACLMode               = IRI{nsACL + "mode"}
	ACLRead               = IRI{nsACL + "Read"}
	ACLWrite              = IRI{nsACL + "Write"}
	ACLAppend             = IRI{nsACL + "Append"}
	ACLControl            = IRI{nsACL + "Control"}
	ACLAccessControl      = IRI{nsACL + "accessControl"}
	ACLCondition          = IRI{nsACL + "condition"}
	ACLClientCondition    = IRI{nsACL + "ClientCondition"}
	ACLIssuerCondition    = IRI{nsACL + "IssuerCondition"}
	ACLClient             = IRI{nsACL + "client"}
	ACLClientGroup        = IRI{nsACL + "clientGroup"}
	ACLClientClass        = IRI{nsACL + "clientClass"}
	ACLIssuer             = IRI{nsACL + "issuer"}
	ACLIssuerGroup        = IRI{nsACL + "issuerGroup"}
	ACLIssuerClass        = IRI{nsACL + "issuerClass"}
)

// People and organisations.
var (
	FOAFAgent           = IRI{nsFOAF + "Agent"}
	FOAFPerson          = IRI{nsFOAF + "Person"}
	FOAFOrganization    = IRI{nsFOAF + "Organization"}
	FOAFName            = IRI{nsFOAF + "name"}
	FOAFMember          = IRI{nsFOAF + "member"}
	FOAFPrimaryTopic    = IRI{nsFOAF + "primaryTopic"}
	FOAFMaker           = IRI{nsFOAF + "maker"}
	FOAFProfileDocument = IRI{nsFOAF + "PersonalProfileDocument"}
	FOAFIsPrimaryTopic  = IRI{nsFOAF + "isPrimaryTopicOf"}
	FOAFHomepage        = IRI{nsFOAF + "homepage"}
	FOAFLogo            = IRI{nsFOAF + "logo"}
	VCARDFn             = IRI{nsVCARD + "fn"}
	VCARDGroup          = IRI{nsVCARD + "Group"}
	VCARDHasMember      = IRI{nsVCARD + "hasMember"}
	VCARDOrganization   = IRI{nsVCARD + "organization-name"}
	VCARDRole           = IRI{nsVCARD + "role"}
)

// Solid, its storages and its notifications.
var (
	SolidOIDCIssuer         = IRI{nsSolid + "oidcIssuer"}
	SolidAccount            = IRI{nsSolid + "account"}
	SolidOwner              = IRI{nsSolid + "owner"}
	SolidStorageDescription = IRI{nsSolid + "storageDescription"}
	SolidPatch              = IRI{nsSolid + "Patch"}
	SolidInsertDeletePatch  = IRI{nsSolid + "InsertDeletePatch"}
	SolidInserts            = IRI{nsSolid + "inserts"}
	SolidDeletes            = IRI{nsSolid + "deletes"}
	SolidWhere              = IRI{nsSolid + "where"}
	SolidPublicTypeIndex    = IRI{nsSolid + "publicTypeIndex"}
	SolidPrivateTypeIndex   = IRI{nsSolid + "privateTypeIndex"}
	PIMStorage              = IRI{nsPIM + "storage"}
	PIMStorageClass         = IRI{nsPIM + "Storage"}
	PIMPreferencesFile      = IRI{nsPIM + "preferencesFile"}
	PIMConfigurationFile    = IRI{nsPIM + "ConfigurationFile"}

	NotifySubscription    = IRI{nsNotify + "subscription"}
	NotifyChannelType     = IRI{nsNotify + "channelType"}
	NotifyFeature         = IRI{nsNotify + "feature"}
	NotifyWebSocketType   = IRI{nsNotify + "WebSocketChannel2023"}
	NotifyWebhookType     = IRI{nsNotify + "WebhookChannel2023"}
	NotifyEventStreamType = IRI{nsNotify + "StreamingHTTPChannel2023"}
)

// What a server says about a resource.
var (
	DCModified    = IRI{nsDCTerms + "modified"}
	DCCreated     = IRI{nsDCTerms + "created"}
	DCTitle       = IRI{nsDCTerms + "title"}
	DCDescription = IRI{nsDCTerms + "description"}
	DCFormat      = IRI{nsDCTerms + "format"}
	POSIXSize     = IRI{nsPOSIX + "size"}
	POSIXMtime    = IRI{nsPOSIX + "mtime"}
)
