package loader

import (
	"fmt"

	"streamex/ent/schema/globalid"
)

// MaxPage is the most items that a page has.
const MaxPage = 100

// InputError says what is wrong with an argument.
type InputError struct {
	Argument string
	Reason   string
}

func (e *InputError) Error() string { return e.Argument + " " + e.Reason }

// Page is which part of a list is asked for.
type Page struct {
	First int
	After string
}

// NewPage checks the arguments of a paged field. It returns an *InputError
// when first is not within 1 and MaxPage.
func NewPage(first *int, after *string) (Page, error) {
	p := Page{First: 20}
	if first != nil {
		p.First = *first
	}
	if p.First < 1 || p.First > MaxPage {
		return p, &InputError{"first", fmt.Sprintf("must be between 1 and %d", MaxPage)}
	}
	if after != nil {
		p.After = *after
	}
	return p, nil
}

// argPage reads the same from the arguments of a selected field; ok is false
// when the field's resolver will refuse them.
func argPage(args map[string]any) (p Page, ok bool) {
	var first *int
	switch n := args["first"].(type) {
	case nil:
	case int64:
		i := int(n)
		first = &i
	default:
		return p, false
	}
	var after *string
	if s, is := args["after"].(string); is {
		after = &s
	}
	p, err := NewPage(first, after)
	return p, err == nil
}

// Paged is a page of the list that hangs on a node.
type Paged[K comparable] struct {
	Of K
	Page
}

// CreditsKey is a page of a title's credits, of some roles.
type CreditsKey struct {
	Title globalid.Title
	Roles string // comma separated, empty for all
	Page
}

// GenreTitlesKey is a page of a genre's titles in some order.
type GenreTitlesKey struct {
	Genre globalid.Genre
	Field string
	Asc   bool
	Page
}
