package playback_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/ent/view"
	"streamex/ent/viewevent"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/playback"
	"streamex/internal/viewer"
)

// watcher is a profile and what it can watch.
type watcher struct {
	t      *testing.T
	db     *database.DB
	ctx    context.Context
	movie  globalid.Title   // 1,000 seconds long
	series globalid.Title   // with an episode of 1,000 seconds,
	one    globalid.Episode // which is this
	long   globalid.Episode // of unknown length
}

func newWatcher(t *testing.T, db *database.DB) *watcher {
	ctx, c := t.Context(), db.Client
	movie := c.Title.Create().SetKind(title.KindMOVIE).SetSlug("movie").SetName("Movie").SetSortKey("movie").SetSortKeyEs("movie").SaveX(ctx).ID
	c.Movie.Create().SetID(movie).SetTitleID(movie).SetRuntimeSeconds(1000).ExecX(ctx)
	c.Video.Create().SetTitleID(movie).ExecX(ctx)
	id, episodes := series(t, c, "series", "1x1", "1x2")
	episodes["1x1"].Update().SetRuntimeSeconds(1000).ExecX(ctx)
	return &watcher{t: t, db: db, ctx: profile(t, c, "a"), movie: movie, series: id, one: episodes["1x1"].ID, long: episodes["1x2"].ID}
}

// profile makes an account with a profile, and asks as it.
func profile(t *testing.T, c *ent.Client, name string) context.Context {
	u := c.User.Create().SetEmail(name + "@example.com").SetName(name).SetPasswordHash("!").SaveX(t.Context())
	p := c.Profile.Create().SetUserID(u.ID).SetName(name).SaveX(t.Context())
	return viewer.NewContext(t.Context(), viewer.Viewer{User: u.ID, Profile: p.ID, Maturity: 12, Language: "en"})
}

func (w *watcher) record(events ...playback.Event) []playback.Result {
	w.t.Helper()
	results, problems, err := playback.Record(w.ctx, w.db, events, playback.Default)
	require.NoError(w.t, err)
	require.Empty(w.t, problems)
	return results
}

// state is all of the profile's views, in an order of their own.
func (w *watcher) state() string {
	var b strings.Builder
	for _, v := range w.db.Client.View.Query().Where(view.ProfileID(viewer.From(w.ctx).Profile)).Order(view.ByVideoID()).AllX(w.ctx) {
		fmt.Fprintln(&b, v.VideoID, v.TitleID, v.PositionSeconds, v.Started, v.Finished, v.Session, v.StartedAt.UTC(), v.ViewedAt.UTC())
	}
	return b.String()
}

func (w *watcher) forget() {
	w.db.Client.ViewEvent.Delete().ExecX(w.ctx)
	w.db.Client.View.Delete().ExecX(w.ctx)
}

// began is when the first event of tests happened.
var began = time.Now().UTC().Add(-24 * time.Hour).Truncate(time.Second)

// at makes an event of the movie from a text such as "s1 100 @30 HEARTBEAT":
// session, position, seconds after the beginning, kind.
func (w *watcher) at(text string) playback.Event {
	w.t.Helper()
	var session, kind string
	var position, seconds int
	_, err := fmt.Sscanf(text, "%s %d @%d %s", &session, &position, &seconds, &kind)
	require.NoError(w.t, err)
	return playback.Event{Name: text, Title: w.movie, Session: session, Kind: viewevent.Kind(kind), Position: position, At: began.Add(time.Duration(seconds) * time.Second)}
}

