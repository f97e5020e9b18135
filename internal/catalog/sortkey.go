package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSortKey bounds sort keys, in bytes: they travel in cursors.
const maxSortKey = 120

var articles = map[string][]string{
	"en": {"the ", "a ", "an "},
	"es": {"el ", "la ", "los ", "las ", "un ", "una "},
}

// SortKey is what names are ordered and found by, the same on both databases:
// lower case, without accents and punctuation, and without a leading article
// of the language (none for an empty one, as in people's names).
func SortKey(name, language string) string {
	name = name[:min(len(name), 8*maxSortKey)] // all that a key can hold, whoever asks for it
	name = strings.ToValidUTF8(name, " ")      // norm leaves alone what follows an invalid byte
	plain := norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(name)))
	var b strings.Builder
	space := false
	for _, r := range strings.ToLower(plain) {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		case r != '\'' && r != '’':
			space = true
		}
	}
	key := b.String()
	for _, a := range articles[language] {
		if rest, ok := strings.CutPrefix(key, a); ok {
			key = rest
			break
		}
	}
	if len(key) > maxSortKey {
		key = strings.TrimRight(strings.ToValidUTF8(key[:maxSortKey], ""), " ")
	}
	return key
}
