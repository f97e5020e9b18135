package playback

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	stdsql "database/sql"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/ent/viewevent"
	"streamex/internal/database"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

const (
	// MaxEvents bounds the events of one request.
	MaxEvents = 50
	// maxName bounds the names of events and playback sessions, in bytes.
	maxName = 100
	// oldest is how far back the clock of a device is believed: it may have been
	// offline for long.
	oldest = 90 * 24 * time.Hour
	// maxPosition is longer than any video.
	maxPosition = 1_000_000
)

// Thresholds say what counts: one definition for rows, next episodes, reasons
// and counts.
type Thresholds struct {
	Started  int // per cent of the length from which on there is something to go on with
	Finished int // per cent of the length from which on it is as good as the end
	Seconds  int // instead of Started where the length is not known
}

// Default is what counts unless somebody says otherwise.
var Default = Thresholds{Started: 5, Finished: 92, Seconds: 60}

// Event is one fact that a player sends.
type Event struct {
	Name     string // given by the client, unique to the profile: the same event has the same name when it is sent again
	Title    globalid.Title
	Episode  globalid.Episode // one of the two
	Session  string           // playback session: from pressing play to leaving the player
	Kind     viewevent.Kind
	Position int // seconds from the beginning
	At       time.Time
}

// Status is what became of an event.
type Status string

// What becomes of events.
const (
	Applied    Status = "APPLIED"    // it counts
	Duplicate  Status = "DUPLICATE"  // it came before
	Superseded Status = "SUPERSEDED" // it is kept, but a later playback session says where the profile is
)

// MarshalGQL writes the status as GraphQL does.
func (s Status) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(s))) }

// UnmarshalGQL is there for the schema's generator: nobody sends a status.
func (s *Status) UnmarshalGQL(v any) error { return fmt.Errorf("%v is no status to send", v) }

// Result is what became of an event, and the profile's view as it is then; nil
// when it is of an import and later than all events.
type Result struct {
	Status Status
	View   *ent.View
}

// Problem says what is wrong with a field of an event.
type Problem struct {
	Event   int    // which of those that were sent
	Field   string // of Event
	Missing bool   // there is no such playable
	Message string
}

// Problems are what is wrong with events, all at once.
type Problems []Problem

func (p Problems) Error() string { return fmt.Sprintf("playback: %d problems with events", len(p)) }

