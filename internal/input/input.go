// Package input says what is wrong with what people typed, at its field.
package input

import (
	"errors"
	"strings"

	"golang.org/x/text/language"
)

// Codes of problems: those of the API's errors.
const (
	Invalid  = "BAD_USER_INPUT"
	NotFound = "NOT_FOUND"
	Conflict = "CONFLICT"
)

// Problem is what is wrong with a field of an input, to be shown there: steps
// into lists and objects are divided by points.
type Problem struct{ Field, Code, Message string }

// Problems are all that is wrong with an input.
type Problems []Problem

func (p Problems) Error() string {
	texts := make([]string, len(p))
	for i, problem := range p {
		texts[i] = problem.Message
	}
	return strings.Join(texts, "; ")
}

// New is the one thing that is wrong: Problems.
func New(field, code, message string) error { return Problems{{field, code, message}} }

// Add says what is wrong besides.
func (p *Problems) Add(field, code, message string) {
	*p = append(*p, Problem{field, code, message})
}

// Join adds the problems in err to p. It returns err when it is a fault.
func (p *Problems) Join(err error) error {
	if more, ok := errors.AsType[Problems](err); ok {
		*p = append(*p, more...)
		return nil
	}
	return err
}

// Language checks the tag of a language that people speak, nil for none, and
// returns its usual form.
func (p *Problems) Language(field string, text *string) *string {
	if text == nil {
		return nil
	}
	tag, err := language.Parse(*text)
	if base, confidence := tag.Base(); err != nil || confidence == language.No || base.String() == "und" || len(*text) > 35 {
		p.Add(field, Invalid, "This is no language: write it like es or pt-BR.")
		return nil
	}
	return new(tag.String())
}
