package loader

import (
	"context"
	"maps"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/episode"
	"streamex/ent/genre"
	"streamex/ent/person"
	"streamex/ent/profile"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/title"
	"streamex/ent/user"
	"streamex/graph/model"
	"streamex/internal/database"
)

// among is the condition that a row's id is one of ids.
func among[T ~int64](column string, ids []T) func(*sql.Selector) {
	return database.In[T, func(*sql.Selector)](column, ids)
}

// shown makes of rows what administrators edit, by their keys.
func shown[K comparable, R any](rows []R, err error, show func(R) (K, *model.Editing)) (map[K]*model.Editing, error) {
	out := make(map[K]*model.Editing, len(rows))
	for _, row := range rows {
		k, e := show(row)
		if e.Edited == nil {
			e.Edited = []string{}
		}
		if e.Texts == nil {
			e.Texts = []*model.Text{}
		}
		out[k] = e
	}
	return out, err
}

// textsOf lists what a row says per language.
func textsOf(texts map[string]schema.Text) (list []*model.Text) {
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		t := texts[language]
		list = append(list, &model.Text{Language: profile.Language(language), Name: filled(t.Name), Synopsis: filled(t.Synopsis)})
	}
	return list
}

// filled is a pointer to a text that has something in it, else nil.
func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}

// titleEditing reads titles as they are stored; those of the Title edge speak
// the viewer's language.
func (l *Loaders) titleEditing(ctx context.Context, keys []globalid.Title) (map[globalid.Title]*model.Editing, error) {
	rows, err := l.db.Title.Query().Where(among(title.FieldID, keys)).All(ctx)
	return shown(rows, err, func(t *ent.Title) (globalid.Title, *model.Editing) {
		return t.ID, &model.Editing{Version: t.Version, Edited: t.Edited, Source: t.Source, ExternalID: t.ExternalID,
			Name: &t.Name, Synopsis: t.Synopsis, Texts: textsOf(t.Texts), AvailableFrom: utc(t.AvailableFrom), AvailableUntil: utc(t.AvailableUntil), Scene: filled(t.Scene)}
	})
}

func (l *Loaders) seasonEditing(ctx context.Context, keys []globalid.Season) (map[globalid.Season]*model.Editing, error) {
	rows, err := l.db.Season.Query().Where(among(season.FieldID, keys)).All(ctx)
	return shown(rows, err, func(s *ent.Season) (globalid.Season, *model.Editing) {
		return s.ID, &model.Editing{Version: s.Version, Edited: s.Edited, Source: s.Source, ExternalID: s.ExternalID, Name: s.Name}
	})
}

func (l *Loaders) episodeEditing(ctx context.Context, keys []globalid.Episode) (map[globalid.Episode]*model.Editing, error) {
	rows, err := l.db.Episode.Query().Where(among(episode.FieldID, keys)).All(ctx)
	return shown(rows, err, func(e *ent.Episode) (globalid.Episode, *model.Editing) {
		return e.ID, &model.Editing{Version: e.Version, Edited: e.Edited, Source: e.Source, ExternalID: e.ExternalID,
			Name: &e.Name, Synopsis: e.Synopsis, Texts: textsOf(e.Texts)}
	})
}

func (l *Loaders) personEditing(ctx context.Context, keys []globalid.Person) (map[globalid.Person]*model.Editing, error) {
	rows, err := l.db.Person.Query().Where(among(person.FieldID, keys)).All(ctx)
	return shown(rows, err, func(p *ent.Person) (globalid.Person, *model.Editing) {
		return p.ID, &model.Editing{Version: p.Version, Edited: p.Edited, Source: p.Source, ExternalID: p.ExternalID,
			Name: &p.Name, BirthYear: p.BirthYear, DeathYear: p.DeathYear}
	})
}

func (l *Loaders) characterEditing(ctx context.Context, keys []globalid.Character) (map[globalid.Character]*model.Editing, error) {
	rows, err := l.db.Character.Query().Where(among(character.FieldID, keys)).All(ctx)
	return shown(rows, err, func(c *ent.Character) (globalid.Character, *model.Editing) {
		return c.ID, &model.Editing{Version: c.Version, Edited: c.Edited, Source: c.Source, ExternalID: c.ExternalID, Name: &c.Name}
	})
}

func (l *Loaders) genreEditing(ctx context.Context, keys []globalid.Genre) (map[globalid.Genre]*model.Editing, error) {
	rows, err := l.db.Genre.Query().Where(among(genre.FieldID, keys)).All(ctx)
	return shown(rows, err, func(g *ent.Genre) (globalid.Genre, *model.Editing) {
		e := &model.Editing{Version: g.Version, Edited: g.Edited, Source: g.Source, ExternalID: g.ExternalID, Position: &g.Position}
		for _, language := range slices.Sorted(maps.Keys(g.Names)) {
			e.Texts = append(e.Texts, &model.Text{Language: profile.Language(language), Name: filled(g.Names[language])})
		}
		return g.ID, e
	})
}

// accounts reads accounts by number, for who may see them.
func (l *Loaders) accounts(ctx context.Context, keys []globalid.User) (map[globalid.User]*ent.User, error) {
	rows, err := l.db.User.Query().Where(among(user.FieldID, keys)).All(ctx)
	return byKey(rows, func(u *ent.User) globalid.User { return u.ID }), err
}
