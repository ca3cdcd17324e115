package console

import (
	"skrin/identity/account"
	"skrin/linkeddata"
	"skrin/pod"
)

// note has it written into the journal what somebody did about an app or a script
// that acts for a WebID of theirs.
func (v *visit) note(did pod.Act, webid linkeddata.IRI, client string) {
	if v.h.conf.Note == nil {
		return
	}
	var pods []account.PodRef
	for _, p := range v.account.Pods {
		if p.WebID == webid {
			pods = append(pods, p)
		}
	}
	app, _ := linkeddata.ParseIRI(client) // zero for a name that we gave, which says nothing
	v.h.conf.Note(pods, pod.Note{At: v.h.conf.Now(), Did: did, Allowed: true, Client: app, Addr: v.r.Address})
}
