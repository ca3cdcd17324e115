package console

import (
	"errors"
	"slices"
	"strings"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

const scriptsPath = "app/account/scripts"

func (v *visit) showScripts() (*request.Answer, error) { return v.askScripts(page.Scripts{}) }

func (v *visit) askScripts(p page.Scripts) (*request.Answer, error) {
	all, err := v.h.conf.Provider.Scripts(v.account.ID)
	if err != nil {
		return nil, err
	}
	devices, err := v.devices()
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		p.All = append(p.All, v.script(s, devices[v.acting(s.WebID, s.ID)]))
	}
	for _, ref := range v.account.Pods {
		p.Pods = append(p.Pods, page.Pod{Name: ref.Name, WebID: ref.WebID.String()})
	}
	if p.Places, err = v.places(); err != nil {
		return nil, err
	}
	for i, place := range p.Places {
		p.Places[i].Chosen = p.Made == nil && v.form.Get(placeField(i)) == place.Path
	}
	return v.show(p)
}

// script tells what a program may do: by its records, or all.
func (v *visit) script(s provider.ScriptInfo, as device) page.Script {
	out := page.Script{ID: s.ID, Name: s.Name, WebID: s.WebID.String(), Created: s.Created, Used: s.Used, Bound: s.Bound}
	for _, ref := range v.account.Pods {
		if ref.WebID == s.WebID {
			out.Pod = ref.Name
		}
	}
	now := v.h.conf.Vault.Clock().Now
	for _, g := range as.records {
		if !g.ActiveAt(now) {
			continue
		}
		right := page.ScriptRight{May: rightOf(g.Modes), Until: g.Until}
		for _, t := range g.Targets {
			right.What = append(right.What, below(as.in, t))
		}
		out.Rights = append(out.Rights, right)
	}
	return out
}

// errScriptName is returned for a script without a name.
var errScriptName = errors.New("a script needs a name")

// changeScripts ends a script, or makes one and shows its secret in the answer, the
// only time.
func (v *visit) changeScripts() (*request.Answer, error) {
	if id := v.form.Get("end"); id != "" {
		if err := v.endScript(id); err != nil {
			return nil, err
		}
		return v.done(scriptsPath, "script-ended")
	}
	made, err := v.makeScript()
	if problem, ok := explain(err); ok {
		return v.askScripts(page.Scripts{Asked: v.scriptAsked(), Problem: problem})
	}
	if err != nil {
		return nil, err
	}
	return v.askScripts(page.Scripts{Made: made})
}

// endScript ends a script of the person's. One that is gone is no error.
func (v *visit) endScript(id string) error {
	all, err := v.h.conf.Provider.Scripts(v.account.ID)
	if err != nil {
		return err
	}
	err = v.h.conf.Provider.EndScript(v.account.ID, id)
	if errors.Is(err, provider.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	return v.ended(slices.DeleteFunc(all, func(s provider.ScriptInfo) bool { return s.ID != id }))
}

// endAllScripts ends what may have been made by somebody else.
func (v *visit) endAllScripts() error {
	all, err := v.h.conf.Provider.Scripts(v.account.ID)
	if err != nil {
		return err
	}
	if err := v.h.conf.Provider.EndScripts(v.account.ID); err != nil {
		return err
	}
	return v.ended(all)
}

// ended clears up after scripts.
func (v *visit) ended(scripts []provider.ScriptInfo) error {
	var bound []acting
	for _, s := range scripts {
		v.note(pod.ActWithdrawScript, s.WebID, "")
		if s.Bound {
			bound = append(bound, v.acting(s.WebID, s.ID))
		}
	}
	return v.unbind(bound)
}

func (v *visit) makeScript() (*page.MadeScript, error) {
	name := strings.TrimSpace(v.form.Get("name"))
	if name == "" {
		return nil, errScriptName
	}
	if len(v.account.Pods) == 0 {
		return nil, errNoPods
	}
	ref, err := v.meantPod(v.form.Get("webid"))
	if err != nil {
		return nil, err
	}
	e, err := readExtent(v.form)
	if err != nil {
		return nil, err
	}
	s, secret, err := v.newScript(ref, name, e)
	if err != nil {
		return nil, err
	}
	v.note(pod.ActMakeScript, ref.WebID, "")
	return &page.MadeScript{ID: s.ID, Secret: secret.Reveal(), Issuer: v.h.conf.Provider.Issuer().String(), Name: s.Name}, nil
}

func (v *visit) newScript(ref account.PodRef, name string, e extent) (provider.ScriptInfo, provider.Secret, error) {
	if e.everything() {
		return v.h.conf.Provider.NewScript(v.account.ID, ref.WebID, name)
	}
	return v.h.conf.Provider.NewBoundScript(v.account.ID, ref.WebID, name, func(id string) error { return v.bind(ref, id, name, e) })
}

func (v *visit) scriptAsked() page.ScriptAsked {
	return page.ScriptAsked{
		Name: v.form.Get("name"), WebID: v.form.Get("webid"), Extent: v.form.Get("extent"), May: v.form.Get("may"), Days: v.form.Get("days"),
	}
}
