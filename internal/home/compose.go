package home

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

const (
	depth      = 60  // candidates read per row for a page
	shown      = 20  // items per row that the page takes from its candidates first
	least      = 6   // items of a row that the rows above it took titles from
	history    = 200 // latest views that the page is composed from
	seeds      = 30  // latest titles that recommendations start from
	popular    = 200 // most watched titles that may be recommended for that alone
	genreRows  = 8   // shelves by genre on a page
	maxRanking = 500 // nobody scrolls further; it bounds the work of a deep page
)

// prior is what the title watched most is worth to a profile without history, in
// units of scores: it says more than one or two views do, and fades behind
// them as 20/(20+n) for n titles.
const prior = 20 * 100_000

// Shelf is a genre that may become a row: its slug is what titles call it by.
type Shelf struct {
	ID   globalid.Genre
	Slug string
}

// Composer composes pages from a database.
type Composer struct {
	DB      *ent.Client
	Dialect string
}

// Rows composes the page of the active profile in two statements: its latest
// views, and the candidates of all rows. A title that stands in one discovery
// row does not come again in another; a row that is empty, or that has little
// left of itself then, is left out.
func (c *Composer) Rows(ctx context.Context, genres []Shelf) ([]*Row, error) {
	past, err := c.past(ctx)
	if err != nil {
		return nil, err
	}
	rows := plan(past, genres)
	if err := c.rank(ctx, rows, past, depth, 0); err != nil {
		return nil, err
	}
	return dedup(rows), nil
}

// plan chooses the rows and their order.
func plan(p *past, genres []Shelf) []*Row {
	rows := []*Row{
		{Kind: ContinueWatching, refs: p.unfinished}, {Kind: NextUp, refs: p.nextUp}, {Kind: MyList},
		{Kind: Trending}, {Kind: Recommended},
	}
	because := func(i int) {
		if i < len(p.seeds) {
			rows = append(rows, &Row{Kind: BecauseYouWatched, Seed: p.seeds[i]})
		}
	}
	byTaste := slices.Clone(genres)
	slices.SortStableFunc(byTaste, func(a, b Shelf) int { return p.taste[b.Slug] - p.taste[a.Slug] })
	byTaste = byTaste[:min(genreRows, len(byTaste))]
	because(0)
	rows = append(rows, &Row{Kind: New})
	for i, g := range byTaste {
		rows = append(rows, &Row{Kind: Genre, Genre: g.ID})
		switch i {
		case 0:
			because(1)
		case 1:
			rows = append(rows, &Row{Kind: TopRated})
		}
	}
	return rows
}

// dedup lets each discovery row keep what no discovery row above it shows, and
// leaves out rows of which nothing, or too little, is left.
func dedup(rows []*Row) []*Row {
	used := make(map[globalid.Title]bool)
	out := rows[:0]
	for _, r := range rows {
		r.page = true
		before := len(r.refs)
		if !personal(r.Kind) {
			r.refs = slices.DeleteFunc(r.refs, func(ref Ref) bool { return used[ref.Title] })
		}
		if n := len(r.refs); n == 0 || n < min(least, before) {
			continue
		}
		if !personal(r.Kind) {
			for _, ref := range r.Held(shown) {
				used[ref.Title] = true
			}
		}
		out = append(out, r)
	}
	return out
}

// personal rows may repeat titles: they say what the profile did with them.
func personal(k Kind) bool { return k == ContinueWatching || k == NextUp || k == MyList }

// List is a part of a row.
type List struct {
	Refs []Ref
	More bool // the row goes on behind it
}

// Held returns up to first references of the row that need no statement: those
// that the page chose.
func (r *Row) Held(first int) []Ref { return r.refs[:min(first, len(r.refs))] }

