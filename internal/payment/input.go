package payment

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what clients send, in characters.
const (
	maxHolder = 100
	maxToken  = 255
	maxKey    = 100
)

// Invalid is all that is wrong with an input.
type Invalid []Problem

// Problem is one thing that is wrong: which field and, for people, what.
type Problem struct{ Field, Message string }

func (i Invalid) Error() string { return fmt.Sprintf("payment: %d problems with the input", len(i)) }

// NewMethod is a card to add.
type NewMethod struct {
	Token   string
	Holder  string
	Default bool // make it the one to pay with; the first one is in any case
	Key     string
}

// checked returns the input as it is stored, or what is wrong with it.
func (n NewMethod) checked() (NewMethod, error) {
	var problems Invalid
	if problem := opaqueProblem(n.Token, maxToken); problem != "" {
		problems = append(problems, Problem{"token", problem})
	}
	var problem string
	if n.Holder, problem = holder(n.Holder); problem != "" {
		problems = append(problems, Problem{"holder", problem})
	}
	if problem := opaqueProblem(n.Key, maxKey); problem != "" {
		problems = append(problems, Problem{"idempotencyKey", problem})
	}
	if problems != nil {
		return n, problems
	}
	return n, nil
}

// fingerprint tells inputs apart that came with the same key.
func (n NewMethod) fingerprint() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %t", n.Token, n.Holder, n.Default))
	return sum[:]
}

// Change is what is to be changed of a method; nil leaves as it is.
type Change struct {
	Holder *string
	Expiry *Expiry
}

func (c Change) checked(now time.Time) (Change, error) {
	var problems Invalid
	if c.Holder == nil && c.Expiry == nil {
		problems = append(problems, Problem{"", "There is nothing to change."})
	}
	if c.Holder != nil {
		name, problem := holder(*c.Holder)
		if problem != "" {
			problems = append(problems, Problem{"holder", problem})
		}
		c.Holder = &name
	}
	if c.Expiry != nil {
		if problem := c.Expiry.Problem(now); problem != "" {
			problems = append(problems, Problem{"expiry", problem})
		}
	}
	if problems != nil {
		return c, problems
	}
	return c, nil
}

const cardNumber = "A card number must never be sent here: hand it to the payment provider."

// holder is a name as it is stored, and what is wrong with it.
func holder(text string) (name, problem string) {
	name = strings.TrimSpace(text)
	switch {
	case name == "":
		return "", "Say whose card it is."
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", "The name must be one line of text."
	case utf8.RuneCountInString(name) > maxHolder:
		return "", "The name must have at most 100 characters."
	case holdsNumber(name):
		return "", cardNumber
	}
	return name, ""
}

// opaqueProblem says what is wrong with a token or a key.
func opaqueProblem(text string, limit int) string {
	switch {
	case text == "":
		return "It is missing."
	case len(text) > limit:
		return fmt.Sprintf("It must have at most %d characters.", limit)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "It must have letters, digits and signs only."
	case isNumber(strings.ReplaceAll(text, "-", "")): // inside of longer ones digits mean nothing
		return cardNumber
	}
	return ""
}

// Lengths of card numbers.
const minDigits, maxDigits = 12, 19

// Luhn tells whether the last of some digits checks the others.
func Luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return digits != "" && sum%10 == 0
}

// isNumber tells whether all of a text is a card number.
func isNumber(text string) bool {
	if len(text) < minDigits || len(text) > maxDigits || strings.Trim(text, "0123456789") != "" {
		return false
	}
	return Luhn(text)
}

// holdsNumber tells whether a name has as many digits in a row as a card
// number, with or without separators: no honest one has.
func holdsNumber(name string) bool {
	row := 0
	for _, r := range norm.NFKC.String(name) { // also wide digits
		switch {
		case unicode.IsDigit(r):
			if row++; row == minDigits {
				return true
			}
		case unicode.IsLetter(r):
			row = 0
		}
	}
	return false
}
