package home

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// rank reads n candidates of every row behind a rank, in one statement: one
// bounded sub-select per row, each along an index that has the row's order, so
// that its cost does not depend on the size of the catalogue.
func (c *Composer) rank(ctx context.Context, rows []*Row, p *past, n, after int) error {
	n = min(n, maxRanking-after)
	query, args := c.build(func(b *sql.Builder) {
		first := true
		for i, r := range rows {
			w := writer{ctx: ctx, b: b, past: p}
			source, order := w.source(r)
			if source == nil {
				continue
			}
			if !first {
				b.WriteString(" UNION ALL ")
			}
			first = false
			database.Write(b, "SELECT CAST(? AS BIGINT) AS shelf, r.title, ROW_NUMBER() OVER (ORDER BY r.k1 DESC, r.k2 DESC, r.title DESC) AS place FROM (", i)
			source()
			database.Write(b, " ORDER BY "+order+" LIMIT ? OFFSET ?) r", n+1, after)
		}
		if first { // nothing to ask the database for
			b.WriteString("SELECT 0, 0, 0 WHERE 1 = 0")
		}
	})
	found, err := c.DB.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var shelf, title, place int64
		if err := found.Scan(&shelf, &title, &place); err != nil {
			return err
		}
		r := rows[shelf]
		for len(r.refs) < int(place) {
			r.refs = append(r.refs, Ref{})
		}
		r.refs[place-1] = Ref{globalid.Title(title), after + int(place)}
	}
	for _, r := range rows {
		if r.Kind != ContinueWatching && r.Kind != NextUp && len(r.refs) > n {
			r.refs, r.more = r.refs[:n], after+n < maxRanking
		}
	}
	return found.Err()
}

// writer writes the candidates of rows: title, and the keys of their order.
type writer struct {
	ctx  context.Context
	b    *sql.Builder
	past *past
}

// source returns what writes the candidates of a row, and their order as its
// index has it.
func (w writer) source(r *Row) (write func(), order string) {
	profile := viewer.From(w.ctx).Profile
	switch r.Kind {
	case MyList:
		// Index (profile_id, added_at, title_id).
		return w.from("x.title_id AS title, x.added_at AS k1, 0 AS k2 FROM list_items x JOIN titles t ON t.id = x.title_id WHERE x.profile_id = ?", profile), "x.added_at DESC, x.title_id DESC"
	case Trending:
		// Index (score, title_id).
		return w.from("x.title_id AS title, x.score AS k1, 0 AS k2 FROM trends x JOIN titles t ON t.id = x.title_id WHERE 1 = 1"), "x.score DESC, x.title_id DESC"
	case New:
		// Index (added_at, id).
		return w.from("t.id AS title, t.added_at AS k1, 0 AS k2 FROM titles t WHERE 1 = 1"), "t.added_at DESC, t.id DESC"
	case TopRated:
		// Index (score, popularity, id).
		return w.from("t.id AS title, t.score AS k1, t.popularity AS k2 FROM titles t WHERE t.score > 0"), "t.score DESC, t.popularity DESC, t.id DESC"
	case Genre:
		// Index (genre_id, popularity, title_id).
		return w.from("x.title_id AS title, x.popularity AS k1, 0 AS k2 FROM title_genres x JOIN titles t ON t.id = x.title_id WHERE x.genre_id = ?", r.Genre), "x.popularity DESC, x.title_id DESC"
	case BecauseYouWatched:
		// Index (title_id, score, similar_id): at most 50 rows.
		return w.from("x.similar_id AS title, x.score AS k1, 0 AS k2 FROM similarities x JOIN titles t ON t.id = x.similar_id WHERE x.title_id = ? AND "+unwatched("x.similar_id"), r.Seed, profile), "x.score DESC, x.similar_id DESC"
	case Recommended:
		if len(w.past.seeds) == 0 {
			// Index (popularity, id).
			return w.from("t.id AS title, t.popularity AS k1, 0 AS k2 FROM titles t WHERE 1 = 1"), "t.popularity DESC, t.id DESC"
		}
		// The neighbours of at most 30 titles, at most 50 each, and the 200 titles
		// watched most: along (title_id, score, similar_id) and (popularity, id).
		return func() {
			// The look-up in a sub-select, not a join: PostgreSQL would rather read
			// all titles.
			database.Write(w.b, `SELECT g.* FROM (SELECT votes.title, CAST(SUM(votes.score) AS BIGINT) AS k1, 0 AS k2 FROM (
  SELECT x.similar_id AS title, x.score * 3 / (1 + s.place) AS score FROM ? CROSS JOIN similarities x WHERE x.title_id = s.id
  UNION ALL SELECT p.id, p.popularity * CAST(? AS BIGINT) / MAX(p.popularity) OVER () FROM (
    SELECT t.id, t.popularity FROM titles t WHERE t.popularity > 0 AND ? ORDER BY t.popularity DESC, t.id DESC LIMIT ?) p) votes
WHERE `+unwatched("votes.title")+` GROUP BY votes.title) g WHERE (SELECT ? FROM titles t WHERE t.id = g.title)`,
				func(b *sql.Builder) { database.WriteList(b, "s", w.past.seeds) }, prior/(20+w.past.watched), w.visible, popular, profile, w.visible)
		}, "k1 DESC, title DESC"
	}
	return nil, ""
}

func unwatched(column string) string {
	return "NOT EXISTS (SELECT 1 FROM views w WHERE w.profile_id = ? AND w.title_id = " + column + ")"
}

func (w writer) visible(b *sql.Builder) { policy.Visible(w.ctx, b, "t") }

func (w writer) from(text string, args ...any) func() {
	return func() {
		database.Write(w.b, "SELECT "+text+" AND ", args...)
		w.visible(w.b)
	}
}
