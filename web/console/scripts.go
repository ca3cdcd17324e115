package console

import (
	"errors"
	"strings"

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
	for _, s := range all {
		p.All = append(p.All, page.Script{ID: s.ID, Name: s.Name, WebID: s.WebID.String(), Created: s.Created, Used: s.Used})
	}
	for _, ref := range v.account.Pods {
		p.Pods = append(p.Pods, page.Pod{Name: ref.Name, WebID: ref.WebID.String()})
	}
	return v.show(p)
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
		return v.askScripts(page.Scripts{Name: v.form.Get("name"), WebID: v.form.Get("webid"), Problem: problem})
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
	for _, s := range all {
		if err == nil && s.ID == id {
			v.note(pod.ActWithdrawScript, s.WebID, "")
		}
	}
	return err
}

// endAllScripts ends what may have been made by somebody else.
func (v *visit) endAllScripts() error {
	all, err := v.h.conf.Provider.Scripts(v.account.ID)
	if err == nil {
		err = v.h.conf.Provider.EndScripts(v.account.ID)
	}
	for _, s := range all {
		if err == nil {
			v.note(pod.ActWithdrawScript, s.WebID, "")
		}
	}
	return err
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
	s, secret, err := v.h.conf.Provider.NewScript(v.account.ID, ref.WebID, name)
	if err != nil {
		return nil, err
	}
	v.note(pod.ActMakeScript, ref.WebID, "")
	return &page.MadeScript{ID: s.ID, Secret: secret.Reveal(), Issuer: v.h.conf.Provider.Issuer().String(), Name: s.Name}, nil
}
