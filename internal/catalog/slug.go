package catalog

import (
	"cmp"
	"strconv"
	"strings"

	"streamex/ent/schema"
)

// maxSlug bounds the slugs that Slug makes, before the year.
const maxSlug = 80

// Slug is a name for addresses: the words of a name without accents, and the
// year unless it is 0. It is not unique.
func Slug(name string, year int) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, SortKey(name, ""))
	slug := strings.Join(strings.Fields(plain), "-")
	slug = strings.Trim(slug[:min(len(slug), maxSlug)], "-")
	slug = cmp.Or(slug, "untitled") // of letters that have no plain form
	if year != 0 {
		slug += "-" + strconv.Itoa(year)
	}
	return slug
}

// SortKeys are what a title is ordered by in English and in Spanish.
func SortKeys(name string, texts map[string]schema.Text) (en, es string) {
	return SortKey(cmp.Or(texts["en"].Name, name), "en"), SortKey(cmp.Or(texts["es"].Name, name), "es")
}
