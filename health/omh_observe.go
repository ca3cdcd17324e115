package health

import (
	"encoding/json"
	"strings"

	"skrin/health/internal/tree"
	"skrin/linkeddata"
)

// observe makes the Observation of a valid data point, and tells its id. What goes where:
//
//   - The header's id is the identifier, and the Observation's id when FHIR can
//     have it as one; a UUID is taken in small letters. creation_date_time is
//     issued. source_data_point_id is a second identifier.
//   - source_name is the device, modality is the method, both in words: the
//     schemas have no codes for them. user_id is not taken over: whose data it is
//     is decided by whose vault it goes to.
//   - A value that is a statistic of many (descriptive_statistic) does not stand
//     where a measured value would, but in a component named by the statistic,
//     so that nobody takes a week's maximum for a reading. Blood pressure has
//     components anyhow and says in one more what statistic they are.
//   - What was going on (fasting, at rest, on waking, part of the day) stands in
//     components with words; the posture in the extension that FHIR has for it.
//   - Units become UCUM without conversion, but for weight: everything becomes
//     kg, and a note keeps what was given.
func observe(t *tree.Tree, s *schema, citizen linkeddata.IRI) (body []byte, id string, err error) {
	p := point{tree: t, header: t.Member(tree.Root, "header"), body: t.Member(tree.Root, "body")}
	o := &p.observation
	p.identity()
	p.provenance()
	if !citizen.IsZero() {
		person := reference{Type: "Patient", Identifier: &identifier{System: systemURI, Value: citizen.String()}}
		o.Subject, o.Performer = &person, []reference{person}
	}
	if err := p.effective(); err != nil {
		return nil, "", err
	}
	conversions[s.name](&p)
	body, err = o.encode()
	return body, o.ID, err
}

// point is a data point that becomes an Observation.
type point struct {
	tree         *tree.Tree
	header, body tree.Node
	observation
}

// fact is a member of the body that is a text, "" when it is missing.
func (p *point) fact(name string) string { return p.tree.TextOf(p.body, name) }

func (p *point) number(name string) (value json.Number, unit string) {
	m := p.tree.Member(p.body, name)
	return json.Number(p.tree.Raw(p.tree.Member(m, "value"))), p.tree.TextOf(m, "unit")
}

func (p *point) identity() {
	id := p.tree.TextOf(p.header, "id")
	named := identifier{Value: id}
	if isUUID(id) {
		id = strings.ToLower(id)
		named = identifier{System: systemURI, Value: "urn:uuid:" + id}
	}
	if !plainName(id) {
		id = shortHash([]byte("omh/" + id))
	}
	p.ResourceType, p.ID, p.Status = "Observation", id, "final"
	p.Identifier = []identifier{named}
	p.Issued = p.tree.TextOf(p.header, "creation_date_time")
}

func (p *point) provenance() {
	from := p.tree.Member(p.header, "acquisition_provenance")
	if from == 0 {
		return
	}
	p.Device = &reference{Display: p.tree.TextOf(from, "source_name")}
	if modality := p.tree.TextOf(from, "modality"); modality != "" {
		p.Method = text(modality)
	}
	if id := p.tree.TextOf(from, "source_data_point_id"); id != "" {
		p.Identifier = append(p.Identifier, identifier{Use: "secondary", Value: id})
	}
}

// say adds a component for something that is told in words.
func (p *point) say(what, words string) {
	if words != "" {
		p.Component = append(p.Component, component{Code: *text(what), ValueString: words})
	}
}

// measured puts the value where it belongs: in the Observation, or in a
// component when it is a statistic.
func (p *point) measured(value *quantity) {
	if statistic, ok := p.statistic(); ok {
		p.Component = append(p.Component, component{Code: statistic, ValueQuantity: value})
		return
	}
	p.ValueQuantity = value
}

func (p *point) statistic() (concept, bool) {
	name := p.fact("descriptive_statistic")
	if name == "" {
		return concept{}, false
	}
	code := name
	if name == "standard deviation" {
		code = "std-dev"
	}
	return concept{Coding: []coding{{System: systemStatistic, Code: code}}, Text: name}, true
}

func (p *point) is(category, profile string, codes ...coding) {
	p.Category = []concept{{Coding: []coding{{System: systemCategory, Code: category}}}}
	p.Code = concept{Coding: codes}
	if profile != "" {
		p.Meta = &meta{Profile: []string{"http://hl7.org/fhir/StructureDefinition/" + profile}}
	}
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if s[i] != '-' {
				return false
			}
		case !(s[i] >= '0' && s[i] <= '9' || c >= 'a' && c <= 'f'):
			return false
		}
	}
	return true
}
