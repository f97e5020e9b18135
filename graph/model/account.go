package model

import "streamex/internal/viewer"

// Viewer is who is asking; the account's rows are read when asked for.
type Viewer struct{ viewer.Viewer }

// Held returns the objects behind a field.
func (p *SignInPayload) Held(field string) []any { return held(field, p.Viewer) }

// Held returns the objects behind a field.
func (p *SelectProfilePayload) Held(field string) []any { return held(field, p.Viewer) }

func held(field string, v *Viewer) []any {
	if field == "viewer" && v != nil {
		return []any{v}
	}
	return nil
}
