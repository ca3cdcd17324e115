package page

// Language is one that the pages speak, as a BCP 47 tag. The zero Language is none.
type Language string

// The languages: Swedish, Norwegian Bokmål, Spanish, English.
const (
	Swedish   Language = "sv"
	Norwegian Language = "nb"
	Spanish   Language = "es"
	English   Language = "en"
)

// Languages are all that the pages speak, in the order in which they are offered.
func Languages() []Language { return []Language{Swedish, Norwegian, Spanish, English} }

// Name is what a language calls itself; "" for none.
func (l Language) Name() string {
	switch l {
	case Swedish:
		return "Svenska"
	case Norwegian:
		return "Norsk"
	case Spanish:
		return "Español"
	case English:
		return "English"
	}
	return ""
}

// orDefault is English where there is none.
func (l Language) orDefault() Language {
	if l.Name() == "" {
		return English
	}
	return l
}
