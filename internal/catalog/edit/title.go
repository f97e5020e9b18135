package edit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"streamex/ent"
	"streamex/ent/genre"
	"streamex/ent/movie"
	"streamex/ent/schema/globalid"
	"streamex/ent/series"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/internal/artwork"
	"streamex/internal/audit"
	"streamex/internal/catalog"
	"streamex/internal/input"
	"streamex/internal/policy"
)

// Title is what a movie or a series shall say.
type Title struct {
	Name, OriginalName, Synopsis  Value[string]
	Texts                         Value[[]Text]
	Slug                          Value[string]
	Year                          Value[int]
	ReleasedOn                    Value[time.Time]
	Maturity                      Value[int]
	Language                      Value[string]
	AvailableFrom, AvailableUntil Value[time.Time]
	Genres                        Value[[]globalid.Genre]
	Scene                         Value[string]
	Duration                      Value[int]           // of a movie, in seconds
	Status                        Value[series.Status] // of a series
}

// titleState is all that a title says.
type titleState struct {
	ent.Title
	duration *int
	status   series.Status
	genres   []globalid.Genre
}

func (t *titleState) row() row {
	kind := "Movie"
	if t.Kind == title.KindSERIES {
		kind = "Series"
	}
	return row{audit.Node{Kind: kind, ID: t.ID, Label: t.Name}, t.Version, t.Source, t.Edited}
}

// fields of a title; slugs are those of all genres.
func (t *titleState) fields(slugs map[globalid.Genre]string) fields {
	year := &t.Year
	if t.Year == 0 {
		year = nil
	}
	scene := &t.Scene
	if t.Scene == "" {
		scene = nil
	}
	en, es := catalog.SortKeys(t.Name, t.Texts)
	f := fields{
		{"name", title.FieldName, t.Name}, {"originalName", title.FieldOriginalName, some(t.OriginalName)}, {"synopsis", title.FieldSynopsis, some(t.Synopsis)},
		{"texts", title.FieldTexts, some(filled(t.Texts))}, {"slug", title.FieldSlug, t.Slug}, {"year", "", some(year)}, {"", title.FieldYear, t.Year},
		{"releasedOn", title.FieldReleasedOn, day(t.ReleasedOn)}, {"maturity", title.FieldMaturity, t.Maturity}, {"language", title.FieldLanguage, some(t.Language)},
		{"availableFrom", title.FieldAvailableFrom, some(t.AvailableFrom)}, {"availableUntil", title.FieldAvailableUntil, some(t.AvailableUntil)},
		{"scene", title.FieldScene, some(scene)}, {"", title.FieldColor, t.Color}, {"", title.FieldSortKey, en}, {"", title.FieldSortKeyEs, es},
		{"genres", "", names(t.genres, slugs)},
	}
	if t.Kind == title.KindMOVIE {
		return append(f, field{"durationSeconds", "", some(t.duration)})
	}
	return append(f, field{"status", "", string(t.status)})
}

// filled is a pointer to a map that has something in it, else nil.
func filled[K comparable, V any](m map[K]V) *map[K]V {
	if len(m) == 0 {
		return nil
	}
	return &m
}

func names(ids []globalid.Genre, slugs map[globalid.Genre]string) any {
	if len(ids) == 0 {
		return nil
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = slugs[id]
	}
	return out
}

// apply writes what a title shall say into t and returns what is wrong with it.
func (in Title) apply(t *titleState) *checks {
	c := &checks{at: "input."}
	c.name("name", in.Name, &t.Name)
	c.line("originalName", in.OriginalName, &t.OriginalName)
	c.synopsis("synopsis", in.Synopsis, &t.Synopsis)
	c.texts("texts", in.Texts, &t.Texts)
	c.slug(in.Slug, &t.Slug)
	var year *int
	if c.number("year", in.Year, firstYear, lastYear, &year); in.Year.Set {
		t.Year = or(year)
	}
	c.date("releasedOn", in.ReleasedOn, &t.ReleasedOn)
	if in.Maturity.Set {
		t.Maturity = or(in.Maturity.To)
	}
	if in.Language.Set {
		t.Language = c.Language(c.at+"language", in.Language.To)
	}
	c.instant("availableFrom", in.AvailableFrom, &t.AvailableFrom)
	c.instant("availableUntil", in.AvailableUntil, &t.AvailableUntil)
	if t.AvailableFrom != nil && t.AvailableUntil != nil && !t.AvailableUntil.After(*t.AvailableFrom) {
		c.wrong("availableUntil", input.Invalid, "This must be later than the begin of availability.")
	}
	if in.Genres.Set {
		t.genres = or(in.Genres.To)
	}
	if in.Scene.Set {
		t.Scene = or(in.Scene.To)
		if t.Scene != "" && (len(t.Scene) > maxSlug || !slugForm.MatchString(t.Scene)) {
			c.wrong("scene", input.Invalid, "This must be the slug of a genre.")
		}
	}
	c.number("durationSeconds", in.Duration, 1, maxSeconds, &t.duration)
	if in.Status.Set {
		t.status = series.DefaultStatus
		if in.Status.To != nil {
			t.status = *in.Status.To
		}
	}
	return c
}

