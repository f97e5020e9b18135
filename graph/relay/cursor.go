package relay

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// ErrCursor says that a text is no cursor of the list that it was passed to.
var ErrCursor = errors.New("not a cursor of this list")

// maxCursor bounds what Decode reads: sort keys are cut far below it.
const maxCursor = 2048

// Encode makes an opaque cursor of a list's name and the sort values of the
// item that it stands behind.
func Encode(list string, values ...any) string {
	b, err := json.Marshal(append([]any{list}, values...))
	if err != nil {
		panic(err) // only strings and integers are passed
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Decode reads a cursor of the list into values: pointers to strings or
// integers, as many as Encode was given. It returns ErrCursor for anything else.
func Decode(cursor, list string, values ...any) error {
	if len(cursor) > maxCursor {
		return ErrCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return ErrCursor
	}
	var parts []json.RawMessage
	if json.Unmarshal(b, &parts) != nil || len(parts) != len(values)+1 {
		return ErrCursor
	}
	var name string
	if json.Unmarshal(parts[0], &name) != nil || name != list {
		return ErrCursor
	}
	for i, v := range values {
		if string(parts[i+1]) == "null" || json.Unmarshal(parts[i+1], v) != nil {
			return ErrCursor
		}
		// PostgreSQL stores no NUL, so no sort value holds one.
		if text, ok := v.(*string); ok && strings.ContainsRune(*text, 0) {
			return ErrCursor
		}
	}
	return nil
}
