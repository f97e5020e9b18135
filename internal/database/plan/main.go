// Command plan writes the next migration of both databases: what leads from
// the migrations so far to the ent schema.
//
//	go run ./internal/database/plan -name add_something
//	go run ./internal/database/plan -check    # fails when a migration is missing
//	go run ./internal/database/plan -hash     # after writing or editing a file by hand
//
// It needs PostgreSQL's programs, for a throw-away server. Tables, triggers
// and extensions written by hand are left alone; columns and indexes that
// somebody added by hand to a table of the schema are dropped by the next
// plan. Files only lead forward.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	"streamex/internal/database"
	"streamex/internal/database/pgtemp"
)

func main() {
	name := flag.String("name", "", "what the migration does, such as add_something")
	check := flag.Bool("check", false, "write nothing; fail when the schema has changes without a migration")
	hash := flag.Bool("hash", false, "only renew the check sums")
	root := flag.String("dir", "internal/database/migrations", "the folder of migrations")
	flag.Parse()
	if err := run(context.Background(), *root, *name, *check, *hash); err != nil {
		fmt.Fprintln(os.Stderr, "plan:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, root, name string, check, hash bool) error {
	folders := map[string]string{
		dialect.SQLite:   filepath.Join(root, "sqlite"),
		dialect.Postgres: filepath.Join(root, "postgres"),
	}
	if hash {
		for _, folder := range folders {
			if err := renewSum(folder); err != nil {
				return err
			}
		}
		return nil
	}
	if check {
		name = "missing"
	}
	if !regexp.MustCompile(`^[a-z0-9_]+$`).MatchString(name) {
		return errors.New("give the migration a -name of a-z, 0-9 and _")
	}
	temp, err := os.MkdirTemp("", "plan")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	server, err := pgtemp.Start()
	if err != nil {
		return err
	}
	defer server.Stop()

	version := time.Now().UTC().Truncate(time.Minute).Format("20060102150405")
	empty := map[string]string{
		dialect.SQLite:   "sqlite:" + filepath.Join(temp, "empty.db"),
		dialect.Postgres: server.URL("postgres"),
	}
	var missing []string
	for d, folder := range folders {
		if check { // on a copy
			copied := filepath.Join(temp, d)
			if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
				return err
			}
			folder = copied
		}
		tables, err := database.Tables(d)
		if err != nil {
			return err
		}
		file, err := plan(ctx, empty[d], folder, version, name, tables)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", d, err)
		case file == "":
			fmt.Printf("%s: up to date\n", d)
		case check:
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			missing = append(missing, fmt.Sprintf("%s needs:\n%s", d, text))
		default:
			fmt.Println(file)
		}
	}
	if missing != nil {
		return fmt.Errorf("the ent schema has changes without a migration; run this with -name\n\n%s", strings.Join(missing, "\n"))
	}
	return nil
}

// plan writes into folder what leads from its files to tables and returns the
// new file, or "" when nothing is missing. It tries the files on the empty
// database at url and leaves it empty.
func plan(ctx context.Context, url, folder, version, name string, tables []*schema.Table) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	dir, err := sqltool.NewGooseDir(folder)
	if err != nil {
		return "", err
	}
	db, err := database.Open(ctx, url, database.Options{})
	if err != nil {
		return "", err
	}
	defer db.Close()
	planner, err := schema.NewMigrate(entsql.OpenDB(db.Dialect(), db.SQL()),
		schema.WithDialect(db.Dialect()), schema.WithDir(dir), schema.WithMigrationMode(schema.ModeReplay),
		schema.WithFormatter(formatter(version)), schema.WithErrNoPlan(true),
		schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		return "", err
	}
	err = planner.NamedDiff(ctx, name, tables...)
	if errors.Is(err, atlas.ErrNoPlan) {
		return "", nil
	}
	return filepath.Join(folder, formatter(version).fileName(name)), err
}

// formatter writes a plan as a file for goose. It is the file's version.
type formatter string

func (f formatter) fileName(name string) string { return string(f) + "_" + name + ".sql" }

// Format leaves out SQLite's foreign_keys pragma: it does nothing in a
// transaction, and Migrate has switched foreign keys off.
func (f formatter) Format(plan *atlas.Plan) ([]atlas.File, error) {
	var b strings.Builder
	b.WriteString("-- +goose Up\n")
	for _, change := range plan.Changes {
		if strings.HasPrefix(change.Cmd, "PRAGMA foreign_keys") {
			continue
		}
		fmt.Fprintf(&b, "-- %s\n%s;\n", change.Comment, change.Cmd)
	}
	return []atlas.File{atlas.NewLocalFile(f.fileName(plan.Name), []byte(b.String()))}, nil
}

func renewSum(folder string) error {
	dir, err := sqltool.NewGooseDir(folder)
	if err != nil {
		return err
	}
	sum, err := dir.Checksum()
	if err != nil {
		return err
	}
	return atlas.WriteSumFile(dir, sum)
}