// known checks the genres of a title, at a field.
func (c *checks) known(field string, ids []globalid.Genre, slugs map[globalid.Genre]string) {
	if len(ids) > maxGenres {
		c.Add(field, input.Invalid, fmt.Sprintf("A title has at most %d genres.", maxGenres))
		return
	}
	seen := make(map[globalid.Genre]bool)
	for i, id := range ids {
		at := fmt.Sprintf("%s.%d", field, i)
		if _, ok := slugs[id]; !ok {
			c.Add(at, input.NotFound, "There is no such genre.")
		} else if seen[id] {
			c.Add(at, input.Invalid, "This genre is in the list already.")
		}
		seen[id] = true
	}
}

// slugsOfGenres are those of all genres: there are few.
func (c *change) slugsOfGenres(ctx context.Context) (map[globalid.Genre]string, error) {
	rows, err := c.tx.Genre.Query().Select(genre.FieldID, genre.FieldSlug).All(ctx)
	slugs := make(map[globalid.Genre]string, len(rows))
	for _, g := range rows {
		slugs[g.ID] = g.Slug
	}
	return slugs, err
}

// slugTaken tells whether another title has a slug, also one that this
// administrator's profile does not see.
func (c *change) slugTaken(ctx context.Context, slug string, id globalid.Title) (bool, error) {
	return c.tx.Title.Query().Where(title.Slug(slug), title.IDNEQ(id)).Exist(policy.Within(ctx))
}

// freeSlug is a slug that no title has.
func (c *change) freeSlug(ctx context.Context, slug string) (string, error) {
	taken, err := c.tx.Title.Query().Where(title.SlugHasPrefix(slug)).Select(title.FieldSlug).Strings(policy.Within(ctx))
	return free(slug, taken), err
}

// free is slug, or slug with the first number that makes it one that is not
// taken.
func free(slug string, taken []string) string {
	out := slug
	for n := 2; slices.Contains(taken, out); n++ {
		out = slug + "-" + strconv.Itoa(n)
	}
	return out
}

const (
	slugIsTaken = "Another one has this slug."
	noTitle     = "There is no such title."
)

// CreateTitle adds a movie or a series with its first seasons. It returns
// Problems.
func (s *Service) CreateTitle(ctx context.Context, kind title.Kind, in Title, seasons []NewSeason, key *string) (globalid.Title, error) {
	return create(ctx, s, creation{"creating a " + string(kind), key, []any{in, seasons}}, func(c *change) (globalid.Title, error) {
		t := &titleState{Title: ent.Title{Kind: kind}, status: series.DefaultStatus}
		wrong := in.apply(t)
		states := checkSeasons(wrong, seasons)
		slugs, err := c.slugsOfGenres(ctx)
		if err != nil {
			return 0, err
		}
		wrong.known("input.genreIds", t.genres, slugs)
		if in.Slug.Set && wrong.err() == nil {
			taken, err := c.slugTaken(ctx, t.Slug, 0)
			if err != nil {
				return 0, err
			}
			if taken {
				wrong.wrong("slug", input.Conflict, slugIsTaken)
			}
		}
		if wrong.err() != nil {
			return 0, wrong.err()
		}
		if t.ReleasedOn != nil && !in.Year.Set {
			t.Year = t.ReleasedOn.Year()
		}
		if !in.Slug.Set {
			if t.Slug, err = c.freeSlug(ctx, catalog.Slug(t.Name, t.Year)); err != nil {
				return 0, err
			}
		}
		if len(t.genres) > 0 && !in.Scene.Set {
			t.Scene = slugs[t.genres[0]]
		}
		t.Color = artwork.Dominant(t.Slug, t.Scene)
		if err := c.insertTitle(ctx, t, slugs); err != nil {
			return 0, err
		}
		return t.ID, c.insertSeasons(ctx, t.ID, states)
	})
}

func (c *change) insertTitle(ctx context.Context, t *titleState, slugs map[globalid.Genre]string) error {
	values := t.fields(slugs)
	insert := c.tx.Title.Create().SetKind(t.Kind)
	if err := values.set(insert.Mutation(), false); err != nil {
		return err
	}
	made, err := insert.Save(ctx)
	if err != nil {
		return err
	}
	t.ID = made.ID
	if t.Kind == title.KindMOVIE {
		err = c.tx.Movie.Create().SetID(t.ID).SetTitleID(t.ID).SetNillableRuntimeSeconds(t.duration).Exec(ctx)
		if err == nil {
			err = c.tx.Video.Create().SetTitleID(t.ID).Exec(ctx)
		}
	} else {
		err = c.tx.Series.Create().SetID(t.ID).SetTitleID(t.ID).SetStatus(t.status).Exec(ctx)
	}
	if err == nil {
		err = c.putGenres(ctx, t)
	}
	if err != nil {
		return err
	}
	c.changed.Titles = append(c.changed.Titles, t.ID)
	return c.note(t.row().node, nil, values)
}

