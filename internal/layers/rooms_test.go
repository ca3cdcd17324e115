package layers

// A room is one package of the module: which of our own packages it may import, and why no others.
type room struct {
	may []string
	why string
}

// rooms is the picture of the house. Paths are relative to the module; test files may import what the room may,
// and the packages of anyTest and inTests besides.
var rooms = map[string]room{
	"linkeddata": {nil,
		"everybody builds on the vocabulary, so it may lean on nobody"},
	"crypto": {nil,
		"it must be possible to audit the seals without reading anything else"},
	"acl": {[]string{"linkeddata"},
		"a decision is made of values alone: no store, no network, no clock"},
	"pod": {[]string{"acl", "crypto", "linkeddata"},
		"the only keeper knows nothing of HTTP, tokens or medicine, so none of them can be a way around it"},
	"health": {[]string{"linkeddata", "health/internal/elements", "health/internal/tree"},
		"medicine is bytes and graphs; a room that cannot see a store cannot leak one"},
	"health/internal/elements": {[]string{"linkeddata"},
		"a table of what FHIR defines, made from the published definitions"},
	"health/internal/elements/gen": {nil,
		"makes that table on a developer's machine; it is no part of the program"},
	"health/internal/tree": {nil,
		"JSON that keeps its bytes"},
	"internal/jose": {nil,
		"tokens, receipts and health links need signatures; they need nothing of ours to make them"},
	"internal/outbound": {[]string{"linkeddata", "internal/strangers"},
		"one client for foreign addresses, which cannot be asked to fetch for a pod"},
	"internal/secret": {nil,
		"a text that is not printed is the same wherever one is held"},
	"internal/strangers": {nil,
		"who is counted as one is said once, for all who count; it keeps nothing and knows no request"},
	"identity": {[]string{"acl", "linkeddata", "internal/jose", "internal/outbound"},
		"proof in, agent out: who somebody is must not depend on what lies in a pod"},
	"identity/provider": {[]string{"linkeddata", "identity/records", "internal/jose", "internal/outbound", "internal/secret", "internal/strangers"},
		"what may be issued to an app is decided without pages, passwords or pods in sight"},
	"identity/account": {[]string{"linkeddata", "identity/records", "internal/secret", "internal/strangers"},
		"who the citizens are and how they prove it; HTTP and apps are for others"},
	"identity/upstream": {[]string{"identity/account", "identity/records", "internal/jose"},
		"the word of issuers outside becomes an identity; what it opens is for accounts to say"},
	"identity/records": {nil,
		"how small things are kept, told by those who need it; the store that does it is handed in"},
	"notify": {[]string{"acl", "linkeddata", "pod"},
		"subscribers hear for as long as they may, and only the pod knows how long"},
	"web": {[]string{"acl", "health", "identity", "linkeddata", "notify", "pod", "internal/outbound", "internal/strangers",
		"web/access", "web/admin", "web/console", "web/fhir", "web/intake", "web/notify", "web/oidc", "web/request", "web/solid"},
		"HTTP ends here; keys do not begin here, so it never sees crypto"},
	"web/solid": {[]string{"acl", "health", "linkeddata", "pod", "web/intake", "web/request"},
		"the protocol goes through sessions of the pod"},
	"web/access": {[]string{"acl", "linkeddata", "pod", "web/request"},
		"requests, grants and journal go through sessions of the pod"},
	"web/notify": {[]string{"acl", "linkeddata", "notify", "pod", "web/request"},
		"the HTTP ends of channels: who may hear is decided behind them"},
	"web/fhir": {[]string{"acl", "health", "linkeddata", "pod", "web/intake", "web/request"},
		"the FHIR view goes through sessions of the pod"},
	"web/oidc": {[]string{"identity", "identity/provider", "linkeddata", "internal/outbound", "internal/strangers", "web/request"},
		"the provider's endpoints: what is issued is decided behind them, and who is signed in beside them"},
	"web/intake": {[]string{"acl", "health", "linkeddata", "pod"},
		"health data into a session, whether it came over HTTP or from a file"},
	"web/console/page": {nil,
		"what a person sees is a function of values; it can do nothing, so it can leak nothing"},
	"web/console/page/sample": {[]string{"web/console/page"},
		"invented people on every page: for tests that look at pages"},
	"web/console": {[]string{"acl", "identity", "identity/account", "identity/provider", "identity/records", "identity/upstream",
		"linkeddata", "pod", "internal/strangers", "web/console/page", "web/request"},
		"pages for people: they go through accounts, the provider and sessions of the pod"},
	"web/request": {[]string{"acl", "linkeddata", "pod"},
		"what the sub-rooms share of one request"},
	"web/admin": {[]string{"acl", "health", "identity", "identity/account", "identity/provider", "identity/records", "linkeddata", "pod", "web/intake"},
		"the console of the host: an ordinary handler over vault and accounts, served on the host's own socket"},
	"cmd/skrin": {[]string{"acl", "crypto", "health", "identity", "identity/account", "identity/provider", "identity/upstream",
		"linkeddata", "pod", "web", "web/admin", "internal/demodata", "internal/desk", "internal/jose", "internal/podtest/issuer"},
		"main wires the rooms together; the test issuer is for the demo alone"},
	"internal/desk": {[]string{"acl", "identity", "identity/account", "identity/provider", "identity/records", "identity/upstream", "linkeddata", "pod", "web",
		"web/console", "web/oidc", "internal/outbound"},
		"the rooms behind signing in are put together once, for the program and for the tests"},
	"internal/demodata": {nil,
		"invented people, as bytes: what the rooms make of them is for the rooms"},
	"internal/podtest/issuer": {[]string{"acl", "identity", "linkeddata", "internal/jose", "internal/outbound"},
		"an issuer that anybody can ask for any token may exist in tests and in the demo, never in serve"},
	"internal/podtest/authenticator": {nil,
		"a passkey for tests knows what a page gives a browser, and nothing else"},
	"internal/podtest/pages": {nil,
		"it reads what a page shows, whoever made it"},
	"internal/podtest": {[]string{"acl", "crypto", "health", "identity", "identity/account", "identity/provider", "linkeddata", "notify", "pod", "web",
		"web/access", "web/admin", "web/console", "web/fhir", "web/solid", "internal/demodata", "internal/desk", "internal/jose", "internal/outbound",
		"internal/podtest/issuer"},
		"a whole server in a test sees the whole house"},
	"internal/conformance": {[]string{"acl", "linkeddata", "pod", "web"},
		"it asks the server as a client would, and the pod as its owner"},
	"internal/faults": {[]string{"acl", "crypto", "linkeddata", "pod"},
		"it breaks pods on purpose, from below: what it needs of them is what any host has"},
	"internal/bench/floor": {nil,
		"the bare program that speed is measured against: it must owe nothing to what is measured"},
	"internal/bench/load": {[]string{"acl", "crypto", "linkeddata", "pod", "internal/podtest/issuer"},
		"it fills pods as any host does, and then asks the real program over HTTP"},
	"clients": {nil,
		"other people's libraries use a server from outside; only the test that starts it is ours"},
	"clients/npm": {nil,
		"it installs other people's libraries for tests, and knows nothing of ours"},
	"internal/browser": {nil,
		"it holds tests alone: a browser is asked how people get in, and what a script in a pod reaches"},
	"internal/layers": {nil,
		"it reads the source, it does not run it"},
}

