package linkeddata

// formulae is what the N3 subset of patches adds to Turtle.
type formulae struct{}

func (f *formulae) outside(p *turtle, what string) { p.unexpected(what) }
func (f *formulae) variable(p *turtle) Term        { return Term{} }
func (f *formulae) formula(p *turtle) Term         { return Term{} }