// putGenres writes the genres of a title that has none.
func (c *change) putGenres(ctx context.Context, t *titleState) error {
	rows := make([]*ent.TitleGenreCreate, len(t.genres))
	for i, id := range t.genres {
		rows[i] = c.tx.TitleGenre.Create().SetTitleID(t.ID).SetGenreID(id).SetPosition(i).SetPopularity(t.Popularity)
	}
	return c.tx.TitleGenre.CreateBulk(rows...).Exec(ctx)
}

// title reads a title and keeps it from others until the transaction ends: who
// edits it, or what hangs on it, waits. It returns a not found error of ent.
func (c *change) title(ctx context.Context, id globalid.Title) (*titleState, error) {
	found, err := c.tx.Title.Query().Where(title.ID(id)).Modify(forUpdate).Only(ctx)
	if err != nil {
		return nil, err
	}
	t := &titleState{Title: *found}
	if t.Kind == title.KindMOVIE {
		m, err := c.tx.Movie.Query().Where(movie.ID(id)).Only(ctx)
		if err != nil {
			return nil, err
		}
		t.duration = m.RuntimeSeconds
	} else {
		r, err := c.tx.Series.Query().Where(series.ID(id)).Only(ctx)
		if err != nil {
			return nil, err
		}
		t.status = r.Status
	}
	places, err := c.tx.TitleGenre.Query().Where(titlegenre.TitleID(id)).Order(titlegenre.ByPosition(), titlegenre.ByGenreID()).All(ctx)
	for _, p := range places {
		t.genres = append(t.genres, p.GenreID)
	}
	return t, err
}

// UpdateTitle changes a movie or a series. It returns Problems.
func (s *Service) UpdateTitle(ctx context.Context, kind title.Kind, id globalid.Title, version int, in Title) error {
	return s.write(ctx, "changing a title", func(c *change) error {
		slugs, err := c.slugsOfGenres(ctx)
		if err != nil {
			return err
		}
		before, err := c.title(ctx, id)
		if ent.IsNotFound(err) || err == nil && before.Kind != kind {
			wrong := in.apply(&titleState{Title: ent.Title{Name: "-"}})
			wrong.known("input.genreIds", or(in.Genres.To), slugs)
			wrong.Add("id", input.NotFound, noTitle)
			return wrong.err()
		}
		if err != nil {
			return err
		}
		after := *before
		wrong := in.apply(&after)
		if in.Genres.Set {
			wrong.known("input.genreIds", after.genres, slugs)
		}
		if after.Slug != before.Slug {
			taken, err := c.slugTaken(ctx, after.Slug, id)
			if err != nil {
				return err
			}
			if taken {
				wrong.wrong("slug", input.Conflict, slugIsTaken)
			}
		}
		if before.Version != version {
			wrong.Problems = append(wrong.Problems, stale)
		}
		if wrong.err() != nil {
			return wrong.err()
		}
		if after.Slug != before.Slug || after.Scene != before.Scene {
			after.Color = artwork.Dominant(after.Slug, after.Scene)
		}
		return c.saveTitle(ctx, before, &after, slugs)
	})
}

func (c *change) saveTitle(ctx context.Context, before, after *titleState, slugs map[globalid.Genre]string) error {
	update := c.tx.Title.Update().Where(title.ID(before.ID), title.Version(before.Version))
	changed, err := c.save(ctx, after.row(), before.fields(slugs), after.fields(slugs), update.Mutation(), update.Save)
	if err != nil || !changed {
		return err
	}
	c.changed.Titles = append(c.changed.Titles, after.ID)
	switch {
	case after.Kind == title.KindMOVIE && or(before.duration) != or(after.duration):
		m := c.tx.Movie.UpdateOneID(after.ID).ClearRuntimeSeconds()
		if after.duration != nil {
			m.SetRuntimeSeconds(*after.duration)
		}
		err = m.Exec(ctx)
	case before.status != after.status:
		err = c.tx.Series.UpdateOneID(after.ID).SetStatus(after.status).Exec(ctx)
	}
	if err == nil && !slices.Equal(before.genres, after.genres) {
		if _, err = c.tx.TitleGenre.Delete().Where(titlegenre.TitleID(after.ID)).Exec(ctx); err == nil {
			err = c.putGenres(ctx, after)
		}
	}
	return err
}

// SetGenres gives a title these genres and no others. It returns Problems.
func (s *Service) SetGenres(ctx context.Context, id globalid.Title, version int, genres []globalid.Genre) error {
	return s.write(ctx, "setting the genres of a title", func(c *change) error {
		slugs, err := c.slugsOfGenres(ctx)
		if err != nil {
			return err
		}
		wrong := new(checks)
		wrong.known("genreIds", genres, slugs)
		before, err := c.title(ctx, id)
		switch {
		case ent.IsNotFound(err):
			wrong.Add("titleId", input.NotFound, noTitle)
		case err != nil:
			return err
		case before.Version != version:
			wrong.Problems = append(wrong.Problems, stale)
		}
		if wrong.err() != nil {
			return wrong.err()
		}
		after := *before
		after.genres = genres
		return c.saveTitle(ctx, before, &after, slugs)
	})
}
