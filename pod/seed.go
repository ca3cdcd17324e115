package pod

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"skrin/linkeddata"
)

// profilePath is where a pod has the profile of its owner, if it hosts the WebID.
const profilePath = "/profile/card"

// seedContainers stand in every new pod.
var seedContainers = []string{
	"/profile/", "/settings/", "/inbox/", "/health/",
	"/health/vitals/", "/health/activity/", "/health/labs/", "/health/conditions/", "/health/medications/",
	"/health/allergies/", "/health/immunizations/", "/health/procedures/", "/health/encounters/", "/health/documents/",
	"/health/care-plans/", "/health/social-care/", "/health/other/",
}

// seed fills a new pod: containers, the owner's ACL on the root, an inbox for
// everybody who has signed in, the documents by which apps find their way, and a
// profile that everybody may read if the pod hosts the WebID.
func (v *Vault) seed(ctx context.Context, p Info, issuers []linkeddata.IRI) error {
	s := v.asOwner(p)
	put := func(path, turtle string) error { return s.putTurtle(ctx, path, turtle) }
	if err := put("/.acl", ownerRule("<./>", ownerFrom(p, ""))); err != nil {
		return err
	}
	for _, c := range seedContainers {
		if _, err := s.Put(ctx, MustPath(c), Draft{}, Precondition{}); err != nil {
			return fmt.Errorf("%s: %w", c, err)
		}
	}
	if err := put("/inbox/.acl", ownerRule("<./>", ownerFrom(p, "../"))+`
<#senders> a acl:Authorization;
    acl:agentClass acl:AuthenticatedAgent;
    acl:accessTo <./>;
    acl:mode acl:Append.
`); err != nil {
		return err
	}
	for _, d := range [][2]string{
		{preferencesPath, preferences(p)},
		{publicIndexPath, publicIndex()},
		{publicIndexPath + ".acl", ownerRule("<publicTypeIndex.ttl>", ownerFrom(p, "../")) + publicRule("<publicTypeIndex.ttl>")},
		{privateIndexPath, privateIndex()},
	} {
		if err := put(d[0], d[1]); err != nil {
			return err
		}
	}
	if p.Owner.WithoutFragment() != webID(p.Root).WithoutFragment() {
		return nil
	}
	return s.seedProfile(ctx, p, issuers)
}

// seedProfile writes the profile that everybody may read, and that says who vouches
// for the owner.
func (s *Session) seedProfile(ctx context.Context, p Info, issuers []linkeddata.IRI) error {
	vouching := *s
	vouching.vouches = true
	if err := vouching.putTurtle(ctx, profilePath, profile(p, issuers)); err != nil {
		return err
	}
	return s.putTurtle(ctx, profilePath+".acl", ownerRule("<card>", ownerFrom(p, "../"))+publicRule("<card>"))
}

func (s *Session) putTurtle(ctx context.Context, path, text string) error {
	_, err := s.Put(ctx, MustPath(path), Draft{MediaType: "text/turtle", Body: strings.NewReader(text)}, Precondition{})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// publicRule lets everybody read.
func publicRule(target string) string {
	return fmt.Sprintf(`
<#everybody> a acl:Authorization;
    acl:agentClass foaf:Agent;
    acl:accessTo %s;
    acl:mode acl:Read.
`, target)
}

// ownerFrom writes the owner's address, relative to a document of the pod when it
// lies in the pod: else the rules of a pod that moved would go on giving
// everything to whoever has the old address.
func ownerFrom(p Info, up string) string {
	if rest, inside := strings.CutPrefix(p.Owner.String(), p.Root.String()); inside {
		return cmp.Or(up, "./") + rest
	}
	return p.Owner.String()
}

// ownerRule gives the owner everything, as other servers would have it too;
// here the owner's right stands without it.
func ownerRule(target, owner string) string {
	inherit := ""
	if target == "<./>" {
		inherit = "\n    acl:default <./>;"
	}
	return fmt.Sprintf(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.

<#owner> a acl:Authorization;
    acl:agent <%s>;
    acl:accessTo %s;%s
    acl:mode acl:Read, acl:Write, acl:Control.
`, owner, target, inherit)
}

func profile(p Info, issuers []linkeddata.IRI) string {
	var b strings.Builder
	fmt.Fprintf(&b, `@prefix foaf: <http://xmlns.com/foaf/0.1/>.
@prefix pim: <http://www.w3.org/ns/pim/space#>.
@prefix solid: <http://www.w3.org/ns/solid/terms#>.
@prefix ldp: <http://www.w3.org/ns/ldp#>.

<> a foaf:PersonalProfileDocument; foaf:primaryTopic <#me>.

<#me> a foaf:Person;
    pim:storage <../>;
    pim:preferencesFile <../settings/prefs.ttl>;
    solid:publicTypeIndex <../settings/publicTypeIndex.ttl>;
    ldp:inbox <../inbox/>`)
	for _, issuer := range issuers {
		fmt.Fprintf(&b, ";\n    solid:oidcIssuer <%s>", issuer)
	}
	b.WriteString(".\n")
	return b.String()
}
