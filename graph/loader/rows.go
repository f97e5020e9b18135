package loader

import (
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

// windowed narrows a query to the first n rows of each partition, in one
// statement for all parents. order must be unique within a partition; where
// chooses the parents.
func windowed(partition, order string, n int, where func(*sql.Builder)) func(*sql.Selector) {
	return func(s *sql.Selector) {
		table := s.TableName()
		ranked := sql.Dialect(s.Dialect()).
			SelectExpr(sql.Raw("*"), sql.Raw("ROW_NUMBER() OVER (PARTITION BY "+partition+" ORDER BY "+order+") AS place")).
			From(sql.Table(table)).Where(sql.P(where)).As(table)
		s.From(ranked).Where(sql.P(func(b *sql.Builder) { database.Write(b, table+".place <= ?", n) }))
	}
}

// pages reads the same page of many parents' lists: one statement for all keys
// that are alike but for their parent. split takes a key apart; the rows it is
// given hold one more than the page when there is more.
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
				out[k] = relay.Page(rows[parent], page.First, page.After != "", cursor)
			}
		}
	}
	return out, nil
}

func pagedBy[P comparable](k Paged[P]) (Paged[P], P, Page) {
	return Paged[P]{Page: k.Page}, k.Of, k.Page
}

// afterPair reads the cursor of a list that is ordered by an integer and an id.
func afterPair(p Page, list string) (first, id int64, err error) {
	if p.After != "" {
		err = relay.Decode(p.After, list, &first, &id)
	}
	return first, id, err
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// number reads an integer that was selected beside a row.
func number(v any, err error) int {
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
