// Package search turns texts into ranked titles, episodes, people and
// characters.
package search

import (
	"context"

	"streamex/ent"
	"streamex/ent/schema/globalid"
)

// Changed are the rows that a transaction wrote or deleted.
type Changed struct {
	Titles     []globalid.Title
	Episodes   []globalid.Episode
	People     []globalid.Person
	Characters []globalid.Character
}

// Refresh makes the index say what the changed rows say now, within the
// transaction of c.
func Refresh(ctx context.Context, c *ent.Client, changed Changed) error {
	return nil
}
