package model

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

var maturities = []struct {
	age  int
	name string
}{{0, "ALL"}, {7, "AGE_7"}, {12, "AGE_12"}, {16, "AGE_16"}, {18, "AGE_18"}}

// MarshalMaturity writes a minimum age in years as the level that covers it.
func MarshalMaturity(age int) graphql.Marshaler {
	i := slices.IndexFunc(maturities, func(m struct {
		age  int
		name string
	}) bool {
		return age <= m.age
	})
	if i < 0 {
		i = len(maturities) - 1
	}
	return quoted(maturities[i].name)
}

// UnmarshalMaturity reads a level as its minimum age in years.
func UnmarshalMaturity(v any) (int, error) {
	for _, m := range maturities {
		if m.name == v {
			return m.age, nil
		}
	}
	return 0, fmt.Errorf("%v is no Maturity", v)
}

// MarshalDateTime writes an instant in RFC 3339, UTC.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return quoted(t.UTC().Format(time.RFC3339Nano))
}

// UnmarshalDateTime reads an instant in RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) { return parse(time.RFC3339, v) }

// MarshalDate writes a calendar date.
func MarshalDate(t time.Time) graphql.Marshaler { return quoted(t.Format(time.DateOnly)) }

// UnmarshalDate reads a calendar date.
func UnmarshalDate(v any) (time.Time, error) { return parse(time.DateOnly, v) }

func parse(layout string, v any) (time.Time, error) {
	s, _ := v.(string)
	t, err := time.Parse(layout, s)
	if err != nil {
		return t, fmt.Errorf("a time must look like %s", layout)
	}
	return t.UTC(), nil
}

// quoted writes a text that needs no escaping.
type quoted string

func (q quoted) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, `"`+string(q)+`"`) }
