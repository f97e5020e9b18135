package database

import (
	"strconv"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// In is the predicate "column is one of ids", as one parameter whatever their
// number: the statement's text stays the same, so it is prepared once, and no
// database's limit of parameters is met.
func In[T ~int64, P ~func(*sql.Selector)](column string, ids []T) P {
	return func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) { WriteIn(b, s.C(column), ids) }))
	}
}

// WriteIn writes "column is one of ids" where no selector is at hand.
func WriteIn[T ~int64](b *sql.Builder, column string, ids []T) {
	if b.Dialect() == dialect.Postgres {
		b.WriteString(column).WriteString(" = ANY(").Arg(list('{', ids, '}')).WriteString("::bigint[])")
		return
	}
	b.WriteString(column).WriteString(" IN (SELECT value FROM json_each(").Arg(list('[', ids, ']')).WriteString("))")
}

// WriteList writes a table by the name of alias of the ids and their places,
// from 1: the columns id and place.
func WriteList[T ~int64](b *sql.Builder, alias string, ids []T) {
	if b.Dialect() == dialect.Postgres {
		b.WriteString("unnest(").Arg(list('{', ids, '}')).WriteString("::bigint[]) WITH ORDINALITY AS " + alias + "(id, place)")
		return
	}
	b.WriteString("(SELECT value AS id, key + 1 AS place FROM json_each(").Arg(list('[', ids, ']')).WriteString(")) AS " + alias)
}

func list[T ~int64](open byte, ids []T, end byte) string {
	b := append(make([]byte, 0, 8*len(ids)+2), open)
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return string(append(b, end))
}

// Write writes text with each ? replaced by the next of args, in the dialect
// of b. An arg that is a func(*sql.Builder) writes itself.
func Write(b *sql.Builder, text string, args ...any) {
	start, n := 0, 0
	for i := range len(text) {
		if text[i] != '?' {
			continue
		}
		b.WriteString(text[start:i])
		if f, ok := args[n].(func(*sql.Builder)); ok {
			f(b)
		} else {
			b.Arg(args[n])
		}
		start, n = i+1, n+1
	}
	b.WriteString(text[start:])
}
