package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamex/ent/schema"
	"streamex/internal/artwork"
	"streamex/internal/catalog"
	"streamex/internal/database"
)

// content is a part of a catalogue. A value that is a *row stands for the id
// that the row gets.
type content struct {
	genres, people      []*row
	titles              []*titleRow
	seasons, episodes   []*row
	characters, credits []*row
}

// titleRow is a title with what belongs to it from birth.
type titleRow struct {
	row
	movie   bool
	seconds *int64 // a movie's length
	status  string // of a series
	genres  []*row // the main one first
}

// Title is what an import knows of a title.
type Title struct {
	Key
	Movie                 bool
	Slug, Name, Original  string
	Synopsis, Language    string
	Texts                 map[string]schema.Text
	Year, Maturity        int
	Released, From, Until *time.Time
	Added                 time.Time
	Popularity, Score     int64
	Scene, Color          string
	Seconds               int
	Status                string
}

func (t *Title) row(genres []*row) *titleRow {
	status := t.Status
	if status == "" {
		status = "RETURNING"
	}
	kind := "SERIES"
	if t.Movie {
		kind = "MOVIE"
	}
	color := t.Color
	if color == "" {
		color = artwork.Dominant(t.Slug, t.Scene)
	}
	spanish := t.Name
	if text, ok := t.Texts["es"]; ok && text.Name != "" {
		spanish = text.Name
	}
	return &titleRow{
		row: row{key: t.Key, values: []any{kind, t.Slug, t.Name, text(t.Original), text(t.Synopsis), texts(t.Texts),
			catalog.SortKey(t.Name, "en"), catalog.SortKey(spanish, "es"), int64(t.Year), moment(t.Released), int64(t.Maturity), text(t.Language),
			moment(t.From), moment(t.Until), t.Added, t.Added, t.Popularity, t.Score, text(t.Scene), color}},
		movie: t.Movie, seconds: positive(t.Seconds), status: status, genres: genres,
	}
}

// text is a column's value: nil for "".
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func texts(t map[string]schema.Text) any {
	if len(t) == 0 {
		return nil
	}
	b, err := json.Marshal(t)
	if err != nil { // of texts: it cannot
		return nil
	}
	return string(b)
}

func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UTC()
}

func number(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

func positive(n int) *int64 {
	if n <= 0 {
		return nil
	}
	v := int64(n)
	return &v
}

func seconds(n int) any {
	if n <= 0 {
		return nil
	}
	return int64(n)
}

func personRow(k Key, name string, birth, death *int) *row {
	return &row{key: k, values: []any{name, catalog.SortKey(name, ""), number(birth), number(death)}}
}

func characterRow(k Key, title any, name string) *row {
	return &row{key: k, values: []any{title, name, catalog.SortKey(name, "")}}
}

// slug is a part of an address: letters and digits of a name, of 80 at most.
func slug(parts ...string) string {
	var out []string
	for _, p := range parts {
		p = strings.ReplaceAll(catalog.SortKey(p, ""), " ", "-")
		if len(p) > 80 {
			p = strings.ToValidUTF8(p[:80], "")
		}
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "-")
}

// resolve puts ids where rows stood.
func resolve(rows []*row) {
	for _, r := range rows {
		for i, v := range r.values {
			if of, ok := v.(*row); ok {
				r.values[i] = of.id
			}
		}
	}
}

// put writes content: parents before children.
func (b *batch) put(ctx context.Context, c *content) error {
	for _, step := range []struct {
		t    *table
		rows []*row
	}{{genres, c.genres}, {people, c.people}} {
		if err := b.merge(ctx, step.t, step.rows); err != nil {
			return err
		}
	}
	if err := b.putTitles(ctx, c.titles); err != nil {
		return err
	}
	for _, step := range []struct {
		t    *table
		rows []*row
	}{{seasons, c.seasons}, {episodes, c.episodes}, {characters, c.characters}, {credits, c.credits}} {
		resolve(step.rows)
		if err := b.merge(ctx, step.t, step.rows); err != nil {
			return err
		}
		if step.t == episodes {
			if err := b.episodeVideos(ctx, c.episodes); err != nil {
				return err
			}
		}
	}
	note(c.people, &b.changes.People)
	note(c.episodes, &b.changes.Episodes)
	note(c.characters, &b.changes.Characters)
	b.creditsChanged(c.credits)
	return nil
}

func (b *batch) putTitles(ctx context.Context, list []*titleRow) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]*row, len(list))
	for i, t := range list {
		rows[i] = &t.row
	}
	if err := b.merge(ctx, titles, rows); err != nil {
		return err
	}
	var movies, series, videos [][]any
	var old []*titleRow
	for _, t := range list {
		switch {
		case t.state != inserted:
			old = append(old, t)
		case t.movie:
			var length any
			if t.seconds != nil {
				length = *t.seconds
			}
			movies = append(movies, []any{t.id, t.id, length})
			videos = append(videos, []any{t.id})
		default:
			series = append(series, []any{t.id, t.id, t.status})
		}
	}
	id := database.Column{Name: "id", Type: database.Integer}
	title := database.Column{Name: "title_id", Type: database.Integer}
	if _, err := database.Insert(ctx, b.c, b.dialect, "movies", []database.Column{id, title, {Name: "runtime_seconds", Type: database.Integer}}, movies); err != nil {
		return err
	}
	if _, err := database.Insert(ctx, b.c, b.dialect, "series", []database.Column{id, title, {Name: "status", Type: database.String}}, series); err != nil {
		return err
	}
	if err := b.videos(ctx, []database.Column{title}, videos); err != nil {
		return err
	}
	if err := b.titleGenres(ctx, list, nil); err != nil {
		return err
	}
	if err := b.oldTitles(ctx, old); err != nil {
		return err
	}
	note(rows, &b.changes.Titles)
	return nil
}