// anyTest may be imported by the tests of every room: they need a server and people to test with.
var anyTest = map[string]bool{
	"internal/podtest":               true,
	"internal/podtest/issuer":        true,
	"internal/podtest/authenticator": true,
	"internal/podtest/pages":         true,
	"internal/demodata":              true,
	"clients/npm":                    true,
}

// inTests is what the tests of single rooms may import besides.
var inTests = map[string][]string{
	"identity":             {"internal/strangers"},                                                      // who come from two places
	"identity/provider":    {"acl", "identity"},                                                         // whether the verifier takes what is issued
	"internal/browser":     {"acl", "linkeddata", "pod", "web/console/page", "web/console/page/sample"}, // a pod that is lived in; pages to look at
	"web/console/page":     {"web/console/page/sample"},
	"web/console":          {"internal/desk", "internal/outbound"},                               // a house whose pages are asked; a provider without one
	"internal/desk":        {"crypto"},                                                           // the key of a folder that is opened at several addresses
	"internal/demodata":    {"health", "linkeddata"},                                             // whether the rooms take the invented records
	"internal/bench/floor": {"linkeddata"},                                                       // the names of those who ask it
	"clients":              {"acl", "identity/upstream", "internal/desk", "linkeddata", "pod"},   // the pod that clients use, and a grant; a house with a broker
	"web/admin":            {"internal/desk"},                                                    // the accounts behind the door
	"web/oidc":             {"identity/account", "internal/desk", "internal/jose", "pod", "web"}, // a house to ask, and proofs to ask with
	"web/notify":           {"web"},                                                              // a server whose limits are small
}

