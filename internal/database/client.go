package database

import (
	"context"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"

	"streamex/ent"
	"streamex/ent/migrate"
)

// NewClient returns another ent client over the same connections, for whoever
// wants interceptors or hooks of their own.
func (db *DB) NewClient() *ent.Client { return ent.NewClient(ent.Driver(db.driver)) }

// Tables are the tables of the ent schema as a dialect has them: SQLite compares
// texts byte by byte anyway, and knows no collation of that name.
func Tables(name string) ([]*schema.Table, error) {
	if name == dialect.Postgres {
		return migrate.Tables, nil
	}
	tables, err := schema.CopyTables(migrate.Tables)
	for _, t := range tables {
		for _, c := range t.Columns {
			c.Collation = ""
		}
	}
	return tables, err
}

// SyncSequences makes PostgreSQL give numbers behind the highest one of every
// table. Whoever writes rows with numbers of their own must call it; SQLite
// needs nothing.
func SyncSequences(ctx context.Context, c *ent.Client, name string) error {
	if name != dialect.Postgres {
		return nil
	}
	var calls []string
	for _, t := range migrate.Tables {
		if len(t.PrimaryKey) == 1 && t.PrimaryKey[0].Increment {
			calls = append(calls, "setval(pg_get_serial_sequence('"+t.Name+"', 'id'), COALESCE((SELECT MAX(id) FROM "+t.Name+"), 0) + 1, false)")
		}
	}
	rows, err := c.QueryContext(ctx, "SELECT "+strings.Join(calls, ", "))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
