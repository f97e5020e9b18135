// Package graphtest gives tests and benchmarks of the API a catalogue of any
// size, the same on both databases and in every run, and clients to ask with.
package graphtest

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"streamex/internal/catalog"
	"streamex/internal/database"
	"streamex/internal/search"
)

// What a catalogue holds beside its titles.
const (
	Genres = 20
	// BigSeries is the number of a series of 10 seasons of 20 episodes.
	BigSeries     = 1
	bigSeasons    = 10
	bigEpisodes   = 20
	smallSeasons  = 2
	smallEpisodes = 5
	cast          = 5
	neighbours    = 12

	// Views is how much Keen watched, where there is as much.
	Views = 300
)

// Profiles of a catalogue. The first four are of one household.
const (
	Cold    = 1 + iota // an adult who did nothing yet
	Keen               // an adult who watched Views playables
	Kid                // sees what is fit for 7 years; in Spanish
	Spanish            // an adult who reads Spanish
	Other              // of another household, who watched as much as there are titles
	Admin              // of the administrator
)

var epoch = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// maturities are the ages of titles, in turn.
var maturities = []int{0, 7, 12, 16, 18}

// IsSeries tells whether the title with a number is a series: a quarter are.
func IsSeries(title int) bool { return title%4 == 1 }

// Hidden tells whether the title with a number is available to nobody now.
func Hidden(title int) bool { return title%97 == 7 }

// Maturity is from which age on the title with a number may be seen.
func Maturity(title int) int { return maturities[title%len(maturities)] }