func TestRecord(t *testing.T) {
	cases := map[string]struct {
		events            string
		position          int
		started, finished bool
	}{
		"a start is not yet something to go on with":  {"a 0 @0 START", 0, false, false},
		"four per cent neither":                       {"a 0 @0 START, a 49 @49 STOP", 49, false, false},
		"five per cent are":                           {"a 0 @0 START, a 50 @50 STOP", 50, true, false},
		"91 per cent are not the end":                 {"a 0 @0 START, a 919 @919 STOP", 919, true, false},
		"92 are":                                      {"a 0 @0 START, a 920 @920 STOP", 920, true, true},
		"so is saying so":                             {"a 10 @10 FINISH", 10, true, true},
		"beyond the end":                              {"a 5000 @10 PAUSE", 5000, true, true},
		"rewound: the latest position counts":         {"a 600 @0 HEARTBEAT, a 100 @60 HEARTBEAT", 100, true, false},
		"two at once: the furthest":                   {"a 100 @60 PAUSE, a 600 @60 HEARTBEAT", 600, true, false},
		"finished stays so within a session":          {"a 990 @0 FINISH, a 200 @60 HEARTBEAT", 200, true, true},
		"a later session begins anew":                 {"a 990 @0 FINISH, b 100 @100 START", 100, true, false},
		"an earlier one that comes late does not":     {"b 100 @100 START, a 990 @0 FINISH", 100, true, false},
		"of two at the same time, the name decides":   {"a 100 @0 START, b 200 @0 START", 200, true, false},
		"sessions that overlap: the one begun last":   {"a 100 @0 START, b 300 @50 START, a 200 @100 HEARTBEAT", 300, true, false},
		"what is known later may change which it was": {"b 300 @50 START, a 200 @100 HEARTBEAT, a 100 @0 START", 300, true, false},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		for name, c := range cases {
			w.forget()
			for text := range strings.SplitSeq(c.events, ", ") {
				w.record(w.at(text))
			}
			v := db.Client.View.Query().OnlyX(w.ctx)
			require.Equal(t, []any{c.position, c.started, c.finished}, []any{v.PositionSeconds, v.Started, v.Finished}, name)
		}
	})
}

func TestResults(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		statuses := func(texts ...string) (out []playback.Status) {
			events := make([]playback.Event, len(texts))
			for i, text := range texts {
				events[i] = w.at(text)
			}
			for _, r := range w.record(events...) {
				require.NotNil(t, r.View)
				out = append(out, r.Status)
			}
			return out
		}
		require.Equal(t, []playback.Status{"APPLIED", "APPLIED", "DUPLICATE"}, statuses("b 10 @100 START", "b 20 @110 HEARTBEAT", "b 10 @100 START"))
		require.Equal(t, []playback.Status{"DUPLICATE", "SUPERSEDED", "APPLIED"}, statuses("b 20 @110 HEARTBEAT", "a 700 @0 STOP", "b 40 @130 STOP"))
		require.Equal(t, []playback.Status{"SUPERSEDED", "APPLIED"}, statuses("b 50 @140 STOP", "c 0 @200 START"), "within one request too")
		require.Empty(t, w.record())
	})
}

// TestPlayables: movies and episodes, each its own, of whoever asks.
func TestPlayables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		other := &watcher{t: t, db: db, ctx: profile(t, db.Client, "b")}
		e := w.at("a 500 @0 STOP")
		w.record(e, playback.Event{Name: "2", Episode: w.one, Session: "x", Kind: "FINISH", At: began}, playback.Event{Name: "3", Episode: w.long, Session: "x", Kind: "STOP", Position: 59, At: began})
		other.record(e) // the same name is another event of somebody else
		rows := db.Client.View.Query().Where(view.ProfileID(viewer.From(w.ctx).Profile)).Order(view.ByVideoID()).AllX(w.ctx)
		require.Len(t, rows, 3)
		require.Equal(t, []globalid.Title{w.movie, w.series, w.series}, []globalid.Title{rows[0].TitleID, rows[1].TitleID, rows[2].TitleID})
		require.Equal(t, []bool{true, true, false}, []bool{rows[0].Started, rows[1].Started, rows[2].Started})
		w.record(playback.Event{Name: "4", Episode: w.long, Session: "x", Kind: "STOP", Position: 60, At: began.Add(time.Second)})
		require.True(t, db.Client.View.GetX(w.ctx, rows[2].ID).Started, "a minute, where the length is not known")
		require.Equal(t, 1, db.Client.View.Query().Where(view.ProfileID(viewer.From(other.ctx).Profile)).CountX(w.ctx))
	})
}

func TestWhatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		mature := db.Client.Title.Create().SetKind(title.KindMOVIE).SetSlug("mature").SetName("M").SetSortKey("m").SetSortKeyEs("m").SetMaturity(18).SaveX(w.ctx).ID
		db.Client.Video.Create().SetTitleID(mature).ExecX(w.ctx)
		good := w.at("a 500 @0 STOP")
		event := func(change func(*playback.Event)) playback.Event {
			e := good
			e.Name += "x"
			change(&e)
			return e
		}
		results, problems, err := playback.Record(w.ctx, db, []playback.Event{
			event(func(e *playback.Event) { e.Name = "" }), event(func(e *playback.Event) { e.Name = strings.Repeat("x", 101); e.Session = "\x00" }),
			event(func(e *playback.Event) { e.Position = -1 }), event(func(e *playback.Event) { e.Position = 1 << 40 }), good,
		}, playback.Default)
		require.NoError(t, err)
		require.Nil(t, results)
		var fields []string
		for _, p := range problems {
			fields = append(fields, fmt.Sprint(p.Event, p.Field, p.Missing))
		}
		require.Equal(t, []string{"0eventIdfalse", "1eventIdfalse", "1playbackSessionfalse", "2positionSecondsfalse", "3positionSecondsfalse"}, fields)
		require.Zero(t, db.Client.ViewEvent.Query().CountX(w.ctx), "none is recorded")

		missing := []playback.Event{
			event(func(e *playback.Event) { e.Name = "1"; e.Title = 4711 }), event(func(e *playback.Event) { e.Name = "2"; e.Title = mature }),
			event(func(e *playback.Event) { e.Name = "3"; e.Title = w.series }), event(func(e *playback.Event) { e.Name = "4"; e.Title, e.Episode = 0, 4711 }),
		}
		results, problems, err = playback.Record(w.ctx, db, append(missing, good), playback.Default)
		require.NoError(t, err)
		require.Len(t, problems, 4)
		for i, p := range problems {
			require.Equal(t, playback.Problem{Event: i, Field: "playableId", Missing: true, Message: "There is no such movie or episode."}, p)
		}
		require.Equal(t, playback.Applied, results[4].Status, "what else was sent is not lost")
		require.Equal(t, 1, db.Client.ViewEvent.Query().CountX(w.ctx))
	})
}

// Clocks are believed within what is possible.
func TestClocks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		before := time.Now().Add(-time.Second)
		w.record(playback.Event{Name: "future", Title: w.movie, Session: "a", Kind: "STOP", Position: 100, At: time.Now().AddDate(50, 0, 0)})
		v := db.Client.View.Query().OnlyX(w.ctx)
		require.WithinRange(t, v.ViewedAt, before, time.Now())
		w.record(playback.Event{Name: "later", Title: w.movie, Session: "b", Kind: "STOP", Position: 200, At: time.Now()})
		require.Equal(t, 200, db.Client.View.Query().OnlyX(w.ctx).PositionSeconds, "who comes from the future blocks nobody")
		w.record(playback.Event{Name: "past", Episode: w.one, Session: "c", Kind: "STOP", Position: 300, At: time.Unix(0, 0)})
		v = db.Client.View.Query().Where(view.PositionSeconds(300)).OnlyX(w.ctx)
		require.WithinDuration(t, time.Now().AddDate(0, 0, -90), v.ViewedAt, 2*time.Hour)
	})
}

