package account

import (
	_ "embed"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// Bounds of a password. Nothing is asked of its characters: length is what
// helps (NIST SP 800-63B-4, section 3.1.1.2, which asks for 15 characters where
// a password is alone and 8 where it is not; common words count for nothing here).
const (
	MinPassword = 12   // characters
	MaxPassword = 1024 // bytes
)

// enough is how many letters and digits must be left of a password when what
// everybody tries is taken out of it, and how many different ones there must be.
const (
	enoughLeft      = 6
	enoughDifferent = 5
	enoughDigits    = 20 // where there is nothing else: dates and telephone numbers are shorter
)

//go:embed common.txt
var commonText string

// commonWords are what passwords are made of that are guessed first, in the
// languages of our pages, longest first.
var commonWords = readCommon(commonText)

func readCommon(text string) []string {
	var words []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			words = append(words, line)
		}
	}
	sort.Slice(words, func(i, j int) bool { return len(words[i]) > len(words[j]) })
	return words
}

// checkPassword says whether a password may be set, and gives the form of it
// that is hashed. own are the names that belong to the account. Errors are *Unfit.
func checkPassword(password Secret, own []string) (string, error) {
	text := password.Reveal()
	if len(text) > MaxPassword {
		return "", &Unfit{TooLong}
	}
	if !utf8.ValidString(text) {
		return "", &Unfit{Characters}
	}
	if utf8.RuneCountInString(text) < MinPassword {
		return "", &Unfit{TooShort}
	}
	text, err := precis.OpaqueString.String(text)
	if err != nil {
		return "", &Unfit{Characters}
	}
	if isNumber(text) {
		return "", &Unfit{TooCommon}
	}
	plain := runs(strings.ToLower(text))
	names := ownWords(own)
	for _, form := range []string{plain, plainLetters.Replace(plain)} {
		rest := without(form, names)
		if thin(rest) && !thin(form) {
			return "", &Unfit{OwnName}
		}
		if thin(without(rest, commonWords)) {
			return "", &Unfit{TooCommon}
		}
	}
	return text, nil
}

// thin says whether too little is left to be guessed.
func thin(text string) bool {
	different := map[rune]bool{}
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			different[r] = true
			n++
		}
	}
	return n < enoughLeft || len(different) < enoughDifferent
}

// isNumber says whether a text is a date, a telephone number or the like.
func isNumber(text string) bool {
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		} else if !strings.ContainsRune(" +-./:,()", r) {
			return false
		}
	}
	return digits < enoughDigits
}

// without takes words out of a text.
func without(text string, words []string) string {
	for _, w := range words {
		text = strings.ReplaceAll(text, w, " ")
	}
	return text
}

// ownWords are the parts of names that a stranger would try: of an e-mail
// address each word, too.
func ownWords(own []string) []string {
	var words []string
	for _, name := range own {
		name = strings.ToLower(name)
		words = append(words, name)
		for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(part) >= 3 {
				words = append(words, part)
			}
		}
	}
	sort.Slice(words, func(i, j int) bool { return len(words[i]) > len(words[j]) })
	return words
}

// plainLetters turns the digits and signs that stand for letters back into them.
var plainLetters = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i", "€", "e")

// rows are what fingers run along. Both directions count.
var rows = bothWays("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopå", "asdfghjkløæ", "asdfghjklöä", "asdfghjklñ",
	"zxcvbnm,.-", "1qaz2wsx3edc4rfv5tgb6yhn", "qazwsxedcrfvtgb", "!\"#¤%&/()=", "!@#$%^&*()")

func bothWays(all ...string) []string {
	for _, row := range all[:len(all):len(all)] {
		back := []rune(row)
		for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
			back[i], back[j] = back[j], back[i]
		}
		all = append(all, string(back))
	}
	return all
}

// shortestRun is how long a row, or one character again and again, is taken for a habit.
const shortestRun = 4

// runs takes out what fingers run along: "123456", "qwerty", "aaaa".
func runs(text string) string {
	all := []rune(text)
	var left []rune
	for i := 0; i < len(all); {
		if n := runAt(all[i:]); n >= shortestRun {
			left = append(left, ' ')
			i += n
			continue
		}
		left = append(left, all[i])
		i++
	}
	return string(left)
}

// runAt is the length of the run that a text begins with.
func runAt(text []rune) int {
	longest := 1
	for longest < len(text) && text[longest] == text[0] {
		longest++
	}
	for _, row := range rows {
		n := longest + 1
		for n <= len(text) && strings.Contains(row, string(text[:n])) {
			n++
		}
		longest = n - 1
	}
	return longest
}
