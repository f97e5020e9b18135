package auth

import (
	"time"

	"streamex/internal/input"
)

// Codes of problems: those of the API's errors, and what a person has to show
// to go on.
const (
	codeInput    = input.Invalid
	codeNotFound = input.NotFound
	codeConflict = input.Conflict
	codePassword = "PASSWORD_REQUIRED"      // the account's password
	codePIN      = "PIN_REQUIRED"           // the profile's PIN, or the account's password
	codeFactor   = "SECOND_FACTOR_REQUIRED" // a code of the app, or a recovery code
	codeAway     = "UNAVAILABLE"            // the operator did not set this up
)

// Problems are all that is wrong with an input.
type Problems = input.Problems

// problem is the one thing that is wrong.
func problem(field, code, message string) error { return input.New(field, code, message) }

// TooMany says that somebody tried too often and has to wait.
type TooMany struct{ Wait time.Duration }

func (e *TooMany) Error() string {
	return "too many tries: wait " + e.Wait.Round(time.Second).String()
}
