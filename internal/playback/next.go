// Package playback knows what watching means: what counts as started and
// finished, and which episode comes next.
package playback

import (
	"entgo.io/ent/dialect/sql"

	"streamex/ent/schema/globalid"
	"streamex/internal/database"
)

// WriteNextEpisodes writes a sub-select of one episode per series: the one that
// the profile left unfinished, else the one behind the last it finished, else
// the first. Who finished the last one starts again with the first.
//
// Plan: the profile's views of these series through (profile_id, title_id,
// viewed_at), then two steps into (series_id, ordinal, id) per series.
func WriteNextEpisodes(b *sql.Builder, profile globalid.Profile, series []globalid.Title) {
	in := func(column string) func(*sql.Builder) {
		return func(b *sql.Builder) { database.WriteIn(b, column, series) }
	}
	database.Write(b, `SELECT CASE WHEN l.finished = ? THEN l.episode_id ELSE COALESCE(
    (SELECT n.id FROM episodes n WHERE n.series_id = s.id AND (n.ordinal, n.id) > (l.ordinal, l.episode_id) ORDER BY n.ordinal, n.id LIMIT 1),
    (SELECT f.id FROM episodes f WHERE f.series_id = s.id ORDER BY f.ordinal, f.id LIMIT 1)) END
  FROM series s LEFT JOIN (
    SELECT v.title_id, v.finished, e.id AS episode_id, e.ordinal,
      ROW_NUMBER() OVER (PARTITION BY v.title_id ORDER BY v.viewed_at DESC, v.id DESC) AS place
    FROM views v JOIN videos d ON d.id = v.video_id JOIN episodes e ON e.id = d.episode_id
    WHERE v.profile_id = ? AND ?) l ON l.title_id = s.id AND l.place = 1
  WHERE ?`, false, profile, in("v.title_id"), in("s.id"))
}
