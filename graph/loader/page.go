package loader

import (
	"fmt"

	"streamex/ent/schema/globalid"
	"streamex/graph/relay"
	"streamex/internal/catalog"
)

const (
	// MaxPage is the most items that a page has.
	MaxPage     = 100
	defaultPage = 20
)

// InputError says what is wrong with an argument.
type InputError struct {
	Argument string
	Reason   string
}

func (e *InputError) Error() string { return e.Argument + " " + e.Reason }

// List is a list with pages. Its cursors hold its name and what its items are
// ordered by.
type List struct {
	Name string
	by   orderedBy
}

type orderedBy byte

const (
	byRank   orderedBy = iota // place in a ranking
	byNumber                  // an integer, then the id
	byText                    // a text, then the id
)

// The lists whose order never changes.
var (
	RowList             = List{"rows", byRank}
	ItemList            = List{"items", byRank}
	CreditList          = List{"credits", byNumber}
	PersonCreditList    = List{"person.credits", byNumber}
	CharacterCreditList = List{"character.credits", byNumber}
	EpisodeList         = List{"episodes", byNumber}
	SimilarList         = List{"similar", byNumber}
	PersonList          = List{"people", byText}
	CharacterList       = List{"characters", byText}
	UserList            = List{"users", byText}
	JobList             = List{"jobs", byRank}
	AuditList           = List{"audit", byRank}
)

// TitleList is the list of titles in an order.
func TitleList(o catalog.Order) List {
	if o.IsText() {
		return List{"titles:" + o.Column, byText}
	}
	return List{"titles:" + o.Column, byNumber}
}

// Place is the position of an item in its list.
type Place struct {
	Set    bool // false = before the first item
	Text   string
	Number int64
	ID     int64
}

// Read returns the place that a cursor of the list stands for, or
// relay.ErrCursor.
func (l List) Read(cursor string) (p Place, err error) {
	p.Set = true
	switch l.by {
	case byRank:
		if err = relay.Decode(cursor, l.Name, &p.Number); err == nil && p.Number < 0 {
			err = relay.ErrCursor
		}
	case byNumber:
		err = relay.Decode(cursor, l.Name, &p.Number, &p.ID)
	case byText:
		err = relay.Decode(cursor, l.Name, &p.Text, &p.ID)
	}
	return p, err
}

// Page is which part of a list is asked for.
type Page struct {
	First int
	After Place
}

// NewPage checks the arguments of a paged field. It returns an *InputError
// when first is not within 1 and MaxPage, relay.ErrCursor when after is no
// cursor of the list.
func NewPage(l List, first *int, after *string) (p Page, err error) {
	p.First = defaultPage
	if first != nil {
		p.First = *first
	}
	if p.First < 1 || p.First > MaxPage {
		return p, &InputError{"first", fmt.Sprintf("must be between 1 and %d", MaxPage)}
	}
	if after != nil {
		p.After, err = l.Read(*after)
	}
	return p, err
}

// argPage reads the same from the arguments of a selected field; ok is false
// when the field's resolver will refuse them.
func argPage(l List, args map[string]any) (p Page, ok bool) {
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
	p, err := NewPage(l, first, after)
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
	Order catalog.Order
	Page
}
