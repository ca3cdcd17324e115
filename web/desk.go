package web

import (
	"fmt"
	"net/url"
	"strings"

	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// A desk is where people sign in: the provider's endpoints and the pages, below one
// address, the issuer. The zero desk stands at the base URL, beside the pods, or
// there is none.
type desk struct {
	scheme string // with "://"
	host   string // its own, as a Host field has it
	port   string // that goes without saying, with its colon
	prefix string // its path, without the last slash
}

// newDesk is the desk at an address of its own. It has passed CheckApp.
func newDesk(app linkeddata.IRI) desk {
	u, err := url.Parse(app.String())
	if err != nil {
		panic("web: the app's URL is none: " + err.Error())
	}
	return desk{scheme: u.Scheme + "://", host: u.Host, port: usualPort(u.Scheme), prefix: strings.TrimSuffix(u.EscapedPath(), "/")}
}

func usualPort(scheme string) string {
	if scheme == "https" {
		return ":443"
	}
	return ":80"
}

// CheckApp says whether the console can stand at an address while the vault's pods
// stand where they do: at the base URL, or at a host that is neither the base's nor
// a pod's. Pods hold what strangers wrote, so a path of their own host would
// make the console no origin of its own, and look as if it had one.
func CheckApp(vault *pod.Vault, app linkeddata.IRI) error {
	base := vault.Base()
	if app.IsZero() || app == base {
		return nil
	}
	u, err := url.Parse(app.String())
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || !strings.HasSuffix(u.Path, "/") {
		return fmt.Errorf("%s is no address for the console, such as https://login.example.org/", app)
	}
	if host := strings.TrimSuffix(strings.ToLower(u.Host), usualPort(u.Scheme)); app.String() != u.Scheme+"://"+host+u.EscapedPath() {
		return fmt.Errorf("the console's address is written %s://%s%s", u.Scheme, host, u.EscapedPath())
	}
	if b, err := url.Parse(base.String()); err == nil && u.Host == strings.TrimSuffix(strings.ToLower(b.Host), usualPort(b.Scheme)) {
		return fmt.Errorf("%s has the host of the base URL %s: give the console a host of its own, or leave it at the base URL", app, base)
	}
	if vault.Site().Layout() != pod.Subdomains {
		return nil
	}
	name, below := vault.Site().Host(u.Host)
	if !below {
		return nil
	}
	if _, err := vault.Lookup(name); err == nil || pod.CheckName(name) == nil {
		return fmt.Errorf("%s is the host of a pod: give the console one that no pod can have, such as app.%s", app, hostname(base))
	}
	return nil
}

// has says whether the Host field is that of a desk with a host of its own.
func (d desk) has(field string) bool {
	return d.host != "" && (field == d.host || strings.TrimSuffix(strings.ToLower(field), d.port) == d.host)
}

// path takes the path below the desk out of a request's target.
func (d desk) path(sent, host string) (string, error) {
	path, err := pathAt(sent, d.scheme, host)
	if err != nil {
		return "", err
	}
	below, ok := strings.CutPrefix(path, d.prefix)
	if !ok || !strings.HasPrefix(below, "/") {
		return "", request.ErrNothing
	}
	return below, nil
}

// atDesk answers what is for the provider or the pages. took is false when it is
// neither's: then it is a pod's, or the server's. Nothing at the desk's own host
// is a pod's.
func (s *Server) atDesk(x *exchange, to target) (a *request.Answer, took bool, err error) {
	if beside := s.desk.host == "" && to.pod == ""; !to.desk && !beside {
		return nil, false, nil
	}
	switch {
	case s.conf.Provider != nil && s.conf.Provider.Takes(to.path):
		x.desk = true
		a, err = s.conf.Provider.Serve(x.ctx, x.req, to.path)
	case s.conf.Console != nil && s.conf.Console.Takes(to.path):
		x.desk = true
		a, err = s.conf.Console.Serve(x.ctx, x.req, to.path)
	case to.desk && to.path == healthPath:
		a, err = s.health(x.req)
	case to.desk:
		err = request.ErrNothing
	default:
		return nil, false, nil
	}
	return a, true, err
}
