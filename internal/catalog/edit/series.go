package edit

import (
	"context"
	"fmt"
	"time"

	"streamex/ent"
	"streamex/ent/episode"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/title"
	"streamex/internal/audit"
	"streamex/internal/catalog"
	"streamex/internal/input"
)

// Season is what a season shall say.
type Season struct {
	Number Value[int]
	Name   Value[string]
}

// Episode is what an episode shall say.
type Episode struct {
	Number         Value[int]
	Name, Synopsis Value[string]
	Texts          Value[[]Text]
	AiredOn        Value[time.Time]
	Duration       Value[int] // in seconds
}

// NewSeason is a season that comes with its episodes.
type NewSeason struct {
	Season
	Episodes []Episode
}

// seasonState is a new season with its episodes.
type seasonState struct {
	ent.Season
	episodes []ent.Episode
}

func seasonRow(r *ent.Season) row {
	label := "Season"
	if r.Number != nil {
		label = fmt.Sprintf("Season %d", *r.Number)
	}
	if r.Name != nil {
		label = *r.Name
	}
	return row{audit.Node{Kind: "Season", ID: r.ID, Label: label}, r.Version, r.Source, r.Edited}
}

func seasonFields(r *ent.Season) fields {
	return fields{{"number", season.FieldNumber, some(r.Number)}, {"name", season.FieldName, some(r.Name)}}
}

func episodeRow(e *ent.Episode) row {
	return row{audit.Node{Kind: "Episode", ID: e.ID, Label: e.Name}, e.Version, e.Source, e.Edited}
}

func episodeFields(e *ent.Episode) fields {
	return fields{
		{"number", episode.FieldNumber, some(e.Number)}, {"name", episode.FieldName, e.Name}, {"synopsis", episode.FieldSynopsis, some(e.Synopsis)},
		{"texts", episode.FieldTexts, some(filled(e.Texts))}, {"airedOn", episode.FieldAiredOn, day(e.AiredOn)},
		{"durationSeconds", episode.FieldRuntimeSeconds, some(e.RuntimeSeconds)}, {"seasonId", episode.FieldSeasonID, e.SeasonID}, {"", episode.FieldOrdinal, e.Ordinal},
	}
}

// apply writes what a season shall say into r; what is wrong goes to c.
func (in Season) apply(c *checks, r *ent.Season) {
	c.number("number", in.Number, 0, maxNumber, &r.Number)
	c.line("name", in.Name, &r.Name)
}

// apply writes what an episode shall say into e; what is wrong goes to c.
func (in Episode) apply(c *checks, e *ent.Episode) {
	c.number("number", in.Number, 0, maxNumber, &e.Number)
	c.name("name", in.Name, &e.Name)
	c.synopsis("synopsis", in.Synopsis, &e.Synopsis)
	c.texts("texts", in.Texts, &e.Texts)
	c.date("airedOn", in.AiredOn, &e.AiredOn)
	c.number("durationSeconds", in.Duration, 1, maxSeconds, &e.RuntimeSeconds)
}

const (
	numberIsTaken = "Another season has this number."
	noSeries      = "There is no such series."
	noSeason      = "There is no such season."
	noEpisode     = "There is no such episode."
)

// checkSeasons checks the seasons of a new series.
func checkSeasons(c *checks, seasons []NewSeason) []*seasonState {
	if len(seasons) > maxSeasons {
		c.Add("seasons", input.Invalid, fmt.Sprintf("A new series has at most %d seasons.", maxSeasons))
		return nil
	}
	taken := make(map[int]bool)
	states := make([]*seasonState, len(seasons))
	all := 0
	for i, in := range seasons {
		below := &checks{at: fmt.Sprintf("seasons.%d.", i)}
		state := new(seasonState)
		in.Season.apply(below, &state.Season)
		if n := state.Number; n != nil && below.Problems == nil {
			if taken[*n] {
				below.wrong("number", input.Conflict, numberIsTaken)
			}
			taken[*n] = true
		}
		if all += len(in.Episodes); all <= maxSeasons*maxEpisodes/10 {
			state.episodes = checkEpisodes(below, in.Episodes)
		} else {
			below.wrong("episodes", input.Invalid, fmt.Sprintf("A new series has at most %d episodes.", maxSeasons*maxEpisodes/10))
		}
		states[i] = state
		c.Problems = append(c.Problems, below.Problems...)
	}
	return states
}

// checkEpisodes checks the episodes of a new season, below c.
func checkEpisodes(c *checks, episodes []Episode) []ent.Episode {
	if len(episodes) > maxEpisodes {
		c.wrong("episodes", input.Invalid, fmt.Sprintf("A new season has at most %d episodes.", maxEpisodes))
		return nil
	}
	states := make([]ent.Episode, len(episodes))
	for i, in := range episodes {
		below := &checks{at: fmt.Sprintf("%sepisodes.%d.", c.at, i)}
		in.apply(below, &states[i])
		c.Problems = append(c.Problems, below.Problems...)
	}
	return states
}

