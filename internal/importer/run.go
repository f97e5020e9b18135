package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"streamex/ent"
	"streamex/ent/importrun"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/search"
)

// Options are common to all imports. The zero value is right.
type Options struct {
	// DryRun writes nothing: all is done in one transaction that is taken back,
	// which keeps other writers waiting.
	DryRun bool
	// Progress hears of each part of the work, done of total, in bytes.
	Progress func(done, total int64)
	// Now is when imported titles were added; zero is now.
	Now time.Time
}

// Summary is what an import did.
type Summary struct {
	Inserted map[string]int64 `json:"inserted,omitempty"` // rows by table
	Changed  map[string]int64 `json:"changed,omitempty"`  // rows by table
	Skipped  map[string]int64 `json:"skipped,omitempty"`  // rows by reason
	Read     map[string]int64 `json:"read,omitempty"`     // rows by file
	Resumed  bool             `json:"-"`                  // went on with an interrupted import
}

func newSummary() *Summary {
	return &Summary{Inserted: map[string]int64{}, Changed: map[string]int64{}, Skipped: map[string]int64{}, Read: map[string]int64{}}
}

// String is the summary as commands print it.
func (s *Summary) String() string {
	var b strings.Builder
	if s.Resumed {
		b.WriteString("went on with an interrupted import\n")
	}
	section := func(title string, counts map[string]int64) {
		total := int64(0)
		for _, n := range counts {
			total += n
		}
		fmt.Fprintf(&b, "%d %s\n", total, title)
		for _, name := range sortedKeys(counts) {
			fmt.Fprintf(&b, "  %10d  %s\n", counts[name], name)
		}
	}
	section("inserted", s.Inserted)
	section("changed", s.Changed)
	section("skipped", s.Skipped)
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// run is an import under way.
type run struct {
	db      *database.DB
	source  string
	opts    Options
	now     time.Time
	summary *Summary
	tx      *ent.Tx // of a dry run
	own     *ownNames

	// Where an interrupted run was, and is taken up.
	stage    string
	position int64

	// appends says that no batch has rows of an earlier one, unless they are
	// marked: then a source without rows when the run began needs no look.
	appends bool
	fresh   map[string]bool // no row of table and source when the run began
}

// start begins an import from a source, or goes on with the last one if that was
// interrupted and had the same fingerprint.
func start(ctx context.Context, db *database.DB, source, fingerprint string, opts Options) (*run, error) {
	r := &run{db: db, source: source, opts: opts, now: opts.Now.UTC().Truncate(time.Microsecond), summary: newSummary(), fresh: map[string]bool{}}
	if opts.Now.IsZero() {
		r.now = time.Now().UTC().Truncate(time.Microsecond)
	}
	if opts.DryRun {
		tx, err := db.Client.Tx(ctx)
		if err != nil {
			return nil, err
		}
		r.tx = tx
		return r, nil
	}
	last, err := db.Client.ImportRun.Query().Where(importrun.Source(source)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return r, db.Client.ImportRun.Create().SetSource(source).SetFingerprint(fingerprint).SetStage("").SetStartedAt(r.now).Exec(ctx)
	case err != nil:
		return nil, err
	case last.Done || last.Fingerprint != fingerprint || last.Stage == "":
		return r, last.Update().SetFingerprint(fingerprint).SetStage("").SetPosition(0).SetDone(false).SetStartedAt(r.now).ClearCounts().Exec(ctx)
	}
	if err := json.Unmarshal(last.Counts, r.summary); err != nil {
		return nil, fmt.Errorf("importer: counts of the interrupted import: %w", err)
	}
	r.stage, r.position, r.now, r.summary.Resumed = last.Stage, last.Position, last.StartedAt.UTC(), true
	return r, nil
}

// finish ends the import.
func (r *run) finish(ctx context.Context, err error) (*Summary, error) {
	if r.tx != nil {
		if e := r.tx.Rollback(); err == nil {
			err = e
		}
		return r.summary, err
	}
	if err == nil {
		err = r.db.Client.ImportRun.Update().Where(importrun.Source(r.source)).SetDone(true).Exec(ctx)
	}
	return r.summary, err
}

// skip counts a row that is of no use.
func (r *run) skip(reason string) { r.summary.Skipped[reason]++ }

// isFresh tells whether a table had no row of a source when it was asked first.
func (r *run) isFresh(ctx context.Context, c *ent.Client, t *table, source string) (bool, error) {
	if !r.appends {
		return false, nil
	}
	name := t.name + "/" + source
	if known, ok := r.fresh[name]; ok {
		return known, nil
	}
	rows, err := c.QueryContext(ctx, "SELECT 1 FROM "+t.name+" WHERE source = $1 LIMIT 1", source)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	r.fresh[name] = !rows.Next()
	return r.fresh[name], rows.Err()
}

// batch is the part of an import that one transaction writes.
type batch struct {
	*run
	c       *ent.Client
	dialect string
	next    map[string]int64 // ids by table
	changes search.Changed
}

// batchTimeout bounds a batch, which an interruption lets end.
const batchTimeout = 5 * time.Minute

// write runs do in a transaction, which also notes how far the stage is. An
// interruption waits for its end.
func (r *run) write(ctx context.Context, stage string, position int64, do func(context.Context, *batch) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTimeout)
	defer cancel()
	tx := r.tx
	if tx == nil {
		if tx, err = r.db.Client.Tx(ctx); err != nil {
			return err
		}
		defer func() {
			if err != nil {
				_ = tx.Rollback()
			}
		}()
	}
	b := &batch{run: r, c: tx.Client(), dialect: r.db.Dialect(), next: map[string]int64{}}
	if b.dialect == dialect.Postgres {
		// Ids are given here, so nobody else may give any.
		if _, err := database.Exec(ctx, b.c, "LOCK TABLE genres, persons, titles, seasons, episodes, videos, characters, credits IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return fmt.Errorf("waiting for other writers: %w", err)
		}
	}
	if err := database.DeferKeys(ctx, b.c, b.dialect); err != nil {
		return err
	}
	if err := do(ctx, b); err != nil {
		return err
	}
	if err := search.Refresh(ctx, b.c, b.changes); err != nil {
		return fmt.Errorf("indexing: %w", err)
	}
	if r.tx != nil {
		return b.giveIDs(ctx)
	}
	if err := r.note(ctx, tx, stage, position); err != nil {
		return err
	}
	if err := b.giveIDs(ctx); err != nil {
		return err
	}
	return tx.Commit()
}

