package importer

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"streamex/internal/database"
)

// Key is the name by which a row is known where it came from.
type Key struct{ Source, ID string }

// row is what an import says about a row of a table.
type row struct {
	key    Key
	id     int64
	values []any // of the table's columns: nil, int64, string or time.Time
	state  state
	// again: an earlier batch of this import may have written it.
	again bool
	// edited fields come along with rows that another installation edited.
	edited []string
}

type state uint8

const (
	unchanged state = iota
	changed
	inserted
)

// table is what an import writes of an entity.
type table struct {
	name    string
	columns []database.Column
	// fixed columns are written once: what an import has no later word about, and
	// what the database's own counts overwrite.
	fixed []string
	// edited tables remember what administrators changed, and count changes.
	edited bool
}

var (
	genres = &table{name: "genres", edited: true, fixed: []string{"slug", "position"}, columns: []database.Column{
		{Name: "slug", Type: database.String}, {Name: "names", Type: database.JSON}, {Name: "position", Type: database.Integer}}}
	people = &table{name: "persons", edited: true, columns: []database.Column{
		{Name: "name", Type: database.String}, {Name: "sort_key", Type: database.String},
		{Name: "birth_year", Type: database.Integer}, {Name: "death_year", Type: database.Integer}}}
	titles = &table{name: "titles", edited: true, fixed: []string{"kind", "slug", "added_at", "created_at", "popularity", "score", "scene", "color"}, columns: []database.Column{
		{Name: "kind", Type: database.String}, {Name: "slug", Type: database.String}, {Name: "name", Type: database.String},
		{Name: "original_name", Type: database.String}, {Name: "synopsis", Type: database.String}, {Name: "texts", Type: database.JSON},
		{Name: "sort_key", Type: database.String}, {Name: "sort_key_es", Type: database.String}, {Name: "year", Type: database.Integer},
		{Name: "released_on", Type: database.Timestamp}, {Name: "maturity", Type: database.Integer}, {Name: "language", Type: database.String},
		{Name: "available_from", Type: database.Timestamp}, {Name: "available_until", Type: database.Timestamp},
		{Name: "added_at", Type: database.Timestamp}, {Name: "created_at", Type: database.Timestamp},
		{Name: "popularity", Type: database.Integer}, {Name: "score", Type: database.Integer},
		{Name: "scene", Type: database.String}, {Name: "color", Type: database.String}}}
	seasons = &table{name: "seasons", edited: true, fixed: []string{"series_id"}, columns: []database.Column{
		{Name: "series_id", Type: database.Integer}, {Name: "number", Type: database.Integer}, {Name: "name", Type: database.String}}}
	episodes = &table{name: "episodes", edited: true, fixed: []string{"series_id"}, columns: []database.Column{
		{Name: "series_id", Type: database.Integer}, {Name: "season_id", Type: database.Integer}, {Name: "number", Type: database.Integer},
		{Name: "ordinal", Type: database.Integer}, {Name: "name", Type: database.String}, {Name: "synopsis", Type: database.String},
		{Name: "texts", Type: database.JSON}, {Name: "aired_on", Type: database.Timestamp}, {Name: "runtime_seconds", Type: database.Integer}}}
	characters = &table{name: "characters", edited: true, fixed: []string{"title_id"}, columns: []database.Column{
		{Name: "title_id", Type: database.Integer}, {Name: "name", Type: database.String}, {Name: "sort_key", Type: database.String}}}
	credits = &table{name: "credits", fixed: []string{"title_id", "episode_id", "person_id"}, columns: []database.Column{
		{Name: "title_id", Type: database.Integer}, {Name: "episode_id", Type: database.Integer}, {Name: "person_id", Type: database.Integer},
		{Name: "character_id", Type: database.Integer}, {Name: "role", Type: database.String}, {Name: "billing", Type: database.Integer},
		{Name: "job", Type: database.String}}}
)

// derived columns follow another one: who edits that, edits these.
var derived = map[string]string{"sort_key": "name", "sort_key_es": "name", "ordinal": "number"}

// stored is a row as the database has it.
type stored struct {
	id     int64
	values []any
	edited []string
}

// maxFound bounds the names of one statement.
const maxFound = 5000

