// Package audit writes down what administrators change.
package audit

import (
	"bytes"
	"encoding/json"
	"fmt"

	"streamex/ent"
	"streamex/ent/auditentry"
	"streamex/ent/schema/globalid"
)

// Fields are what a node says, by the names of the API's inputs. What is nil
// says nothing.
type Fields map[string]any

// Node is what an entry is about.
type Node struct {
	Kind  string       // type in the API
	ID    fmt.Stringer // public
	Label string       // what it is called
}

// Diff returns the fields that differ, as they were and as they are, in JSON. It
// returns an error for what JSON cannot say.
func Diff(before, after Fields) (was, is map[string]json.RawMessage, err error) {
	was, is = make(map[string]json.RawMessage), make(map[string]json.RawMessage)
	for _, fields := range []Fields{before, after} {
		for name := range fields {
			b, err := json.Marshal(before[name])
			if err != nil {
				return nil, nil, err
			}
			a, err := json.Marshal(after[name])
			if err != nil {
				return nil, nil, err
			}
			if !bytes.Equal(b, a) {
				was[name], is[name] = b, a
			}
		}
	}
	return was, is, nil
}

// New prepares the entry that by made a node of what before said into one of
// what after says; nil stands for no node. It returns nil when nothing changed.
func New(c *ent.Client, by globalid.User, n Node, before, after Fields) (*ent.AuditEntryCreate, error) {
	was, is, err := Diff(before, after)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	entry := c.AuditEntry.Create().SetKind(n.Kind).SetNode(n.ID.String()).SetLabel(n.Label)
	if by != 0 {
		entry.SetUserID(by)
	}
	switch {
	case before == nil:
		entry.SetAction(auditentry.ActionCREATE)
	case after == nil:
		entry.SetAction(auditentry.ActionDELETE)
	case len(is) == 0:
		return nil, nil
	default:
		entry.SetAction(auditentry.ActionUPDATE)
	}
	if before != nil {
		text, err := json.Marshal(was)
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		entry.SetBefore(text)
	}
	if after != nil {
		text, err := json.Marshal(is)
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		entry.SetAfter(text)
	}
	return entry, nil
}
