package admin

import "time"

// Problem is the body of every error answer.
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`   // one word for programs: "no-pod", "pod-exists", "grant", ...
	Detail string `json:"detail"` // a sentence for people
}

func (p *Problem) Error() string { return p.Detail }

// NewPod asks for a pod. Without an owner its WebID is the one that the pod
// itself hosts; issuers are those that may vouch for it.
type NewPod struct {
	Name    string   `json:"name"`
	Owner   string   `json:"owner,omitempty"`
	Issuers []string `json:"issuers,omitempty"`
	Own     bool     `json:"own,omitempty"`     // this host's issuer may vouch for it
	Account string   `json:"account,omitempty"` // name of an account that is made with it, at this host's issuer; "": none
}

// Pod is what the host knows of a pod.
type Pod struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Owner   string    `json:"owner"`
	Root    string    `json:"root"`
	Created time.Time `json:"created"`
}

// Pods lists the pods by name.
type Pods struct {
	Pods []Pod `json:"pods"`
}

// Created is a new pod with its recovery key, which is never shown again.
type Created struct {
	Pod
	Recovery string `json:"recovery"`
	Account  string `json:"account,omitempty"`
	Recover  string `json:"recover,omitempty"` // where the account's person comes in with the recovery key
	Former   bool   `json:"former,omitempty"`  // a pod of the name was deleted before: see pod.Vault.Former
}

// Quota is how much room a pod has, and how much of it is taken, in bytes.
type Quota struct {
	Used    int64 `json:"used"`
	Quota   int64 `json:"quota"`             // -1: no end
	Default bool  `json:"default,omitempty"` // it is that of all pods that have none of their own
}

// SetQuota gives a quota in bytes: -1 is no end, and 0, for one pod, the default.
type SetQuota struct {
	Quota int64 `json:"quota"`
}

// NewGrant asks for a grant. Modes are "read" and "create"; none means read.
// Targets are containers or resources, absolute or from the pod's root.
type NewGrant struct {
	To      string    `json:"to"`
	Client  string    `json:"client,omitempty"`
	Targets []string  `json:"targets"`
	Modes   []string  `json:"modes,omitempty"`
	Purpose string    `json:"purpose,omitempty"` // an IRI, or any words (they become the note)
	Note    string    `json:"note,omitempty"`
	From    time.Time `json:"from,omitzero"` // zero: now
	Until   time.Time `json:"until"`
}

// Grant is a grant as it stands.
type Grant struct {
	ID      string    `json:"id"`
	To      string    `json:"to"`
	Client  string    `json:"client,omitempty"`
	Targets []string  `json:"targets"`
	Modes   []string  `json:"modes"`
	Purpose string    `json:"purpose,omitempty"`
	Note    string    `json:"note,omitempty"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Created time.Time `json:"created"`
	Revoked time.Time `json:"revoked,omitzero"`
	State   string    `json:"state"`            // "active", "waiting", "ended", "revoked" or "suspended"
	Vacant  []string  `json:"vacant,omitempty"` // of one that was just given: targets where nothing is
}

// Grants lists every grant of a pod, also ended and revoked ones.
type Grants struct {
	Grants []Grant `json:"grants"`
	Older  bool    `json:"older,omitempty"` // all rest because the pod's file is an older copy than the host has seen
}

// Line is one entry of a pod's journal.
type Line struct {
	N       uint64    `json:"n"`
	At      time.Time `json:"at"`
	Who     string    `json:"who,omitempty"` // WebID; absent: nobody in particular
	Client  string    `json:"client,omitempty"`
	Issuer  string    `json:"issuer,omitempty"`
	Did     string    `json:"did"`
	Path    string    `json:"path,omitempty"`
	Allowed bool      `json:"allowed"`
	Because string    `json:"because,omitempty"`
	Grant   string    `json:"grant,omitempty"`
	Purpose string    `json:"purpose,omitempty"`
	Until   time.Time `json:"until,omitzero"`
	Count   int       `json:"count,omitempty"` // of a summed line
	From    string    `json:"from,omitempty"`  // class of the address
}

// Journal is one page of a journal. Next is where the following page begins, 0
// at the end. Head is "SIZE:ROOT", to be kept and given to a later verify.
type Journal struct {
	Lines []Line `json:"lines"`
	Head  string `json:"head"`
	Next  uint64 `json:"next,omitempty"`
}