// Record writes events of the viewer's profile and what follows from them, in one
// transaction of two statements. The view of a video follows from the set of
// its events: of the playback session that began last, the position of the
// latest event, the furthest of several at once, and whether any of it was as
// good as the end. So events may come in any order, any number of times and in
// any portions. Times of devices are believed within what is possible: not in
// the future, and not before what a device may have kept.
//
// An event for a playable that the viewer does not see is not recorded; the
// others are, and the problems tell of it. It returns nothing but Problems when
// an event is wrong in itself: then none is recorded.
func Record(ctx context.Context, db *database.DB, events []Event, t Thresholds) (results []Result, problems Problems, err error) {
	received := time.Now().UTC().Truncate(time.Microsecond)
	if problems = check(events); len(problems) > 0 {
		return nil, problems, nil
	}
	results = make([]Result, len(events))
	if len(events) == 0 {
		return results, nil, nil
	}
	first := make(map[string]int, len(events)) // of each name, the event that counts
	var once []Event
	for i, e := range events {
		if _, again := first[e.Name]; !again {
			first[e.Name] = i
			e.At = believe(e.At, received)
			once = append(once, e)
		}
	}
	tx, err := db.Client.Tx(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	known, err := insert(ctx, tx.Client(), db.Dialect(), once, t)
	if err != nil {
		return nil, nil, err
	}
	var videos []globalid.Video
	for _, k := range known {
		if !slices.Contains(videos, k.video) {
			videos = append(videos, k.video)
		}
	}
	views := make(map[globalid.Video]*ent.View)
	if len(videos) > 0 {
		slices.Sort(videos)
		if views, err = merge(ctx, tx.Client(), db.Dialect(), videos); err != nil {
			return nil, nil, err
		}
	}
	if err = tx.Commit(); err != nil {
		return nil, nil, err
	}
	for i, e := range events {
		k, ok := known[e.Name]
		if !ok {
			problems = append(problems, Problem{Event: i, Field: "playableId", Missing: true, Message: "There is no such movie or episode."})
			continue
		}
		v := views[k.video]
		switch {
		case k.seen > 1 || first[e.Name] != i:
			results[i] = Result{Duplicate, v}
		case v == nil || v.Session != e.Session:
			results[i] = Result{Superseded, v}
		default:
			results[i] = Result{Applied, v}
		}
	}
	return results, problems, nil
}

// check finds what is wrong with events in themselves.
func check(events []Event) (problems Problems) {
	for i, e := range events {
		wrong := func(field, message string) {
			problems = append(problems, Problem{Event: i, Field: field, Message: message})
		}
		for _, n := range []struct{ field, text string }{{"eventId", e.Name}, {"playbackSession", e.Session}} {
			if n.text == "" || len(n.text) > maxName || !utf8.ValidString(n.text) || strings.ContainsRune(n.text, 0) {
				wrong(n.field, fmt.Sprintf("Must have 1 to %d bytes.", maxName))
			}
		}
		if e.Position < 0 || e.Position > maxPosition {
			wrong("positionSeconds", fmt.Sprintf("Must be within 0 and %d.", maxPosition))
		}
	}
	return problems
}

// believe cuts the time of a device to what is possible.
func believe(at, received time.Time) time.Time {
	at = at.UTC().Truncate(time.Microsecond)
	switch {
	case at.After(received):
		return received
	case at.Before(received.Add(-oldest)):
		return received.Add(-oldest)
	}
	return at
}

// kept is an event that is in the database.
type kept struct {
	video globalid.Video
	seen  int
}

// insert writes events and returns those of playables that the viewer sees, with
// how often each came.
//
// Plan: the unique indexes of videos by title and by episode, and of events by
// name, once per event.
func insert(ctx context.Context, c *ent.Client, name string, events []Event, t Thresholds) (map[string]kept, error) {
	profile := viewer.From(ctx).Profile
	query, args := build(name, func(b *sql.Builder) {
		b.WriteString(`INSERT INTO view_events (profile_id, video_id, event, session, kind, position_seconds, at, started, finished, seen)
SELECT `).Arg(profile).WriteString(`, p.video, p.event, p.session, p.kind, p.position, p.at, p.started, p.finished, 1 FROM (`)
		for i, e := range events {
			if i > 0 {
				b.WriteString(" UNION ALL ")
			}
			text, when := "TEXT", "TEXT" // as SQLite keeps times
			if name == dialect.Postgres {
				when = "timestamptz"
			}
			database.Write(b, `SELECT d.id AS video, CAST(? AS `+text+`) AS event, CAST(? AS `+text+`) AS session, CAST(? AS `+text+`) AS kind, CAST(? AS BIGINT) AS position,
  CAST(? AS `+when+`) AS at, COALESCE(d.duration_seconds, e.runtime_seconds, m.runtime_seconds) AS length, `, e.Name, e.Session, string(e.Kind), e.Position, e.At)
			finish := e.Kind == viewevent.KindFINISH
			database.Write(b, `(CAST(? AS BOOLEAN) OR CASE WHEN COALESCE(d.duration_seconds, e.runtime_seconds, m.runtime_seconds) IS NULL THEN ? >= CAST(? AS BIGINT)
    ELSE ? * CAST(100 AS BIGINT) >= COALESCE(d.duration_seconds, e.runtime_seconds, m.runtime_seconds) * CAST(? AS BIGINT) END) AS started, `, finish, e.Position, t.Seconds, e.Position, t.Started)
			database.Write(b, `(CAST(? AS BOOLEAN) OR COALESCE(? * CAST(100 AS BIGINT) >= COALESCE(d.duration_seconds, e.runtime_seconds, m.runtime_seconds) * CAST(? AS BIGINT), CAST(? AS BOOLEAN))) AS finished
FROM videos d JOIN titles t ON t.id = d.title_id LEFT JOIN episodes e ON e.id = d.episode_id LEFT JOIN movies m ON m.id = d.title_id AND d.episode_id IS NULL WHERE `,
				finish, e.Position, t.Finished, false)
			if e.Episode != 0 {
				b.WriteString("d.episode_id = ").Arg(e.Episode)
			} else {
				b.WriteString("d.episode_id IS NULL AND d.title_id = ").Arg(e.Title)
			}
			b.WriteString(" AND ")
			policy.Visible(ctx, b, "t")
		}
		b.WriteString(") p")
		if name == dialect.Postgres {
			// Whoever merges next sees what this transaction writes: the views of a
			// profile are merged one after the other.
			b.WriteString(" CROSS JOIN (SELECT pg_advisory_xact_lock(").Arg(int64(profile)).WriteString(")) l")
		}
		b.WriteString(" WHERE 1 = 1 ON CONFLICT (profile_id, event) DO UPDATE SET seen = view_events.seen + 1 RETURNING event, video_id, seen")
	})
	found := make(map[string]kept, len(events))
	err := each(ctx, c, query, args, func(rows *stdsql.Rows) error {
		var event string
		var k kept
		err := rows.Scan(&event, &k.video, &k.seen)
		found[event] = k
		return err
	})
	return found, err
}

// merge makes the viewer's views of videos what follows from their events.
//
// Plan: the index (profile_id, video_id, session, at), the events of these
// videos alone.
func merge(ctx context.Context, c *ent.Client, name string, videos []globalid.Video) (map[globalid.Video]*ent.View, error) {
	profile := viewer.From(ctx).Profile
	query, args := build(name, func(b *sql.Builder) {
		database.Write(b, `WITH facts AS (
  SELECT video_id, event, session, position_seconds, at,
    MIN(at) OVER (PARTITION BY video_id, session) AS session_at, MIN(at) OVER (PARTITION BY video_id) AS first_at,
    MAX(CASE WHEN started THEN 1 ELSE 0 END) OVER (PARTITION BY video_id, session) AS started,
    MAX(CASE WHEN finished THEN 1 ELSE 0 END) OVER (PARTITION BY video_id, session) AS finished
  FROM view_events WHERE profile_id = ? AND ?),
placed AS (SELECT facts.*, ROW_NUMBER() OVER (PARTITION BY video_id ORDER BY session_at DESC, session DESC, at DESC, position_seconds DESC, event DESC) AS place FROM facts)
INSERT INTO views (profile_id, video_id, title_id, position_seconds, started, finished, session, started_at, viewed_at)
SELECT CAST(? AS BIGINT), d.id, d.title_id, p.position_seconds, p.started = 1, p.finished = 1, p.session, p.first_at, p.at
FROM placed p JOIN videos d ON d.id = p.video_id WHERE p.place = 1
ON CONFLICT (profile_id, video_id) DO UPDATE SET position_seconds = excluded.position_seconds, started = excluded.started, finished = excluded.finished,
  session = excluded.session, started_at = excluded.started_at, viewed_at = excluded.viewed_at
WHERE views.session <> '' OR views.viewed_at <= excluded.viewed_at
RETURNING id, video_id, title_id, position_seconds, started, finished, session, started_at, viewed_at`,
			profile, func(b *sql.Builder) { database.WriteIn(b, "video_id", videos) }, profile)
	})
	views := make(map[globalid.Video]*ent.View, len(videos))
	err := each(ctx, c, query, args, func(rows *stdsql.Rows) error {
		v := &ent.View{ProfileID: profile}
		err := rows.Scan(&v.ID, &v.VideoID, &v.TitleID, &v.PositionSeconds, &v.Started, &v.Finished, &v.Session, &v.StartedAt, &v.ViewedAt)
		views[v.VideoID] = v
		return err
	})
	return views, err
}

func each(ctx context.Context, c *ent.Client, query string, args []any, scan func(*stdsql.Rows) error) error {
	rows, err := c.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func build(name string, write func(*sql.Builder)) (string, []any) {
	b := sql.Builder{}
	b.SetDialect(name)
	write(&b)
	return b.Query()
}
