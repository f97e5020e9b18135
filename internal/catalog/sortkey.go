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
	key := plain(name[:min(len(name), 8*maxSortKey)]) // all that a key can hold, whoever asks for it
	for _, a := range articles[language] {
		if rest, ok := strings.CutPrefix(key, a); ok {
			key = rest
			break
		}
	}
	return cut(key, maxSortKey)
}

// Plain is a text as it is searched: its words in lower case, without accents
// and punctuation, with one space between them; at most limit bytes.
func Plain(text string, limit int) string {
	return cut(plain(text[:min(len(text), 8*limit)]), limit)
}

func plain(text string) string {
	text = strings.ToValidUTF8(text, " ") // norm leaves alone what follows an invalid byte
	bare := norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
	var b strings.Builder
	space := false
	for _, r := range strings.ToLower(bare) {
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
	return b.String()
}

func cut(key string, limit int) string {
	if len(key) > limit {
		key = strings.TrimRight(strings.ToValidUTF8(key[:limit], ""), " ")
	}
	return key
}
