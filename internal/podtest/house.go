package podtest

import (
	"cmp"
	"context"
	"net"
	"testing"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/internal/desk"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
)

// House says how a house is built. The zero House has its pods at paths, and its
// pages at the base URL; anybody may have an account.
type House struct {
	Layout pod.Layout
	Base   string             // address in the world, such as "https://pods.example/", where something in front answers for it; "": the world's own
	Host   string             // of the pages, where they have one of their own, such as "login.localhost"; without port
	Change func(*desk.Config) // alters how the rooms behind signing in are made; may be nil
}

// NewHouse is New with provider, accounts and pages. It stands at "localhost", so
// that it has passkeys.
func NewHouse(t testing.TB, h House, change ...func(*web.Config)) *World {
	t.Helper()
	w := dawn(t)
	w.Base = cmp.Or(h.Base, "http://"+w.at("localhost")+"/")
	w.layout, w.change, w.house = h.Layout, change, &h
	w.begin()
	return w
}

// at is a host at the world's port.
func (w *World) at(host string) string {
	_, port, err := net.SplitHostPort(w.Address)
	w.must(err)
	return net.JoinHostPort(host, port)
}

// furnish makes the rooms behind signing in.
func (w *World) furnish(conf *web.Config) {
	w.t.Helper()
	c := desk.Config{
		Vault: w.Vault, Policy: account.Open, InsecureLoopback: true, Patience: patience, Cost: account.Cost{Passes: 1, Memory: 8, Lanes: 1}, Now: w.Now, Log: conf.Log,
	}
	if w.house.Host != "" {
		c.App = linkeddata.MustIRI("http://" + w.at(w.house.Host) + "/")
	}
	if w.house.Change != nil {
		w.house.Change(&c)
	}
	d, err := desk.Open(c)
	w.must(err)
	w.Desk, w.Provider, w.Accounts, w.Console = d, d.Provider, d.Accounts, d.Console
	conf.Verifier, conf.Provider, conf.Console, conf.AppURL = d.Verifier, d.OIDC, d.Console, c.App
}

// Resident is a citizen with an account in the house, signed in.
type Resident struct {
	Name     string // of the pod, and to sign in with
	Password string
	Recovery string // the key of the pod
	WebID    linkeddata.IRI
	account.Opened
}

// Settle makes a pod and an account of the name, whose WebID names the house's own
// issuer.
func (w *World) Settle(name string) Resident {
	w.t.Helper()
	ctx := context.Background()
	made, err := w.Vault.Create(ctx, pod.NewPod{Name: name, Issuers: []linkeddata.IRI{w.Provider.Issuer()}})
	w.must(err)
	defer made.Recovery.Destroy()
	r := Resident{Name: name, Password: "correct horse battery " + name, Recovery: made.Recovery.Line(), WebID: made.Owner}
	r.Opened, err = w.Accounts.Create(ctx, account.Draft{
		Name: name, Pods: []account.PodRef{{Name: name, WebID: made.Owner}}, Password: account.NewSecret(r.Password),
	}, account.From{})
	w.must(err)
	return r
}

// Subject is the resident as the provider knows them.
func (r Resident) Subject() provider.Subject {
	return provider.Subject{
		Account: r.Account.ID, WebID: r.WebID, Session: r.Session.ID, AuthTime: r.Session.AuthTime, AMR: r.Session.AMR(),
	}
}

// DeskURL gives the address of a path below the issuer: "/app/".
func (w *World) DeskURL(path string) string {
	return w.Provider.Issuer().String() + path[1:]
}
