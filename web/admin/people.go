package admin

import "time"

// NewInvitation asks for an invitation. Note is the host's own, about whom it is for.
type NewInvitation struct {
	Note    string `json:"note,omitempty"`
	Seconds int64  `json:"seconds"` // how long it is good
}

// Invitation is one that can still be used.
type Invitation struct {
	ID      string    `json:"id"` // to withdraw it by; tells nothing of the code
	Note    string    `json:"note,omitempty"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// Invited is a new invitation. The code, and the address that holds it, are told
// this once.
type Invited struct {
	Invitation
	Code    string `json:"code"`
	Address string `json:"address"`          // where whoever is invited begins
	Closed  bool   `json:"closed,omitempty"` // the server that runs lets nobody in by it
}

// Invitations lists those that can still be used, oldest first.
type Invitations struct {
	Invitations []Invitation `json:"invitations"`
}

// NewAccount asks for an account for the owner of a pod. They come in with the pod's
// recovery key.
type NewAccount struct {
	Name string `json:"name"` // to sign in with
	Pod  string `json:"pod"`
}

// Account is what the host knows of somebody who signs in here. What they call their
// devices is not the host's business.
type Account struct {
	Name       string       `json:"name"`
	Pods       []AccountPod `json:"pods"`
	Created    time.Time    `json:"created"`
	Password   bool         `json:"password"` // they have one
	Passkeys   int          `json:"passkeys"`
	TwoFactors bool         `json:"twoFactors,omitempty"` // both are asked for
	Recover    string       `json:"recover,omitempty"`    // of a new account: where its person comes in with the recovery key
	Named      bool         `json:"named,omitempty"`      // of a new account: the pod's WebID names this host's issuer from now on
	Elsewhere  bool         `json:"elsewhere,omitempty"`  // of a new account: the WebID's document is not in the pod, and must name the issuer itself
}

// AccountPod is a pod of an account, and who its owner is on the web.
type AccountPod struct {
	Name  string `json:"name"`
	WebID string `json:"webid"`
}

// Accounts lists the accounts by name.
type Accounts struct {
	Accounts []Account `json:"accounts"`
}

// AccountInUse is an account with how much of it is in use.
type AccountInUse struct {
	Account
	Sessions int `json:"sessions"` // browsers in which the person is signed in
	Apps     int `json:"apps"`     // apps that they let act for them
	Scripts  int `json:"scripts"`  // programs of their own that do
}

// SignedOut counts what a person was signed out of.
type SignedOut struct {
	Sessions int `json:"sessions"`
	Apps     int `json:"apps"` // sign-ins to apps
}

// Deleted tells what became of the account that a deleted pod belonged to.
type Deleted struct {
	Account string `json:"account,omitempty"` // "": the pod had none
	Removed bool   `json:"removed,omitempty"` // it was its last pod, and the account is gone with it
	Waits   bool   `json:"waits,omitempty"`   // the account stays as it is, for a pod of the name that is restored
}

// Issuers are those that may sign in the owner of a pod, if the pod hosts their WebID.
type Issuers struct {
	Issuers []string `json:"issuers"`
	Own     string   `json:"own"` // this host's
}

// OwnIssuer stands for this host's own issuer where issuers are named.
const OwnIssuer = "own"

// ChangeIssuers says which issuers come and which go: addresses, or [OwnIssuer].
type ChangeIssuers struct {
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}
