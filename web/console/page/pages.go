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
		Before, After         string // what stands around the pod's name in its address: "https://", ".pods.example/"
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
