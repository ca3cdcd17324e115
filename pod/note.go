package pod

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"skrin/acl"
	"skrin/linkeddata"
)

// Act is the journal's word for something that happened around the owner's
// account, not in the pod.
type Act string

// All acts that Note takes. Those that can fail are noted both ways.
const (
	ActRegister         Act = "register" // the account was made, with this pod
	ActSignIn           Act = "sign-in"
	ActConfirm          Act = "confirm" // signed in once more, before something that needs it
	ActSignOut          Act = "sign-out"
	ActEndSession       Act = "end-session" // of another device
	ActAddCredential    Act = "add-credential"
	ActRemoveCredential Act = "remove-credential"
	ActUseRecovery      Act = "use-recovery-key" // to get into the account
	ActAllowApp         Act = "allow-app"
	ActWithdrawApp      Act = "withdraw-app"
	ActStopApp          Act = "stop-app" // its tokens ended, since one was used twice
	ActMakeScript       Act = "make-script"
	ActWithdrawScript   Act = "withdraw-script"
	ActAddLink          Act = "add-link" // to an account elsewhere, by which to sign in
	ActRemoveLink       Act = "remove-link"
	ActChangeFactors    Act = "change-factors" // whether signing in takes both
	ActChangeName       Act = "change-name"    // to sign in with
	ActRemoveAccount    Act = "remove-account" // by the host
)

var acts = map[Act]bool{
	ActRegister: true, ActSignIn: true, ActConfirm: true, ActSignOut: true, ActEndSession: true, ActAddCredential: true, ActRemoveCredential: true,
	ActUseRecovery: true, ActAllowApp: true, ActWithdrawApp: true, ActStopApp: true, ActMakeScript: true, ActWithdrawScript: true,
	ActAddLink: true, ActRemoveLink: true, ActChangeFactors: true, ActChangeName: true, ActRemoveAccount: true,
}

// Note is something that happened around the owner's account.
type Note struct {
	At      time.Time // zero: now
	Did     Act
	Allowed bool           // whether it succeeded
	Client  linkeddata.IRI // the app or script that it is about; zero: none
	Because string         // how or why, in a few fixed words ("with a passkey"), at most 200 bytes
	Addr    netip.Addr     // where it was asked from; only its class is kept
	Count   int            // of how many this tells; 0 is one
}

// maxBecause bounds a note's words, in bytes.
const maxBecause = 200

// ErrNote is wrapped by the error of a note that the journal has no words for.
var ErrNote = errors.New("not a note for the journal")

// Note writes into a pod's journal what happened around its owner's account, and
// returns when it is durable. What succeeded is the owner's doing and has a line each, up to
// sixty of a kind in a minute. What failed may be anybody's: the first of a kind in a minute has a line,
// and the others are counted, so that nobody fills the journal by trying. ErrNote: it cannot
// be written like this. ErrNoPod, ErrLocked, ErrFenced: the pod cannot be written to.
func (v *Vault) Note(ctx context.Context, id ID, n Note) error {
	if err := n.check(); err != nil {
		return err
	}
	h, err := v.acquire(ctx, id)
	if err != nil {
		return err
	}
	defer v.release(h)
	now := h.now()
	key, exact := n.kind(h)
	first, due := h.tally.note(key, exact, max(1, n.Count), now)
	if !first && len(due) == 0 {
		return nil
	}
	return h.commitDue(ctx, due, func(c *change) error {
		if first {
			c.journal(n.line(h, now))
		}
		return nil
	})
}

func (n Note) check() error {
	switch {
	case !acts[n.Did]:
		return fmt.Errorf("%w: no act is called %q", ErrNote, string(n.Did))
	case len(n.Because) > maxBecause || !utf8.ValidString(n.Because) || strings.ContainsFunc(n.Because, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("%w: its words are too long, or not for people", ErrNote)
	case n.Count < 0:
		return fmt.Errorf("%w: a negative count", ErrNote)
	}
	return nil
}

// kind says with what the note is counted, and how many of that kind a minute have
// a line of their own.
func (n Note) kind(h *handle) (tallyKey, int) {
	if n.Allowed {
		return tallyKey{did: string(n.Did), allowed: true, who: acl.Agent{WebID: h.owner()}}, exactLimit
	}
	return tallyKey{did: string(n.Did), from: addressClass(n.Addr)}, 1
}

// line is the note as the journal has it. Who failed is nobody that we know.
func (n Note) line(h *handle, now time.Time) Line {
	l := Line{
		At: now.UTC(), Client: n.Client.String(), Did: string(n.Did), Allowed: n.Allowed, Because: n.Because,
		Count: n.Count, From: addressClass(n.Addr),
	}
	if !n.At.IsZero() && n.At.Before(now) {
		l.At = n.At.UTC()
	}
	if n.Allowed {
		l.Who = h.info.Owner
	}
	return l
}
