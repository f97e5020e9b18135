// Command generate runs gqlgen for the API: from the repository's root,
// `go run ./graph/generate`.
//
// Before its resolvers run, everything that a root field asks for was loaded
// (see graph/loader). Nothing below waits, so goroutines per field and per item
// of a list only cost: the generated code resolves in sequence. Neither is
// there anything to defer.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return err
	}
	if err := api.Generate(cfg, api.AddPlugin(sequential{})); err != nil {
		return err
	}
	return rewrite(cfg.Exec.DirName)
}

// sequential is a gqlgen plugin.
type sequential struct{}

// Name names the plugin.
func (sequential) Name() string { return "sequential" }

// GenerateCode runs before gqlgen writes the executor.
func (sequential) GenerateCode(data *codegen.Data) error {
	for _, o := range data.Objects {
		o.DisableConcurrency = true
	}
	return nil
}

// rewrites are what gqlgen has no setting for.
var rewrites = [][2]string{
	{"graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, ", "relay.MarshalList(ctx, len(v), "},
	{"deferred := graphql.NewDeferredGroup(ctx)", "var deferred graphql.DeferredGroup"},
}

func rewrite(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	found := make([]bool, len(rewrites))
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for i, r := range rewrites {
			found[i] = found[i] || bytes.Contains(text, []byte(r[0]))
			text = bytes.ReplaceAll(text, []byte(r[0]), []byte(r[1]))
		}
		if text, err = format.Source(withImport(text)); err != nil {
			return err
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return err
		}
	}
	for i, r := range rewrites {
		if !found[i] {
			return fmt.Errorf("gqlgen writes no %q any more: see whether what replaced it must be rewritten", r[0])
		}
	}
	return nil
}

// withImport adds the import that a rewritten file needs.
func withImport(text []byte) []byte {
	line := []byte("\t\"streamex/graph/relay\"\n")
	if !bytes.Contains(text, []byte("relay.MarshalList(")) || bytes.Contains(text, line) {
		return text
	}
	return bytes.Replace(text, []byte("import (\n"), append([]byte("import (\n"), line...), 1)
}
