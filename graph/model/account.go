package model

import (
	"streamex/ent"
	"streamex/internal/viewer"
)

// Viewer is who is asking; the account's rows are read when asked for.
type Viewer struct{ viewer.Viewer }

// Session is a device that is signed in.
type Session struct {
	*ent.Session
	Current bool // it is the one that asks
}

// Held returns the objects behind a field.
func (p *SignInPayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *SelectProfilePayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *UpdateAccountPayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *ChangePasswordPayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *ConfirmSecondFactorPayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *RemoveSecondFactorPayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *RevokeOtherSessionsPayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *ProfilePayload) Held(field string) []any {
	if field == "profile" && p.Profile != nil {
		return []any{p.Profile}
	}
	return held(field, p.Viewer)
}

// Held returns the objects behind a field.
func (p *RenameSessionPayload) Held(field string) []any {
	if field == "session" && p.Session != nil {
		return []any{p.Session}
	}
	return nil
}

// Held returns the objects behind a field.
func (p *UserPayload) Held(field string) []any {
	if field == "user" && p.User != nil {
		return []any{p.User}
	}
	return nil
}

// Held returns the objects behind a field.
func (p *DeleteProfilePayload) Held(field string) []any { return held(field, p.Viewer) }

func held(field string, v *Viewer) []any {
	if field == "viewer" && v != nil {
		return []any{v}
	}
	return nil
}
