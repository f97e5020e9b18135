package edit

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"entgo.io/ent"

	"streamex/internal/audit"
	"streamex/internal/input"
)

// field is what a row says in a column.
type field struct {
	name   string // in the inputs; "" for what follows from other fields
	column string // "" for what is kept in another table
	value  any    // nil says nothing
}

type fields []field

// audit leaves out what follows from other fields.
func (f fields) audit() audit.Fields {
	if f == nil {
		return nil
	}
	out := make(audit.Fields)
	for _, field := range f {
		if field.name != "" {
			out[field.name] = field.value
		}
	}
	return out
}

// some is the value behind p, nil for none.
func some[T any](p *T) any {
	if p == nil {
		return nil
	}
	if t, ok := any(*p).(time.Time); ok {
		return t.UTC()
	}
	return *p
}

// day is a date without a time.
func day(t *time.Time) any {
	if t == nil {
		return nil
	}
	return date{t.UTC()}
}

// date is a time of which the day counts.
type date struct{ time.Time }

// MarshalJSON writes the day.
func (d date) MarshalJSON() ([]byte, error) { return json.Marshal(d.Format(time.DateOnly)) }

// set writes fields into a mutation: all that say something, or with over all.
func (f fields) set(m ent.Mutation, over bool) error {
	for _, field := range f {
		if field.column == "" {
			continue
		}
		value := field.value
		if d, ok := value.(date); ok {
			value = d.Time
		}
		switch {
		case value != nil:
			if err := m.SetField(field.column, value); err != nil {
				return err
			}
		case over:
			if err := m.ClearField(field.column); err != nil {
				return err
			}
		}
	}
	return nil
}

// names are those of the fields that differ.
func (f fields) names(before fields) ([]string, error) {
	_, is, err := audit.Diff(before.audit(), f.audit())
	names := make([]string, 0, len(is))
	for name := range is {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, err
}

// row is what all rows that can be edited have in common.
type row struct {
	node    audit.Node
	version int
	source  *string
	edited  []string
}

// save writes a row that changed, and notes it. It does nothing when nothing
// did, and returns Problems when the version is not the row's any more.
func (c *change) save(ctx context.Context, r row, before, after fields, m ent.Mutation, exec func(context.Context) (int, error)) (changed bool, err error) {
	names, err := after.names(before)
	if err != nil || len(names) == 0 {
		return false, err
	}
	if err := after.set(m, true); err != nil {
		return false, err
	}
	if err := m.SetField("version", r.version+1); err != nil {
		return false, err
	}
	if r.source != nil {
		edited := slices.Concat(r.edited, names)
		slices.Sort(edited)
		if err := m.SetField("edited", slices.Compact(edited)); err != nil {
			return false, err
		}
	}
	n, err := exec(ctx)
	if err != nil {
		return false, err
	}
	if n == 0 {
		return false, input.Problems{stale}
	}
	return true, c.note(r.node, before, after)
}

var stale = input.Problem{Field: "version", Code: input.Conflict, Message: "Somebody else changed it since: look at it again."}
