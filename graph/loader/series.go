package loader

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"time"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/episode"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/video"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/database"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// Seasons are the seasons of a series in order, the specials last.
type Seasons struct {
	List     []*ent.Season
	Count    int // specials not counted
	Episodes int // those of specials not counted
}

// seasonsOf reads the seasons of each series with how many episodes they have:
// the indexes (series_id, number) and, per season, (season_id, ordinal, id).
func (l *Loaders) seasonsOf(ctx context.Context, keys []globalid.Title) (map[globalid.Title]Seasons, error) {
	rows, err := l.db.Season.Query().Where(database.In[globalid.Title, func(*sql.Selector)](season.FieldSeriesID, keys)).Modify(func(s *sql.Selector) {
		s.AppendSelectExprAs(sql.Raw("(SELECT COUNT(*) FROM episodes WHERE episodes.season_id = seasons.id)"), "episodes").
			OrderExpr(sql.Raw("CASE WHEN seasons.number > 0 THEN 0 WHEN seasons.number = 0 THEN 2 ELSE 1 END, seasons.number, seasons.id"))
	}).All(policy.Within(ctx))
	if err != nil {
		return nil, err
	}
	found := make(map[globalid.Title]Seasons, len(keys))
	for _, k := range keys {
		found[k] = Seasons{List: []*ent.Season{}}
	}
	for _, r := range rows {
		s := found[r.SeriesID]
		s.List = append(s.List, r)
		if r.Number == nil || *r.Number > 0 {
			s.Count++
			s.Episodes += number(r.Value("episodes"))
		}
		found[r.SeriesID] = s
		l.Season.Prime(r.ID, r)
	}
	return found, nil
}

func (l *Loaders) seasons(ctx context.Context, keys []globalid.Season) (map[globalid.Season]*ent.Season, error) {
	rows, err := l.db.Season.Query().Where(database.In[globalid.Season, func(*sql.Selector)](season.FieldID, keys)).All(ctx)
	return byKey(rows, func(s *ent.Season) globalid.Season { return s.ID }), err
}

// seasonEpisodes reads a page of each season's episodes: one window over the
// index (season_id, ordinal, id). What the profile did with each comes along,
// in two steps by unique index per episode.
func (l *Loaders) seasonEpisodes(ctx context.Context, keys []Paged[globalid.Season]) (map[Paged[globalid.Season]]*model.EpisodeConnection, error) {
	return pages(keys, pagedBy, func(k Paged[globalid.Season], seasons []globalid.Season) (map[globalid.Season][]*ent.Episode, error) {
		var rows []*ent.Episode
		err := l.query(ctx, func(b *sql.Builder) {
			database.Write(b, "SELECT "+episodeColumns+", "+playColumns+" FROM (?) e LEFT JOIN videos d ON d.episode_id = e.id LEFT JOIN views w ON w.video_id = d.id AND w.profile_id = ? ORDER BY e.place",
				func(b *sql.Builder) {
					ranked(b, episode.Table, episode.FieldSeasonID, "ordinal, id", k.First+1, func(b *sql.Builder) {
						database.WriteIn(b, episode.FieldSeasonID, seasons)
						behind(b, k.After, "ordinal", false, "id")
					})
				}, viewer.From(ctx).Profile)
		}, func(r *stdsql.Rows) error {
			var e episodeRow
			var p playRow
			if err := r.Scan(append(e.columns(), p.columns()...)...); err != nil {
				return err
			}
			found, err := e.episode(ctx)
			if err != nil {
				return err
			}
			rows = append(rows, found)
			l.Episode.Prime(found.ID, found)
			l.EpisodePlay.Prime(found.ID, p.play())
			return nil
		})
		return groupBy(rows, func(e *ent.Episode) globalid.Season { return e.SeasonID }), err
	}, func(_ int, e *ent.Episode) string { return relay.Encode(EpisodeList.Name, e.Ordinal, int64(e.ID)) })
}

func (l *Loaders) episodes(ctx context.Context, keys []globalid.Episode) (map[globalid.Episode]*ent.Episode, error) {
	rows, err := l.db.Episode.Query().Where(database.In[globalid.Episode, func(*sql.Selector)](episode.FieldID, keys)).All(ctx)
	for _, e := range rows {
		localize(ctx, e)
	}
	return byKey(rows, func(e *ent.Episode) globalid.Episode { return e.ID }), err
}