// find returns the rows of a table that are there already. A source that is new
// has none for sure: that takes no statement.
//
// Plan: the unique index on (source, external_id), once for each name.
func (b *batch) find(ctx context.Context, t *table, rows []*row) (map[Key]stored, error) {
	found := map[Key]stored{}
	bySource := map[string][]string{}
	var own []int64
	ownKeys := map[int64]Key{}
	for _, r := range rows {
		k := r.key
		if k.Source == ownSource && b.own != nil {
			if id, ok := b.own.find(t, k.ID); ok {
				own, ownKeys[id] = append(own, id), k
				continue
			}
		}
		none, err := b.isFresh(ctx, b.c, t, k.Source)
		if err != nil {
			return nil, err
		}
		if !none || r.again {
			bySource[k.Source] = append(bySource[k.Source], k.ID)
		}
	}
	columns := []string{"id", "COALESCE(source, '')", "COALESCE(external_id, '')", "NULL"}
	if t.edited {
		columns[3] = "CAST(edited AS text)"
	}
	for _, c := range t.columns {
		if c.Type == database.JSON {
			columns = append(columns, "CAST("+c.Name+" AS text)")
		} else {
			columns = append(columns, c.Name)
		}
	}
	head := "SELECT " + strings.Join(columns, ", ") + " FROM " + t.name + " WHERE "
	for _, source := range sortedKeys(bySource) {
		for ids := range slices.Chunk(bySource[source], maxFound) {
			condition, arg := database.Texts(b.dialect, "external_id", 1, ids)
			err := b.scan(ctx, t, head+"source = $1 AND "+condition, []any{source, arg}, func(k Key, s stored) { found[k] = s })
			if err != nil {
				return nil, err
			}
		}
	}
	for ids := range slices.Chunk(own, maxFound) {
		list := make([]string, len(ids))
		for i, id := range ids {
			list[i] = strconv.FormatInt(id, 10)
		}
		err := b.scan(ctx, t, head+"id IN ("+strings.Join(list, ", ")+")", nil, func(_ Key, s stored) { found[ownKeys[s.id]] = s })
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (b *batch) scan(ctx context.Context, t *table, text string, args []any, visit func(Key, stored)) error {
	rows, err := b.c.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("finding %s: %w", t.name, err)
	}
	defer rows.Close()
	for rows.Next() {
		var k Key
		var edited sql.NullString
		s := stored{values: make([]any, len(t.columns))}
		targets := []any{&s.id, &k.Source, &k.ID, &edited}
		for _, c := range t.columns {
			switch c.Type {
			case database.Integer:
				targets = append(targets, new(sql.NullInt64))
			case database.Timestamp:
				targets = append(targets, new(sql.NullTime))
			default:
				targets = append(targets, new(sql.NullString))
			}
		}
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("reading %s: %w", t.name, err)
		}
		for i, target := range targets[4:] {
			switch v := target.(type) {
			case *sql.NullInt64:
				if v.Valid {
					s.values[i] = v.Int64
				}
			case *sql.NullTime:
				if v.Valid {
					s.values[i] = v.Time.UTC()
				}
			case *sql.NullString:
				if v.Valid {
					s.values[i] = v.String
				}
			}
		}
		if edited.Valid {
			if err := json.Unmarshal([]byte(edited.String), &s.edited); err != nil {
				return fmt.Errorf("reading %s: edited: %w", t.name, err)
			}
		}
		visit(k, s)
	}
	return rows.Err()
}

// merge writes what is new, changes what differs and no administrator edited,
// and gives each row its id. Rows of one name are one row: the first counts.
func (b *batch) merge(ctx context.Context, t *table, rows []*row) error {
	if len(rows) == 0 {
		return nil
	}
	found, err := b.find(ctx, t, rows)
	if err != nil {
		return err
	}
	var fresh []*row
	var twice [][2]*row
	first := make(map[Key]*row, len(rows))
	for _, r := range rows {
		if same, ok := first[r.key]; ok {
			twice = append(twice, [2]*row{r, same})
			continue
		}
		first[r.key] = r
		old, ok := found[r.key]
		if !ok {
			fresh = append(fresh, r)
			continue
		}
		r.id = old.id
		if err := b.update(ctx, t, r, old); err != nil {
			return err
		}
	}
	if err := b.insert(ctx, t, fresh); err != nil {
		return err
	}
	for _, pair := range twice {
		pair[0].id = pair[1].id
	}
	return nil
}

