package main

import (
	"fmt"

	"streamex/graph"
)

type schema struct {
	Print printSchema `cmd:"" help:"Print the schema's text."`
}

type printSchema struct{}

// Run prints the SDL.
func (*printSchema) Run(t *terminal) error {
	_, err := fmt.Fprint(t.stdout, graph.SDL())
	return err
}
