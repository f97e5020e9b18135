package edit

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/credit"
	"streamex/ent/episode"
	"streamex/ent/genre"
	"streamex/ent/person"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/internal/database"
	"streamex/internal/input"
)

// Removed is how many of a kind go with what is deleted.
type Removed struct {
	Kind  string // as in the API
	Count int
}

// hanging are the rows that go with a row, or lose it, by kind of node: a count
// of each by an index that begins with the column. What nobody would miss, such
// as the video that a movie always has, is not counted.
var hanging = map[globalid.Kind][]struct{ kind, from string }{
	globalid.KindTitle: {
		{"SEASON", "seasons WHERE series_id = ?"},
		{"EPISODE", "episodes WHERE series_id = ?"},
		{"CHARACTER", "characters WHERE title_id = ?"},
		{"CREDIT", "credits WHERE title_id = ?"},
		{"VIEW", "views WHERE title_id = ?"},
		{"LIST_ITEM", "list_items WHERE title_id = ?"},
		{"RATING", "ratings WHERE title_id = ?"},
	},
	globalid.KindSeason: {
		{"EPISODE", "episodes WHERE season_id = ?"},
		{"CREDIT", "credits WHERE episode_id IN (SELECT id FROM episodes WHERE season_id = ?)"},
		{"VIEW", "views WHERE video_id IN (SELECT v.id FROM videos v JOIN episodes e ON e.id = v.episode_id WHERE e.season_id = ?)"},
	},
	globalid.KindEpisode: {
		{"CREDIT", "credits WHERE episode_id = ?"},
		{"VIEW", "views WHERE video_id IN (SELECT id FROM videos WHERE episode_id = ?)"},
	},
	globalid.KindPerson:    {{"CREDIT", "credits WHERE person_id = ?"}},
	globalid.KindCharacter: {{"PART", "credits WHERE character_id = ?"}},
	globalid.KindGenre:     {{"TITLE_GENRE", "title_genres WHERE genre_id = ?"}},
}

// querier is a client or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error)
}

// count counts what hangs on a row: whoever owns it, since all of it goes.
func (s *Service) count(ctx context.Context, q querier, kind globalid.Kind, id int64) (removed []Removed, err error) {
	b := sql.Builder{}
	b.SetDialect(s.dialect)
	var columns []string
	var args, counts []any
	for _, h := range hanging[kind] {
		columns = append(columns, "(SELECT COUNT(*) FROM "+h.from+")")
		args = append(args, id)
		removed = append(removed, Removed{Kind: h.kind})
	}
	for i := range removed {
		counts = append(counts, &removed[i].Count)
	}
	database.Write(&b, "SELECT "+strings.Join(columns, ", "), args...)
	text, args := b.Query()
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(counts...); err != nil {
			return nil, err
		}
	}
	some := removed[:0]
	for _, r := range removed {
		if r.Count > 0 {
			some = append(some, r)
		}
	}
	return some, rows.Err()
}

// DeletionPreview tells what would go with a node of the catalogue: nothing when
// there is none such.
func (s *Service) DeletionPreview(ctx context.Context, g globalid.Global) ([]Removed, error) {
	exists := map[globalid.Kind]func(int64) (bool, error){
		globalid.KindTitle: func(id int64) (bool, error) { return s.db.Title.Query().Where(title.ID(globalid.Title(id))).Exist(ctx) },
		globalid.KindSeason: func(id int64) (bool, error) {
			return s.db.Season.Query().Where(season.ID(globalid.Season(id))).Exist(ctx)
		},
		globalid.KindEpisode: func(id int64) (bool, error) {
			return s.db.Episode.Query().Where(episode.ID(globalid.Episode(id))).Exist(ctx)
		},
		globalid.KindPerson: func(id int64) (bool, error) {
			return s.db.Person.Query().Where(person.ID(globalid.Person(id))).Exist(ctx)
		},
		globalid.KindCharacter: func(id int64) (bool, error) {
			return s.db.Character.Query().Where(character.ID(globalid.Character(id))).Exist(ctx)
		},
		globalid.KindGenre: func(id int64) (bool, error) { return s.db.Genre.Query().Where(genre.ID(globalid.Genre(id))).Exist(ctx) },
	}[g.Kind]
	id, err := globalid.Of[globalid.Title](g, g.Kind)
	if exists == nil || err != nil {
		return nil, nil
	}
	found, err := exists(int64(id))
	if err != nil || !found {
		return nil, err
	}
	return s.count(ctx, s.db, g.Kind, int64(id))
}

