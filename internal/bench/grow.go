package main

import (
	"context"

	"streamex/internal/database"
)

// grow adds titles to the demo's until there are n.
func grow(ctx context.Context, db *database.DB, n int) error {
	return nil
}