// update changes a row where it differs.
func (b *batch) update(ctx context.Context, t *table, r *row, old stored) error {
	var set []string
	var args []any
	for i, c := range t.columns {
		source := c.Name
		if of, ok := derived[source]; ok {
			source = of
		}
		if slices.Contains(t.fixed, c.Name) || slices.Contains(old.edited, source) || slices.Contains(old.edited, c.Name) || equal(c, r.values[i], old.values[i]) {
			continue
		}
		args = append(args, r.values[i])
		placed := "$" + strconv.Itoa(len(args))
		if c.Type == database.JSON && b.dialect == dialect.Postgres {
			placed += "::jsonb"
		}
		set = append(set, c.Name+" = "+placed)
	}
	if len(set) == 0 {
		return nil
	}
	if t.edited {
		set = append(set, "version = version + 1")
	}
	args = append(args, r.id)
	if _, err := database.Exec(ctx, b.c, "UPDATE "+t.name+" SET "+strings.Join(set, ", ")+" WHERE id = $"+strconv.Itoa(len(args)), args...); err != nil {
		return fmt.Errorf("changing %s: %w", t.name, err)
	}
	r.state = changed
	b.count(t.name, changed, 1)
	return nil
}

func equal(c database.Column, x, y any) bool {
	if x == nil || y == nil {
		return x == y
	}
	switch c.Type {
	case database.Timestamp:
		return x.(time.Time).Truncate(time.Microsecond).Equal(y.(time.Time))
	case database.JSON: // each database writes it in its own way
		var a, b any
		return json.Unmarshal([]byte(x.(string)), &a) == nil && json.Unmarshal([]byte(y.(string)), &b) == nil && equalJSON(a, b)
	}
	return x == y
}

func equalJSON(a, b any) bool {
	x, err := json.Marshal(a) // with the keys in order
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && string(x) == string(y)
}

// insert writes new rows and gives them ids.
func (b *batch) insert(ctx context.Context, t *table, rows []*row) error {
	if len(rows) == 0 {
		return nil
	}
	next, err := b.reserve(ctx, t.name, len(rows))
	if err != nil {
		return err
	}
	columns := append([]database.Column{{Name: "id", Type: database.Integer}, {Name: "source", Type: database.String}, {Name: "external_id", Type: database.String}}, t.columns...)
	if t.edited {
		columns = append(columns, database.Column{Name: "version", Type: database.Integer})
	}
	values := make([][]any, len(rows))
	all := make([]any, 0, len(rows)*len(columns))
	for i, r := range rows {
		r.id, r.state = next+int64(i), inserted
		start := len(all)
		all = append(all, r.id, r.key.Source, r.key.ID)
		all = append(all, r.values...)
		if t.edited {
			all = append(all, int64(1))
		}
		values[i] = all[start:len(all):len(all)]
	}
	n, err := database.Insert(ctx, b.c, b.dialect, t.name, columns, values)
	if err != nil {
		return err
	}
	if n != int64(len(rows)) && t != credits {
		return fmt.Errorf("%s: %d of %d rows are in conflict with others, such as a slug that is taken", t.name, int64(len(rows))-n, len(rows))
	}
	b.count(t.name, inserted, n)
	for _, r := range rows {
		if len(r.edited) == 0 {
			continue
		}
		set := "$1"
		if b.dialect == dialect.Postgres {
			set = "$1::jsonb"
		}
		if _, err := database.Exec(ctx, b.c, "UPDATE "+t.name+" SET edited = "+set+" WHERE id = $2", encode(r.edited), r.id); err != nil {
			return fmt.Errorf("writing %s: %w", t.name, err)
		}
	}
	return nil
}

// lookUp gives rows that were written before their ids, and tells whether all
// are there still.
func (b *batch) lookUp(ctx context.Context, c *content) (bool, error) {
	rows := make([]*row, len(c.titles))
	for i, t := range c.titles {
		rows[i] = &t.row
	}
	for _, step := range []struct {
		t    *table
		rows []*row
	}{{titles, rows}, {seasons, c.seasons}, {episodes, c.episodes}, {people, c.people}} {
		found, err := b.find(ctx, step.t, step.rows)
		if err != nil {
			return false, err
		}
		for _, r := range step.rows {
			old, ok := found[r.key]
			if !ok {
				return false, nil
			}
			r.id = old.id
		}
	}
	return true, nil
}
