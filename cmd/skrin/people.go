package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/linkeddata"
	"skrin/pod"
)

// A resident is somebody of the demo who has a pod here, and signs in here.
type resident struct {
	name, pod  string
	passphrase string
	account    account.Account
	session    account.Session
}

// words make passphrases that people can type.
var words = strings.Fields(`acorn amber anchor apple april barley beach birch bread bridge brook button candle cedar chalk cherry
	clover copper coral cotton daisy ember falcon feather fern fjord flute forest ginger harbour hazel heather
	honey island ivory jasmine juniper kettle lantern lemon linen lupin maple meadow mint moss nutmeg oak
	olive orchard otter pebble pepper pine plum quill raven river saffron sparrow thistle violet walnut willow`)

// passphrase is five words: the demo is reached from this machine alone, and gone tomorrow.
func passphrase() (string, error) {
	var chosen []string
	for range 5 {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(words))))
		if err != nil {
			return "", fmt.Errorf("making a passphrase: %w", err)
		}
		chosen = append(chosen, words[n.Int64()])
	}
	return strings.Join(chosen, " "), nil
}

// settle gives somebody a pod and an account, and signs them in.
func (g *stage) settle(ctx context.Context, name string) (*resident, error) {
	r := &resident{name: name, pod: strings.ToLower(name)}
	made, err := g.house.vault.Create(ctx, pod.NewPod{Name: r.pod, Issuers: []linkeddata.IRI{g.house.desk.Provider.Issuer()}})
	if err != nil {
		return nil, fmt.Errorf("making a pod for %s: %w", name, err)
	}
	made.Recovery.Destroy() // the pod lives as long as the demo
	if r.passphrase, err = passphrase(); err != nil {
		return nil, err
	}
	secret, accounts := account.NewSecret(r.passphrase), g.house.desk.Accounts
	r.account, err = accounts.CreateByHost(ctx, account.Draft{Name: r.pod, Password: secret, Pods: []account.PodRef{{Name: r.pod, WebID: made.Owner}}})
	if err != nil {
		return nil, fmt.Errorf("making an account for %s: %w", name, err)
	}
	step, err := accounts.WithPassword(ctx, r.pod, secret, account.From{Agent: "the demo"})
	if err != nil {
		return nil, fmt.Errorf("signing %s in: %w", name, err)
	}
	r.session = step.Opened.Session
	return r, nil
}

// webid is who they are on the web.
func (r *resident) webid() linkeddata.IRI { return r.account.Pods[0].WebID }

// allows lets an app act for somebody: it asks, they say yes, and it exchanges the code that the browser brings back.
func (g *stage) allows(ctx context.Context, r *resident, id, name string) (player, error) {
	a, err := g.newApp(r.webid(), id, name)
	if err != nil {
		return player{}, err
	}
	asked, err := g.house.desk.Provider.Begin(ctx, a.request())
	if err != nil {
		return player{}, fmt.Errorf("%s asks: %w", name, err)
	}
	back, err := g.house.desk.Provider.Allow(asked, provider.Subject{
		Account: r.account.ID, WebID: r.webid(), Session: r.session.ID, AuthTime: r.session.AuthTime, AMR: r.session.AMR(),
	})
	if err != nil {
		return player{}, fmt.Errorf("%s is allowed: %w", name, err)
	}
	form, err := a.code(back)
	if err != nil {
		return player{}, err
	}
	form.Set("client_id", a.person.Client.String())
	header, err := a.header()
	if err != nil {
		return player{}, err
	}
	_, answer, err := g.story.ask(ctx, player{name: r.name, http: http.DefaultClient}, question{method: "POST", path: "oidc/token", header: header,
		body: []byte(form.Encode()), want: http.StatusOK, remark: name + " has a code, and gets a token"})
	if err == nil {
		err = a.take(answer)
	}
	return newPlayer(r.name, a.person, a.Token), err
}