// localize puts the texts of the viewer's language into an episode just read.
func localize(ctx context.Context, e *ent.Episode) {
	text := e.Texts[viewer.From(ctx).Language]
	if text.Name != "" {
		e.Name = text.Name
	}
	if text.Synopsis != "" {
		e.Synopsis = &text.Synopsis
	}
}

// episodeColumns are what episodeRow scans.
const episodeColumns = "e.id, e.series_id, e.season_id, e.number, e.ordinal, e.name, e.synopsis, e.texts, e.aired_on, e.runtime_seconds"

// episodeRow is an episode that may not be there.
type episodeRow struct {
	id, series, season, number, ordinal, runtime stdsql.Null[int64]
	name, synopsis                               stdsql.Null[string]
	texts                                        []byte
	aired                                        stdsql.Null[time.Time]
}

func (r *episodeRow) columns() []any {
	return []any{&r.id, &r.series, &r.season, &r.number, &r.ordinal, &r.name, &r.synopsis, &r.texts, &r.aired, &r.runtime}
}

func (r *episodeRow) episode(ctx context.Context) (*ent.Episode, error) {
	if !r.id.Valid {
		return nil, nil
	}
	e := &ent.Episode{
		ID: globalid.Episode(r.id.V), SeriesID: globalid.Title(r.series.V), SeasonID: globalid.Season(r.season.V),
		Number: integer(r.number), Ordinal: int(r.ordinal.V), Name: r.name.V, Synopsis: pointer(r.synopsis),
		AiredOn: pointer(r.aired), RuntimeSeconds: integer(r.runtime),
	}
	if len(r.texts) > 0 {
		e.Texts = make(map[string]schema.Text)
		if err := json.Unmarshal(r.texts, &e.Texts); err != nil {
			return nil, err
		}
	}
	localize(ctx, e)
	return e, nil
}

// Play is what plays behind a playable and the profile's state on it.
type Play struct {
	Video *ent.Video
	View  *ent.View
}

// playColumns are what playRow scans.
const playColumns = "d.id, d.state, d.duration_seconds, w.id, w.position_seconds, w.finished, w.viewed_at"

// playRow is a video and a view that may not be there.
type playRow struct {
	video, duration, view, position stdsql.Null[int64]
	state                           stdsql.Null[string]
	finished                        stdsql.Null[bool]
	viewed                          stdsql.Null[time.Time]
}

func (r *playRow) columns() []any {
	return []any{&r.video, &r.state, &r.duration, &r.view, &r.position, &r.finished, &r.viewed}
}

func (r *playRow) play() (p Play) {
	if r.video.Valid {
		p.Video = &ent.Video{ID: globalid.Video(r.video.V), State: video.State(r.state.V), DurationSeconds: integer(r.duration)}
	}
	if r.view.Valid {
		p.View = &ent.View{ID: globalid.View(r.view.V), PositionSeconds: int(r.position.V), Finished: r.finished.V, ViewedAt: r.viewed.V}
	}
	return p
}

func integer(n stdsql.Null[int64]) *int {
	if !n.Valid {
		return nil
	}
	return new(int(n.V))
}

// plays reads what plays behind playables: by the unique indexes on videos and
// (profile_id, video_id).
func plays[K ~int64](ctx context.Context, l *Loaders, column, more string, keys []K) (map[K]Play, error) {
	found := make(map[K]Play, len(keys))
	err := l.query(ctx, func(b *sql.Builder) {
		database.Write(b, "SELECT "+column+", "+playColumns+" FROM videos d LEFT JOIN views w ON w.video_id = d.id AND w.profile_id = ? WHERE ?"+more,
			viewer.From(ctx).Profile, func(b *sql.Builder) { database.WriteIn(b, column, keys) })
	}, func(rows *stdsql.Rows) error {
		var k K
		var p playRow
		if err := rows.Scan(append([]any{&k}, p.columns()...)...); err != nil {
			return err
		}
		found[k] = p.play()
		return nil
	})
	return found, err
}

func (l *Loaders) episodePlays(ctx context.Context, keys []globalid.Episode) (map[globalid.Episode]Play, error) {
	return plays(ctx, l, "d.episode_id", "", keys)
}

func (l *Loaders) moviePlays(ctx context.Context, keys []globalid.Title) (map[globalid.Title]Play, error) {
	return plays(ctx, l, "d.title_id", " AND d.episode_id IS NULL", keys)
}