// ImportEvent is one line of an import's answer: the count so far, a problem
// with one record, or, in the last one, the summary.
type ImportEvent struct {
	Read    int            `json:"read"` // records read so far
	Bytes   int64          `json:"bytes"`
	Trouble *Trouble       `json:"trouble,omitempty"`
	Done    bool           `json:"done,omitempty"`
	Summary *ImportSummary `json:"summary,omitempty"`
	Problem *Problem       `json:"problem,omitempty"` // why the import stopped
}

// Trouble is one record that was left out.
type Trouble struct {
	Entry int    `json:"entry"` // counted from 0; -1: the file as a whole
	Where string `json:"where,omitempty"`
	What  string `json:"what"`
}

// ImportSummary counts what an import has done.
type ImportSummary struct {
	Created    int              `json:"created"`
	Unchanged  int              `json:"unchanged"` // there already with the same bytes
	Replaced   int              `json:"replaced"`
	Troubles   int              `json:"troubles"`
	Containers []ContainerCount `json:"containers"`
}

// ContainerCount is one container's part of an import.
type ContainerCount struct {
	Container string `json:"container"` // path from the pod's root
	Created   int    `json:"created"`
	Unchanged int    `json:"unchanged"`
	Replaced  int    `json:"replaced"`
}

// VerifyEvent is one line of a verification's answer.
type VerifyEvent struct {
	Checked int      `json:"checked"`         // things so far; with Done: resources, or lines of the journal
	Total   int      `json:"total,omitempty"` // of as many
	Done    bool     `json:"done,omitempty"`
	Damage  []Damage `json:"damage,omitempty"` // with Done: what is wrong; none: everything is as it was written
	Head    string   `json:"head,omitempty"`   // with Done: the journal's head
	Problem *Problem `json:"problem,omitempty"`
}

// Damage is one thing that is not as it was written.
type Damage struct {
	Where  string `json:"where"` // a path of the pod, "journal", "grant", "pod file" or "file structure"
	What   string `json:"what"`
	Advice string `json:"advice"` // what to do about it
}

// RotateEvent is one line of a rotation's answer.
type RotateEvent struct {
	Sealed  int      `json:"sealed"` // values that have been gone through
	Total   int      `json:"total"`  // of as many
	Done    bool     `json:"done,omitempty"`
	Problem *Problem `json:"problem,omitempty"`
}

// BackupHead is what the beginning of a backup tells.
type BackupHead struct {
	Pod   string `json:"pod"`            // id
	Opens bool   `json:"opens"`          // the host key opens it, or the recovery key that came with the question
	Here  string `json:"here,omitempty"` // name of this very pod on this host
}

// RestoreEvent is one line of the answer to a restore or an adoption.
type RestoreEvent struct {
	Bytes    int64     `json:"bytes,omitempty"` // read so far
	Done     bool      `json:"done,omitempty"`
	Restored *Restored `json:"restored,omitempty"`
	Problem  *Problem  `json:"problem,omitempty"` // why there is no such pod now
}

// Restored is a pod that came from elsewhere. Its grants rest until the owner confirms them.
type Restored struct {
	Pod
	OldRoot string   `json:"oldRoot"`           // where it stood before
	Links   []string `json:"links"`             // paths of resources that still link to there
	Grants  int      `json:"grants"`            // that rest
	Issuers []string `json:"issuers"`           // who may sign its owner in, if it hosts their WebID: those of where it comes from
	Own     string   `json:"own"`               // this host's
	Account string   `json:"account,omitempty"` // at this host; "": it has none
}

// Adopt asks for a pod out of another data folder: its .db file or the folder, as
// the server sees it, and the name that it gets (none: the one it has).
type Adopt struct {
	File string `json:"file"`
	Name string `json:"name,omitempty"`
}

// Compacted tells how long a pod's file was, and is now.
type Compacted struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
}

// Clock tells how the server's clock stands to the highest time it has seen.
type Clock struct {
	Now       time.Time `json:"now"`
	Seen      time.Time `json:"seen"`
	Suspended bool      `json:"suspended"` // the clock jumped: grants rest until somebody confirms
}

// Confirm says that the clock is right, and who says so.
type Confirm struct {
	By string `json:"by"`
}
