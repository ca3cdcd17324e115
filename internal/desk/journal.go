package desk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/linkeddata"
	"skrin/pod"
)

// Bounds of the journal's queue.
const (
	maxQueued = 4096
	noteTime  = 10 * time.Second // for one note
)

// journal writes notes into the journals of pods, one after the other.
type journal struct {
	vault *pod.Vault
	log   *slog.Logger

	mu     sync.Mutex
	closed bool
	queue  chan entry
	done   chan struct{}
}

// entry is a note for the pods of somebody.
type entry struct {
	pods []account.PodRef
	note pod.Note
}

func newJournal(vault *pod.Vault, log *slog.Logger) *journal {
	j := &journal{vault: vault, log: log, queue: make(chan entry, maxQueued), done: make(chan struct{})}
	go j.write()
	return j
}

// put takes up an entry and returns at once. When strangers try names faster than
// the disk takes notes, some are lost; they would have been counted together.
func (j *journal) put(e entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed || len(e.pods) == 0 {
		return
	}
	select {
	case j.queue <- e:
	default:
		j.log.Warn("a note for a journal was lost: too many at once")
	}
}

func (j *journal) write() {
	defer close(j.done)
	for e := range j.queue {
		for _, ref := range e.pods {
			if err := j.note(ref.Name, e.note); err != nil {
				j.log.Warn("a note could not be written into a journal", "did", string(e.note.Did), "error", err.Error())
			}
		}
	}
}

func (j *journal) note(name string, n pod.Note) error {
	info, err := j.vault.Lookup(name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), noteTime)
	defer cancel()
	return j.vault.Note(ctx, info.ID, n)
}

// close writes what was taken up, and takes nothing more.
func (j *journal) close() {
	j.mu.Lock()
	if !j.closed {
		j.closed = true
		close(j.queue)
	}
	j.mu.Unlock()
	<-j.done
}

// account takes up what happened around an account.
func (j *journal) account(e account.Event) {
	n, there := noteOf(e)
	if !there {
		return
	}
	n.At, n.Addr = e.At, e.Addr
	j.put(entry{e.Pods, n})
}

// by says how somebody proved themselves, for the journal.
var by = map[account.Method]string{
	account.ByPassword: "with the password", account.ByPasskey: "with a passkey", account.ByRecovery: "with the recovery key",
	account.ByRegistration: "when the account was made", account.ByExternal: "by an issuer outside",
}

// noteOf is an event in the words of the journal.
func noteOf(e account.Event) (pod.Note, bool) {
	how, link := by[e.Method], e.Method == account.ByExternal
	switch e.Kind {
	case account.Created:
		return pod.Note{Did: pod.ActRegister, Allowed: true}, true
	case account.SignedIn:
		return pod.Note{Did: pod.ActSignIn, Allowed: true, Because: how}, true
	case account.PasskeyCloned:
		return pod.Note{Did: pod.ActSignIn, Allowed: true, Because: "with a passkey that may have been copied"}, true
	case account.Failed:
		return pod.Note{Did: pod.ActSignIn, Because: how}, true
	case account.HalfWay:
		return pod.Note{Did: pod.ActSignIn, Because: how + ", which was right; the other factor is missing"}, true
	case account.CredentialAdded:
		if link {
			return pod.Note{Did: pod.ActAddLink, Allowed: true}, true
		}
		return pod.Note{Did: pod.ActAddCredential, Allowed: true, Because: what[e.Method]}, true
	case account.CredentialRemoved:
		if link {
			return pod.Note{Did: pod.ActRemoveLink, Allowed: true}, true
		}
		return pod.Note{Did: pod.ActRemoveCredential, Allowed: true, Because: what[e.Method]}, true
	case account.FactorsChanged:
		return pod.Note{Did: pod.ActChangeFactors, Allowed: true}, true
	case account.Renamed:
		return pod.Note{Did: pod.ActChangeName, Allowed: true}, true
	case account.Removed:
		return pod.Note{Did: pod.ActRemoveAccount, Allowed: true}, true
	case account.Recovered:
		return pod.Note{Did: pod.ActUseRecovery, Allowed: true}, true
	case account.SessionEnded:
		return pod.Note{Did: pod.ActEndSession, Allowed: true}, true
	}
	return pod.Note{}, false
}

// what was added or removed.
var what = map[account.Method]string{account.ByPassword: "the password", account.ByPasskey: "a passkey"}

// withdrawn notes that an app's tokens ended because one of them came back that was
// used before.
func (d *Desk) withdrawn(f provider.Family) {
	acct, err := d.Accounts.Account(f.Account)
	if err != nil {
		d.conf.Log.Warn("an app's tokens ended, and whose they were cannot be told", "error", err.Error())
		return
	}
	client, _ := linkeddata.ParseIRI(f.Client) // zero for a name that we gave
	d.journal.put(entry{podsOf(acct, f.WebID), pod.Note{
		Did: pod.ActStopApp, Allowed: true, Client: client, Because: "a code or a refresh token was used twice",
	}})
}

// podsOf are those that somebody has as that WebID; all, when none is.
func podsOf(acct account.Account, webid linkeddata.IRI) []account.PodRef {
	for _, p := range acct.Pods {
		if p.WebID == webid {
			return []account.PodRef{p}
		}
	}
	return acct.Pods
}