// remove deletes a row with what hangs on it: found and exec are of ent. The
// database deletes most of it, by its foreign keys.
func (s *Service) remove(ctx context.Context, c *change, id globalid.Global, r row, version int, values fields, exec func(context.Context) (int, error)) ([]Removed, error) {
	if r.version != version {
		return nil, input.Problems{stale}
	}
	number, err := globalid.Of[globalid.Title](id, id.Kind)
	if err != nil {
		return nil, err
	}
	removed, err := s.count(ctx, c.tx, id.Kind, int64(number))
	if err != nil {
		return nil, err
	}
	n, err := exec(ctx)
	if err == nil && n == 0 {
		return nil, input.Problems{stale}
	}
	if err != nil {
		return nil, err
	}
	return removed, c.note(r.node, values, nil)
}

// missing turns a not found error of ent into a problem.
func missing(err error, message string) error {
	if ent.IsNotFound(err) {
		return input.New("id", input.NotFound, message)
	}
	return err
}

// DeleteTitle deletes a movie or a series with everything that hangs on it. It
// returns Problems.
func (s *Service) DeleteTitle(ctx context.Context, kind title.Kind, id globalid.Title, version int) (removed []Removed, err error) {
	err = s.write(ctx, "deleting a title", func(c *change) error {
		slugs, err := c.slugsOfGenres(ctx)
		if err != nil {
			return err
		}
		t, err := c.title(ctx, id)
		if err == nil && t.Kind != kind {
			return input.New("id", input.NotFound, noTitle)
		}
		if err != nil {
			return missing(err, noTitle)
		}
		c.changed.Titles = append(c.changed.Titles, id)
		removed, err = s.remove(ctx, c, global(id), t.row(), version, t.fields(slugs), c.tx.Title.Delete().Where(title.ID(id), title.Version(version)).Exec)
		return err
	})
	return removed, err
}

// DeleteSeason deletes a season with its episodes. It returns Problems.
func (s *Service) DeleteSeason(ctx context.Context, id globalid.Season, version int) (removed []Removed, err error) {
	err = s.write(ctx, "deleting a season", func(c *change) error {
		r, err := c.season(ctx, id)
		if err != nil {
			return missing(err, noSeason)
		}
		if c.changed.Episodes, err = c.tx.Episode.Query().Where(episode.SeasonID(id)).IDs(ctx); err != nil {
			return err
		}
		c.changed.Titles = append(c.changed.Titles, r.SeriesID)
		removed, err = s.remove(ctx, c, global(id), seasonRow(r), version, seasonFields(r), c.tx.Season.Delete().Where(season.ID(id), season.Version(version)).Exec)
		return err
	})
	return removed, err
}

// DeleteEpisode deletes an episode. It returns Problems.
func (s *Service) DeleteEpisode(ctx context.Context, id globalid.Episode, version int) (removed []Removed, err error) {
	err = s.write(ctx, "deleting an episode", func(c *change) error {
		e, err := c.episode(ctx, id)
		if err != nil {
			return missing(err, noEpisode)
		}
		c.changed.Episodes, c.changed.Titles = append(c.changed.Episodes, id), append(c.changed.Titles, e.SeriesID)
		removed, err = s.remove(ctx, c, global(id), episodeRow(e), version, episodeFields(e), c.tx.Episode.Delete().Where(episode.ID(id), episode.Version(version)).Exec)
		return err
	})
	return removed, err
}

// DeletePerson deletes a person with their credits; the characters stay. It
// returns Problems.
func (s *Service) DeletePerson(ctx context.Context, id globalid.Person, version int) (removed []Removed, err error) {
	err = s.write(ctx, "deleting a person", func(c *change) error {
		p, err := c.tx.Person.Query().Where(person.ID(id)).Modify(forUpdate).Only(ctx)
		if err != nil {
			return missing(err, noPerson)
		}
		parts, err := c.tx.Credit.Query().Where(credit.PersonID(id)).Select(credit.FieldTitleID, credit.FieldEpisodeID).All(ctx)
		if err != nil {
			return err
		}
		for _, part := range parts {
			c.changed.Titles = append(c.changed.Titles, part.TitleID)
			if part.EpisodeID != nil {
				c.changed.Episodes = append(c.changed.Episodes, *part.EpisodeID)
			}
		}
		c.changed.People = append(c.changed.People, id)
		removed, err = s.remove(ctx, c, global(id), personRow(p), version, personFields(p), c.tx.Person.Delete().Where(person.ID(id), person.Version(version)).Exec)
		return err
	})
	return removed, err
}

