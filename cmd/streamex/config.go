package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"

	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/search"
	"streamex/internal/server"
)

// cli is the command line. Each flag may come from the environment instead: see
// variable.
type cli struct {
	Database string     `default:"sqlite:streamex.db" help:"Where everything is kept: sqlite:PATH or postgres://…"`
	Log      string     `default:"text" enum:"text,json" help:"How to log: text or json."`
	LogLevel slog.Level `default:"info" help:"What to log: debug, info, warn or error."`

	Serve   serve   `cmd:"" default:"withargs" help:"Serve StreamEx (the default)."`
	Migrate migrate `cmd:"" help:"Bring the database's schema up to date."`
	User    users   `cmd:"" help:"Look after accounts."`
	Import  imports `cmd:"" help:"Bring in a catalogue from elsewhere."`
	Export  exports `cmd:"" help:"Write the whole catalogue in StreamEx's own format."`
	Schema  schema  `cmd:"" help:"Show the GraphQL schema."`
	Version version `cmd:"" help:"Show the version."`
}

// terminal is what a command works with besides its flags.
type terminal struct {
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
}

// exit is the panic with which kong's --help leaves.
type exit int

// run is the program. It ends when ctx does.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			code, ok := cause.(exit)
			if !ok {
				panic(cause)
			}
			if code != 0 {
				err = fmt.Errorf("exit status %d", code)
			}
		}
	}()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("streamex"),
		kong.Description("StreamEx: films and series, from one program and one database."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
			if value := getenv(variable(f.Name)); value != "" && f.Name != "help" {
				return value, nil
			}
			return nil, nil // kong's word for "not said here"
		})),
		kong.ValueFormatter(func(v *kong.Value) string {
			if v.Flag == nil || v.Name == "help" {
				return v.Help
			}
			return strings.TrimSpace(v.Help + " ($" + variable(v.Name) + ")")
		}),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return parsed.Run(&c, &terminal{getenv, stdin, stdout, stderr, c.logger(stderr)})
}

// variable is the environment's name of a flag.
func variable(flag string) string {
	return "STREAMEX_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func (c *cli) logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.Log == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// open opens the database with its schema up to date and everything to be found.
func (c *cli) open(ctx context.Context) (*database.DB, error) {
	return c.openWith(ctx, database.Options{})
}

func (c *cli) openWith(ctx context.Context, o database.Options) (*database.DB, error) {
	db, err := database.Open(ctx, c.Database, o)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	if err := search.Fill(ctx, db.Client); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

func newAuth(db *database.DB, t *terminal, o auth.Options) *auth.Service {
	o.TraceID, o.Log = server.RequestID, t.log
	return auth.New(db.Client, o)
}