// note writes how far the import is.
func (r *run) note(ctx context.Context, tx *ent.Tx, stage string, position int64) error {
	counts, err := json.Marshal(r.summary)
	if err != nil {
		return err
	}
	return tx.ImportRun.Update().Where(importrun.Source(r.source)).SetStage(stage).SetPosition(position).SetCounts(counts).Exec(ctx)
}

// reserve returns the first of n ids of a table: those behind all that were ever
// given, so that the same files always get the same.
func (b *batch) reserve(ctx context.Context, t string, n int) (int64, error) {
	next, ok := b.next[t]
	if !ok {
		text := "SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = '" + t + "'"
		if b.dialect == dialect.Postgres {
			text = "SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM " + t + "_id_seq"
		}
		rows, err := b.c.QueryContext(ctx, text)
		if err != nil {
			return 0, fmt.Errorf("ids of %s: %w", t, err)
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(&next); err != nil {
				return 0, err
			}
		}
		if err := rows.Err(); err != nil {
			return 0, err
		}
	}
	b.next[t] = next + int64(n)
	return next, nil
}

// giveIDs makes PostgreSQL go on behind the ids that were given here. It comes
// last: sequences do not go back when a transaction does.
func (b *batch) giveIDs(ctx context.Context) error {
	if b.dialect != dialect.Postgres {
		return nil
	}
	for _, t := range sortedKeys(b.next) {
		if _, err := database.Exec(ctx, b.c, "SELECT setval('"+t+"_id_seq', "+strconv.FormatInt(b.next[t], 10)+", false)"); err != nil {
			return fmt.Errorf("ids of %s: %w", t, err)
		}
	}
	return nil
}

func (b *batch) count(table string, s state, n int64) {
	if n == 0 {
		return
	}
	if s == inserted {
		b.summary.Inserted[table] += n
	} else {
		b.summary.Changed[table] += n
	}
}

// note remembers rows that the search has to look at.
func note[T ~int64](rows []*row, to *[]T) {
	for _, r := range rows {
		if r.state != unchanged {
			*to = append(*to, T(r.id))
		}
	}
}

// creditsChanged notes the titles of credits that changed.
func (b *batch) creditsChanged(rows []*row) {
	last := int64(0)
	for _, r := range rows {
		if id := r.values[0].(int64); r.state != unchanged && id != last {
			last = id
			b.changes.Titles = append(b.changes.Titles, globalid.Title(id))
		}
	}
	slices.Sort(b.changes.Titles)
	b.changes.Titles = slices.Compact(b.changes.Titles)
}
