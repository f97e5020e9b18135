package importer

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"streamex/ent/credit"
	"streamex/ent/schema"
	"streamex/ent/series"
	"streamex/internal/catalog"
)

// The records of our own format, one a line; docs/import.md describes them. The
// order of the fields is the order in the file.

// format is the first line.
type format struct {
	Type    string `json:"type"` // streamex
	Version int    `json:"version"`
}

const formatVersion = 1

type genreRecord struct {
	Type     string            `json:"type"` // genre
	ID       string            `json:"id"`
	Slug     string            `json:"slug"`
	Names    map[string]string `json:"names"`
	Position int               `json:"position"`
	Edited   []string          `json:"edited,omitempty"`
}

type personRecord struct {
	Type      string   `json:"type"` // person
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	BirthYear *int     `json:"birthYear,omitempty"`
	DeathYear *int     `json:"deathYear,omitempty"`
	Edited    []string `json:"edited,omitempty"`
}

type titleRecord struct {
	Type           string                 `json:"type"` // movie or series
	ID             string                 `json:"id"`
	Slug           string                 `json:"slug"`
	Name           string                 `json:"name"`
	OriginalName   string                 `json:"originalName,omitempty"`
	Synopsis       string                 `json:"synopsis,omitempty"`
	Texts          map[string]schema.Text `json:"texts,omitempty"`
	Year           int                    `json:"year,omitempty"`
	ReleasedOn     *time.Time             `json:"releasedOn,omitempty"`
	Maturity       int                    `json:"maturity,omitempty"`
	Language       string                 `json:"language,omitempty"`
	AvailableFrom  *time.Time             `json:"availableFrom,omitempty"`
	AvailableUntil *time.Time             `json:"availableUntil,omitempty"`
	AddedAt        time.Time              `json:"addedAt"`
	Popularity     int64                  `json:"popularity,omitempty"`
	Score          int64                  `json:"score,omitempty"`
	Scene          string                 `json:"scene,omitempty"`
	Color          string                 `json:"color,omitempty"`
	Runtime        int                    `json:"runtimeSeconds,omitempty"`
	Status         string                 `json:"status,omitempty"`
	Genres         []string               `json:"genres,omitempty"`
	Characters     []characterRecord      `json:"characters,omitempty"`
	Credits        []creditRecord         `json:"credits,omitempty"`
	Seasons        []seasonRecord         `json:"seasons,omitempty"`
	Edited         []string               `json:"edited,omitempty"`
}

type characterRecord struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Edited []string `json:"edited,omitempty"`
}

type creditRecord struct {
	ID        string `json:"id"`
	Person    string `json:"person"`
	Character string `json:"character,omitempty"`
	Role      string `json:"role"`
	Billing   int    `json:"billing"`
	Job       string `json:"job,omitempty"`
}

type seasonRecord struct {
	ID       string          `json:"id"`
	Number   *int            `json:"number,omitempty"`
	Name     string          `json:"name,omitempty"`
	Episodes []episodeRecord `json:"episodes,omitempty"`
	Edited   []string        `json:"edited,omitempty"`
}

type episodeRecord struct {
	ID       string                 `json:"id"`
	Number   *int                   `json:"number,omitempty"`
	Ordinal  *int                   `json:"ordinal,omitempty"` // null: what follows from the numbers
	Name     string                 `json:"name"`
	Synopsis string                 `json:"synopsis,omitempty"`
	Texts    map[string]schema.Text `json:"texts,omitempty"`
	AiredOn  *time.Time             `json:"airedOn,omitempty"`
	Runtime  int                    `json:"runtimeSeconds,omitempty"`
	Credits  []creditRecord         `json:"credits,omitempty"`
	Edited   []string               `json:"edited,omitempty"`
}

// parseKey reads SOURCE/NAME.
func parseKey(id string) (Key, error) {
	source, name, ok := strings.Cut(id, "/")
	if !ok || source == "" || name == "" || len(source) > 40 || len(name) > 400 {
		return Key{}, fmt.Errorf("%q is no id: it has the form SOURCE/NAME", clip(id))
	}
	return Key{source, name}, nil
}

func named(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("a name is empty")
	}
	if len(name) > maxName {
		return fmt.Errorf("the name %q is too long", clip(name))
	}
	return nil
}

