package page

import (
	"html/template"
	"path"
	"slices"
	"strings"
	"time"
)

// Told is the notice at the top, "" for none.
func (v view) Told() (template.HTML, error) {
	if !Has(string(v.F.Notice)) {
		return "", nil
	}
	return v.T(string(v.F.Notice))
}

// steps are where somebody is on a way of several pages.
type steps struct {
	Text template.HTML
	All  []bool // those that are done or being done
}

// registering is how many pages lead to an account.
const registering = 3

// Step is the n-th step of registration.
func (v view) Step(n int) (steps, error) {
	text, err := v.T("frame.step", "n", n, "of", registering)
	s := steps{text, make([]bool, registering)}
	for i := range n {
		s.All[i] = true
	}
	return s, err
}

// times are those of something that is used.
type times struct {
	Words         words
	Created, Used time.Time
}

// Times are for the part "used".
func (v view) Times(created, used time.Time) times { return times{v.words, created, used} }

// Labelled is what a person or somebody else calls a thing, or what it is where
// they call it nothing.
func (v view) Labelled(label, otherwise string) (template.HTML, error) {
	if label = strings.TrimSpace(Clean(label)); label != "" {
		return v.bdi(label), nil
	}
	return v.T(otherwise)
}

func (v view) bdi(text string) template.HTML {
	return template.HTML("<bdi>" + template.HTMLEscapeString(Clean(text)) + "</bdi>")
}

// NextKey is the key of what somebody must prove themselves for.
func (v view) NextKey(next string) string {
	next, _, _ = strings.Cut(next, "?")
	return "next." + path.Base(next)
}

// Purpose is what access is for: a text of ours for a term that we know, or what the grant says.
func (v view) Purpose(purpose string) (template.HTML, error) {
	if key := "purpose." + strings.ToLower(lastPart(purpose)); Has(key) {
		return v.T(key)
	}
	return v.bdi(purpose), nil
}

// lastPart is what follows the last "#" or "/", as in the IRI of a term.
func lastPart(iri string) string { return iri[strings.LastIndexAny(iri, "#/")+1:] }

// documents are those that every pod has and everybody may read.
var documents = map[string]string{"profile/card": "place.profile", "settings/publicTypeIndex.ttl": "document.public-index"}

// What names the containers or resources of a grant, each as Place does.
func (v view) What(paths []string) (template.HTML, error) {
	var all []string
	for _, p := range paths {
		text, err := v.Place(p)
		if err != nil {
			return "", err
		}
		all = append(all, string(text))
	}
	return template.HTML(strings.Join(all, ", ")), nil
}

// Place names a container or resource by its path in the pod: what everybody knows
// in words, the rest by the path.
func (v view) Place(p string) (template.HTML, error) {
	if key := PlaceKey(p); key != "" {
		return v.T(key)
	}
	return v.bdi(p), nil
}

// PlaceKey is what the catalogue calls a place that every pod has, by its path there,
// "" for others. A container that is called as one of health/ and lies elsewhere is
// another: nobody lets anybody into the one in the belief that it is the other.
func PlaceKey(p string) string {
	p = strings.TrimPrefix(p, "/")
	if p == "" {
		return "home.rule.pod"
	}
	name, container := strings.CutSuffix(p, "/")
	if !container {
		return documents[p]
	}
	kind := "place."
	if record, below := strings.CutPrefix(name, "health/"); below {
		kind, name = "container.", record
	}
	if key := kind + name; Has(key) {
		return key
	}
	return ""
}

// Right says what somebody may do by a rule.
func (v view) Right(r Right) (template.HTML, error) {
	return v.T(map[Right]string{
		MayRead: "home.reads", MayAdd: "home.adds", MayAddOnly: "home.adds-only",
		MayChange: "home.rule.changes", MayChangeOnly: "home.rule.changes-only", MayShare: "home.rule.shares",
	}[r])
}

// How names the ways in which somebody signed in, "" for none that we know.
func (v view) How(methods []string) (template.HTML, error) {
	var all []string
	for _, m := range methods {
		if key := "method." + strings.TrimPrefix(m, "method."); Has(key) {
			text, err := v.T(key)
			if err != nil {
				return "", err
			}
			all = append(all, string(text))
		}
	}
	return template.HTML(strings.Join(all, ", ")), nil
}

// Several says whether there is more than one pod to choose from.
func (v view) Several() bool {
	switch p := v.P.(type) {
	case Consent:
		return len(p.As) > 1
	case Scripts:
		return len(p.Pods) > 1
	}
	return false
}

// Guided says whether somebody is on a way that they should not be led away from.
func (v view) Guided() bool {
	switch p := v.P.(type) {
	case Register, Credential, Recovered, Consent, Second:
		return true
	case RecoveryKey:
		return p.First || v.Once() || v.F.Request != ""
	}
	return v.F.Request != ""
}

// Once says whether the page shows something that nobody sees again: then nothing
// on it leads away by the way, not even into another language.
func (v view) Once() bool {
	switch p := v.P.(type) {
	case RecoveryKey:
		return len(p.Groups) > 0
	case Scripts:
		return p.Made != nil
	}
	return false
}

// LastGroup says whether a group of the recovery key is the one to type back.
func (v view) LastGroup(i int) bool {
	k, ok := v.P.(RecoveryKey)
	return ok && i == len(k.Groups)-1
}

// Any says whether anything still opens the account or acts for the person.
func (p Recovered) Any() bool {
	return p.Password || len(p.Passkeys)+len(p.Links)+p.Scripts+len(p.Issuers) > 0
}

// Fielded says whether the problem is about a field that stands on the page.
func (v view) Fielded() bool {
	return slices.Contains([]string{"name", "pod", "invitation", "typed", "password", "key", "label", "to", "add", "in"}, v.Problem().Field)
}