func (c *change) insertSeasons(ctx context.Context, id globalid.Title, seasons []*seasonState) error {
	for _, state := range seasons {
		if err := c.insertSeason(ctx, id, state); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) insertSeason(ctx context.Context, id globalid.Title, state *seasonState) error {
	values := seasonFields(&state.Season)
	insert := c.tx.Season.Create().SetSeriesID(id)
	if err := values.set(insert.Mutation(), false); err != nil {
		return err
	}
	made, err := insert.Save(ctx)
	if err != nil {
		return err
	}
	state.ID = made.ID
	if err := c.note(seasonRow(made).node, nil, values); err != nil {
		return err
	}
	_, err = c.insertEpisodes(ctx, made, state.episodes)
	return err
}

// insertEpisodes adds episodes to a season, each with its video.
func (c *change) insertEpisodes(ctx context.Context, of *ent.Season, episodes []ent.Episode) (made []*ent.Episode, err error) {
	rows := make([]*ent.EpisodeCreate, len(episodes))
	for i := range episodes {
		e := &episodes[i]
		e.SeasonID, e.Ordinal = of.ID, catalog.Ordinal(of.Number, e.Number)
		rows[i] = c.tx.Episode.Create().SetSeriesID(of.SeriesID)
		if err := episodeFields(e).set(rows[i].Mutation(), false); err != nil {
			return nil, err
		}
	}
	if made, err = c.tx.Episode.CreateBulk(rows...).Save(ctx); err != nil {
		return nil, err
	}
	videos := make([]*ent.VideoCreate, len(made))
	for i, e := range made {
		videos[i] = c.tx.Video.Create().SetTitleID(e.SeriesID).SetEpisodeID(e.ID)
		c.changed.Episodes = append(c.changed.Episodes, e.ID)
		if err := c.note(episodeRow(e).node, nil, episodeFields(e)); err != nil {
			return nil, err
		}
	}
	return made, c.tx.Video.CreateBulk(videos...).Exec(ctx)
}

// season reads a season after it took its series for itself, so that nobody
// else edits anything of that meanwhile. It returns a not found error of ent.
func (c *change) season(ctx context.Context, id globalid.Season) (*ent.Season, error) {
	of, err := c.tx.Season.Get(ctx, id)
	if err == nil {
		if err = c.lock(ctx, of.SeriesID); err == nil {
			of, err = c.tx.Season.Get(ctx, id) // again: it may have changed until then
		}
	}
	return of, err
}

// episode reads an episode after it took its series for itself. It returns a
// not found error of ent.
func (c *change) episode(ctx context.Context, id globalid.Episode) (*ent.Episode, error) {
	e, err := c.tx.Episode.Get(ctx, id)
	if err == nil {
		if err = c.lock(ctx, e.SeriesID); err == nil {
			e, err = c.tx.Episode.Get(ctx, id)
		}
	}
	return e, err
}

// lock makes others wait who edit a title or what hangs on it. It returns a not
// found error of ent.
func (c *change) lock(ctx context.Context, id globalid.Title) error {
	_, err := c.tx.Title.Query().Where(title.ID(id)).Modify(forUpdate).OnlyID(ctx)
	return err
}

// numberTaken tells whether another season of a series has a number.
func (c *change) numberTaken(ctx context.Context, of globalid.Title, id globalid.Season, number *int) (bool, error) {
	if number == nil {
		return false, nil
	}
	return c.tx.Season.Query().Where(season.SeriesID(of), season.Number(*number), season.IDNEQ(id)).Exist(ctx)
}

// CreateSeason adds a season to a series. It returns Problems.
func (s *Service) CreateSeason(ctx context.Context, of globalid.Title, in NewSeason, key *string) (globalid.Season, error) {
	return create(ctx, s, creation{"creating a season", key, []any{of, in}}, func(c *change) (globalid.Season, error) {
		state := new(seasonState)
		wrong := &checks{at: "input."}
		in.Season.apply(wrong, &state.Season)
		below := new(checks)
		state.episodes = checkEpisodes(below, in.Episodes)
		wrong.Problems = append(wrong.Problems, below.Problems...)
		id, err := c.tx.Title.Query().Where(title.ID(of), title.KindEQ(title.KindSERIES)).Modify(forUpdate).OnlyID(ctx)
		if ent.IsNotFound(err) {
			wrong.Add("seriesId", input.NotFound, noSeries)
		} else if err != nil {
			return 0, err
		} else if taken, err := c.numberTaken(ctx, id, 0, state.Number); err != nil {
			return 0, err
		} else if taken {
			wrong.wrong("number", input.Conflict, numberIsTaken)
		}
		if wrong.err() != nil {
			return 0, wrong.err()
		}
		err = c.insertSeason(ctx, id, state)
		return state.ID, err
	})
}

// UpdateSeason changes a season. It returns Problems.
func (s *Service) UpdateSeason(ctx context.Context, id globalid.Season, version int, in Season) error {
	return s.write(ctx, "changing a season", func(c *change) error {
		wrong := &checks{at: "input."}
		before, err := c.season(ctx, id)
		if ent.IsNotFound(err) {
			in.apply(wrong, new(ent.Season))
			wrong.Add("id", input.NotFound, noSeason)
			return wrong.err()
		}
		if err != nil {
			return err
		}
		after := *before
		in.apply(wrong, &after)
		taken, err := c.numberTaken(ctx, after.SeriesID, id, after.Number)
		if err != nil {
			return err
		}
		if taken {
			wrong.wrong("number", input.Conflict, numberIsTaken)
		}
		if before.Version != version {
			wrong.Problems = append(wrong.Problems, stale)
		}
		if wrong.err() != nil {
			return wrong.err()
		}
		update := c.tx.Season.Update().Where(season.ID(id), season.Version(version))
		changed, err := c.save(ctx, seasonRow(&after), seasonFields(before), seasonFields(&after), update.Mutation(), update.Save)
		if err != nil || !changed || same(before.Number, after.Number) {
			return err
		}
		return c.reorder(ctx, &after)
	})
}

func same(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }

// reorder gives the episodes of a season the places that its number makes.
func (c *change) reorder(ctx context.Context, of *ent.Season) error {
	rows, err := c.tx.Episode.Query().Where(episode.SeasonID(of.ID)).Select(episode.FieldID, episode.FieldNumber).All(ctx)
	if err != nil {
		return err
	}
	for _, e := range rows {
		if err := c.tx.Episode.UpdateOneID(e.ID).SetOrdinal(catalog.Ordinal(of.Number, e.Number)).Exec(ctx); err != nil {
			return err
		}
		c.changed.Episodes = append(c.changed.Episodes, e.ID)
	}
	return nil
}

// CreateEpisode adds an episode to a season. It returns Problems.
func (s *Service) CreateEpisode(ctx context.Context, of globalid.Season, in Episode, key *string) (globalid.Episode, error) {
	return create(ctx, s, creation{"creating an episode", key, []any{of, in}}, func(c *change) (globalid.Episode, error) {
		state := make([]ent.Episode, 1)
		wrong := &checks{at: "input."}
		in.apply(wrong, &state[0])
		parent, err := c.season(ctx, of)
		if ent.IsNotFound(err) {
			wrong.Add("seasonId", input.NotFound, noSeason)
		} else if err != nil {
			return 0, err
		}
		if wrong.err() != nil {
			return 0, wrong.err()
		}
		made, err := c.insertEpisodes(ctx, parent, state)
		if err != nil {
			return 0, err
		}
		return made[0].ID, nil
	})
}

// UpdateEpisode changes an episode, and moves it to another season of its
// series unless to is nil. It returns Problems.
func (s *Service) UpdateEpisode(ctx context.Context, id globalid.Episode, version int, in Episode, to *globalid.Season) error {
	return s.write(ctx, "changing an episode", func(c *change) error {
		wrong := &checks{at: "input."}
		before, err := c.episode(ctx, id)
		if ent.IsNotFound(err) {
			in.apply(wrong, &ent.Episode{Name: "-"})
			wrong.Add("id", input.NotFound, noEpisode)
			return wrong.err()
		}
		if err != nil {
			return err
		}
		after := *before
		in.apply(wrong, &after)
		if to != nil {
			after.SeasonID = *to
		}
		of, err := c.tx.Season.Query().Where(season.ID(after.SeasonID), season.SeriesID(before.SeriesID)).Only(ctx)
		if ent.IsNotFound(err) {
			wrong.Add("seasonId", input.NotFound, "The series has no such season.")
		} else if err != nil {
			return err
		}
		if before.Version != version {
			wrong.Problems = append(wrong.Problems, stale)
		}
		if wrong.err() != nil {
			return wrong.err()
		}
		after.Ordinal = catalog.Ordinal(of.Number, after.Number)
		update := c.tx.Episode.Update().Where(episode.ID(id), episode.Version(version))
		changed, err := c.save(ctx, episodeRow(&after), episodeFields(before), episodeFields(&after), update.Mutation(), update.Save)
		if changed {
			c.changed.Episodes = append(c.changed.Episodes, id)
		}
		return err
	})
}
