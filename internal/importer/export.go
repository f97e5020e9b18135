package importer

import (
	"bufio"
	"cmp"
	"context"
	stdsql "database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/credit"
	"streamex/ent/episode"
	"streamex/ent/movie"
	"streamex/ent/person"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/series"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/internal/database"
)

// exportPage is how many rows are read at once.
const exportPage = 200

// Export writes the whole catalogue in our own format: genres, people, titles
// with what belongs to them; neither accounts nor what they watched. The same
// catalogue gives the same bytes, on both databases and after an import
// elsewhere. Memory holds ids, and names of what was made here.
func Export(ctx context.Context, db *database.DB, w io.Writer) (err error) {
	// One state of the database: SQLite's transactions that only read have one.
	tx, err := db.Client.BeginTx(ctx, &stdsql.TxOptions{ReadOnly: true, Isolation: isolation(db)})
	if err != nil {
		return err
	}
	defer func() {
		if e := tx.Rollback(); err == nil {
			err = e
		}
	}()
	out := bufio.NewWriterSize(w, 256<<10)
	e := &export{c: tx.Client(), dialect: db.Dialect(), json: json.NewEncoder(out)}
	e.json.SetEscapeHTML(false)
	if e.own, err = readOwn(ctx, e.c); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		func(context.Context) error { return e.json.Encode(format{"streamex", formatVersion}) }, e.genres, e.people, e.titles,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return out.Flush()
}

func isolation(db *database.DB) stdsql.IsolationLevel {
	if db.Dialect() == dialect.Postgres {
		return stdsql.LevelRepeatableRead
	}
	return stdsql.LevelDefault
}

// export is an export under way.
type export struct {
	c       *ent.Client
	dialect string
	json    *json.Encoder
	own     *ownNames
	genre   map[globalid.Genre]string
}

