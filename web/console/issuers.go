package console

import (
	"errors"
	"slices"

	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

const issuersPath = "app/account/issuers"

// errIssuer is returned for what is no address of an issuer.
var errIssuer = errors.New("not the address of an issuer")

// showIssuers lists who may vouch for the WebIDs of somebody.
func (v *visit) showIssuers() (*request.Answer, error) { return v.askIssuers(page.Issuers{}) }

func (v *visit) askIssuers(p page.Issuers) (*request.Answer, error) {
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	for _, info := range all {
		listed, err := v.owner(info).Issuers(v.ctx)
		if errors.Is(err, pod.ErrNotFound) { // the WebID stands elsewhere: it is changed there
			continue
		}
		if err != nil && !errors.Is(err, pod.ErrBadRDF) {
			return nil, err
		}
		one := page.PodIssuers{Pod: pagePod(info)}
		for _, i := range listed {
			one.All = append(one.All, page.Issuer{Address: i.String(), Ours: i == v.h.conf.Provider.Issuer()})
		}
		p.Pods = append(p.Pods, one)
	}
	return v.show(p)
}

// changeIssuers adds or removes one. Whoever remembers what the WebID said hears of
// it from the pod.
func (v *visit) changeIssuers() (*request.Answer, error) {
	p, err := v.pod(v.form.Get("pod"))
	if err != nil {
		return nil, err
	}
	done, err := v.changeIssuersOf(p)
	if problem, ok := explain(err); ok {
		return v.askIssuers(page.Issuers{At: p.Name, Add: v.form.Get("add"), Problem: problem})
	}
	if err != nil {
		return nil, err
	}
	return v.done(issuersPath, done)
}

func (v *visit) changeIssuersOf(p pod.Info) (done string, err error) {
	mine := v.owner(p)
	listed, err := mine.Issuers(v.ctx)
	if err != nil && !errors.Is(err, pod.ErrBadRDF) {
		return "", err
	}
	if gone := v.form.Get("remove"); gone != "" {
		left := slices.DeleteFunc(slices.Clone(listed), func(i linkeddata.IRI) bool { return i.String() == gone })
		return "issuer-removed", mine.SetIssuers(v.ctx, left)
	}
	added, err := linkeddata.ParseIRI(v.form.Get("add"))
	if err != nil {
		return "", errIssuer
	}
	if slices.Contains(listed, added) {
		return "issuer-added", nil
	}
	return "issuer-added", mine.SetIssuers(v.ctx, append(slices.Clone(listed), added))
}

// foreignIssuers are those elsewhere that may vouch for somebody.
func (v *visit) foreignIssuers() (all []string, err error) {
	err = v.eachForeign(func(_ pod.Info, foreign []string) error {
		all = append(all, foreign...)
		return nil
	})
	return all, err
}

// dropForeignIssuers leaves this house alone to vouch for somebody, as they asked
// because somebody else may have added others.
func (v *visit) dropForeignIssuers() error {
	return v.eachForeign(func(info pod.Info, foreign []string) error {
		return v.owner(info).SetIssuers(v.ctx, []linkeddata.IRI{v.h.conf.Provider.Issuer()})
	})
}

// eachForeign calls fn for each pod whose WebID names issuers elsewhere. What no
// verifier can read lets nobody vouch.
func (v *visit) eachForeign(fn func(pod.Info, []string) error) error {
	all, err := v.pods()
	if err != nil {
		return err
	}
	for _, info := range all {
		listed, err := v.owner(info).Issuers(v.ctx)
		if errors.Is(err, pod.ErrNotFound) || errors.Is(err, pod.ErrBadRDF) {
			continue
		}
		if err != nil {
			return err
		}
		var foreign []string
		for _, i := range listed {
			if i != v.h.conf.Provider.Issuer() {
				foreign = append(foreign, i.String())
			}
		}
		if len(foreign) == 0 {
			continue
		}
		if err := fn(info, foreign); err != nil {
			return err
		}
	}
	return nil
}
