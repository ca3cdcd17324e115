package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"skrin/acl"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// visit is one request on its way to a page: what it brought, and who it is.
type visit struct {
	h    *Handler
	ctx  context.Context
	r    *request.Request
	path string // from the root on: "app/sign-in"
	name string // of what the last part of the path names, where it names something

	query   url.Values
	form    url.Values // zero, but for POST
	jar     *jar
	browser string          // random id that forms are bound to
	session account.Session // zero: nobody is signed in
	account account.Account // of the session

	ticket  string            // of an app's request that is on its way; "" none
	app     *provider.Request // the same, read
	hasty   bool              // the page was asked for by HEAD: nothing is to happen
	leaving []string          // addresses outside that a form of this page may lead to, besides the app
}

func (h *Handler) visit(ctx context.Context, r *request.Request, path string) *visit {
	return &visit{h: h, ctx: ctx, r: r, path: strings.TrimPrefix(path, "/"), jar: h.jarOf(r.Header), hasty: r.Method == http.MethodHead}
}

// serve finds the page and answers for it.
func (v *visit) serve() (*request.Answer, error) {
	if v.path == "" || v.path == "app" {
		return v.to("app/", nil)
	}
	at, name, there := v.h.find(v.path)
	v.name = name
	if err := v.begin(); err != nil {
		return nil, err
	}
	if !there {
		return nil, errNothing
	}
	act := at.get
	switch v.r.Method {
	case http.MethodGet, http.MethodHead:
		if lang := v.query.Get("lang"); lang != "" {
			return v.switchLanguage(lang)
		}
	case http.MethodPost:
		act = at.post
	default:
		act = nil
	}
	if act == nil {
		return v.notSo(at), nil
	}
	if v.r.Method == http.MethodPost {
		if err := v.readPost(); err != nil {
			return nil, err
		}
	}
	if err := v.readTicket(); err != nil {
		return nil, err
	}
	if a, err := v.admit(at.needs); a != nil || err != nil {
		return a, err
	}
	return act(v)
}

// begin reads the address and the cookies.
func (v *visit) begin() (err error) {
	if v.browser = v.jar.get(browserCookie); len(v.browser) != len(randomID()) {
		v.browser = randomID()
		v.jar.came[browserCookie] = ""
		if v.r.Method != http.MethodPost { // a form from elsewhere comes without our cookies, and must not replace them
			v.jar.put(browserCookie, v.browser, 0)
		}
	}
	if v.query, err = readValues(v.r.Query); err != nil {
		return err
	}
	token := v.jar.get(sessionCookie)
	if token == "" {
		return nil
	}
	v.session, err = v.h.conf.Accounts.Resume(account.NewSecret(token))
	if err == nil {
		v.account, err = v.h.conf.Accounts.Account(v.session.Account)
	}
	if errors.Is(err, account.ErrSession) || errors.Is(err, account.ErrNoAccount) {
		v.session, v.account = account.Session{}, account.Account{}
		v.jar.drop(sessionCookie)
		return nil
	}
	return err
}

// readPost reads the form, which must be one of ours.
func (v *visit) readPost() (err error) {
	if !v.h.sameOrigin(v.r) {
		return errOrigin
	}
	if v.form, err = readForm(v.r); err != nil {
		return err
	}
	return v.checkForm()
}

// readTicket reads the app's request that somebody is on the way to answer.
func (v *visit) readTicket() error {
	v.ticket = v.query.Get("request")
	if v.form != nil {
		v.ticket = v.form.Get("request")
	}
	if v.ticket == "" {
		return nil
	}
	asked, err := v.h.conf.Provider.Resume(v.ctx, v.ticket)
	if err != nil {
		v.ticket = ""
		return fmt.Errorf("%w: %w", errTicket, err)
	}
	v.app = &asked
	return nil
}

func (v *visit) signedIn() bool { return v.session.ID != "" }

// unfinished says whether somebody is in the middle of registering: nothing opens
// their account yet.
func (v *visit) unfinished() bool {
	return v.signedIn() && emptyAccount(v.account)
}

// from is where the request comes from, as accounts want to know it.
func (v *visit) from() account.From {
	return account.From{Addr: v.r.Address, Agent: v.r.Header.Get("User-Agent"), Device: account.NewSecret(v.jar.get(deviceCookie)), Session: v.session}
}

// owner is a pod of the person's own, as they have it here.
func (v *visit) owner(p pod.Info) *pod.Session {
	return v.h.conf.Vault.As(p.ID, acl.Agent{WebID: p.Owner, Client: acl.CLI}).From(v.r.Address, "")
}

// pods are those of the account that are there.
func (v *visit) pods() (all []pod.Info, err error) {
	for _, ref := range v.account.Pods {
		p, err := v.h.conf.Vault.Lookup(ref.Name)
		if errors.Is(err, pod.ErrNoPod) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// pod is the one of the account's that a name names, the first without one.
func (v *visit) pod(name string) (pod.Info, error) {
	all, err := v.pods()
	if err != nil {
		return pod.Info{}, err
	}
	for _, p := range all {
		if name == "" || p.Name == name {
			return p, nil
		}
	}
	return pod.Info{}, errNothing
}

func pagePod(p pod.Info) page.Pod {
	return page.Pod{Name: p.Name, WebID: p.Owner.String(), Root: p.Root.String()}
}
