package main

import (
	"context"
	"fmt"
)

type migrate struct{}

// Run brings the schema up to date.
func (*migrate) Run(ctx context.Context, c *cli, t *terminal) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Fprintln(t.stdout, "The database is up to date.")
	return nil
}
