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
	devices, err := v.devices()
	if err != nil {
		return nil, err
	}
	var p page.Apps
	for _, a := range agreed {
		one := page.App{Client: a.Client, Name: a.Name, WebID: a.WebID.String(), Since: a.Since, Used: a.Used, Until: a.Until,
			Limited: len(devices[v.acting(a.WebID, a.Client)].records) > 0}
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
