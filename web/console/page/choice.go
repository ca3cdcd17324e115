package page

import (
	"fmt"
	"html/template"
)

// choice is one of several things to choose.
type choice struct {
	Name    string
	Legend  template.HTML
	Options []option
}

type option struct {
	Value   string
	Label   template.HTML
	Checked bool
}

// Choice makes a choice from its name, the key of its legend, what was chosen, and
// pairs of a value and the key of its label. What was not chosen yet is the first.
func (v view) Choice(name, legend, chosen string, pairs ...string) (choice, error) {
	c := choice{Name: name}
	if len(pairs)%2 != 0 {
		return c, fmt.Errorf("page: the choice %q has a value without a label", name)
	}
	var err error
	if c.Legend, err = v.T(legend); err != nil {
		return c, err
	}
	among := false
	for i := 0; i < len(pairs); i += 2 {
		o := option{Value: pairs[i], Checked: pairs[i] == chosen}
		if o.Label, err = v.T(pairs[i+1]); err != nil {
			return c, err
		}
		among = among || o.Checked
		c.Options = append(c.Options, o)
	}
	if !among && len(c.Options) > 0 {
		c.Options[0].Checked = true
	}
	return c, nil
}
