package console

import (
	"skrin/acl"
	"skrin/identity"
	"skrin/linkeddata"
	"skrin/pod"
)

// acting is a client that acts for a WebID, as grants name the two.
type acting struct{ webid, client linkeddata.IRI }

// acting gives who a client of ours is when it acts for a WebID.
func (v *visit) acting(webid linkeddata.IRI, client string) acting {
	return acting{webid, identity.ClientIRI(client, v.h.conf.Provider.Issuer())}
}

// called is what one of the person's own apps or programs is called, and its
// client_id.
type called struct{ name, id string }

// names are those of the person's own apps and programs.
func (v *visit) names() (map[acting]called, error) {
	scripts, err := v.h.conf.Provider.Scripts(v.account.ID)
	if err != nil {
		return nil, err
	}
	apps, err := v.h.conf.Provider.Consents(v.account.ID)
	names := map[acting]called{}
	for _, s := range scripts {
		names[v.acting(s.WebID, s.ID)] = called{s.Name, s.ID}
	}
	for _, a := range apps {
		names[v.acting(a.WebID, a.Client)] = called{a.Name, a.Client}
	}
	return names, err
}

// device is what an app or a program of one's own may do in the pod of the WebID
// that it acts for.
type device struct {
	in      pod.Info
	records []acl.Grant
}

// devices are the person's own apps and programs that have a record. Who has one,
// ended or not, may do what it says and nothing else: acl.Policy.Decide.
func (v *visit) devices() (map[acting]device, error) {
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	found := map[acting]device{}
	for _, info := range all {
		grants, err := v.owner(info).Grants(v.ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range grants {
			if g.To == info.Owner && !g.Client.IsZero() {
				who := acting{g.To, g.Client}
				found[who] = device{info, append(found[who].records, g)}
			}
		}
	}
	return found, nil
}