func (g *genreRecord) row() (*row, error) {
	k, err := parseKey(g.ID)
	if err != nil {
		return nil, err
	}
	if g.Slug == "" || len(g.Names) == 0 {
		return nil, errors.New("a genre needs a slug and names")
	}
	return &row{key: k, values: []any{g.Slug, encode(g.Names), int64(g.Position)}, edited: g.Edited}, nil
}

func (p *personRecord) row() (*row, error) {
	k, err := parseKey(p.ID)
	if err == nil {
		err = named(p.Name)
	}
	if err != nil {
		return nil, err
	}
	r := personRow(k, p.Name, p.BirthYear, p.DeathYear)
	r.edited = p.Edited
	return r, nil
}

// add adds a title with all that belongs to it. Others are what other records
// described, or the database has: genres and people by their ids.
func (t *titleRecord) add(c *content, genre, person func(id string) (*row, error)) error {
	k, err := parseKey(t.ID)
	if err == nil {
		err = named(t.Name)
	}
	switch {
	case err != nil:
		return err
	case t.Slug == "" || len(t.Slug) > 200:
		return errors.New("a title needs a slug of at most 200 bytes")
	case t.Maturity < 0 || t.Runtime < 0:
		return errors.New("a number is negative")
	case t.Type == "movie" && len(t.Seasons) > 0:
		return errors.New("a movie has no seasons")
	case t.Type == "series" && t.Runtime > 0:
		return errors.New("a series has no runtimeSeconds: its episodes have")
	case t.Type == "series" && t.Status != "" && series.StatusValidator(series.Status(t.Status)) != nil:
		return fmt.Errorf("there is no status %q", clip(t.Status))
	}
	var links []*row
	for _, id := range t.Genres {
		g, err := genre(id)
		if err != nil {
			return err
		}
		links = append(links, g)
	}
	title := (&Title{Key: k, Movie: t.Type == "movie", Slug: t.Slug, Name: t.Name, Original: t.OriginalName, Synopsis: t.Synopsis, Language: t.Language,
		Texts: t.Texts, Year: t.Year, Maturity: t.Maturity, Released: t.ReleasedOn, From: t.AvailableFrom, Until: t.AvailableUntil,
		Added: t.AddedAt.UTC(), Popularity: t.Popularity, Score: t.Score, Scene: t.Scene, Color: t.Color, Seconds: t.Runtime, Status: t.Status}).row(links)
	title.edited = t.Edited
	c.titles = append(c.titles, title)

	known := map[string]*row{}
	for _, r := range t.Characters {
		k, err := parseKey(r.ID)
		if err == nil {
			err = named(r.Name)
		}
		if err != nil {
			return err
		}
		known[r.ID] = characterRow(k, &title.row, r.Name)
		known[r.ID].edited = r.Edited
		c.characters = append(c.characters, known[r.ID])
	}
	credits := func(episode any, list []creditRecord) error {
		for _, r := range list {
			k, err := parseKey(r.ID)
			if err == nil {
				err = credit.RoleValidator(credit.Role(r.Role))
			}
			if err != nil {
				return err
			}
			p, err := person(r.Person)
			if err != nil {
				return err
			}
			var character any
			if r.Character != "" {
				of, ok := known[r.Character]
				if !ok {
					return fmt.Errorf("credit %s: its title has no character %q", r.ID, clip(r.Character))
				}
				character = of
			}
			c.credits = append(c.credits, &row{key: k, values: []any{&title.row, episode, p, character, r.Role, int64(r.Billing), text(r.Job)}})
		}
		return nil
	}
	if err := credits(nil, t.Credits); err != nil {
		return err
	}
	for _, s := range t.Seasons {
		k, err := parseKey(s.ID)
		if err != nil {
			return err
		}
		season := &row{key: k, values: []any{&title.row, number(s.Number), text(s.Name)}, edited: s.Edited}
		c.seasons = append(c.seasons, season)
		for _, e := range s.Episodes {
			k, err := parseKey(e.ID)
			if err == nil {
				err = named(e.Name)
			}
			if err != nil {
				return err
			}
			ordinal := catalog.Ordinal(s.Number, e.Number)
			if e.Ordinal != nil {
				ordinal = *e.Ordinal
			}
			episode := &row{key: k, values: []any{&title.row, season, number(e.Number), int64(ordinal), e.Name, text(e.Synopsis), texts(e.Texts), moment(e.AiredOn), seconds(e.Runtime)}, edited: e.Edited}
			c.episodes = append(c.episodes, episode)
			if err := credits(episode, e.Credits); err != nil {
				return err
			}
		}
	}
	return nil
}
