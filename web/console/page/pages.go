package page

import "time"

// Ceremony is what a page needs to ask an authenticator: Options is the JSON of
// account.Ceremony, State the text that comes back with the answer. The zero
// Ceremony is none: the host has no passkeys. The form gets the fields "state" and
// "response" (PublicKeyCredential.toJSON).
type Ceremony struct{ Options, State string }

// There reports whether there is a ceremony.
func (c Ceremony) There() bool { return c.State != "" }

// The way in.
type (
	// Landing is what a stranger sees first.
	Landing struct {
		Register bool // accounts are made here, by anybody or by invitation
	}

	// Register asks for a name and a pod. POST app/register: name, pod, invitation.
	Register struct {
		Name, Pod, Invitation string // as typed
		Invited               bool   // an invitation is needed
		Where                 string // how the pod's address reads, with {pod} in it: "https://pods.example/{pod}/"
		Problem               Problem
	}

	// RecoveryKey shows the recovery key and asks for its last group. First comes
	// the page without Groups, with a button to make it: POST {Action}.
	// Then, in the answer, the key: POST {Action}: key, typed.
	RecoveryKey struct {
		Action  string // "app/register/key" or "app/account/recovery-key"
		Groups  []string
		Key     string // the whole, for the hidden field and for copying
		Pod     string
		Address string // of the pod, printed beside its key; "" leaves it out
		Renewed bool   // there was one before, which opens nothing any more
		First   bool   // a step of registration
		Problem Problem
	}

	// Credential lets a new person choose passkey or password. POST app/register/credential:
	// state, response, label, or password.
	Credential struct {
		Ceremony Ceremony
		Problem  Problem
		After    bool // after recovery: then the page says so
	}

	// SignIn is how one comes in. POST app/sign-in: state, response (passkey), or name, password.
	SignIn struct {
		Ceremony   Ceremony
		Name       string // as typed, or who is meant
		Again      bool   // somebody is signed in and must prove it once more: Name is fixed, and Next says what for
		NoPassword bool   // they have none: do not ask for it
		Next       string // path below Root to go on with; "" home or the app's request
		External   []External
		Register   bool // show the way to a new account
		Problem    Problem
	}

	// External is an issuer elsewhere that people sign in with: BankID, eIDAS. POST app/external/{ID}.
	External struct{ ID, Name string }

	// Second is the other factor of an account that demands two. POST app/sign-in/second: pending, and state, response or password.
	Second struct {
		Ceremony Ceremony // when a passkey is missing
		Password bool     // when the password is missing
		Pending  string
		Next     string
		Problem  Problem
	}

	// Recover lets somebody in by their recovery key. POST app/recover: pod, key.
	Recover struct {
		Pod     string
		Problem Problem
	}

	// Recovered says what still opens the account. POST app/recovered: remove=all or nothing; then to Credential.
	Recovered struct {
		Password bool
		Passkeys []Passkey
		Links    []Link
		Scripts  int      // programs of the person's own, which act for them
		Issuers  []string // servers elsewhere that may vouch for them
	}

	// Consent asks whether an app may act for the citizen. POST app/authorize: webid, and answer=allow or answer=deny.
	Consent struct {
		Client  string // client_id, whole
		Name    string // what it calls itself; ""
		Origin  string // verified; "" when nobody has vouched for it
		Script  bool   // never shown: scripts need no pages
		Page    string // links of the client's, https, "" none
		Policy  string
		Terms   string
		Leads   string // host that the browser goes to afterwards
		Local   bool   // it is a program on this device (loopback or its own scheme)
		Shared  bool   // its document stands in somebody's pod here: the whole of Client says who it is
		Offline bool   // goes on when the citizen has left
		Limited bool   // a device's record says what it may do
		As      []Pod  // for whom; more than one: choose
		Before  bool   // it was allowed before and asks for more or again
		Until   time.Time
	}

	// Pod is a pod of the citizen's.
	Pod struct{ Name, WebID, Root string }

	// Leaving leads on to an issuer elsewhere. The browser goes by itself; where it
	// does not, there is a link.
	Leaving struct{ To, Name string }

	// SignOut asks before somebody is signed out. POST app/sign-out: the query's fields again.
	SignOut struct {
		App    string
		Fields [][2]string // hidden fields, names and values
	}

	// SignedOut is said afterwards.
	SignedOut struct {
		Back string // address to go on to, of the app that asked; "" none
		App  string
	}

	// Trouble is an error that has a page of its own.
	Trouble struct {
		Status int
		Key    string // of the catalogue: "trouble.not-found" ...
		Detail string // fixed words of the provider or of a library, English; "" none
		ID     string // of the request, to report it by
		Back   string // path below Root; "" home
		Away   string // address of the app that it happened to; "" none
		Host   string // where Away leads
	}
)

