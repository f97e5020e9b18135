package payment

import "time"

// Expiry is the month at whose end a card ends.
type Expiry struct{ Month, Year int }

// State says whether a card can still be used.
type State string

// The states of a card, as the API names them.
const (
	Valid    State = "VALID"
	Expiring State = "EXPIRING" // this month or next
	Expired  State = "EXPIRED"
)

// At is the card's state at a time.
func (e Expiry) At(t time.Time) State {
	t = t.UTC()
	switch left := 12*(e.Year-t.Year()) + e.Month - int(t.Month()); {
	case left < 0:
		return Expired
	case left <= 1:
		return Expiring
	}
	return Valid
}

// maxYears is how far in the future a card may end.
const maxYears = 20

// Problem says what is wrong with the expiry of a card that is typed at a time:
// "" when nothing is.
func (e Expiry) Problem(t time.Time) string {
	switch {
	case e.Month < 1 || e.Month > 12:
		return "The month must be from 1 to 12."
	case e.Year < 1000 || e.Year > t.UTC().Year()+maxYears:
		return "The year must have four digits and be at most 20 years ahead."
	case e.At(t) == Expired:
		return "The card has expired."
	}
	return ""
}
