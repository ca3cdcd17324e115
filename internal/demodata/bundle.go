package demodata

import (
	"bytes"
	"fmt"
	"time"
)

// A chart is what one organisation knows of Carmen, while it is written down.
type chart struct {
	now     time.Time
	source  string // a word for the organisation, in the ids of its resources
	entries list
}

// file adds a resource and gives the reference by which others point to it. What names it within the chart.
func (c *chart) file(kind, what string, members ...any) object {
	id := uuid(c.source + " " + kind + " " + what)
	resource := append(obj("resourceType", kind, "id", id), obj(members...)...)
	c.entries = append(c.entries, obj(
		"fullUrl", "urn:uuid:"+id,
		"resource", resource,
		"request", obj("method", "POST", "url", kind)))
	return obj("reference", "urn:uuid:"+id)
}

// bundle writes the chart as a transaction, as it would be sent.
func (c *chart) bundle() []byte {
	var b bytes.Buffer
	err := encode(&b, obj("resourceType", "Bundle", "type", "transaction", "timestamp", instant(at(c.now, 0, 6, 0)), "entry", c.entries))
	if err != nil {
		panic(fmt.Sprintf("demodata: writing invented records: %v", err)) // they hold nothing that cannot be written
	}
	return b.Bytes()
}

// named is a reference with the name of whom it points to.
func named(reference object, name string) object { return reference.with("display", name) }

// patient files Carmen as the organisation knows her.
func (c *chart) patient(number string) object {
	birth := c.now.In(madrid()).AddDate(-66, -4, 0)
	return named(c.file("Patient", "carmen",
		"identifier", list{obj("system", "urn:oid:2.16.724.4.40."+fmt.Sprint(len(c.source)), "value", number)},
		"active", true,
		"name", list{obj("use", "official", "family", "Vargas Molina", "given", list{"Carmen"})},
		"telecom", list{obj("system", "phone", "value", "+34 600 000 066", "use", "mobile")},
		"gender", "female",
		"birthDate", fmt.Sprintf("%d-03-14", birth.Year()),
		"address", list{obj("use", "home", "line", list{"Calle del Encinar 7"}, "city", "Valdencinar", "state", "Cáceres", "postalCode", "10999", "country", "ES")},
		"contact", list{obj("relationship", list{worded("daughter")}, "name", obj("family", "Ruiz Vargas", "given", list{"Elena"}))},
		"communication", list{obj("language", obj("coding", list{obj("system", "urn:ietf:bcp:47", "code", "es")}), "preferred", true)},
	), "Carmen Vargas Molina")
}

// organization files an organisation.
func (c *chart) organization(name, kind, city string) object {
	return named(c.file("Organization", name, "active", true, "type", list{worded(kind)}, "name", name,
		"address", list{obj("city", city, "country", "ES")}), name)
}

// practitioner files somebody who works there.
func (c *chart) practitioner(prefix, given, family, what string) object {
	return named(c.file("Practitioner", given+" "+family, "active", true,
		"name", list{obj("family", family, "given", list{given}, "prefix", list{prefix})},
		"qualification", list{obj("code", worded(what))}), prefix+" "+given+" "+family)
}

// measured files an Observation with one number.
func (c *chart) measured(category string, code object, value object, when time.Time, patient object, more ...any) object {
	return c.file("Observation", fmt.Sprint(code.get("text"), when), append([]any{
		"status", "final",
		"category", list{status("observation-category", category)},
		"code", code,
		"subject", patient,
		"effectiveDateTime", instant(when),
		"valueQuantity", value}, more...)...)
}