// A home is the one place where a foreign module is imported, so that replacing it is work in one room.
type home struct {
	module string
	rooms  []string
	why    string
}

var homes = []home{
	{"github.com/gofiber/fiber", []string{"web", "web/access", "web/fhir", "web/request", "web/solid", "internal/bench/floor"},
		"its strings die with the request: beyond the border only plain values go on; the floor is a border and nothing else"},
	{"github.com/valyala/fasthttp", []string{"web", "web/solid"},
		"it is what fiber stands on, and is reached for only where fiber hides a header or a body"},
	{"github.com/prometheus/client_golang", []string{"web"},
		"metrics count requests; what the rooms measure they return as values"},
	{"github.com/gobwas/ws", []string{"web/notify"},
		"frames of a WebSocket and nothing else: connections and handshakes are ours"},
	{"go.etcd.io/bbolt", []string{"pod", "internal/bench/floor"},
		"a second store would be one more file in the one keeper; the floor keeps nothing that anybody wants back"},
	{"golang.org/x/mod", []string{"pod"},
		"the tree of the journal is part of the pod's format"},
	{"golang.org/x/net", []string{"web/console", "web/console/page"},
		"tests read pages back as a browser does; nothing else parses HTML"},
	{"golang.org/x/text", []string{"pod", "identity/account"},
		"one canonical form of a path, Unicode included, is made in one place; of a name and a password in another"},
	{"filippo.io/age", []string{"crypto"},
		"whoever audits the seals must find all of them in one room"},
	{"golang.org/x/crypto", []string{"crypto", "web", "identity/account"},
		"primitives belong to crypto, ACME certificates to web, the hash of passwords to those who take them"},
	{"github.com/go-webauthn", []string{"identity/account"},
		"what an authenticator says is judged in one place"},
	{"github.com/coreos/go-oidc", []string{"identity/upstream", "web/oidc"},
		"issuers outside are asked, and their word is checked, in one place"},
	{"golang.org/x/oauth2", []string{"identity/upstream", "web/oidc"},
		"we are a client of others there and nowhere else"},
	{"github.com/lestrrat-go/jwx", []string{"internal/jose"},
		"which algorithms are accepted is decided once"},
	{"github.com/piprate/json-gold", []string{"linkeddata"},
		"its loader would fetch contexts from the network; here it is taken away once"},
	{"github.com/alecthomas/kong", []string{"cmd/skrin"},
		"flags and help are for the command line"},
	{"golang.org/x/term", []string{"cmd/skrin"},
		"only the command line has a person at a terminal before it"},
	{"github.com/chromedp", []string{"internal/browser"},
		"a browser is started by tests alone"},
	{"golang.org/x/net", []string{"web/console", "web/console/page"},
		"pages are read by tests alone, as a browser reads them"},
	{"rsc.io/qr", []string{"cmd/skrin"},
		"recovery keys are drawn where they are shown, once"},
}

// forbidden are packages that a room must never import, however it is arranged, in non-test files.
var forbidden = []struct {
	room, pkg, why string
}{
	{"acl", "net/http", "a decision never fetches"},
	{"acl", "os", "a decision never reads files"},
	{"crypto", "net/http", "keys have no business on the network"},
	{"linkeddata", "net/http", "a document never makes us fetch another one"},
	{"linkeddata", "os", "a document never makes us read a file"},
	{"health", "net/http", "records are bytes and graphs"},
	{"health", "os", "records are bytes and graphs"},
	{"pod", "net/http", "HTTP ends in web"},
	{"web", "skrin/crypto", "who serves must not hold keys"},
}
