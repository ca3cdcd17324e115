package page

import (
	"fmt"
	"html/template"
	"strings"
)

// field is one thing to type, with all that stands around it.
type field struct {
	ID, Name, Type, Value string
	Label, Hint           template.HTML
	Wrong                 template.HTML
	Autocomplete, Mode    string
	Required, Code        bool
	Lines                 int // more than one: a larger field
	Reveal, Hide          template.HTML
}

// Field makes a field from its name and pairs of what is said of it: label and
// hint are keys of the catalogue, "of" stands for their only placeholder.
func (v view) Field(name string, pairs ...string) (field, error) {
	f := field{ID: "field-" + name, Name: name, Type: "text", Autocomplete: "off", Required: true}
	var label, hint string
	var of []any
	for i := 0; i+1 < len(pairs); i += 2 {
		switch what, value := pairs[i], pairs[i+1]; what {
		case "label":
			label = value
		case "hint":
			hint = value
		case "of":
			of = []any{"of", value}
		case "id":
			f.ID = "field-" + value
		case "type":
			f.Type = value
		case "value":
			f.Value = value
		case "autocomplete":
			f.Autocomplete = value
		case "mode":
			f.Mode = value
		case "optional":
			f.Required = false
		case "code":
			f.Code = true
		case "lines":
			f.Lines = 4
		default:
			return f, fmt.Errorf("page: a field has no %q", what)
		}
	}
	f.Wrong = v.Wrong(strings.TrimPrefix(f.ID, "field-")) // of several of a name, the one without an id of its own is meant
	var err error
	if f.Label, err = v.T(label, of...); err != nil {
		return f, err
	}
	if hint != "" {
		f.Hint, err = v.T(hint, of...)
	}
	if f.Type == "password" {
		f.Reveal, _ = v.T("field.reveal")
		f.Hide, _ = v.T("field.hide")
	}
	return f, err
}

// Described names what describes the field, for those who do not see it.
func (f field) Described() string {
	var ids []string
	if f.Wrong != "" {
		ids = append(ids, f.ID+"-wrong")
	}
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	return strings.Join(ids, " ")
}
