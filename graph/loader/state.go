package loader

import (
	"context"
	stdsql "database/sql"
	"time"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/rating"
	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/internal/database"
	"streamex/internal/playback"
	"streamex/internal/viewer"
)

// State is what the active profile did with a title, and what it would play
// next.
type State struct {
	Saved    *time.Time // when it went onto my list; nil when it is not there
	Thumb    *rating.Thumb
	Progress *model.TitleProgress
	Next     *ent.Episode // of a series with episodes
}

// states reads all that the active profile has to do with titles.
//
// Plan: unique indexes (profile_id, title_id) of list_items and ratings; of the
// views of these titles, (profile_id, title_id, viewed_at), the latest each.
func (l *Loaders) states(ctx context.Context, keys []globalid.Title) (map[globalid.Title]State, error) {
	profile := viewer.From(ctx).Profile
	in := func(column string) func(*sql.Builder) {
		return func(b *sql.Builder) { database.WriteIn(b, column, keys) }
	}
	found := make(map[globalid.Title]State, len(keys))
	err := l.query(ctx, func(b *sql.Builder) {
		database.Write(b, "SELECT t.id, i.added_at, r.thumb, v.position_seconds, v.finished, v.viewed_at, v.duration, "+episodeColumns+`
FROM titles t
LEFT JOIN list_items i ON i.profile_id = ? AND i.title_id = t.id
LEFT JOIN ratings r ON r.profile_id = ? AND r.title_id = t.id
LEFT JOIN (
  SELECT w.title_id, w.position_seconds, w.finished, w.viewed_at, COALESCE(d.duration_seconds, p.runtime_seconds, m.runtime_seconds) AS duration,
    ROW_NUMBER() OVER (PARTITION BY w.title_id ORDER BY w.viewed_at DESC, w.id DESC) AS place
  FROM views w JOIN videos d ON d.id = w.video_id LEFT JOIN episodes p ON p.id = d.episode_id LEFT JOIN movies m ON m.id = w.title_id
  WHERE w.profile_id = ? AND ?) v ON v.title_id = t.id AND v.place = 1
LEFT JOIN (SELECT * FROM episodes WHERE id IN (?)) e ON e.series_id = t.id
WHERE ?`, profile, profile, profile, in("w.title_id"),
			func(b *sql.Builder) { playback.WriteNextEpisodes(b, profile, keys) }, in("t.id"))
	}, func(rows *stdsql.Rows) error {
		var id globalid.Title
		var saved, viewed stdsql.Null[time.Time]
		var thumb stdsql.Null[rating.Thumb]
		var position, duration stdsql.Null[int64]
		var finished stdsql.Null[bool]
		var e episodeRow
		err := rows.Scan(append([]any{&id, &saved, &thumb, &position, &finished, &viewed, &duration}, e.columns()...)...)
		if err != nil {
			return err
		}
		s := State{Saved: pointer(saved), Thumb: pointer(thumb)}
		if viewed.Valid {
			s.Progress = progress(int(position.V), integer(duration), finished.V, viewed.V)
		}
		if s.Next, err = e.episode(ctx); err != nil {
			return err
		}
		if s.Next != nil {
			l.Episode.Prime(s.Next.ID, s.Next)
		}
		found[id] = s
		return nil
	})
	return found, err
}

func progress(position int, duration *int, finished bool, at time.Time) *model.TitleProgress {
	p := &model.TitleProgress{PositionSeconds: position, DurationSeconds: duration, Finished: finished, ViewedAt: at}
	switch {
	case finished:
		p.Fraction = 1
	case duration != nil:
		p.Fraction = min(1, float64(position)/float64(*duration))
	}
	return p
}
