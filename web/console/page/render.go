package page

// Render writes a page. The error is about the program itself: a template that
// does not fit its page.
func Render(f Frame, p Page) ([]byte, error) { return []byte(p.name()), nil }

// Asset is a file that pages refer to. It never changes: another content has
// another name.
type Asset struct {
	MediaType string
	Body      []byte // not to be changed
}
