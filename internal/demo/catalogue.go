// Package demo fills an empty database with a catalogue to look at: facts about
// public-domain films, invented series, and an invented audience whose history
// gives every row of the home page something to say.
package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"streamex/ent"
	"streamex/ent/credit"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/ent/series"
	"streamex/ent/title"
	"streamex/internal/artwork"
	"streamex/internal/catalog"
)

//go:embed catalogue/*.json
var files embed.FS

type texts map[string]string

type genreEntry struct {
	Slug  string
	Names texts
}

type creditEntry struct {
	Role, Person, Character string
}

type episodeEntry struct {
	Number          int
	Names, Synopses texts
	AiredOn         string `json:"aired_on"`
	Minutes         int
}

type seasonEntry struct {
	Number   int
	Episodes []episodeEntry
}

// titleEntry is a movie, or a series when it has seasons.
type titleEntry struct {
	Slug            string
	Names, Synopses texts
	OriginalName    string `json:"original_name"`
	Language        string
	ReleasedOn      string `json:"released_on"`
	Year, Minutes   int
	Maturity        int
	Genres          []string
	Credits         []creditEntry
	Status          string
	Seasons         []seasonEntry
}

// read reads the embedded catalogue.
func read() (genres []genreEntry, titles []titleEntry, err error) {
	if err := parse("genres.json", &genres); err != nil {
		return nil, nil, err
	}
	for _, name := range []string{"films-silent.json", "films-sound.json", "series.json"} {
		var list []titleEntry
		if err := parse(name, &list); err != nil {
			return nil, nil, err
		}
		titles = append(titles, list...)
	}
	return genres, titles, nil
}

func parse(name string, v any) error {
	b, err := files.ReadFile("catalogue/" + name)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	return nil
}

// rows are what the catalogue becomes. Numbers are given here, so that every
// table is written in a few statements.
type rows struct {
	genres      []*ent.GenreCreate
	titles      []*ent.TitleCreate
	movies      []*ent.MovieCreate
	series      []*ent.SeriesCreate
	seasons     []*ent.SeasonCreate
	episodes    []*ent.EpisodeCreate
	videos      []*ent.VideoCreate
	titleGenres []*ent.TitleGenreCreate
	people      []*ent.PersonCreate
	characters  []*ent.CharacterCreate
	credits     []*ent.CreditCreate
	stock       []stock
}

// stock is a title as the audience sees it.
type stock struct {
	id       globalid.Title
	slug     string
	genres   []string
	maturity int
	year     int
	series   bool
	plays    []play // the movie, or the episodes in order
}

type play struct {
	video   globalid.Video
	seconds int
}

// added spreads the catalogue over the last year, so that "new" has an order.
func added(now time.Time, i, n int) time.Time {
	return now.Add(-time.Duration(n-i) * 47 * time.Hour)
}

func build(c *ent.Client, genres []genreEntry, titles []titleEntry, now time.Time) (*rows, error) {
	r := &rows{}
	genreIDs := make(map[string]globalid.Genre)
	for i, g := range genres {
		id := globalid.Genre(i + 1)
		genreIDs[g.Slug] = id
		r.genres = append(r.genres, c.Genre.Create().SetID(id).SetSlug(g.Slug).SetNames(g.Names).SetPosition(i))
	}
	people := make(map[string]globalid.Person)
	// Films and series take turns, and old and new films mix, as in a catalogue that grew.
	order := shuffled(len(titles))
	for at, i := range order {
		t := titles[i]
		id := globalid.Title(at + 1)
		if err := r.title(c, t, id, added(now, at, len(titles))); err != nil {
			return nil, err
		}
		s := stock{id: id, slug: t.Slug, genres: t.Genres, maturity: t.Maturity, year: t.Year, series: len(t.Seasons) > 0}
		for k, slug := range t.Genres {
			g, ok := genreIDs[slug]
			if !ok {
				return nil, fmt.Errorf("demo: %s: no genre %q", t.Slug, slug)
			}
			r.titleGenres = append(r.titleGenres, c.TitleGenre.Create().SetTitleID(id).SetGenreID(g).SetPosition(k))
		}
		for billing, e := range t.Credits {
			p, ok := people[e.Person]
			if !ok {
				p = globalid.Person(len(people) + 1)
				people[e.Person] = p
				r.people = append(r.people, c.Person.Create().SetID(p).SetName(e.Person).SetSortKey(catalog.SortKey(e.Person, "")))
			}
			role := credit.Role(e.Role)
			if err := credit.RoleValidator(role); err != nil {
				return nil, fmt.Errorf("demo: %s: %w", t.Slug, err)
			}
			row := c.Credit.Create().SetTitleID(id).SetPersonID(p).SetRole(role).SetBilling(billing)
			if e.Character != "" {
				ch := globalid.Character(len(r.characters) + 1)
				r.characters = append(r.characters, c.Character.Create().SetID(ch).SetTitleID(id).SetName(e.Character).SetSortKey(catalog.SortKey(e.Character, "")))
				row.SetCharacterID(ch)
			}
			r.credits = append(r.credits, row)
		}
		if s.series {
			s.plays = r.seasonsOf(c, t, id)
		} else {
			seconds := t.Minutes * 60
			v := globalid.Video(len(r.videos) + 1)
			r.videos = append(r.videos, c.Video.Create().SetID(v).SetTitleID(id))
			r.movies = append(r.movies, c.Movie.Create().SetID(id).SetTitleID(id).SetRuntimeSeconds(seconds))
			s.plays = []play{{v, seconds}}
		}
		r.stock = append(r.stock, s)
	}
	return r, nil
}

