package importer

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect"

	"streamex/ent"
	"streamex/internal/database"
)

// inOne runs the first credits of an installation in one transaction, in which
// their indexes and, on PostgreSQL, foreign keys are taken away, and made again at
// its end: keeping them up for each row costs several times as much. Whatever ends
// the process takes all of it back. Readers of credits wait on PostgreSQL, and
// other writers on both.
func (r *run) inOne(ctx context.Context, stage string, position func() int64, do func(context.Context) error) (err error) {
	tx, err := r.db.Client.Tx(ctx)
	if err != nil {
		return err
	}
	defer func() {
		r.long = nil
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	r.long = tx
	again, err := takeAway(ctx, tx.Client(), r.db.Dialect())
	if err != nil {
		return fmt.Errorf("taking indexes away: %w", err)
	}
	if err := do(ctx); err != nil {
		return err
	}
	for _, text := range again {
		if _, err := database.Exec(ctx, tx.Client(), text); err != nil {
			return fmt.Errorf("making indexes again: %w", err)
		}
	}
	if err := r.note(ctx, tx, stage, position()); err != nil {
		return err
	}
	return tx.Commit()
}

// takeAway drops what slows the writing of credits and characters down, and
// returns the statements that make it again. What is unique stays: it tells what
// is there already.
func takeAway(ctx context.Context, c *ent.Client, name string) (again []string, err error) {
	queries := []string{`SELECT 'DROP INDEX ' || name, sql FROM sqlite_master
WHERE type = 'index' AND tbl_name IN ('credits', 'characters') AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY name`}
	if name == dialect.Postgres {
		queries = []string{`SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid IN ('credits'::regclass, 'characters'::regclass) AND NOT i.indisunique ORDER BY 1`,
			`SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
  format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE contype = 'f' AND conrelid IN ('credits'::regclass, 'characters'::regclass) ORDER BY 1`}
		if _, err := database.Exec(ctx, c, "SET LOCAL statement_timeout = 0"); err != nil {
			return nil, err
		}
	}
	var drops []string
	b := &batch{c: c}
	for _, q := range queries {
		err := b.each(ctx, q, func(scan func(...any) error) error {
			var drop, create string
			err := scan(&drop, &create)
			drops, again = append(drops, drop), append(again, create)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, text := range drops {
		if _, err := database.Exec(ctx, c, text); err != nil {
			return nil, err
		}
	}
	return again, nil
}