// DeleteCharacter deletes a character; who played them keep their credits. It
// returns Problems.
func (s *Service) DeleteCharacter(ctx context.Context, id globalid.Character, version int) (removed []Removed, err error) {
	err = s.write(ctx, "deleting a character", func(c *change) error {
		r, err := c.character(ctx, id)
		if err != nil {
			return missing(err, noCharacter)
		}
		c.changed.Characters, c.changed.Titles = append(c.changed.Characters, id), append(c.changed.Titles, r.TitleID)
		removed, err = s.remove(ctx, c, global(id), characterRow(r), version, characterFields(r), c.tx.Character.Delete().Where(character.ID(id), character.Version(version)).Exec)
		return err
	})
	return removed, err
}

// DeleteGenre deletes a genre. In its titles another one takes its place, unless
// that is nil: then force takes it away from them, and without it a genre that
// has titles stays. It returns Problems.
func (s *Service) DeleteGenre(ctx context.Context, id globalid.Genre, version int, replacement *globalid.Genre, force bool) (removed []Removed, err error) {
	err = s.write(ctx, "deleting a genre", func(c *change) error {
		g, err := c.tx.Genre.Query().Where(genre.ID(id)).Modify(forUpdate).Only(ctx)
		if err != nil {
			return missing(err, noGenre)
		}
		var wrong input.Problems
		if g.Version != version {
			wrong = append(wrong, stale)
		}
		places, err := c.tx.TitleGenre.Query().Where(titlegenre.GenreID(id)).Order(titlegenre.ByTitleID()).All(ctx)
		if err != nil {
			return err
		}
		switch {
		case replacement != nil:
			if err := c.replaceGenre(ctx, &wrong, id, *replacement, places); err != nil {
				return err
			}
		case len(places) > 0 && !force:
			wrong.Add("replacement", input.Conflict, fmt.Sprintf("It has %d titles: name a genre that takes its place, or force it.", len(places)))
		}
		if wrong != nil {
			return wrong
		}
		for _, p := range places {
			c.changed.Titles = append(c.changed.Titles, p.TitleID)
		}
		removed, err = s.remove(ctx, c, global(id), genreRow(g), version, genreFields(g), func(ctx context.Context) (int, error) {
			if _, err := c.tx.TitleGenre.Delete().Where(titlegenre.GenreID(id)).Exec(ctx); err != nil {
				return 0, err
			}
			return c.tx.Genre.Delete().Where(genre.ID(id), genre.Version(version)).Exec(ctx)
		})
		return err
	})
	return removed, err
}

// replaceGenre gives the titles of a genre another one in its place, unless they
// have that already.
func (c *change) replaceGenre(ctx context.Context, wrong *input.Problems, id, by globalid.Genre, places []*ent.TitleGenre) error {
	exists, err := c.tx.Genre.Query().Where(genre.ID(by)).Exist(ctx)
	if err != nil {
		return err
	}
	if !exists || by == id {
		wrong.Add("replacement", input.NotFound, "There is no such genre to take its place.")
		return nil
	}
	if *wrong != nil {
		return nil
	}
	have := make(map[globalid.Title]bool)
	rows, err := c.tx.TitleGenre.Query().Where(titlegenre.GenreID(by)).All(ctx)
	if err != nil {
		return err
	}
	for _, p := range rows {
		have[p.TitleID] = true
	}
	var added []*ent.TitleGenreCreate
	for _, p := range places {
		if !have[p.TitleID] {
			added = append(added, c.tx.TitleGenre.Create().SetTitleID(p.TitleID).SetGenreID(by).SetPosition(p.Position).SetPopularity(p.Popularity))
		}
	}
	for part := range slices.Chunk(added, chunk) {
		if err := c.tx.TitleGenre.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
