package database

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"streamex/ent"
)

// Column is a column that Insert writes.
type Column struct{ Name, Type string }

// The types of columns that Insert writes.
const (
	Integer   = "bigint"
	String    = "text"
	Boolean   = "boolean"
	Timestamp = "timestamptz"
	JSON      = "jsonb"
)

// rowsAtOnce is how many rows a statement has on SQLite: enough to be worth its
// while, and far below the limit of parameters.
const rowsAtOnce = 100

// Insert writes many rows, whose values stand in the order of the columns: nil,
// int64, string, bool or time.Time. It returns how many were written: those that
// are in conflict with a unique index are left out.
//
// Plan: PostgreSQL gets each column as one array, which costs about what COPY
// does and keeps to one statement. SQLite gets rows of parameters, as often as
// needed; its transaction should defer foreign keys (see DeferKeys), since it
// copies every page that a statement changes when an error could take it back.
func Insert(ctx context.Context, c *ent.Client, name, table string, columns []Column, rows [][]any) (written int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = `"` + column.Name + `"`
	}
	head := "INTO " + table + " (" + strings.Join(names, ", ") + ") "
	if name == dialect.Postgres {
		return insertArrays(ctx, c, "INSERT "+head, columns, rows)
	}
	one := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	for len(rows) > 0 {
		part := rows[:min(rowsAtOnce, len(rows))]
		rows = rows[len(part):]
		args := make([]any, 0, len(part)*len(columns))
		for _, row := range part {
			args = append(args, row...)
		}
		n, err := Exec(ctx, c, "INSERT OR IGNORE "+head+"VALUES "+one+strings.Repeat(", "+one, len(part)-1), args...)
		if err != nil {
			return written, fmt.Errorf("writing %s: %w", table, err)
		}
		written += n
	}
	return written, nil
}

// DeferKeys makes SQLite check foreign keys at the end of the transaction of c;
// PostgreSQL checks them as ever.
func DeferKeys(ctx context.Context, c *ent.Client, name string) error {
	if name != dialect.SQLite {
		return nil
	}
	_, err := c.ExecContext(ctx, "PRAGMA defer_foreign_keys = 1")
	return err
}

func insertArrays(ctx context.Context, c *ent.Client, head string, columns []Column, rows [][]any) (int64, error) {
	var from, selected []string
	args := make([]any, len(columns))
	for i, column := range columns {
		kind := column.Type
		value := "c" + strconv.Itoa(i)
		if kind == JSON {
			kind = String
			selected = append(selected, value+"::jsonb")
		} else {
			selected = append(selected, value)
		}
		from = append(from, "$"+strconv.Itoa(i+1)+"::"+kind+"[]")
		args[i] = array(rows, i)
	}
	aliases := make([]string, len(columns))
	for i := range aliases {
		aliases[i] = "c" + strconv.Itoa(i)
	}
	n, err := Exec(ctx, c, head+"SELECT "+strings.Join(selected, ", ")+" FROM unnest("+strings.Join(from, ", ")+") AS r("+strings.Join(aliases, ", ")+") ON CONFLICT DO NOTHING", args...)
	if err != nil {
		return 0, fmt.Errorf("writing rows: %w", err)
	}
	return n, nil
}

// array writes a column as PostgreSQL writes arrays.
func array(rows [][]any, column int) string {
	b := append(make([]byte, 0, 16*len(rows)), '{')
	for i, row := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := row[column].(type) {
		case nil:
			b = append(b, "NULL"...)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case bool:
			b = strconv.AppendBool(b, v)
		case time.Time:
			b = append(b, '"')
			b = v.UTC().AppendFormat(b, "2006-01-02 15:04:05.000000Z07:00")
			b = append(b, '"')
		case string:
			b = append(b, '"')
			for j := range len(v) {
				if v[j] == '"' || v[j] == '\\' {
					b = append(b, '\\')
				}
				b = append(b, v[j])
			}
			b = append(b, '"')
		default:
			panic(fmt.Sprintf("database: no array of %T", v))
		}
	}
	return string(append(b, '}'))
}

// Texts is WriteIn's list for texts: the condition "column is one of values", of
// which the last parameter of the statement so far is number n, and its argument.
func Texts(name, column string, n int, values []string) (condition string, arg any) {
	if name == dialect.Postgres {
		rows := make([][]any, len(values))
		for i, v := range values {
			rows[i] = []any{v}
		}
		return column + " = ANY($" + strconv.Itoa(n+1) + "::text[])", array(rows, 0)
	}
	b := append(make([]byte, 0, 16*len(values)), '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, v)
	}
	return column + " IN (SELECT value FROM json_each($" + strconv.Itoa(n+1) + "))", string(append(b, ']'))
}

// appendJSON writes a text as JSON. (encoding/json would also escape what HTML
// takes for markup.)
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// Exec runs a statement that no builder of ent writes, and returns how many rows
// it changed.
func Exec(ctx context.Context, c *ent.Client, text string, args ...any) (int64, error) {
	res, err := c.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
