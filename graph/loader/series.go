package loader

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/episode"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/video"
	"streamex/ent/view"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/database"
	"streamex/internal/playback"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// Counts is how many seasons and episodes a series has, specials not counted.
type Counts struct{ Seasons, Episodes int }

// seasonsOf reads the seasons of each series in order, the specials last.
func (l *Loaders) seasonsOf(ctx context.Context, keys []globalid.Title) (map[globalid.Title][]*ent.Season, error) {
	rows, err := l.db.Season.Query().Where(database.In[globalid.Title, func(*sql.Selector)](season.FieldSeriesID, keys), func(s *sql.Selector) {
		s.OrderExpr(sql.Raw("CASE WHEN seasons.number > 0 THEN 0 WHEN seasons.number = 0 THEN 2 ELSE 1 END, seasons.number, seasons.id"))
	}).All(policy.Within(ctx))
	m := groupBy(rows, func(s *ent.Season) globalid.Title { return s.SeriesID })
	for _, s := range rows {
		l.Season.Prime(s.ID, s)
	}
	for _, k := range keys {
		if m[k] == nil {
			m[k] = []*ent.Season{}
		}
	}
	return m, err
}

func (l *Loaders) counts(ctx context.Context, keys []globalid.Title) (map[globalid.Title]Counts, error) {
	var rows []struct {
		SeriesID globalid.Title `json:"series_id"`
		Seasons  int            `json:"seasons"`
		Episodes int            `json:"episodes"`
	}
	err := l.db.Season.Query().Where(database.In[globalid.Title, func(*sql.Selector)](season.FieldSeriesID, keys)).Modify(func(s *sql.Selector) {
		e := sql.Table(episode.Table).As(episode.Table)
		s.LeftJoin(e).On(s.C(season.FieldID), e.C(episode.FieldSeasonID)).
			Where(sql.P(func(b *sql.Builder) { b.WriteString("(seasons.number IS NULL OR seasons.number > 0)") })).
			Select(s.C(season.FieldSeriesID)).
			AppendSelectExprAs(sql.Raw("COUNT(DISTINCT seasons.id)"), "seasons").
			AppendSelectExprAs(sql.Raw("COUNT(episodes.id)"), "episodes").
			GroupBy(s.C(season.FieldSeriesID))
	}).Scan(policy.Within(ctx), &rows)
	m := make(map[globalid.Title]Counts, len(rows))
	for _, r := range rows {
		m[r.SeriesID] = Counts{r.Seasons, r.Episodes}
	}
	return m, err
}

// nextEpisodes reads what the play button of each series starts.
func (l *Loaders) nextEpisodes(ctx context.Context, keys []globalid.Title) (map[globalid.Title]*ent.Episode, error) {
	rows, err := l.db.Episode.Query().Where(func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) {
			b.WriteString(s.C(episode.FieldID)).WriteString(" IN (")
			playback.WriteNextEpisodes(b, viewer.From(ctx).Profile, keys)
			b.WriteString(")")
		}))
	}).All(policy.Within(ctx))
	localize(ctx, rows)
	for _, e := range rows {
		l.Episode.Prime(e.ID, e)
	}
	return byKey(rows, func(e *ent.Episode) globalid.Title { return e.SeriesID }), err
}

func (l *Loaders) seasons(ctx context.Context, keys []globalid.Season) (map[globalid.Season]*ent.Season, error) {
	rows, err := l.db.Season.Query().Where(database.In[globalid.Season, func(*sql.Selector)](season.FieldID, keys)).All(ctx)
	return byKey(rows, func(s *ent.Season) globalid.Season { return s.ID }), err
}

// seasonEpisodes reads a page of each season's episodes: one window over the
// index (season_id, ordinal, id).
func (l *Loaders) seasonEpisodes(ctx context.Context, keys []Paged[globalid.Season]) (map[Paged[globalid.Season]]*model.EpisodeConnection, error) {
	return pages(keys, pagedBy, func(k Paged[globalid.Season], seasons []globalid.Season) (map[globalid.Season][]*ent.Episode, error) {
		ordinal, after, err := afterPair(k.Page, "episodes")
		if err != nil {
			return nil, err
		}
		rows, err := l.db.Episode.Query().Modify(windowed(episode.FieldSeasonID, "ordinal, id", k.First+1, func(b *sql.Builder) {
			database.WriteIn(b, episode.FieldSeasonID, seasons)
			if k.After != "" {
				database.Write(b, " AND (ordinal > ? OR ordinal = ? AND id > ?)", ordinal, ordinal, after)
			}
		})).Order(episode.ByOrdinal(), episode.ByID()).All(policy.Within(ctx))
		localize(ctx, rows)
		return groupBy(rows, func(e *ent.Episode) globalid.Season { return e.SeasonID }), err
	}, func(_ int, e *ent.Episode) string { return relay.Encode("episodes", e.Ordinal, int64(e.ID)) })
}

func (l *Loaders) episodes(ctx context.Context, keys []globalid.Episode) (map[globalid.Episode]*ent.Episode, error) {
	rows, err := l.db.Episode.Query().Where(database.In[globalid.Episode, func(*sql.Selector)](episode.FieldID, keys)).All(ctx)
	localize(ctx, rows)
	return byKey(rows, func(e *ent.Episode) globalid.Episode { return e.ID }), err
}

// localize puts the texts of the viewer's language into episodes just read.
func localize(ctx context.Context, rows []*ent.Episode) {
	language := viewer.From(ctx).Language
	for _, e := range rows {
		text := e.Texts[language]
		if text.Name != "" {
			e.Name = text.Name
		}
		if text.Synopsis != "" {
			e.Synopsis = &text.Synopsis
		}
	}
}

func (l *Loaders) episodeVideos(ctx context.Context, keys []globalid.Episode) (map[globalid.Episode]*ent.Video, error) {
	rows, err := l.db.Video.Query().Where(database.In[globalid.Episode, func(*sql.Selector)](video.FieldEpisodeID, keys)).All(ctx)
	return byKey(rows, func(v *ent.Video) globalid.Episode { return *v.EpisodeID }), err
}

func (l *Loaders) episodeViews(ctx context.Context, keys []globalid.Episode) (map[globalid.Episode]*ent.View, error) {
	rows, err := l.db.View.Query().Where(view.ProfileID(viewer.From(ctx).Profile)).Modify(func(s *sql.Selector) {
		d := sql.Table(video.Table).As(video.Table)
		s.Join(d).On(s.C(view.FieldVideoID), d.C(video.FieldID)).
			Where(sql.P(func(b *sql.Builder) { database.WriteIn(b, "videos.episode_id", keys) })).
			AppendSelectAs(d.C(video.FieldEpisodeID), "episode")
	}).All(ctx)
	return byKey(rows, func(v *ent.View) globalid.Episode { return globalid.Episode(number(v.Value("episode"))) }), err
}