// Fill writes a catalogue of n titles into an empty database.
func Fill(ctx context.Context, db *database.DB, n int) error {
	tx, err := db.SQL().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	for _, t := range tables(n) {
		if err := t.write(ctx, tx, db.Dialect()); err != nil {
			return fmt.Errorf("graphtest: %s: %w", t.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if err := database.SyncSequences(ctx, db.Client, db.Dialect()); err != nil {
		return err
	}
	if err := search.Fill(ctx, db.Client); err != nil {
		return err
	}
	if db.Dialect() == dialect.Postgres { // which does so by itself, but later
		_, err = db.SQL().ExecContext(ctx, "VACUUM ANALYZE")
	}
	return err
}

// table is rows for a table.
type table struct {
	name, columns string
	rows          [][]any
}

func (t *table) add(values ...any) { t.rows = append(t.rows, values) }

func (t *table) write(ctx context.Context, tx *sql.Tx, name string) error {
	if name == dialect.Postgres {
		stmt, err := tx.PrepareContext(ctx, "COPY "+t.name+" ("+t.columns+") FROM STDIN")
		if err != nil {
			return err
		}
		defer stmt.Close()
		for _, row := range t.rows {
			if _, err := stmt.ExecContext(ctx, row...); err != nil {
				return err
			}
		}
		_, err = stmt.ExecContext(ctx)
		return err
	}
	const chunk = 40
	width := strings.Count(t.columns, ",") + 1
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", width), ",") + ")"
	for start := 0; start < len(t.rows); start += chunk {
		part := t.rows[start:min(start+chunk, len(t.rows))]
		args := make([]any, 0, len(part)*width)
		for _, r := range part {
			args = append(args, r...)
		}
		text := "INSERT INTO " + t.name + " (" + t.columns + ") VALUES " + strings.TrimSuffix(strings.Repeat(row+",", len(part)), ",")
		if _, err := tx.ExecContext(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

var (
	adjectives = []string{"Quiet", "Ámbar", "Broken", "Golden", "Last", "Hidden", "Émile's", "Northern", "Paper", "Second"}
	nouns      = []string{"Harbour", "Ñandú", "Station", "Garden", "Letter", "Mirror", "Ocean", "Winter", "Machine"}
	spanish    = []string{"El puerto", "La estación", "Un jardín", "La carta", "El espejo", "El océano", "El invierno"}
)

func name(title int) string {
	return fmt.Sprintf("The %s %s %d", adjectives[title%len(adjectives)], nouns[title/len(adjectives)%len(nouns)], title)
}

func tables(n int) []*table {
	genres := &table{name: "genres", columns: "id, slug, names, position"}
	titles := &table{name: "titles", columns: "id, created_at, kind, slug, name, original_name, synopsis, texts, sort_key, sort_key_es, year, released_on, maturity, language, added_at, available_until, popularity, score, scene, color, version"}
	movies := &table{name: "movies", columns: "id, title_id, runtime_seconds"}
	series := &table{name: "series", columns: "id, title_id, status"}
	seasons := &table{name: "seasons", columns: "id, series_id, number, name"}
	episodes := &table{name: "episodes", columns: "id, series_id, season_id, number, ordinal, name, synopsis, texts, runtime_seconds"}
	videos := &table{name: "videos", columns: "id, title_id, episode_id, state, duration_seconds"}
	titleGenres := &table{name: "title_genres", columns: "title_id, genre_id, position, popularity"}
	people := &table{name: "persons", columns: "id, name, sort_key"}
	characters := &table{name: "characters", columns: "id, title_id, name, sort_key"}
	credits := &table{name: "credits", columns: "id, title_id, episode_id, person_id, character_id, role, billing, job"}
	similar := &table{name: "similarities", columns: "title_id, similar_id, score"}
	trends := &table{name: "trends", columns: "id, title_id, score"}

	for g := 1; g <= Genres; g++ {
		genres.add(g, fmt.Sprintf("genre-%d", g), fmt.Sprintf(`{"en":"Genre %d","es":"Género %d"}`, g, g), g)
	}
	crowd := n/2 + cast + 1
	for p := 1; p <= crowd; p++ {
		who := fmt.Sprintf("%s Person %d", adjectives[p%len(adjectives)], p)
		people.add(p, who, catalog.SortKey(who, ""))
	}
	credit := func(title int, episode any, person int, character any, role string, billing int, job any) {
		credits.add(len(credits.rows)+1, title, episode, person, character, role, billing, job)
	}
	for i := 1; i <= n; i++ {
		kind := "MOVIE"
		if IsSeries(i) {
			kind = "SERIES"
		}
		year := 1920 + i%90
		var released, until, texts, original any
		keyES := catalog.SortKey(name(i), "es")
		if i%2 == 0 {
			translated := fmt.Sprintf("%s %d", spanish[i%len(spanish)], i)
			texts, keyES = fmt.Sprintf(`{"es":{"name":%q,"synopsis":"De qué va %d."}}`, translated, i), catalog.SortKey(translated, "es")
		}
		if i%3 == 0 {
			original = "Original " + strconv.Itoa(i)
			released = time.Date(year, time.Month(1+i%12), 1+i%28, 0, 0, 0, 0, time.UTC)
		}
		if i%50 == 0 {
			year = 0
		}
		if Hidden(i) {
			until = epoch.AddDate(-20, 0, 0)
		}
		popularity, score := i*7919%500, 0 // with equals among them
		if i%3 > 0 {
			score = 1000 + i*31%900
		}
		titles.add(i, epoch, kind, fmt.Sprintf("title-%d", i), name(i), original, fmt.Sprintf("What number %d is about.", i), texts,
			catalog.SortKey(name(i), "en"), keyES, year, released, Maturity(i), "en", epoch.Add(time.Duration(i/3)*time.Hour), until,
			popularity, score, fmt.Sprintf("genre-%d", i%Genres+1), "#123456", 1)
		if IsSeries(i) {
			series.add(i, i, []string{"RETURNING", "ENDED"}[i/4%2])
			s, e := smallSeasons, smallEpisodes
			if i == BigSeries {
				s, e = bigSeasons, bigEpisodes
			}
			for season := 0; season <= s; season++ { // 0 = specials, of which there is one
				number := season
				var called any
				if season == 0 {
					called = "Specials"
				}
				seasons.add(len(seasons.rows)+1, i, season, called)
				for episode := 1; episode <= e && (season > 0 || episode == 1); episode++ {
					id := len(episodes.rows) + 1
					var es any
					if id%2 == 0 {
						es = fmt.Sprintf(`{"es":{"name":"Capítulo %d"}}`, episode)
					}
					episodes.add(id, i, len(seasons.rows), episode, catalog.Ordinal(&number, &episode), fmt.Sprintf("Episode %d", episode), fmt.Sprintf("What happens in %d.", id), es, 1500+id%600)
					videos.add(len(videos.rows)+1, i, id, "MISSING", nil)
					if episode == 1 && season == 1 {
						credit(i, id, 1+(i*13)%crowd, nil, "GUEST", 90, nil)
					}
				}
			}
		} else {
			movies.add(i, i, 3600+i%3600)
			var duration any
			state := "MISSING"
			if i%2 == 0 {
				state, duration = "READY", 3590+i%3600
			}
			videos.add(len(videos.rows)+1, i, nil, state, duration)
		}
		seen := make(map[int]bool)
		for position, g := range []int{i%Genres + 1, i*7%Genres + 1, i*3%Genres + 1} {
			if !seen[g] && (position < 2 || i%2 == 0) {
				titleGenres.add(i, g, len(seen), popularity)
				seen[g] = true
			}
		}
		var job any
		if i%10 == 0 {
			job = "second unit"
		}
		credit(i, nil, 1+i%crowd, nil, "DIRECTOR", 0, job)
		for c := 1; c <= cast; c++ {
			id := len(characters.rows) + 1
			who := fmt.Sprintf("%s Character %d", nouns[id%len(nouns)], id)
			characters.add(id, i, who, catalog.SortKey(who, ""))
			role := "SUPPORTING"
			if c < 3 {
				role = "LEAD"
			}
			credit(i, nil, 1+(i*5+c)%crowd, id, role, c, nil)
		}
		for k := 1; k <= min(neighbours, n-1); k++ {
			similar.add(i, 1+(i-1+k)%n, 900_000-k/2*1000)
		}
		if i%3 > 0 {
			trends.add(i, i, i*7919%300)
		}
	}
	all := []*table{genres, titles, movies, series, seasons, episodes, videos, titleGenres, people, characters, credits, similar, trends}
	return append(all, audience(n, videos.rows)...)
}

// audience is the accounts, and what Keen and Kid did.
func audience(n int, videos [][]any) []*table {
	users := &table{name: "users", columns: "id, created_at, email, name, password_hash, role"}
	profiles := &table{name: "profiles", columns: "id, created_at, name, avatar, child, maturity, language, user_id"}
	sessions := &table{name: "sessions", columns: "id, created_at, token_hash, last_used_at, expires_at, profile_id, user_id"}
	views := &table{name: "views", columns: "id, position_seconds, started, finished, started_at, viewed_at, profile_id, video_id, title_id"}
	list := &table{name: "list_items", columns: "added_at, title_id, profile_id"}
	ratings := &table{name: "ratings", columns: "thumb, rated_at, profile_id, title_id"}

	users.add(1, epoch, "viewer@example.com", "Household", "!", "VIEWER")
	users.add(2, epoch, "other@example.com", "Other", "!", "VIEWER")
	users.add(3, epoch, "admin@example.com", "Administrator", "!", "ADMIN")
	expires := epoch.AddDate(100, 0, 0) // and used until then, so that no test writes that it is used
	sessions.add(100, epoch, hash(NoProfile), expires, expires, nil, 1)
	for p, name := range []string{"Cold", "Keen", "Kid", "Spanish", "Other", "Admin"} {
		p++
		account, language, maturity := 1, "en", 18
		switch p {
		case Kid:
			language, maturity = "es", 7
		case Spanish:
			language = "es"
		case Other, Admin:
			account = p - Other + 2
		}
		profiles.add(p, epoch, name, "green", p == Kid, maturity, language, account)
		sessions.add(p, epoch, hash(p), expires, expires, p, account)
	}
	watch := func(profile, n int) {
		for k := range min(n, len(videos)) {
			// The latest are spread over the catalogue: 7919 is prime to all sizes.
			v := videos[k*7919%len(videos)]
			at := epoch.Add(-time.Duration(k) * time.Hour)
			finished := k%3 > 0
			position := 600 + k
			if finished {
				position = 3600
			}
			views.add(len(views.rows)+1, position, true, finished, at.Add(-time.Hour), at, profile, v[0], v[1])
		}
	}
	watch(Keen, Views)
	watch(Kid, 20)
	watch(Other, n) // so that Keen's are a small part
	for k := range min(30, n) {
		list.add(epoch.Add(-time.Duration(k)*time.Minute), 1+k*7919%n, Keen)
		ratings.add([]string{"DOWN", "UP", "DOUBLE_UP"}[k%3], epoch, Keen, 1+k*31%n)
	}
	return []*table{users, profiles, sessions, views, list, ratings}
}
