package loader

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"strconv"

	"entgo.io/ent/dialect/sql"

	"streamex/graph/relay"
	"streamex/internal/database"
)

// byKey indexes rows.
func byKey[K comparable, V any](rows []V, key func(V) K) map[K]V {
	m := make(map[K]V, len(rows))
	for _, r := range rows {
		m[key(r)] = r
	}
	return m
}

// groupBy divides rows by their parents, keeping the order.
func groupBy[K comparable, V any](rows []V, parent func(V) K) map[K][]V {
	m := make(map[K][]V)
	for _, r := range rows {
		m[parent(r)] = append(m[parent(r)], r)
	}
	return m
}

// query sends the statement that write writes, and has scan read each row.
func (l *Loaders) query(ctx context.Context, write func(*sql.Builder), scan func(*stdsql.Rows) error) error {
	b := sql.Builder{}
	b.SetDialect(l.home.Dialect)
	write(&b)
	text, args := b.Query()
	rows, err := l.db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ranked writes the first n rows of each partition of a table, with their
// place: one window for all parents. order must be unique within a partition;
// where chooses the parents.
func ranked(b *sql.Builder, table, partition, order string, n int, where func(*sql.Builder)) {
	database.Write(b, "SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY "+partition+" ORDER BY "+order+") AS place FROM "+table+" WHERE ?) r WHERE r.place <= ?", where, n)
}

// behind writes the condition that an item lies behind a place in a list that
// is ordered by a number, downwards or upwards, and then by id.
func behind(b *sql.Builder, p Place, number string, downwards bool, id string) {
	if !p.Set {
		return
	}
	op := ">"
	if downwards {
		op = "<"
	}
	database.Write(b, " AND ("+number+" "+op+" ? OR "+number+" = ? AND "+id+" > ?)", p.Number, p.Number, p.ID)
}

// pages reads the same page of many parents' lists: one statement for all keys
// that are alike but for their parent. split takes a key apart; the rows that
// fetch returns hold one more than the page when there is more.
func pages[K, P comparable, V any](keys []K, split func(K) (alike K, parent P, page Page), fetch func(K, []P) (map[P][]V, error), cursor func(int, V) string) (map[K]*relay.Connection[V], error) {
	out := make(map[K]*relay.Connection[V], len(keys))
	var order []K
	parents := make(map[K][]P)
	for _, k := range keys {
		alike, parent, _ := split(k)
		if parents[alike] == nil {
			order = append(order, alike)
		}
		parents[alike] = append(parents[alike], parent)
	}
	for _, alike := range order {
		rows, err := fetch(alike, parents[alike])
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			if a, parent, page := split(k); a == alike {
				out[k] = relay.Page(rows[parent], page.First, page.After.Set, cursor)
			}
		}
	}
	return out, nil
}

func pagedBy[P comparable](k Paged[P]) (Paged[P], P, Page) {
	return Paged[P]{Page: k.Page}, k.Of, k.Page
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// number reads an integer that was selected beside a row.
func number(v any, _ error) int {
	switch v := v.(type) {
	case int64:
		return int(v)
	case []byte:
		n, _ := strconv.Atoi(string(v))
		return n
	}
	return 0
}

// text reads a text that was selected beside a row.
func text(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

// pointer is the value of a column that may be null.
func pointer[T any](n stdsql.Null[T]) *T {
	if !n.Valid {
		return nil
	}
	return &n.V
}
