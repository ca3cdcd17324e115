package page

// Frame is what stands around every page.
type Frame struct {
	Language Language
	Root     string // path of the console's origin that addresses below begin with, "/" as a rule; ends with "/"
	Here     string // address of this page from Root on, with its query: where a change of language comes back to
	Host     string // what the host is called: "pods.example"
	Name     string // who is signed in; "" nobody
	Token    string // form token: every form carries it
	Request  string // ticket of an app's request that the person is on the way to answer; every form and link on that way carries it
	App      string // what that app calls itself or is, to say where all this leads; "" none
	Notice   Notice // what was just done, told once at the top
	Passkeys bool   // this host has passkeys
}

// Notice is something to tell at the top of a page: a key of the catalogue
// ("notice.saved"). "" is none.
type Notice string

// Problem is why a form came back: a key of the catalogue, which field it is
// about ("" the whole form), and what stands for the placeholder of the text.
// The zero Problem is none.
type Problem struct {
	Field string
	Key   string
	Value string
}

// Page is one of the types in pages.go, home.go and own.go.
type Page interface{ name() string }
