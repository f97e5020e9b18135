package importer

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"streamex/internal/artwork"
	"streamex/internal/catalog"
	"streamex/internal/database"
)

const imdbSource = "imdb"

// IMDb says what to import of IMDb's files.
type IMDb struct {
	Folder       string
	Types        []string // of titles; nil means all but video games
	MinVotes     int      // of a movie or series
	SinceYear    int      // of a movie or series
	IDs          string   // file with the ids of the movies and series to take, one a line; "" means all
	CastPerTitle int      // 0 means all
	IncludeAdult bool
}

// kinds of IMDb's titles. What is left out is no title of ours.
var imdbTypes = map[string]bool{ // is a movie
	"movie": true, "short": true, "tvMovie": true, "tvShort": true, "tvSpecial": true, "video": true, "tvPilot": true,
	"tvSeries": false, "tvMiniSeries": false,
}

// imdbGenres leads from genres with other names here.
var imdbGenres = map[string]string{"sci-fi": "science-fiction"}

// ImportIMDb imports IMDb's files, with the official names and columns, compressed
// or not. Memory holds ids alone: per title 8 bytes, per episode 40 while its
// stage runs and 8 then, per person 8, and a bit for each id there is.
//
// It returns *LineError for what is wrong with a file. What was written until
// then stays, and the next import changes it where it must.
func ImportIMDb(ctx context.Context, db *database.DB, source IMDb, opts Options) (*Summary, error) {
	i := &imdb{IMDb: source}
	if err := i.prepare(); err != nil {
		return nil, err
	}
	fingerprint, err := i.fingerprint()
	if err != nil {
		return nil, err
	}
	r, err := start(ctx, db, imdbSource, fingerprint, opts)
	if err != nil {
		return nil, err
	}
	i.run = r
	r.appends = true
	err = i.all(ctx)
	return r.finish(ctx, err)
}

// imdb is an import of IMDb's files under way.
type imdb struct {
	IMDb
	*run
	wanted set // of --ids
	done   int64
	total  int64

	votes     idMap // of titles: votes and rating, see rating
	isEpisode set
	titles    idMap
	series    set
	episodes  []episodeLine // sorted by id
	seasons   map[seasonKey]int64
	people    idMap
	needed    set // people of the credits
	locked    map[int64]bool
	credited  set // titles and episodes
	genres    map[string]*row
}

type seasonKey struct {
	series uint32
	number int32 // -1 = unknown
}

// episodeLine is a line of title.episode.
type episodeLine struct {
	id, series     uint32
	season, number int32 // -1 = unknown
	row            int64
}

// imdbFiles are the files, with how often each is read.
var imdbFiles = map[string]int64{"title.ratings": 1, "title.basics": 2, "title.episode": 1, "title.principals": 2, "name.basics": 1}