// The citizen's own.
type (
	// Home is where somebody comes who signs in without an app.
	Home struct {
		Pods []HomePod
	}

	// HomePod is what home says of a pod.
	HomePod struct {
		Pod
		Used, Quota int64       // bytes; Quota < 0: no end
		Containers  []Container // of the root and of health/
		Access      []Access    // who else, for a time
		Rules       []Rule      // who else, without an end
		Resting     bool        // grants rest until they are confirmed
	}

	// Container is one of the pod's.
	Container struct {
		Name    string // "labs"
		Address string
		Key     string // of the catalogue, when it is one that everybody knows ("container.labs"); "" none
		Public  bool   // everybody may read it
		Members int    // -1: unknown
		Changed time.Time
	}

	// Access is a grant. POST app/home: revoke=ID, pod.
	Access struct {
		ID      string
		Who     string // WebID
		Name    string // what they are called, if we know
		What    []string
		Purpose string // key of the catalogue or the purpose's IRI
		Write   bool   // may add
		Blind   bool   // may not read: with Write a device that adds records and does nothing else
		From    time.Time
		Until   time.Time
	}

	// Rule is what somebody may do until an app changes its rules.
	Rule struct {
		Kind RuleKind
		Who  string // address of a person or a group; "" for the other kinds
		May  Right
		What []string // as in Access
	}

	// Account leads to the pages about the account.
	Account struct {
		Pods        []Pod
		Passkeys    int
		Password    bool
		TwoFactors  bool
		Sessions    int
		Apps        int
		Scripts     int
		Links       int
		External    bool // this host has external issuers
		Unconfirmed bool // the recovery key was never confirmed
	}

	// Name changes what one signs in with. POST app/account/name: name.
	Name struct {
		Now     string
		Problem Problem
	}

	// Passkeys lists them. POST app/account/passkeys: add (state, response, label), remove=ID, label=ID&to=.
	Passkeys struct {
		All      []Passkey
		Ceremony Ceremony
		Problem  Problem
	}

	// Passkey is one.
	Passkey struct {
		ID, Label     string
		Created, Used time.Time
		Synced        bool
		Cloned        bool
	}

	// Password sets, changes or removes it, and says whether both are demanded.
	// POST app/account/password: password, or remove=1, or both=1|0.
	Password struct {
		Set        time.Time
		Passkeys   bool // there are some
		TwoFactors bool
		Problem    Problem
	}

	// Sessions lists where one is signed in. POST app/account/sessions: end=ID, or others=1.
	Sessions struct{ All []Session }

	// Session is one.
	Session struct {
		ID      string
		Browser string // "Firefox, Windows"; "" unknown
		How     []string
		Created time.Time
		Seen    time.Time
		This    bool
	}

	// Apps lists what was allowed. POST app/account/apps: client, webid.
	Apps struct{ All []App }

	// App is one.
	App struct {
		Client, Name, Origin string
		WebID, Pod           string
		Offline              bool
		Limited              bool // a device's record says what it may do
		Since, Used, Until   time.Time
	}

	// Scripts lists programs of one's own. POST app/account/scripts: name, webid, or end=ID.
	Scripts struct {
		All     []Script
		Pods    []Pod
		Made    *MadeScript // just made: its secret is shown this once
		Problem Problem
	}

	// Script is one.
	Script struct {
		ID, Name, WebID string
		Created, Used   time.Time
	}

	// MadeScript is what the program needs to know.
	MadeScript struct{ ID, Secret, Issuer, Name string }

	// Issuers says who may vouch for the WebID. POST app/account/issuers: pod, add=URL or remove=URL.
	Issuers struct {
		Pods    []PodIssuers
		Problem Problem
	}

	// PodIssuers are those of one WebID.
	PodIssuers struct {
		Pod
		All []Issuer
	}

	// Issuer is one.
	Issuer struct {
		Address string
		Ours    bool
	}

	// Links lists external identities. POST app/account/links: remove=ID; POST app/external/{ID} with link=1 to add one.
	Links struct {
		All      []Link
		External []External
		Problem  Problem
	}

	// Link is one.
	Link struct {
		ID, Label, Issuer string
		Created, Used     time.Time
	}
)

// RuleKind says whom a Rule is about.
type RuleKind uint8

// A person, a group of people, whoever has signed in anywhere, and everybody.
const (
	RulePerson RuleKind = iota
	RuleGroup
	RuleSignedIn
	RulePublic
)

// Right says what a Rule lets somebody do.
type Right uint8

// The rights, as people tell them apart.
const (
	MayRead Right = iota + 1
	MayAdd        // and read
	MayAddOnly
	MayChange // and read
	MayChangeOnly
	MayShare // whatever the owner may
)

// Open says whether it is about people whom nobody has chosen.
func (r Rule) Open() bool { return r.Kind >= RuleSignedIn }

// Chosen are the rules about people or groups that somebody has chosen.
func (p HomePod) Chosen() []Rule { return p.rules(false) }

// Open are the rules about people whom nobody has chosen.
func (p HomePod) Open() []Rule { return p.rules(true) }

func (p HomePod) rules(open bool) (some []Rule) {
	for _, r := range p.Rules {
		if r.Open() == open {
			some = append(some, r)
		}
	}
	return some
}
