package importer

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"streamex/ent"
)

// ownSource is the source of what was made in StreamEx, in exports and where
// they were imported.
const ownSource = "streamex"

// ownNames are the names that rows without a source have in exports: made of
// what they are called, so that they mean something elsewhere. An import keeps
// them, so that what it wrote has the same name again. Only rows that people made
// here are without a source: memory holds a name for each.
type ownNames struct {
	ids   map[string]map[string]int64 // by table and name
	names map[string]map[int64]string // by table and id
}

func (o *ownNames) find(t *table, name string) (int64, bool) {
	id, ok := o.ids[t.name][name]
	return id, ok
}

// readOwn names the rows without a source. Rows of one name are told apart by
// numbers, in the order of their ids.
//
// Plan: all rows without a source, by the index on it; titles by their keys.
func readOwn(ctx context.Context, c *ent.Client) (*ownNames, error) {
	o := &ownNames{map[string]map[string]int64{}, map[string]map[int64]string{}}
	for table, text := range map[string]string{
		"genres":     "SELECT r.id, r.slug, '', NULL, NULL FROM genres r",
		"persons":    "SELECT r.id, '', r.name, NULL, NULL FROM persons r",
		"titles":     "SELECT r.id, r.slug, '', NULL, NULL FROM titles r",
		"seasons":    "SELECT r.id, t.slug, '', r.number, NULL FROM seasons r JOIN titles t ON t.id = r.series_id",
		"episodes":   "SELECT r.id, t.slug, '', s.number, COALESCE(r.number, -1) FROM episodes r JOIN seasons s ON s.id = r.season_id JOIN titles t ON t.id = r.series_id",
		"characters": "SELECT r.id, t.slug, r.name, NULL, NULL FROM characters r JOIN titles t ON t.id = r.title_id",
		"credits":    "SELECT r.id, t.slug, 'credit', NULL, NULL FROM credits r JOIN titles t ON t.id = r.title_id",
	} {
		if err := o.read(ctx, c, table, text+" WHERE r.source IS NULL ORDER BY r.id"); err != nil {
			return nil, fmt.Errorf("naming %s: %w", table, err)
		}
	}
	return o, nil
}

func (o *ownNames) read(ctx context.Context, c *ent.Client, table, text string) error {
	taken, err := takenNames(ctx, c, table)
	if err != nil {
		return err
	}
	ids, names := map[string]int64{}, map[int64]string{}
	o.ids[table], o.names[table] = ids, names
	last := map[string]int{}
	rows, err := c.QueryContext(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var parent, word string
		var season, episode sql.NullInt64
		if err := rows.Scan(&id, &parent, &word, &season, &episode); err != nil {
			return err
		}
		base := slug(word)
		switch table {
		case "seasons":
			base = "season-" + orUnknown(season)
		case "episodes":
			episode.Valid = episode.Int64 >= 0
			base = "season-" + orUnknown(season) + "-episode-" + orUnknown(episode)
		case "genres", "titles":
			base, parent = parent, ""
		}
		if base == "" {
			base = "unnamed"
		}
		if parent != "" {
			base = parent + "/" + base
		}
		name := base
		for n := last[base] + 1; ; n++ {
			if n > 1 {
				name = base + "-" + strconv.Itoa(n)
			}
			if _, used := ids[name]; !used && !taken[name] {
				last[base] = n
				break
			}
		}
		ids[name], names[id] = id, name
	}
	return rows.Err()
}

func orUnknown(n sql.NullInt64) string {
	if !n.Valid {
		return "unknown"
	}
	return strconv.FormatInt(n.Int64, 10)
}

// takenNames are those that imported rows have already.
func takenNames(ctx context.Context, c *ent.Client, table string) (map[string]bool, error) {
	rows, err := c.QueryContext(ctx, "SELECT external_id FROM "+table+" WHERE source = $1 AND EXISTS (SELECT 1 FROM "+table+" WHERE source IS NULL)", ownSource)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	taken := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		taken[name] = true
	}
	return taken, rows.Err()
}

// name is what a row is called in exports.
func (o *ownNames) name(table string, id int64, source, external *string) string {
	if source != nil && external != nil {
		return *source + "/" + *external
	}
	return ownSource + "/" + o.names[table][id]
}