// prepare checks the options.
func (i *imdb) prepare() error {
	for _, t := range i.Types {
		if _, ok := imdbTypes[t]; !ok {
			return fmt.Errorf("--types: there is no type %q: %s", t, strings.Join(sortedKeys(imdbTypes), ", "))
		}
	}
	for name, times := range imdbFiles {
		path, err := findTSV(i.Folder, name)
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		i.total += times * info.Size()
	}
	if i.IDs == "" {
		return nil
	}
	f, err := os.Open(i.IDs)
	if err != nil {
		return err
	}
	defer f.Close()
	l := newLines(i.IDs, bufio.NewReader(f), maxLine)
	for {
		line, err := l.next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		n, ok := parseID(line, "tt")
		if !ok {
			return l.errorf("%q is no id of a title, such as tt0111161", clip(string(line)))
		}
		i.wanted.add(n)
	}
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// fingerprint stands for the options and the files.
func (i *imdb) fingerprint() (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%+v\n", i.IMDb)
	names := sortedKeys(imdbFiles)
	for _, name := range names {
		path, err := findTSV(i.Folder, name)
		if err != nil {
			return "", err
		}
		if err := stamp(h, path); err != nil {
			return "", err
		}
	}
	if i.IDs != "" {
		if err := stamp(h, i.IDs); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (i *imdb) all(ctx context.Context) error {
	for _, stage := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"ratings", i.readRatings}, {"titles", i.readTitles}, {"seasons", i.readSeasons}, {"episodes", i.readEpisodes},
		{"cast", i.readCast}, {"people", i.readPeople}, {"credits", i.readCredits},
	} {
		if err := stage.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// open opens a file, of which progress hears.
func (i *imdb) open(name string, columns ...string) (*tsv, error) {
	return openTSV(i.Folder, name, func(n int) {
		i.done += int64(n)
		if i.opts.Progress != nil {
			i.opts.Progress(i.done, i.total)
		}
	}, columns...)
}

// batchRows is how many rows of a file a transaction takes.
var batchRows = 50_000 // tests take less

// stages that write, in order.
var imdbStages = []string{"titles", "seasons", "episodes", "people", "credits"}

// replayed tells whether the interrupted run was behind a row of a stage.
func (i *imdb) replayed(stage string, n int64) bool {
	at, was := slices.Index(imdbStages, stage), slices.Index(imdbStages, i.stage)
	return at < was || (at == was && n <= i.position)
}

// stageRows reads the rows of a file for a stage and flushes now and then.
type stageRows struct {
	i     *imdb
	stage string
	n     int64 // rows read
	held  int
	put   func(ctx context.Context, replay bool) error
}

func (s *stageRows) skip(reason string) {
	if !s.i.replayed(s.stage, s.n) {
		s.i.run.skip(reason)
	}
}

// flush ends a batch. One that an interrupted run had done is only looked up.
func (s *stageRows) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.held = 0
	if !s.i.replayed(s.stage, s.n) {
		s.i.summary.Read[s.stage] = s.n
	}
	return s.put(ctx, s.i.replayed(s.stage, s.n))
}

// step is due after each row.
func (s *stageRows) step(ctx context.Context, holds bool) error {
	if holds {
		s.held++
	}
	// A batch never crosses the place where an interrupted run was.
	if s.held >= batchRows || s.n == s.i.position && s.i.stage == s.stage {
		return s.flush(ctx)
	}
	return nil
}

// write merges content, or looks it up when an interrupted run had done so.
func (i *imdb) write(ctx context.Context, stage string, n int64, replay bool, c *content) error {
	if replay {
		b := &batch{run: i.run, c: i.db.Client, dialect: i.db.Dialect()}
		whole, err := b.lookUp(ctx, c)
		if whole || err != nil {
			return err
		}
		stage, n = i.stage, i.position // somebody deleted rows since
	}
	return i.run.write(ctx, stage, n, func(ctx context.Context, b *batch) error { return b.put(ctx, c) })
}

func (i *imdb) readRatings(ctx context.Context) error {
	t, err := i.open("title.ratings", "tconst", "averageRating", "numVotes")
	if err != nil {
		return err
	}
	err = t.each(ctx, func(c [][]byte) error {
		n, ok := parseID(c[0], "tt")
		votes, err := strconv.ParseUint(string(c[2]), 10, 26)
		rating, bad := strconv.ParseFloat(string(c[1]), 64)
		if ok = ok && err == nil && bad == nil && rating >= 0 && rating <= 10; !ok {
			i.skip("ratings: that cannot be read")
			return nil
		}
		// 25 bits of votes (33 million) and 6 of halves would do; tenths of 0 to 10 take 7.
		i.votes.put(n, int64(min(votes, 1<<25-1))<<7|int64(rating*10+.5))
		return nil
	})
	i.votes.sort()
	return err
}

// rating is how many voted for a title, and the average in tenths.
func (i *imdb) rating(n uint32) (votes, tenths int64) {
	v, _ := i.votes.get(n)
	return v >> 7, v & 127
}

var basics = []string{"tconst", "titleType", "primaryTitle", "originalTitle", "isAdult", "startYear", "runtimeMinutes", "genres"}

func (i *imdb) readTitles(ctx context.Context) error {
	t, err := i.open("title.basics", basics...)
	if err != nil {
		return err
	}
	i.genres = map[string]*row{}
	var seen set
	var list []*titleRow
	var numbers []uint32
	s := &stageRows{i: i, stage: "titles"}
	s.put = func(ctx context.Context, replay bool) error {
		c := &content{titles: list}
		for _, slug := range sortedKeys(i.genres) {
			c.genres = append(c.genres, i.genres[slug])
		}
		if err := i.findGenres(ctx); err != nil {
			return err
		}
		c.genres = slices.DeleteFunc(c.genres, func(g *row) bool { return g.id != 0 })
		if err := i.write(ctx, s.stage, s.n, replay, c); err != nil {
			return err
		}
		for k, title := range list {
			if !i.titles.put(numbers[k], title.id) {
				return fmt.Errorf("%s: has no id that fits", title.key.ID)
			}
		}
		list, numbers = list[:0], numbers[:0]
		return nil
	}
	err = t.each(ctx, func(c [][]byte) error {
		s.n++
		title, n := i.title(c, &seen, s.skip)
		if title != nil {
			list, numbers = append(list, title), append(numbers, n)
		}
		return s.step(ctx, title != nil)
	})
	if err == nil {
		err = s.flush(ctx)
	}
	i.titles.sort()
	return err
}

// findGenres finds genres by their slugs: an import adds to those that are there.
func (i *imdb) findGenres(ctx context.Context) error {
	c := i.db.Client
	if i.tx != nil {
		c = i.tx.Client()
	}
	rows, err := c.QueryContext(ctx, "SELECT id, slug FROM genres")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var slug string
		if err := rows.Scan(&id, &slug); err != nil {
			return err
		}
		if g := i.genres[slug]; g != nil {
			g.id = id
		}
	}
	return rows.Err()
}

// title is the movie or series of a line of title.basics; nil if it is none, or
// none that is wanted.
func (i *imdb) title(c [][]byte, seen *set, skip func(string)) (*titleRow, uint32) {
	n, ok := parseID(c[0], "tt")
	if !ok {
		skip("titles: not an id of a title")
		return nil, 0
	}
	kind := string(c[1])
	if kind == "tvEpisode" {
		i.isEpisode.add(n)
		return nil, 0 // counted with the episodes
	}
	movie, known := imdbTypes[kind]
	year := atoi(c[5])
	votes, tenths := i.rating(n)
	names := strings.Split(strings.ToLower(string(c[7])), ",")
	switch {
	case kind == "videoGame":
		skip("titles: video games")
	case !known:
		skip("titles: of an unknown type")
	case len(i.Types) > 0 && !slices.Contains(i.Types, kind):
		skip("titles: of a type that is not wanted")
	case !i.IncludeAdult && (string(c[4]) == "1" || slices.Contains(names, "adult")):
		skip("titles: for adults only")
	case i.SinceYear > 0 && year < i.SinceYear:
		skip("titles: too old")
	case i.MinVotes > 0 && votes < int64(i.MinVotes):
		skip("titles: too few votes")
	case i.IDs != "" && !i.wanted.has(n):
		skip("titles: not in the list of ids")
	case len(c[2]) == 0:
		skip("titles: without a name")
	case !seen.add(n):
		skip("titles: twice")
	default:
		if !movie {
			i.series.add(n)
		}
		return i.titleRow(n, movie, c, year, names, votes, tenths), n
	}
	return nil, 0
}

func (i *imdb) titleRow(n uint32, movie bool, c [][]byte, year int, names []string, votes, tenths int64) *titleRow {
	id := formatID("tt", n)
	t := Title{Key: Key{imdbSource, id}, Movie: movie, Name: limit(string(c[2])), Year: year, Added: i.now, Popularity: votes, Seconds: 60 * atoi(c[6])}
	if original := string(c[3]); original != string(c[2]) {
		t.Original = limit(original)
	}
	// Our scores are average thumbs: 0 down, 1000 up, 2000 double up.
	t.Score = tenths * 20
	var links []*row
	for _, name := range names {
		g := i.genre(name)
		if g != nil {
			links = append(links, g)
		}
	}
	t.Slug = slug(t.Name, yearText(year), id)
	if len(links) > 0 {
		t.Scene = links[0].values[0].(string)
	}
	t.Color = artwork.Dominant(t.Slug, t.Scene)
	if !movie {
		t.Status = "ENDED"
	}
	return t.row(links)
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

func (i *imdb) genre(name string) *row {
	s := slug(name)
	if renamed, ok := imdbGenres[name]; ok {
		s = renamed
	}
	if s == "" {
		return nil
	}
	g := i.genres[s]
	if g == nil {
		english := strings.ToUpper(name[:1]) + name[1:]
		names, _ := json.Marshal(map[string]string{"en": english, "es": english}) // of texts: it cannot fail
		g = &row{key: Key{imdbSource, s}, values: []any{s, string(names), int64(1000)}}
		i.genres[s] = g
	}
	return g
}

// maxName bounds names, in bytes.
const maxName = 500

// limit cuts a name to what fits.
func limit(s string) string {
	if len(s) <= maxName {
		return s
	}
	return strings.ToValidUTF8(s[:maxName], "")
}

func atoi(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 || n > 1_000_000 {
		return 0
	}
	return n
}

// count is a number of a season or episode; -1 = unknown.
func count(b []byte) int32 {
	n, err := strconv.ParseInt(string(b), 10, 32)
	if err != nil || n < 0 || n > 1_000_000 {
		return -1
	}
	return int32(n)
}

func (i *imdb) readSeasons(ctx context.Context) error {
	t, err := i.open("title.episode", "tconst", "parentTconst", "seasonNumber", "episodeNumber")
	if err != nil {
		return err
	}
	above := map[uint32]parent{}
	err = t.each(ctx, func(c [][]byte) error {
		n, ok := parseID(c[0], "tt")
		of, has := parseID(c[1], "tt")
		switch {
		case !ok || !has:
			return nil // told with the titles
		case n == of:
			return t.errorf("%s is an episode of itself", c[0])
		case i.series.has(of):
			i.episodes = append(i.episodes, episodeLine{id: n, series: of, season: count(c[2]), number: count(c[3])})
		case i.isEpisode.has(of):
			above[n] = parent{of, t.n}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := cycle(t.name, above); err != nil {
		return err
	}
	slices.SortFunc(i.episodes, func(x, y episodeLine) int { return cmp.Compare(x.id, y.id) })
	i.episodes = slices.CompactFunc(i.episodes, func(x, y episodeLine) bool { return x.id == y.id })
	return i.writeSeasons(ctx)
}

type parent struct {
	id   uint32
	line int64
}

// cycle finds an episode that is above itself.
func cycle(file string, above map[uint32]parent) error {
	var first *LineError
	for n, p := range above {
		at := p.id
		for steps := 0; steps < len(above); steps++ {
			next, ok := above[at]
			if !ok {
				break
			}
			if at = next.id; at == n && (first == nil || p.line < first.Line) {
				first = &LineError{file, p.line, fmt.Errorf("%s is an episode of itself, by way of others", formatID("tt", n))}
			}
			if at == n {
				break
			}
		}
	}
	if first != nil {
		return first
	}
	return nil
}

func (i *imdb) writeSeasons(ctx context.Context) error {
	i.seasons = map[seasonKey]int64{}
	for _, e := range i.episodes {
		i.seasons[seasonKey{e.series, e.season}] = 0
	}
	keys := make([]seasonKey, 0, len(i.seasons))
	for k := range i.seasons {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y seasonKey) int {
		return cmp.Or(cmp.Compare(x.series, y.series), cmp.Compare(x.number, y.number))
	})
	s := &stageRows{i: i, stage: "seasons"}
	var held []seasonKey
	s.put = func(ctx context.Context, replay bool) error {
		c := &content{}
		for _, k := range held {
			series, _ := i.titles.get(k.series)
			id := formatID("tt", k.series) + "/"
			var number any
			if k.number >= 0 {
				number = int64(k.number)
				id += strconv.Itoa(int(k.number))
			} else {
				id += "unknown"
			}
			c.seasons = append(c.seasons, &row{key: Key{imdbSource, id}, values: []any{series, number, nil}})
		}
		if err := i.write(ctx, s.stage, s.n, replay, c); err != nil {
			return err
		}
		for n, k := range held {
			i.seasons[k] = c.seasons[n].id
		}
		held = held[:0]
		return nil
	}
	for _, k := range keys {
		s.n++
		held = append(held, k)
		if err := s.step(ctx, true); err != nil {
			return err
		}
	}
	return s.flush(ctx)
}

func (i *imdb) readEpisodes(ctx context.Context) error {
	t, err := i.open("title.basics", basics...)
	if err != nil {
		return err
	}
	s := &stageRows{i: i, stage: "episodes"}
	c := &content{}
	var at []int
	s.put = func(ctx context.Context, replay bool) error {
		if err := i.write(ctx, s.stage, s.n, replay, c); err != nil {
			return err
		}
		for n, k := range at {
			i.episodes[k].row = c.episodes[n].id
		}
		c, at = &content{}, at[:0]
		return nil
	}
	var seen set
	err = t.each(ctx, func(cells [][]byte) error {
		s.n++
		row, k := i.episode(cells, &seen, s.skip)
		if row != nil {
			c.episodes, at = append(c.episodes, row), append(at, k)
		}
		return s.step(ctx, row != nil)
	})
	if err == nil {
		err = s.flush(ctx)
	}
	i.episodes = slices.DeleteFunc(i.episodes, func(e episodeLine) bool { return e.row == 0 })
	i.seasons = nil
	return err
}

// episode is the episode of a line of title.basics, and its place in i.episodes.
func (i *imdb) episode(c [][]byte, seen *set, skip func(string)) (*row, int) {
	n, ok := parseID(c[0], "tt")
	if !ok || string(c[1]) != "tvEpisode" {
		return nil, 0
	}
	k, found := slices.BinarySearchFunc(i.episodes, n, func(e episodeLine, n uint32) int { return cmp.Compare(e.id, n) })
	switch {
	case !found:
		skip("episodes: of no series that is imported")
		return nil, 0
	case len(c[2]) == 0:
		skip("episodes: without a name")
		return nil, 0
	case !i.IncludeAdult && string(c[4]) == "1":
		skip("episodes: for adults only")
		return nil, 0
	case !seen.add(n):
		skip("episodes: twice")
		return nil, 0
	}
	e := i.episodes[k]
	series, _ := i.titles.get(e.series)
	season, number := known(e.season), known(e.number)
	return &row{key: Key{imdbSource, string(c[0])}, values: []any{series, i.seasons[seasonKey{e.series, e.season}], numberOf(number),
		int64(catalog.Ordinal(season, number)), limit(string(c[2])), nil, nil, nil, seconds(60 * atoi(c[6]))}}, k
}

func numberOf(n *int) any { return number(n) }

func known(n int32) *int {
	if n < 0 {
		return nil
	}
	v := int(n)
	return &v
}

// readPeople imports the people of the credits that are wanted.
func (i *imdb) readPeople(ctx context.Context) error {
	t, err := i.open("name.basics", "nconst", "primaryName", "birthYear", "deathYear")
	if err != nil {
		return err
	}
	s := &stageRows{i: i, stage: "people"}
	c := &content{}
	var numbers []uint32
	s.put = func(ctx context.Context, replay bool) error {
		if err := i.write(ctx, s.stage, s.n, replay, c); err != nil {
			return err
		}
		for k, n := range numbers {
			if !i.people.put(n, c.people[k].id) {
				return fmt.Errorf("%s: has no id that fits", c.people[k].key.ID)
			}
		}
		c, numbers = &content{}, numbers[:0]
		return nil
	}
	var seen set
	err = t.each(ctx, func(cells [][]byte) error {
		s.n++
		n, ok := parseID(cells[0], "nm")
		holds := false
		switch {
		case !ok:
			s.skip("people: not an id of a person")
		case !i.needed.has(n):
			s.skip("people: without a credit")
		case len(cells[1]) == 0:
			s.skip("people: without a name")
		case !seen.add(n):
			s.skip("people: twice")
		default:
			holds = true
			numbers = append(numbers, n)
			c.people = append(c.people, personRow(Key{imdbSource, string(cells[0])}, limit(string(cells[1])), yearOf(cells[2]), yearOf(cells[3])))
		}
		return s.step(ctx, holds)
	})
	if err == nil {
		err = s.flush(ctx)
	}
	i.people.sort()
	i.needed = nil
	return err
}

func yearOf(b []byte) *int {
	n := atoi(b)
	if n == 0 {
		return nil
	}
	return &n
}
