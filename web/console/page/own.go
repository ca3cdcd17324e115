package page

import "time"

// The citizen's own.
type (
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
		New     string // as typed; before that the one they have
		Problem Problem
	}

	// Passkeys lists them. POST app/account/passkeys: add (state, response, label), remove=ID, label=ID&to=.
	Passkeys struct {
		All      []Passkey
		Ceremony Ceremony
		At, To   string // the passkey and its new label as typed, when that came back
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

	// Scripts lists programs of one's own. POST app/account/scripts: name, webid,
	// extent=some|all, and for some in-0, in-1 ... =PATH, may=read|add|both and
	// days=30|90|365; or end=ID.
	Scripts struct {
		All     []Script
		Pods    []Pod
		Places  []Place     // what a program can be bound to
		Made    *MadeScript // just made: its secret is shown this once
		Asked   ScriptAsked // as it came back
		Problem Problem
	}

	// Place is a container, by its path in the pod.
	Place struct {
		Path   string
		Chosen bool
	}

	// ScriptAsked is what somebody has typed and chosen.
	ScriptAsked struct{ Name, WebID, Extent, May, Days string }

	// Script is one.
	Script struct {
		ID, Name, WebID, Pod string
		Created, Used        time.Time
		Bound                bool // may do what Rights says, and nothing else
		Rights               []ScriptRight
	}

	// ScriptRight is what a program may do, until it ends.
	ScriptRight struct {
		May   Right
		What  []string
		Until time.Time
	}

	// MadeScript is what the program needs to know.
	MadeScript struct{ ID, Secret, Issuer, Name string }

	// Issuers says who may vouch for the WebID. POST app/account/issuers: pod, add=URL or remove=URL.
	Issuers struct {
		Pods    []PodIssuers
		At, Add string  // the pod and the address as typed, when it came back
		Problem Problem // about At
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