func (e *export) genres(ctx context.Context) error {
	list, err := e.c.Genre.Query().All(ctx)
	if err != nil {
		return err
	}
	e.genre = map[globalid.Genre]string{}
	records := make([]genreRecord, len(list))
	for i, g := range list {
		e.genre[g.ID] = e.own.name("genres", int64(g.ID), g.Source, g.ExternalID)
		records[i] = genreRecord{Type: "genre", ID: e.genre[g.ID], Slug: g.Slug, Names: g.Names, Position: g.Position, Edited: g.Edited}
	}
	slices.SortFunc(records, func(x, y genreRecord) int { return cmp.Compare(x.ID, y.ID) })
	for _, r := range records {
		if err := e.json.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// ids returns the ids of a statement.
func (e *export) ids(ctx context.Context, text string, args ...any) (list []int64, err error) {
	rows, err := e.c.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

// bytewise makes PostgreSQL order a column as SQLite does.
func (e *export) bytewise(column string) string {
	if e.dialect == dialect.Postgres {
		return column + ` COLLATE "C"`
	}
	return column
}

// people come in the order of their names in the file. Those of this installation
// stand where their source stands among others.
//
// Plan: one sort of each part; then primary keys.
func (e *export) people(ctx context.Context) error {
	order := " ORDER BY " + e.bytewise("source") + ", " + e.bytewise("external_id")
	list, err := e.ids(ctx, "SELECT id FROM persons WHERE "+e.bytewise("source")+" < $1"+order, ownSource)
	if err != nil {
		return err
	}
	own, err := e.ownPeople(ctx)
	if err != nil {
		return err
	}
	behind, err := e.ids(ctx, "SELECT id FROM persons WHERE "+e.bytewise("source")+" > $1"+order, ownSource)
	if err != nil {
		return err
	}
	list = slices.Concat(list, own, behind)
	for ids := range slices.Chunk(list, 10*exportPage) {
		rows, err := e.c.Person.Query().Where(database.In[int64, func(*sql.Selector)](person.FieldID, ids)).All(ctx)
		if err != nil {
			return err
		}
		byID := make(map[int64]*ent.Person, len(rows))
		for _, p := range rows {
			byID[int64(p.ID)] = p
		}
		for _, id := range ids {
			p := byID[id]
			err := e.json.Encode(personRecord{Type: "person", ID: e.own.name("persons", id, p.Source, p.ExternalID), Name: p.Name, BirthYear: p.BirthYear, DeathYear: p.DeathYear, Edited: p.Edited})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *export) ownPeople(ctx context.Context) ([]int64, error) {
	names := map[int64]string{}
	rows, err := e.c.QueryContext(ctx, "SELECT id, external_id FROM persons WHERE source = $1", ownSource)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	ids := make([]int64, 0, len(names)+len(e.own.names["persons"]))
	maps.Copy(names, e.own.names["persons"])
	for id := range names {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y int64) int { return cmp.Compare(names[x], names[y]) })
	return ids, nil
}

// titles come in the order of their slugs.
//
// Plan: one sort; then the indexes on title_id, for a page of titles at once.
func (e *export) titles(ctx context.Context) error {
	list, err := e.ids(ctx, "SELECT id FROM titles ORDER BY "+e.bytewise("slug"))
	if err != nil {
		return err
	}
	for page := range slices.Chunk(list, exportPage) {
		if err := e.titlePage(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

// pageOf are the rows of a page of titles, by title.
type pageOf struct {
	titles     map[int64]*ent.Title
	movies     map[int64]*ent.Movie
	series     map[int64]*ent.Series
	genres     map[int64][]string
	characters map[int64][]*ent.Character
	credits    map[int64][]*ent.Credit // of titles; of episodes, by their negative ids
	seasons    map[int64][]*ent.Season
	episodes   map[int64][]*ent.Episode // by season
	people     map[int64]string
}

func (e *export) titlePage(ctx context.Context, ids []int64) error {
	p := &pageOf{map[int64]*ent.Title{}, map[int64]*ent.Movie{}, map[int64]*ent.Series{}, map[int64][]string{}, map[int64][]*ent.Character{},
		map[int64][]*ent.Credit{}, map[int64][]*ent.Season{}, map[int64][]*ent.Episode{}, map[int64]string{}}
	in := func(column string) func(*sql.Selector) { return database.In[int64, func(*sql.Selector)](column, ids) }
	rows, err := e.c.Title.Query().Where(in(title.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		p.titles[int64(r.ID)] = r
	}
	movies, err := e.c.Movie.Query().Where(in(movie.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range movies {
		p.movies[int64(r.ID)] = r
	}
	list, err := e.c.Series.Query().Where(in(series.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		p.series[int64(r.ID)] = r
	}
	links, err := e.c.TitleGenre.Query().Where(in(titlegenre.FieldTitleID)).Order(ent.Asc(titlegenre.FieldTitleID, titlegenre.FieldPosition, titlegenre.FieldGenreID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range links {
		p.genres[int64(r.TitleID)] = append(p.genres[int64(r.TitleID)], e.genre[r.GenreID])
	}
	characters, err := e.c.Character.Query().Where(in(character.FieldTitleID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range characters {
		p.characters[int64(r.TitleID)] = append(p.characters[int64(r.TitleID)], r)
	}
	seasons, err := e.c.Season.Query().Where(in(season.FieldSeriesID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range seasons {
		p.seasons[int64(r.SeriesID)] = append(p.seasons[int64(r.SeriesID)], r)
	}
	episodes, err := e.c.Episode.Query().Where(in(episode.FieldSeriesID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range episodes {
		p.episodes[int64(r.SeasonID)] = append(p.episodes[int64(r.SeasonID)], r)
	}
	credits, err := e.c.Credit.Query().Where(in(credit.FieldTitleID)).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range credits {
		of := int64(r.TitleID)
		if r.EpisodeID != nil {
			of = -int64(*r.EpisodeID)
		}
		p.credits[of] = append(p.credits[of], r)
		p.people[int64(r.PersonID)] = ""
	}
	if err := e.peopleOf(ctx, p); err != nil {
		return err
	}
	for _, id := range ids {
		if err := e.json.Encode(e.title(p, id)); err != nil {
			return err
		}
	}
	return nil
}

func (e *export) peopleOf(ctx context.Context, p *pageOf) error {
	ids := make([]int64, 0, len(p.people))
	for id := range p.people {
		ids = append(ids, id)
	}
	for part := range slices.Chunk(ids, maxFound) {
		rows, err := e.c.Person.Query().Where(database.In[int64, func(*sql.Selector)](person.FieldID, part)).Select(person.FieldID, person.FieldSource, person.FieldExternalID).All(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p.people[int64(r.ID)] = e.own.name("persons", int64(r.ID), r.Source, r.ExternalID)
		}
	}
	return nil
}

func (e *export) title(p *pageOf, id int64) titleRecord {
	t := p.titles[id]
	r := titleRecord{
		Type: strings.ToLower(string(t.Kind)), ID: e.own.name("titles", id, t.Source, t.ExternalID), Slug: t.Slug, Name: t.Name,
		OriginalName: or(t.OriginalName), Synopsis: or(t.Synopsis), Texts: t.Texts, Year: t.Year, Maturity: t.Maturity, Language: or(t.Language),
		ReleasedOn: t.ReleasedOn, AvailableFrom: t.AvailableFrom, AvailableUntil: t.AvailableUntil,
		AddedAt: t.AddedAt.UTC(), Popularity: t.Popularity, Score: t.Score, Scene: t.Scene, Color: t.Color, Genres: p.genres[id], Edited: t.Edited,
	}
	inUTC(&r.ReleasedOn, &r.AvailableFrom, &r.AvailableUntil)
	if m := p.movies[id]; m != nil {
		r.Runtime = or(m.RuntimeSeconds)
	}
	if s := p.series[id]; s != nil {
		r.Status = string(s.Status)
	}
	names := map[globalid.Character]string{}
	for _, c := range p.characters[id] {
		names[c.ID] = e.own.name("characters", int64(c.ID), c.Source, c.ExternalID)
		r.Characters = append(r.Characters, characterRecord{names[c.ID], c.Name, c.Edited})
	}
	slices.SortFunc(r.Characters, func(x, y characterRecord) int { return cmp.Compare(x.ID, y.ID) })
	r.Credits = e.credits(p, names, id)
	for _, s := range p.seasons[id] {
		season := seasonRecord{ID: e.own.name("seasons", int64(s.ID), s.Source, s.ExternalID), Number: s.Number, Name: or(s.Name), Edited: s.Edited}
		for _, row := range p.episodes[int64(s.ID)] {
			ordinal := row.Ordinal
			record := episodeRecord{ID: e.own.name("episodes", int64(row.ID), row.Source, row.ExternalID), Number: row.Number, Ordinal: &ordinal, Name: row.Name,
				Synopsis: or(row.Synopsis), Texts: row.Texts, AiredOn: row.AiredOn, Runtime: or(row.RuntimeSeconds), Credits: e.credits(p, names, -int64(row.ID)), Edited: row.Edited}
			inUTC(&record.AiredOn)
			season.Episodes = append(season.Episodes, record)
		}
		slices.SortFunc(season.Episodes, func(x, y episodeRecord) int {
			return cmp.Or(cmp.Compare(*x.Ordinal, *y.Ordinal), cmp.Compare(x.ID, y.ID))
		})
		r.Seasons = append(r.Seasons, season)
	}
	slices.SortFunc(r.Seasons, func(x, y seasonRecord) int {
		return cmp.Or(cmp.Compare(unknownLast(x.Number), unknownLast(y.Number)), cmp.Compare(x.ID, y.ID))
	})
	return r
}

func unknownLast(n *int) int {
	if n == nil {
		return 1 << 31
	}
	return *n
}

func (e *export) credits(p *pageOf, characters map[globalid.Character]string, of int64) []creditRecord {
	var list []creditRecord
	for _, c := range p.credits[of] {
		r := creditRecord{ID: e.own.name("credits", int64(c.ID), c.Source, c.ExternalID), Person: p.people[int64(c.PersonID)], Role: string(c.Role), Billing: c.Billing, Job: or(c.Job)}
		if c.CharacterID != nil {
			r.Character = characters[*c.CharacterID]
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(x, y creditRecord) int { return cmp.Or(cmp.Compare(x.Billing, y.Billing), cmp.Compare(x.ID, y.ID)) })
	return list
}

func or[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}

// inUTC says times as both databases do.
func inUTC(times ...**time.Time) {
	for _, t := range times {
		if *t != nil {
			at := (*t).UTC()
			*t = &at
		}
	}
}
