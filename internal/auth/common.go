package auth

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// commonText holds words and digits that people take as passwords, a line each,
// in lower case without accents.
//
//go:embed common.txt
var commonText string

var commonWords = sync.OnceValue(func() map[string]struct{} {
	words := make(map[string]struct{})
	for word := range strings.SplitSeq(strings.TrimSpace(commonText), "\n") {
		words[word] = struct{}{}
	}
	return words
})

// disguises are the digits and signs that stand for letters.
var disguises = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// common tells whether a password is among the first that anybody would guess:
// a common word, also twice, disguised, or with digits and signs around it, or
// fewer than four different characters.
func common(password string) bool {
	text, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFKC), strings.ToLower(password))
	if err != nil {
		text = password
	}
	if different(text) < 4 {
		return true
	}
	words := commonWords()
	core := strings.TrimFunc(text, around)
	for _, form := range []string{text, core, disguises.Replace(text), disguises.Replace(core), strings.TrimFunc(disguises.Replace(text), around)} {
		if _, found := words[half(form)]; found {
			return true
		}
	}
	return false
}

// around tells whether r is what people add to a word to make it a password.
func around(r rune) bool { return !unicode.IsLetter(r) }

// half is the first half of a text that says the same twice, else the text.
func half(text string) string {
	if n := len(text) / 2; text[:n] == text[len(text)-n:] && len(text)%2 == 0 {
		return text[:n]
	}
	return text
}

func different(text string) int {
	seen := make(map[rune]struct{})
	for _, r := range text {
		seen[r] = struct{}{}
	}
	return len(seen)
}
