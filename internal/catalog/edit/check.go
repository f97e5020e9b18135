package edit

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"streamex/ent/schema"
	"streamex/internal/input"
)

const (
	maxName     = 200 // characters
	maxBytes    = 500 // of a name
	maxSynopsis = 5_000
	maxSlug     = 100
	maxKey      = 100
	maxNumber   = 10_000 // of seasons and episodes
	maxSeconds  = 48 * 60 * 60
	maxGenres   = 20
	maxSeasons  = 100
	maxEpisodes = 200 // of a season, at once
	maxCredits  = 1_000
	firstYear   = 1870
	lastYear    = 2100
)

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checks collects what is wrong with an input, at the fields below at.
type checks struct {
	input.Problems
	at string
}

func (c *checks) wrong(field, code, message string) { c.Add(c.at+field, code, message) }

// err is what is wrong, nil when nothing is.
func (c *checks) err() error {
	if c.Problems == nil {
		return nil
	}
	return c.Problems
}

// line is a text in one line, its words divided by one space.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }

// fit tells whether a text has an allowed length and nothing that cannot be
// shown or stored.
func fit(text string, least, most int, lines bool) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && !(lines && (r == '\n' || r == '\t')) }
	n := utf8.RuneCountInString(text)
	return n >= least && n <= most && utf8.ValidString(text) && !strings.ContainsFunc(text, control)
}

// name checks a name that must be there.
func (c *checks) name(field string, v Value[string], to *string) {
	if v.Set {
		*to = ""
		if v.To != nil {
			*to = line(*v.To)
		}
	}
	switch {
	case *to == "":
		c.wrong(field, input.Invalid, "A name has at least one character.")
	case v.Set:
		c.limit(field, *to)
	}
}

func (c *checks) limit(field, name string) {
	if !fit(name, 0, maxName, false) || len(name) > maxBytes {
		c.wrong(field, input.Invalid, "This must be one line of at most 200 characters.")
	}
}

// line checks a text of one line that may be missing.
func (c *checks) line(field string, v Value[string], to **string) {
	if !v.Set {
		return
	}
	*to = nil
	if v.To != nil {
		if text := line(*v.To); text != "" {
			c.limit(field, text)
			*to = &text
		}
	}
}

// synopsis checks a text of several lines that may be missing.
func (c *checks) synopsis(field string, v Value[string], to **string) {
	if !v.Set {
		return
	}
	*to = nil
	if v.To != nil {
		text := strings.TrimSpace(strings.ReplaceAll(*v.To, "\r\n", "\n"))
		if !fit(text, 0, maxSynopsis, true) {
			c.wrong(field, input.Invalid, "A synopsis has at most 5,000 characters.")
		}
		if text != "" {
			*to = &text
		}
	}
}

// Text is what something says in one language.
type Text struct{ Language, Name, Synopsis string }

// texts checks what is said per language.
func (c *checks) texts(field string, v Value[[]Text], to *map[string]schema.Text) {
	if !v.Set {
		return
	}
	*to = nil
	if v.To == nil {
		return
	}
	seen := make(map[string]bool)
	for i, t := range *v.To {
		at := fmt.Sprintf("%s.%d.", field, i)
		if seen[t.Language] {
			c.wrong(at+"language", input.Invalid, "There is a text in this language already.")
			if i > 10 { // there are not as many
				return
			}
		}
		seen[t.Language] = true
		var name, synopsis *string
		c.line(at+"name", Value[string]{true, &t.Name}, &name)
		c.synopsis(at+"synopsis", Value[string]{true, &t.Synopsis}, &synopsis)
		if name == nil && synopsis == nil {
			continue
		}
		if *to == nil {
			*to = make(map[string]schema.Text)
		}
		(*to)[t.Language] = schema.Text{Name: or(name), Synopsis: or(synopsis)}
	}
}

// slug checks a name for addresses. One that is not set is made later.
func (c *checks) slug(v Value[string], to *string) {
	if !v.Set {
		return
	}
	*to = or(v.To)
	if len(*to) > maxSlug || !slugForm.MatchString(*to) {
		c.wrong("slug", input.Invalid, "A slug has lower case letters, digits and single hyphens: at most 100.")
	}
}

// number checks an integer that may be missing.
func (c *checks) number(field string, v Value[int], least, most int, to **int) {
	if !v.Set {
		return
	}
	if *to = v.To; v.To != nil && (*v.To < least || *v.To > most) {
		c.wrong(field, input.Invalid, fmt.Sprintf("This must be between %d and %d.", least, most))
	}
}

// date checks a day that may be missing.
func (c *checks) date(field string, v Value[time.Time], to **time.Time) {
	if !v.Set {
		return
	}
	if *to = v.To; v.To != nil && (v.To.Year() < firstYear || v.To.Year() > lastYear) {
		c.wrong(field, input.Invalid, fmt.Sprintf("The year must be between %d and %d.", firstYear, lastYear))
	}
}

// instant checks a time that may be missing, and cuts it to what both databases
// store.
func (c *checks) instant(field string, v Value[time.Time], to **time.Time) {
	if !v.Set {
		return
	}
	*to = nil
	if v.To == nil {
		return
	}
	t := v.To.UTC().Truncate(time.Microsecond)
	if *to = &t; t.Year() < firstYear || t.Year() > lastYear {
		c.wrong(field, input.Invalid, fmt.Sprintf("The year must be between %d and %d.", firstYear, lastYear))
	}
}

// or is the value behind p, the zero one for nil.
func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
