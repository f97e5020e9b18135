package model

// Held returns the objects behind a field.
func (p *CancelJobPayload) Held(field string) []any { return one(field, "job", p.Job) }

// Held returns the objects behind a field.
func (p *MyListPayload) Held(field string) []any { return titleOf(field, p.Title) }

// Held returns the objects behind a field.
func (p *RatePayload) Held(field string) []any { return titleOf(field, p.Title) }

// Held returns the objects behind a field.
func (p *RecordViewsPayload) Held(field string) []any {
	if field != "results" {
		return nil
	}
	objects := make([]any, len(p.Results))
	for i, r := range p.Results {
		objects[i] = r
	}
	return objects
}

// Held returns the objects behind a field.
func (r *ViewEventResult) Held(field string) []any { return one(field, "view", r.View) }

// titleOf is the title behind the field of that name.
func titleOf(field string, t Title) []any {
	if field == "title" && t != nil {
		return []any{t}
	}
	return nil
}