// A view that an import brought is there until somebody watches again.
func TestImportedViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		video := db.Client.Video.Query().FirstIDX(w.ctx)
		imported := began.Add(time.Minute)
		db.Client.View.Create().SetProfileID(viewer.From(w.ctx).Profile).SetVideoID(video).SetTitleID(w.movie).SetFinished(true).SetViewedAt(imported).SetStartedAt(imported).ExecX(w.ctx)
		results := w.record(w.at("a 100 @0 STOP"))
		require.Equal(t, []playback.Result{{Status: playback.Superseded}}, results)
		require.True(t, db.Client.View.Query().OnlyX(w.ctx).Finished)
		w.record(w.at("b 200 @90 STOP"))
		require.Equal(t, 200, db.Client.View.Query().OnlyX(w.ctx).PositionSeconds)
	})
}

// A heartbeat costs two statements, a batch no more.
func TestRecordStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		for _, n := range []int{1, 10, playback.MaxEvents} {
			var events []playback.Event
			for i := range n {
				e := w.at(fmt.Sprintf("s%d %d @%d HEARTBEAT", n, i*4, i))
				if i%3 == 0 {
					e.Title, e.Episode = 0, w.one
				}
				events = append(events, e)
			}
			counted, counter := database.WithCounter(w.ctx)
			_, problems, err := playback.Record(counted, db, events, playback.Default)
			require.NoError(t, err)
			require.Empty(t, problems)
			require.Equal(t, 2, counter.N(), "%d events", n)
		}
	})
}

// TestAnyOrder: the same events give the same views in any order, any number of
// times, in any portions.
func TestAnyOrder(t *testing.T) {
	rounds := map[string]int{"sqlite3": 150, "postgres": 60}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWatcher(t, db)
		kinds := []viewevent.Kind{"START", "HEARTBEAT", "HEARTBEAT", "PAUSE", "STOP", "FINISH"}
		for round := range rounds[db.Dialect()] {
			r := rand.New(rand.NewPCG(9, uint64(round)))
			events := make([]playback.Event, 1+r.IntN(12))
			for i := range events {
				e := playback.Event{
					Name: strconv.Itoa(i), Session: string(rune('a' + r.IntN(3))), Kind: kinds[r.IntN(len(kinds))],
					Position: r.IntN(11) * 100, At: began.Add(time.Duration(r.IntN(8)) * time.Second),
				}
				if r.IntN(3) == 0 {
					e.Episode = w.one
				} else {
					e.Title = w.movie
				}
				events[i] = e
			}
			var want string
			for try := range 3 {
				w.forget()
				sent := slices.Clone(events)
				if try > 0 {
					sent = append(sent, events[:r.IntN(len(events)+1)]...)
					r.Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
				}
				for len(sent) > 0 {
					n := len(sent)
					if try > 0 {
						n = 1 + r.IntN(n)
					}
					w.record(sent[:n]...)
					sent = sent[n:]
				}
				if try == 0 {
					want = w.state()
				}
				require.Equal(t, want, w.state(), "round %d: %v", round, events)
			}
		}
	})
}

// Whoever sends at the same time, on two processes: nothing is lost.
func TestAtOnce(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		db := dbtest.Open(t, url)
		w := newWatcher(t, db)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for k := range 10 {
					n := i*10 + k
					e := w.at(fmt.Sprintf("s %d @%d HEARTBEAT", n, n))
					// A busy database refuses: the client sends the same event again.
					var err error
					for range 20 {
						if _, _, err = playback.Record(w.ctx, db, []playback.Event{e}, playback.Default); err == nil {
							break
						}
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		require.Equal(t, 80, db.Client.ViewEvent.Query().CountX(w.ctx))
		v := db.Client.View.Query().OnlyX(w.ctx)
		require.Equal(t, 79, v.PositionSeconds)
		require.Equal(t, began.Add(79*time.Second), v.ViewedAt.UTC())
		require.Equal(t, began, v.StartedAt.UTC())
	})
}
