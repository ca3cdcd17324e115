package console

import (
	"skrin/identity/provider"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

const appsPath = "app/account/apps"

// showApps lists what somebody allowed apps.
func (v *visit) showApps() (*request.Answer, error) {
	agreed, err := v.h.conf.Provider.Consents(v.account.ID)
	if err != nil {
		return nil, err
	}
	limited, err := v.limited()
	if err != nil {
		return nil, err
	}
	var p page.Apps
	for _, a := range agreed {
		one := page.App{Client: a.Client, Name: a.Name, WebID: a.WebID.String(), Since: a.Since, Used: a.Used, Until: a.Until,
			Limited: limited[acting{a.WebID, a.Client}]}
		one.Origin = provider.Client{ID: a.Client, Kind: a.Kind}.Origin()
		for _, s := range a.Scopes {
			one.Offline = one.Offline || s == provider.ScopeOffline
		}
		for _, ref := range v.account.Pods {
			if ref.WebID == a.WebID {
				one.Pod = ref.Name
			}
		}
		p.All = append(p.All, one)
	}
	return v.show(p)
}

// acting is an app that acts for a WebID.
type acting struct {
	webid  linkeddata.IRI
	client string
}

// limited are the apps that are devices with a record of their own in the pod of
// the WebID: they have what the record says, also when that has ended, and nothing
// else.
func (v *visit) limited() (map[acting]bool, error) {
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	devices := map[acting]bool{}
	for _, info := range all {
		grants, err := v.owner(info).Grants(v.ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range grants {
			if g.To == info.Owner && !g.Client.IsZero() {
				devices[acting{info.Owner, g.Client.String()}] = true
			}
		}
	}
	return devices, nil
}

// withdraw takes back what an app was allowed. When the answer is sent, none of
// its tokens works any more.
func (v *visit) withdraw() (*request.Answer, error) {
	webid, err := linkeddata.ParseIRI(v.form.Get("webid"))
	if err != nil || v.form.Get("client") == "" {
		return nil, errForm
	}
	client := v.form.Get("client")
	if _, err := v.h.conf.Provider.Withdraw(v.account.ID, webid, client); err != nil {
		return nil, err
	}
	v.note(pod.ActWithdrawApp, webid, client)
	return v.done(appsPath, "app-ended")
}
