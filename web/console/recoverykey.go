package console

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"skrin/identity/records"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// keyState is what became of a pod's recovery key, under the pod's id: that it was
// made, and that its owner has shown that they have it. The key itself is kept
// nowhere.
type keyState struct {
	Made      time.Time `json:"made"`
	Again     bool      `json:"again,omitempty"` // somebody was shown another before it
	Confirmed time.Time `json:"confirmed,omitzero"`
}

var keyStateKind = records.Kind[keyState]{Name: "console recovery key", Version: 1}

// Errors of confirming a recovery key.
var (
	errTyped  = errors.New("not the last group of the key")
	errOldKey = errors.New("not the recovery key of the pod any more")
)

func (h *Handler) keyState(p pod.Info) (state keyState, there bool, err error) {
	err = h.conf.Records.View(func(tx records.Tx) (err error) {
		state, there, err = keyStateKind.Get(tx, p.ID.String())
		return err
	})
	return state, there, err
}

func (h *Handler) keepKeyState(p pod.Info, state keyState) error {
	return h.conf.Records.Update(func(tx records.Tx) error { return keyStateKind.Put(tx, p.ID.String(), state) })
}

func (h *Handler) keyConfirmed(p pod.Info) (bool, error) {
	state, _, err := h.keyState(p)
	return !state.Confirmed.IsZero(), err
}

const (
	firstKeyPath = "app/register/key"
	renewKeyPath = "app/account/recovery-key"
)

// showFirstKey is the step of registration, showKey the page for later.
func (v *visit) showFirstKey() (*request.Answer, error) {
	if !v.unfinished() {
		return v.onward()
	}
	return v.showKey()
}

func (v *visit) showKey() (*request.Answer, error) {
	p, err := v.pod(v.query.Get("pod"))
	if err != nil {
		return nil, err
	}
	return v.askKey(p, page.RecoveryKey{})
}

func (v *visit) askKey(p pod.Info, k page.RecoveryKey) (*request.Answer, error) {
	k.Pod, k.Address, k.First, k.Action = p.Name, p.Root.String(), v.unfinished(), firstKeyPath
	if !k.First {
		k.Action = renewKeyPath + "?" + url.Values{"pod": {p.Name}}.Encode()
	}
	state, _, err := v.h.keyState(p)
	if err != nil {
		return nil, err
	}
	k.Renewed = !k.First || state.Again
	return v.show(k)
}

func (v *visit) firstKey() (*request.Answer, error) {
	if !v.unfinished() {
		return v.onward()
	}
	return v.renewKey()
}

// renewKey makes a key and shows it in the answer, the only time; or takes the
// last group of it back, as a sign that somebody has written it down.
func (v *visit) renewKey() (*request.Answer, error) {
	p, err := v.pod(v.query.Get("pod"))
	if err != nil {
		return nil, err
	}
	if text := v.form.Get("key"); text != "" {
		return v.confirmKey(p, text)
	}
	_, again, err := v.h.keyState(p)
	if err != nil {
		return nil, err
	}
	if err := v.h.keepKeyState(p, keyState{Made: v.h.conf.Now(), Again: again}); err != nil {
		return nil, err
	}
	key, err := v.owner(p).NewRecovery(v.ctx)
	if err != nil {
		return nil, err
	}
	defer key.Destroy()
	return v.askKey(p, shown(key))
}

// shown is a key as the page has it.
func shown(key *pod.RecoveryKey) page.RecoveryKey {
	text := strings.TrimSpace(key.Text())
	return page.RecoveryKey{Groups: strings.Fields(text), Key: strings.Join(strings.Fields(text), " ")}
}

func (v *visit) confirmKey(p pod.Info, text string) (*request.Answer, error) {
	key, err := pod.ParseRecoveryKey(text)
	if err == nil {
		defer key.Destroy()
		err = v.h.conf.Vault.OpensWith(v.ctx, p.Name, key)
	} else {
		err = pod.ErrWrongKey
	}
	if errors.Is(err, pod.ErrWrongKey) {
		problem, _ := explain(errOldKey)
		return v.askKey(p, page.RecoveryKey{Problem: problem})
	}
	if err != nil {
		return nil, err
	}
	k := shown(key)
	if !sameGroup(v.form.Get("typed"), k.Groups[len(k.Groups)-1]) {
		k.Problem, _ = explain(errTyped)
		return v.askKey(p, k)
	}
	state, _, err := v.h.keyState(p)
	if err != nil {
		return nil, err
	}
	state.Confirmed = v.h.conf.Now()
	if err := v.h.keepKeyState(p, state); err != nil {
		return nil, err
	}
	if v.unfinished() {
		return v.toRegistration()
	}
	return v.done("app/account", "recovery-key")
}

// sameGroup compares what was typed with a group, however it was typed.
func sameGroup(typed, group string) bool {
	clean := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(typed)
	return strings.EqualFold(clean, group)
}
