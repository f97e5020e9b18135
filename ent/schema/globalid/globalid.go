// Package globalid names the rows of the database and turns them into the opaque
// identifiers that clients see.
//
// Every kind of node has a type of its own, so that the compiler refuses a
// person's number where a title's is asked for. The public form of a number is
// URL-safe base64 over one letter for the kind and the number in base 36.
package globalid

import (
	"encoding/base64"
	"errors"
	"io"
	"strconv"
	"strings"
)

// ErrInvalid says that a text is no identifier of ours.
var ErrInvalid = errors.New("not a valid id")

// Numbers of rows, one type per kind of node. A movie and a series share the
// number of their title.
type (
	Title         int64
	Season        int64
	Episode       int64
	Video         int64
	Person        int64
	Character     int64
	Credit        int64
	Genre         int64
	User          int64
	Session       int64
	Profile       int64
	View          int64
	PaymentMethod int64
	AuditEntry    int64
	Job           int64
)

// Kind is the letter in front of a public identifier.
type Kind byte

// The kinds of node that node(id:) finds.
const (
	KindTitle         Kind = 'T'
	KindSeason        Kind = 'S'
	KindEpisode       Kind = 'E'
	KindVideo         Kind = 'V'
	KindPerson        Kind = 'P'
	KindCharacter     Kind = 'C'
	KindCredit        Kind = 'D'
	KindGenre         Kind = 'G'
	KindUser          Kind = 'U'
	KindSession       Kind = 'N'
	KindProfile       Kind = 'F'
	KindView          Kind = 'W'
	KindHomeRow       Kind = 'H'
	KindPaymentMethod Kind = 'M'
	KindAuditEntry    Kind = 'A'
	KindJob           Kind = 'J'
)

// Global is a decoded public identifier: a kind and what stands behind it.
type Global struct {
	Kind Kind
	Rest string
}

// maxLength bounds what Parse reads: no identifier of ours is longer.
const maxLength = 64

// Parse decodes a public identifier. It returns ErrInvalid for any other text.
func Parse(s string) (Global, error) {
	if len(s) > maxLength || strings.ContainsAny(s, "\r\n") { // which the decoder skips
		return Global{}, ErrInvalid
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 2 {
		return Global{}, ErrInvalid
	}
	g := Global{Kind(b[0]), string(b[1:])}
	switch g.Kind {
	case KindHomeRow:
		for _, c := range b[1:] {
			if c <= ' ' || c > '~' {
				return Global{}, ErrInvalid
			}
		}
	case KindTitle, KindSeason, KindEpisode, KindVideo, KindPerson, KindCharacter, KindCredit, KindGenre, KindUser, KindSession, KindProfile, KindView, KindPaymentMethod, KindAuditEntry, KindJob:
		if _, err := g.number(); err != nil {
			return Global{}, err
		}
	default:
		return Global{}, ErrInvalid
	}
	return g, nil
}

// number reads the canonical base 36 form: one text per number.
func (g Global) number() (int64, error) {
	n, err := strconv.ParseInt(g.Rest, 36, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 36) != g.Rest {
		return 0, ErrInvalid
	}
	return n, nil
}

// Of returns the number in g if it names a node of kind k, else ErrInvalid.
func Of[T ~int64](g Global, k Kind) (T, error) {
	if g.Kind != k {
		return 0, ErrInvalid
	}
	n, err := g.number()
	return T(n), err
}

// String returns the public form.
func (g Global) String() string {
	return base64.RawURLEncoding.EncodeToString(append([]byte{byte(g.Kind)}, g.Rest...))
}

// MarshalGQL writes the public form.
func (g Global) MarshalGQL(w io.Writer) { write(w, []byte(g.String())) }

// UnmarshalGQL reads the public form.
func (g *Global) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return ErrInvalid
	}
	var err error
	*g, err = Parse(s)
	return err
}

func write(w io.Writer, b []byte) {
	_, _ = w.Write(append(append(append(make([]byte, 0, len(b)+2), '"'), b...), '"'))
}

func encode(k Kind, n int64) string { return string(text(k, n)) }

func text(k Kind, n int64) []byte {
	var raw [16]byte
	b := strconv.AppendInt(append(raw[:0], byte(k)), n, 36)
	return base64.RawURLEncoding.AppendEncode(make([]byte, 0, 24), b)
}

func decode[T ~int64](to *T, k Kind, v any) error {
	var g Global
	if err := g.UnmarshalGQL(v); err != nil {
		return err
	}
	n, err := Of[T](g, k)
	*to = n
	return err
}