// Items returns up to first references of each row behind a rank. The beginning
// of a row of the page is what the page chose, at most depth references; all
// else costs a statement for all rows together, and one for what the profile
// watched where a row depends on it.
func (c *Composer) Items(ctx context.Context, rows []*Row, first int, after int64) ([]List, error) {
	lists := make([]List, len(rows))
	var asked []*Row
	var at []int
	for i, r := range rows {
		if r.page && after == 0 {
			lists[i] = List{r.Held(first), len(r.refs) > first || r.more}
		} else {
			asked, at = append(asked, &Row{Kind: r.Kind, Genre: r.Genre, Seed: r.Seed}), append(at, i)
		}
	}
	if len(asked) == 0 || after >= maxRanking {
		return lists, nil
	}
	past := new(past)
	if slices.ContainsFunc(asked, func(r *Row) bool { return r.Kind == ContinueWatching || r.Kind == NextUp || r.Kind == Recommended }) {
		var err error
		if past, err = c.past(ctx); err != nil {
			return nil, err
		}
	}
	if err := c.rank(ctx, asked, past, first, int(after)); err != nil {
		return nil, err
	}
	for i, r := range asked {
		switch r.Kind {
		case ContinueWatching:
			r.take(past.unfinished, first, int(after))
		case NextUp:
			r.take(past.nextUp, first, int(after))
		}
		lists[at[i]] = List{r.refs, r.more}
	}
	return lists, nil
}

// take makes a part of a list the row's references.
func (r *Row) take(refs []Ref, first, after int) {
	refs = refs[min(after, len(refs)):]
	r.refs, r.more = refs[:min(first, len(refs))], len(refs) > first
}

// past is what the profile did lately.
type past struct {
	unfinished, nextUp []Ref
	seeds              []globalid.Title
	watched            int            // titles, as far as we look back
	taste              map[string]int // titles watched per main genre
}

// past reads the latest views.
//
// Plan: the index (profile_id, viewed_at, id) backwards, at most 200 steps, each
// with look-ups by primary key and one step into (series_id, ordinal, id).
func (c *Composer) past(ctx context.Context) (*past, error) {
	p := &past{taste: make(map[string]int)}
	v := viewer.From(ctx)
	query, args := c.build(func(b *sql.Builder) {
		// The look-ups in sub-selects, not joins: PostgreSQL would rather read all
		// videos than look up 200.
		database.Write(b, `SELECT v.title_id, t.scene, v.finished, v.started,
  EXISTS (SELECT 1 FROM episodes n WHERE n.series_id = v.title_id AND (n.ordinal, n.id) >
    (SELECT e.ordinal, e.id FROM episodes e WHERE e.id = (SELECT d.episode_id FROM videos d WHERE d.id = v.video_id)))
FROM (SELECT * FROM views WHERE profile_id = ? ORDER BY viewed_at DESC, id DESC LIMIT ?) v JOIN titles t ON t.id = v.title_id
WHERE `, v.Profile, history)
		policy.Visible(ctx, b, "t")
		b.WriteString(" ORDER BY v.viewed_at DESC, v.id DESC")
	})
	rows, err := c.DB.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	seen := make(map[globalid.Title]bool)
	for rows.Next() {
		var id int64
		var scene *string
		var finished, started, hasNext bool
		if err := rows.Scan(&id, &scene, &finished, &started, &hasNext); err != nil {
			return nil, err
		}
		t := globalid.Title(id)
		if seen[t] { // the latest view of a title speaks for it
			continue
		}
		seen[t] = true
		p.watched++
		if scene != nil {
			p.taste[*scene]++
		}
		switch {
		case !finished && started:
			p.unfinished = append(p.unfinished, Ref{t, len(p.unfinished) + 1})
		case finished && hasNext:
			p.nextUp = append(p.nextUp, Ref{t, len(p.nextUp) + 1})
		}
		if len(p.seeds) < seeds {
			p.seeds = append(p.seeds, t)
		}
	}
	return p, rows.Err()
}

// build writes a statement in the composer's dialect.
func (c *Composer) build(write func(*sql.Builder)) (string, []any) {
	b := sql.Builder{}
	b.SetDialect(c.Dialect)
	write(&b)
	return b.Query()
}