// videos writes the videos of new movies or episodes.
func (b *batch) videos(ctx context.Context, columns []database.Column, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	next, err := b.reserve(ctx, "videos", len(rows))
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i] = append([]any{next + int64(i), "MISSING"}, rows[i]...)
	}
	columns = append([]database.Column{{Name: "id", Type: database.Integer}, {Name: "state", Type: database.String}}, columns...)
	_, err = database.Insert(ctx, b.c, b.dialect, "videos", columns, rows)
	return err
}

func (b *batch) episodeVideos(ctx context.Context, list []*row) error {
	var videos [][]any
	for _, e := range list {
		if e.state == inserted {
			videos = append(videos, []any{e.values[0], e.id})
		}
	}
	return b.videos(ctx, []database.Column{{Name: "title_id", Type: database.Integer}, {Name: "episode_id", Type: database.Integer}}, videos)
}

// titleGenres writes the genres of titles: those that are new, or the ones of
// which again is true.
func (b *batch) titleGenres(ctx context.Context, list []*titleRow, again map[int64]bool) error {
	var links [][]any
	for _, t := range list {
		if t.state != inserted && !again[t.id] {
			continue
		}
		for i, id := range t.genreIDs() {
			links = append(links, []any{t.id, id, int64(i), t.values[16]})
		}
	}
	_, err := database.Insert(ctx, b.c, b.dialect, "title_genres", []database.Column{{Name: "title_id", Type: database.Integer}, {Name: "genre_id", Type: database.Integer},
		{Name: "position", Type: database.Integer}, {Name: "popularity", Type: database.Integer}}, links)
	return err
}

func (t *titleRow) genreIDs() []int64 {
	var ids []int64
	for _, g := range t.genres {
		if !slices.Contains(ids, g.id) {
			ids = append(ids, g.id)
		}
	}
	return ids
}

// oldTitles changes what belongs to titles that were there: a movie's length, a
// series' status, and genres.
//
// Plan: primary keys of movies and series; of title_genres, all of each title.
func (b *batch) oldTitles(ctx context.Context, list []*titleRow) error {
	for part := range slices.Chunk(list, maxFound) {
		byID := make(map[int64]*titleRow, len(part))
		ids := make([]string, len(part))
		for i, t := range part {
			byID[t.id], ids[i] = t, strconv.FormatInt(t.id, 10)
		}
		in := " IN (" + strings.Join(ids, ", ") + ")"
		edited := map[int64][]string{}
		err := b.each(ctx, "SELECT id, CAST(edited AS text) FROM titles WHERE edited IS NOT NULL AND id"+in, func(scan func(...any) error) error {
			var id int64
			var list string
			if err := scan(&id, &list); err != nil {
				return err
			}
			var fields []string
			err := json.Unmarshal([]byte(list), &fields)
			edited[id] = fields
			return err
		})
		if err != nil {
			return err
		}
		var updates []func() error
		set := func(t *titleRow, table, column string, value any) {
			if slices.Contains(edited[t.id], column) {
				return
			}
			updates = append(updates, func() error {
				_, err := database.Exec(ctx, b.c, "UPDATE "+table+" SET "+column+" = $1 WHERE id = $2", value, t.id)
				return err
			})
			b.touched(t)
		}
		err = b.each(ctx, "SELECT id, runtime_seconds FROM movies WHERE id"+in, func(scan func(...any) error) error {
			var id int64
			var old *int64
			if err := scan(&id, &old); err != nil {
				return err
			}
			t := byID[id]
			if (old == nil) != (t.seconds == nil) || (old != nil && *old != *t.seconds) {
				var value any
				if t.seconds != nil {
					value = *t.seconds
				}
				set(t, "movies", "runtime_seconds", value)
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = b.each(ctx, "SELECT id, status FROM series WHERE id"+in, func(scan func(...any) error) error {
			var id int64
			var old string
			if err := scan(&id, &old); err != nil {
				return err
			}
			if t := byID[id]; t.status != old {
				set(t, "series", "status", t.status)
			}
			return nil
		})
		if err != nil {
			return err
		}
		linked := map[int64][]int64{}
		err = b.each(ctx, "SELECT title_id, genre_id FROM title_genres WHERE title_id"+in+" ORDER BY title_id, position, genre_id", func(scan func(...any) error) error {
			var title, genre int64
			err := scan(&title, &genre)
			linked[title] = append(linked[title], genre)
			return err
		})
		if err != nil {
			return err
		}
		again := map[int64]bool{}
		for _, t := range part {
			if slices.Equal(linked[t.id], t.genreIDs()) || slices.Contains(edited[t.id], "genres") {
				continue
			}
			again[t.id] = true
			b.touched(t)
			updates = append(updates, func() error {
				_, err := database.Exec(ctx, b.c, "DELETE FROM title_genres WHERE title_id = $1", t.id)
				return err
			})
		}
		for _, update := range updates {
			if err := update(); err != nil {
				return fmt.Errorf("changing titles: %w", err)
			}
		}
		if err := b.titleGenres(ctx, part, again); err != nil {
			return err
		}
	}
	return nil
}

// touched counts a title as changed, once.
func (b *batch) touched(t *titleRow) {
	if t.state == unchanged {
		t.state = changed
		b.count("titles", changed, 1)
	}
}

// each visits the rows of a statement.
func (b *batch) each(ctx context.Context, text string, visit func(scan func(...any) error) error) error {
	rows, err := b.c.QueryContext(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := visit(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
