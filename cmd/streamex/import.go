package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"

	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/importer"
)

type imports struct {
	IMDb   importIMDb   `cmd:"" name:"imdb" help:"Import IMDb's files of titles, episodes, people, credits and ratings."`
	JSONL  importJSONL  `cmd:"" name:"jsonl" help:"Import a catalogue in StreamEx's own format, which export writes."`
	Legacy importLegacy `cmd:"" help:"Import the databases of the three services that StreamEx replaces."`
}

type importIMDb struct {
	Dir          string   `required:"" placeholder:"FOLDER" help:"Folder with IMDb's files, such as title.basics.tsv.gz."`
	Types        []string `placeholder:"TYPE" help:"Only titles of these types, such as movie,tvSeries."`
	MinVotes     int      `help:"Only movies and series with so many votes."`
	SinceYear    int      `help:"Only movies and series since this year."`
	IDs          string   `name:"ids" placeholder:"FILE" help:"Only the movies and series with the ids in a file, one a line."`
	CastPerTitle int      `help:"Only so many of each title's cast; 0 takes all."`
	IncludeAdult bool     `help:"Also what is for adults only."`
	DryRun       bool     `help:"Write nothing, tell what would be done."`
}

// Run imports the files.
func (i *importIMDb) Run(ctx context.Context, c *cli, t *terminal) error {
	source := importer.IMDb{
		Folder: i.Dir, Types: i.Types, MinVotes: i.MinVotes, SinceYear: i.SinceYear,
		IDs: i.IDs, CastPerTitle: i.CastPerTitle, IncludeAdult: i.IncludeAdult,
	}
	return c.importing(ctx, t, i.DryRun, func(db *database.DB, o importer.Options) (*importer.Summary, error) {
		return importer.ImportIMDb(ctx, db, source, o)
	})
}

type importJSONL struct {
	File   string `arg:"" help:"File, or - for the standard input."`
	DryRun bool   `help:"Write nothing, tell what would be done."`
}

// Run imports the file.
func (i *importJSONL) Run(ctx context.Context, c *cli, t *terminal) error {
	return c.importing(ctx, t, i.DryRun, func(db *database.DB, o importer.Options) (*importer.Summary, error) {
		return importer.ImportJSONL(ctx, db, i.File, t.stdin, o)
	})
}

type importLegacy struct {
	Content  []string `required:"" placeholder:"FILE" help:"Databases of the content service, the older first: what later ones say counts."`
	Users    string   `placeholder:"FILE" help:"Database of the user service."`
	Activity string   `placeholder:"FILE" help:"Database of the recommendation service; needs --users."`
	DryRun   bool     `help:"Write nothing, tell what would be done."`
}

// Run imports the databases.
func (i *importLegacy) Run(ctx context.Context, c *cli, t *terminal) error {
	return c.importing(ctx, t, i.DryRun, func(db *database.DB, o importer.Options) (*importer.Summary, error) {
		return importer.ImportLegacy(ctx, db, importer.Legacy{
			Content: i.Content, Users: i.Users, Activity: i.Activity, Hash: newAuth(db, t, auth.Options{}).HashOld,
		}, o)
	})
}

// importing runs an import, with a progress bar on a terminal, and prints what it
// did.
func (c *cli) importing(ctx context.Context, t *terminal, dryRun bool, do func(*database.DB, importer.Options) (*importer.Summary, error)) error {
	db, err := c.openWith(ctx, database.Options{Bulk: true})
	if err != nil {
		return err
	}
	progress, finish := t.progress()
	summary, err := do(db, importer.Options{DryRun: dryRun, Progress: progress})
	finish()
	if summary != nil && (err == nil || ctx.Err() != nil) {
		if dryRun {
			fmt.Fprintln(t.stdout, "dry run: nothing was written")
		}
		fmt.Fprint(t.stdout, summary)
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted: the same command goes on from here")
	}
	return errors.Join(err, db.Close())
}

// progress returns what shows how far a command is, on a terminal only.
func (t *terminal) progress() (show func(done, total int64), finish func()) {
	f, ok := t.stderr.(*os.File)
	if !ok || !isTerminal(f) {
		return nil, func() {}
	}
	var bar *progressbar.ProgressBar
	return func(done, total int64) {
			if bar == nil {
				bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(f), progressbar.OptionShowBytes(true),
					progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("importing"))
			}
			_ = bar.Set64(min(done, total)) // a bar that cannot be drawn harms nobody
		}, func() {
			if bar != nil {
				_ = bar.Finish()
			}
		}
}

type exports struct {
	File string `arg:"" default:"-" help:"File, or - for the standard output."`
}

// Run writes the catalogue. A file appears when it is complete.
func (e *exports) Run(ctx context.Context, c *cli, t *terminal) error {
	db, err := c.openWith(ctx, database.Options{Bulk: true})
	if err != nil {
		return err
	}
	defer db.Close()
	if e.File == "-" {
		return importer.Export(ctx, db, t.stdout)
	}
	return writeFile(e.File, func(w io.Writer) error { return importer.Export(ctx, db, w) })
}

// writeFile writes a file at once: there is none, or the old one, until it is
// complete.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
