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