func (r *rows) title(c *ent.Client, t titleEntry, id globalid.Title, addedAt time.Time) error {
	kind := title.KindMOVIE
	if len(t.Seasons) > 0 {
		kind = title.KindSERIES
		r.series = append(r.series, c.Series.Create().SetID(id).SetTitleID(id).SetStatus(series.Status(t.Status)))
	}
	scene := t.Genres[0]
	texts := map[string]schema.Text{"es": {Name: t.Names["es"], Synopsis: t.Synopses["es"]}}
	en, es := catalog.SortKeys(t.Names["en"], texts)
	row := c.Title.Create().SetID(id).SetKind(kind).SetSlug(t.Slug).
		SetName(t.Names["en"]).SetSynopsis(t.Synopses["en"]).SetTexts(texts).SetSortKey(en).SetSortKeyEs(es).
		SetYear(t.Year).SetMaturity(t.Maturity).SetLanguage(t.Language).SetAddedAt(addedAt).
		SetScene(scene).SetColor(artwork.Dominant(t.Slug, scene))
	if t.OriginalName != "" {
		row.SetOriginalName(t.OriginalName)
	}
	if t.ReleasedOn != "" {
		d, err := time.Parse(time.DateOnly, t.ReleasedOn)
		if err != nil {
			return fmt.Errorf("demo: %s: %w", t.Slug, err)
		}
		row.SetReleasedOn(d)
	}
	r.titles = append(r.titles, row)
	return nil
}

// seasonsOf adds the seasons and episodes of a series and returns the episodes
// in the order in which they are watched: specials last.
func (r *rows) seasonsOf(c *ent.Client, t titleEntry, id globalid.Title) []play {
	var regular, special []play
	for _, s := range t.Seasons {
		season := globalid.Season(len(r.seasons) + 1)
		r.seasons = append(r.seasons, c.Season.Create().SetID(season).SetSeriesID(id).SetNumber(s.Number))
		for _, e := range s.Episodes {
			episode, video := globalid.Episode(len(r.episodes)+1), globalid.Video(len(r.videos)+1)
			row := c.Episode.Create().SetID(episode).SetSeriesID(id).SetSeasonID(season).SetNumber(e.Number).
				SetOrdinal(catalog.Ordinal(&s.Number, &e.Number)).
				SetName(e.Names["en"]).SetSynopsis(e.Synopses["en"]).
				SetTexts(map[string]schema.Text{"es": {Name: e.Names["es"], Synopsis: e.Synopses["es"]}}).
				SetRuntimeSeconds(e.Minutes * 60)
			if d, err := time.Parse(time.DateOnly, e.AiredOn); err == nil {
				row.SetAiredOn(d)
			}
			r.episodes = append(r.episodes, row)
			r.videos = append(r.videos, c.Video.Create().SetID(video).SetTitleID(id).SetEpisodeID(episode))
			p := play{video, e.Minutes * 60}
			if s.Number == 0 {
				special = append(special, p)
			} else {
				regular = append(regular, p)
			}
		}
	}
	return append(regular, special...)
}

// household names an invented account of the audience. The domain can never
// receive mail and the account has no password that matches.
func household(i int) (email, name string) {
	return fmt.Sprintf("household-%02d@audience.invalid", i), fmt.Sprintf("Household %02d", i)
}
