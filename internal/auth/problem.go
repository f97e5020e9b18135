package auth

import (
	"errors"
	"strings"
	"time"
)

// Codes of problems: those of the API's errors, and what a person has to show
// to go on.
const (
	codeInput    = "BAD_USER_INPUT"
	codeNotFound = "NOT_FOUND"
	codeConflict = "CONFLICT"
	codePassword = "PASSWORD_REQUIRED"      // the account's password
	codePIN      = "PIN_REQUIRED"           // the profile's PIN, or the account's password
	codeFactor   = "SECOND_FACTOR_REQUIRED" // a code of the app, or a recovery code
	codeAway     = "UNAVAILABLE"            // the operator did not set this up
)

// Problem is what is wrong with a field of an input, to be shown there.
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

func (p *Problems) add(field, code, message string) {
	*p = append(*p, Problem{field, code, message})
}

// problem is the one thing that is wrong.
func problem(field, code, message string) error { return Problems{{field, code, message}} }

// join adds the problems in err to p. It returns err when it is a fault.
func (p *Problems) join(err error) error {
	if more, ok := errors.AsType[Problems](err); ok {
		*p = append(*p, more...)
		return nil
	}
	return err
}

// TooMany says that somebody tried too often and has to wait.
type TooMany struct{ Wait time.Duration }

func (e *TooMany) Error() string {
	return "too many tries: wait " + e.Wait.Round(time.Second).String()
}
