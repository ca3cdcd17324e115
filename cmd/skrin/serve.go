package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"skrin/identity/account"
	"skrin/identity/upstream"
	"skrin/linkeddata"
	"skrin/pod"
)

type serveCommand struct {
	folderFlags      `embed:""`
	Listen           string `default:"localhost:8080" placeholder:"ADDR" help:"Address to listen on (default: ${default})."`
	MetricsListen    string `placeholder:"ADDR" help:"Address for Prometheus metrics, for the operator's network alone (default: none)."`
	Registration     string `enum:"open,invitation,closed" default:"invitation" help:"Who may have an account: anybody (open), whoever was invited (invitation), or nobody (closed)."`
	RPID             string `name:"rp-id" placeholder:"DOMAIN" help:"Domain that passkeys are for: the console's host or one above it. It can never be changed without losing them (default: the console's host)."`
	SignInWith       string `name:"sign-in-with" placeholder:"FILE" help:"Issuers elsewhere that people may sign in with besides (a broker of eIDAS or BankID, a region), as JSON: see doc/sign-in-with.md."`
	secureFlags      `embed:"" group:"tls"`
	AllowNet         []network `placeholder:"CIDR" help:"Inner network on which issuers and WebIDs may live; may be repeated."`
	Proxy            []network `placeholder:"CIDR" help:"Network of the proxy in front of this server, and of nobody else; may be repeated. Who comes by it counts by the address that it adds to X-Forwarded-For (default: no proxy is believed, and all who come by one share the bounds of one address)."`
	MaxBody          string    `default:"20GB" placeholder:"SIZE" help:"Largest content of one request. It streams: memory does not grow with it (default: ${default})."`
	InsecureLoopback bool      `help:"Allow http and loopback addresses for issuers and WebIDs. For tests alone."`
}

// Run serves until it is interrupted. The log goes to standard error, as JSON.
func (c *serveCommand) Run(ctx context.Context, t *terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	largest, err := parseSize(c.MaxBody)
	if err != nil {
		return usage("--max-body: %v", err)
	}
	elsewhere, err := c.elsewhere(t)
	if err != nil {
		return err
	}
	if other := dial(ctx, c.Data); other != nil {
		return finish(other, fmt.Errorf("another server holds %s; stop it first, or name another folder with --data", c.Data))
	}
	public, operator, err := c.listeners(ctx)
	if err != nil {
		return err
	}
	defer public.Close()
	if c.BaseURL == "" && !inhabited(c.Data) {
		c.BaseURL = baseOf(public, c.secure())
	}
	log := slog.New(slog.NewJSONHandler(t.errOut, nil))
	vault, err := c.open(ctx, t, log)
	if errors.Is(err, pod.ErrInUse) {
		return fmt.Errorf("another process holds %s; wait until it is done, or name another folder with --data", c.Data)
	} else if err != nil {
		return err
	}
	app, err := c.app(vault, false)
	if err == nil {
		public, err = c.wrap(public, vault, app)
	}
	if err != nil {
		return errors.Join(err, vault.Close())
	}
	h, err := furnish(vault, reach{
		allow: prefixes(c.AllowNet), loopback: c.InsecureLoopback, app: app, largest: largest, proxies: prefixes(c.Proxy), policy: policies[c.Registration], rp: c.RPID, elsewhere: elsewhere,
	}, log)
	if err != nil {
		return errors.Join(err, vault.Close())
	}
	c.announce(h, public, elsewhere)
	if isTerminal(t.out) {
		c.greet(t, h.desk.Provider.Issuer())
	}
	return h.serve(ctx, c.Data, public, operator)
}

// announce writes into the log how the house stands, and what may be otherwise than meant.
func (c *serveCommand) announce(h *house, public net.Listener, elsewhere []upstream.Issuer) {
	vault, log := h.vault, h.log
	if c.InsecureLoopback {
		log.Warn("INSECURE: issuers and WebIDs on loopback and over http are believed; anybody on this machine can be anybody")
	}
	for _, doubt := range (footing{vault.Base(), public.Addr(), c.secure(), prefixes(c.Proxy)}).doubts() {
		log.Warn(doubt)
	}
	for _, i := range elsewhere {
		log.Info("people may sign in elsewhere", "id", i.ID, "redirect", h.desk.Redirect(i.ID))
	}
	log.Info("serving", "base", vault.Base().String(), "app", h.desk.Provider.Issuer().String()+"app/", "registration", c.Registration, "pods", vault.Site().Layout().String(), "listen", public.Addr().String(), "version", versionName())
}

// greet tells a person at a terminal where people sign in, and how they come to an account.
func (c *serveCommand) greet(t *terminal, issuer linkeddata.IRI) {
	how := map[string]string{
		"open":       "anybody can make an account and a pod there",
		"invitation": "skrin invite prints an address at which somebody can make an account and a pod",
		"closed":     "skrin pod create NAME makes a pod and an account",
	}
	fmt.Fprintf(t.out, "People sign in at %sapp/\n%s.\n", issuer, how[c.Registration])
}

// elsewhere reads what people may sign in with besides, before anything is touched.
func (c *serveCommand) elsewhere(t *terminal) ([]upstream.Issuer, error) {
	if c.SignInWith == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.SignInWith)
	if err != nil {
		return nil, fmt.Errorf("--sign-in-with: %w", err)
	}
	if bytes.Contains(text, []byte(`"client_secret"`)) {
		warnExposed(t, "a secret", c.SignInWith)
	}
	all, err := upstream.ParseConfig(text, func(file string) ([]byte, error) {
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(c.SignInWith), file)
		}
		warnExposed(t, "a secret", file)
		return os.ReadFile(file)
	})
	if err != nil {
		return nil, usage("--sign-in-with %s: %v", c.SignInWith, err)
	}
	return all, nil
}

// policies are the words for who may have an account.
var policies = map[string]account.Policy{"open": account.Open, "invitation": account.ByInvitation, "closed": account.Closed}

// listeners opens the ports before anything else is touched: whoever cannot listen should not make keys.
func (c *serveCommand) listeners(ctx context.Context) (public, operator net.Listener, err error) {
	if public, err = listen(ctx, "--listen", c.Listen); err != nil || c.MetricsListen == "" {
		return public, nil, err
	}
	if operator, err = listen(ctx, "--metrics-listen", c.MetricsListen); err != nil {
		return nil, nil, errors.Join(err, public.Close())
	}
	return public, operator, nil
}

// baseOf is where a listener without a name is reached from this machine.
func baseOf(ln net.Listener, secure bool) string {
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		return defaultBase
	}
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort("localhost", port) + "/"
}
