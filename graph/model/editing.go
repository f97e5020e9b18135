package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"streamex/ent"
	"streamex/ent/schema/globalid"
)

// AuditEntry is a change that an administrator made.
type AuditEntry struct {
	*ent.AuditEntry
	NodeID  globalid.Global
	Changes []*Change
}

// NewAuditEntry shows a row of the audit log. It returns an error for a row that
// is none.
func NewAuditEntry(row *ent.AuditEntry) (*AuditEntry, error) {
	node, err := globalid.Parse(row.Node)
	if err != nil {
		return nil, err
	}
	before, err := texts(row.Before)
	if err != nil {
		return nil, err
	}
	after, err := texts(row.After)
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool)
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	e := &AuditEntry{AuditEntry: row, NodeID: node, Changes: []*Change{}}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		e.Changes = append(e.Changes, &Change{Field: name, Before: before[name], After: after[name]})
	}
	return e, nil
}

// texts reads an object of JSON whose values stay JSON; null is nil.
func texts(object json.RawMessage) (map[string]*string, error) {
	if len(object) == 0 {
		return nil, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil {
		return nil, err
	}
	out := make(map[string]*string, len(fields))
	for name, value := range fields {
		out[name] = nil
		if !bytes.Equal(value, []byte("null")) {
			out[name] = new(string(value))
		}
	}
	return out, nil
}

// Held returns the objects behind a field.
func (p *MoviePayload) Held(field string) []any { return one(field, "movie", p.Movie) }

// Held returns the objects behind a field.
func (p *SeriesPayload) Held(field string) []any { return one(field, "series", p.Series) }

// Held returns the objects behind a field.
func (p *SeasonPayload) Held(field string) []any { return one(field, "season", p.Season) }

// Held returns the objects behind a field.
func (p *EpisodePayload) Held(field string) []any { return one(field, "episode", p.Episode) }

// Held returns the objects behind a field.
func (p *PersonPayload) Held(field string) []any { return one(field, "person", p.Person) }

// Held returns the objects behind a field.
func (p *CharacterPayload) Held(field string) []any { return one(field, "character", p.Character) }

// Held returns the objects behind a field.
func (p *GenrePayload) Held(field string) []any { return one(field, "genre", p.Genre) }

// Held returns the objects behind a field.
func (p *TitlePayload) Held(field string) []any { return titleOf(field, p.Title) }

// Held returns the objects behind a field.
func (p *CreditsPayload) Held(field string) []any {
	if t := titleOf(field, p.Title); t != nil {
		return t
	}
	return one(field, "episode", p.Episode)
}

// Held returns the objects behind a field.
func (p *DeletePayload) Held(field string) []any {
	if field == "node" && p.Node != nil {
		return []any{p.Node}
	}
	return nil
}

// one is the object behind a field that is called name.
func one[T any](field, name string, object *T) []any {
	if field == name && object != nil {
		return []any{object}
	}
	return nil
}
