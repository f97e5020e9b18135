package importer

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamex/internal/catalog"
	"streamex/internal/database"
)

const legacySource = "seed"

// Legacy says where the databases of the three services are that StreamEx
// replaces.
type Legacy struct {
	Content  []string // the older first
	Users    string   // "" leaves accounts out
	Activity string   // "" leaves out what was watched and listed
	// Hash returns what to store of a password.
	Hash func(context.Context, string) (string, error)
}

// ImportLegacy imports the databases of the three services: titles and people
// under the source "seed"; accounts by their addresses, once: those that are here
// already stay as they are, with all that is theirs. Passwords are hashed and
// have to be changed; of cards only brand, last digits and expiry are read.
//
// Its errors name the file that is wrong. Content is one transaction, accounts
// another.
func ImportLegacy(ctx context.Context, db *database.DB, source Legacy, opts Options) (*Summary, error) {
	l := &legacy{Legacy: source}
	for _, path := range source.Content {
		if err := l.readContent(ctx, path); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	if source.Users != "" {
		if err := l.readUsers(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(source.Users), err)
		}
	}
	if source.Activity != "" {
		if source.Users == "" {
			return nil, fmt.Errorf("%s: what was watched needs the database of users", filepath.Base(source.Activity))
		}
		if err := l.readActivity(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(source.Activity), err)
		}
	}
	r, err := start(ctx, db, legacySource, "", opts)
	if err != nil {
		return nil, err
	}
	l.run = r
	err = l.all(ctx)
	return r.finish(ctx, err)
}

func (l *legacy) all(ctx context.Context) error {
	err := l.run.write(ctx, "", 0, func(ctx context.Context, b *batch) error {
		c, err := l.build(ctx, b)
		if err != nil {
			return err
		}
		return b.put(ctx, c)
	})
	if err != nil || l.Users == "" {
		return err
	}
	return l.accounts(ctx)
}

// legacy is an import of the three services' databases under way.
type legacy struct {
	Legacy
	*run

	// What the content databases say, later ones over earlier ones.
	contents   map[int64]content4
	episodeIn  map[int64]int64 // season of an episode
	series     map[int64]content4
	seasons    map[int64]season4
	genreNames map[int64]string
	persons    map[int64]string
	roles      map[int64]role4
	genresOf   map[int64][]int64
	castOf     map[int64][]cast4
	strays     int64 // lines that name nothing

	users    []user4
	profiles []profile4
	cards    []card4
	listed   []activity4
	watched  []activity4

	movieRows, seriesRows, episodeRows map[int64]*row
	seriesOf                           map[int64]int64 // of an episode
}

// What the seed's tables hold; the 4 keeps their names apart from ours.
type (
	content4 struct {
		name, synopsis string
		minutes, year  int64
		episode        bool
	}
	season4 struct {
		series, year int64
		name         string
	}
	role4 struct {
		name  string
		actor int64
	}
	cast4 struct {
		role int64
		kind string
	}
	user4 struct {
		id                    int64
		email, password, name string
	}
	profile4 struct {
		id, user, picture int64
		name              string
	}
	card4 struct {
		id, user     int64
		prefix, last string
		expiry       string
		digits       int
	}
	activity4 struct {
		profile, content int64
		at               time.Time
		kind             string
	}
)

// rows visits what a query of a foreign database finds. Numbers and texts may be
// null, or of another type.
func rows(ctx context.Context, db *sql.DB, text string, visit func(v []value)) error {
	found, err := db.QueryContext(ctx, text)
	if err != nil {
		return fmt.Errorf("not a database of the service: %w", err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		return err
	}
	for found.Next() {
		values := make([]value, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i].any
		}
		if err := found.Scan(targets...); err != nil {
			return err
		}
		visit(values)
	}
	return found.Err()
}

// value is a value of a column that may hold anything.
type value struct{ any any }

func (v value) text() string {
	switch x := v.any.(type) {
	case nil:
		return ""
	case []byte:
		return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(string(x), "\x00", ""), ""))
	case time.Time:
		return x.Format(time.RFC3339Nano)
	}
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(fmt.Sprint(v.any), "\x00", ""), ""))
}

func (v value) number() (int64, bool) {
	n, err := strconv.ParseInt(v.text(), 10, 64)
	return n, err == nil
}

func (v value) orZero() int64 {
	n, _ := v.number()
	return n
}

func (l *legacy) readContent(ctx context.Context, path string) error {
	db, err := database.OpenForeign(path)
	if err != nil {
		return err
	}
	defer db.Close()
	if l.contents == nil {
		l.contents, l.episodeIn, l.series, l.seasons = map[int64]content4{}, map[int64]int64{}, map[int64]content4{}, map[int64]season4{}
		l.genreNames, l.persons, l.roles = map[int64]string{}, map[int64]string{}, map[int64]role4{}
		l.genresOf, l.castOf = map[int64][]int64{}, map[int64][]cast4{}
	}
	genresOf, castOf := map[int64][]int64{}, map[int64][]cast4{}
	for _, q := range []struct {
		text  string
		visit func(v []value)
	}{
		{"SELECT id, titulo, sinopsis, duracion, anio, tipo FROM Contenidos ORDER BY id", func(v []value) {
			l.contents[v[0].orZero()] = content4{v[1].text(), v[2].text(), v[3].orZero(), v[4].orZero(), v[5].text() == "episodio"}
		}},
		{"SELECT id, idTemporada FROM Episodios ORDER BY id", func(v []value) { l.episodeIn[v[0].orZero()] = v[1].orZero() }},
		{"SELECT id, titulo, sinopsis, anio FROM Series ORDER BY id", func(v []value) {
			l.series[v[0].orZero()] = content4{name: v[1].text(), synopsis: v[2].text(), year: v[3].orZero()}
		}},
		{"SELECT id, serie_id, nombre, anio FROM Temporadas ORDER BY id", func(v []value) {
			l.seasons[v[0].orZero()] = season4{v[1].orZero(), v[3].orZero(), v[2].text()}
		}},
		{"SELECT id, nombre FROM Generos ORDER BY id", func(v []value) { l.genreNames[v[0].orZero()] = v[1].text() }},
		{"SELECT idContenido, idGenero FROM GenerosContenidos ORDER BY rowid", func(v []value) {
			id := v[0].orZero()
			genresOf[id] = append(genresOf[id], v[1].orZero())
		}},
		{"SELECT id, nombre, apellidos FROM Personas ORDER BY id", func(v []value) {
			l.persons[v[0].orZero()] = strings.TrimSpace(v[1].text() + " " + v[2].text())
		}},
		{"SELECT id, nombre, actor_id FROM Personajes ORDER BY id", func(v []value) {
			l.roles[v[0].orZero()] = role4{v[1].text(), v[2].orZero()}
		}},
		{"SELECT personaje_id, contenido_id, rol FROM PersonajesContenidos ORDER BY rowid", func(v []value) {
			role, ok := v[0].number()
			content, has := v[1].number()
			if !ok || !has {
				l.strays++
				return
			}
			castOf[content] = append(castOf[content], cast4{role, v[2].text()})
		}},
	} {
		if err := rows(ctx, db, q.text, q.visit); err != nil {
			return err
		}
	}
	maps.Copy(l.genresOf, genresOf) // of what a later file knows, its word counts
	maps.Copy(l.castOf, castOf)
	return nil
}

func legacyKey(kind string, id int64) Key {
	return Key{legacySource, kind + ":" + strconv.FormatInt(id, 10)}
}

// legacyGenres leads from the seed's names to the slugs that we use.
var legacyGenres = map[string]string{
	"accion": "action", "animacion": "animation", "aventura": "adventure", "belico": "war", "biografia": "biography", "ciencia-ficcion": "science-fiction",
	"comedia": "comedy", "crimen": "crime", "documental": "documentary", "fantasia": "fantasy", "fantastico": "fantasy", "historia": "history", "historico": "history",
	"infantil": "family", "familiar": "family", "misterio": "mystery", "musica": "musical", "romance": "romance", "romantica": "romance", "suspense": "thriller", "terror": "horror", "western": "western", "drama": "drama",
}

func (l *legacy) build(ctx context.Context, b *batch) (*content, error) {
	c := &content{}
	genreRows := map[int64]*row{}
	bySlug := map[string]*row{}
	for _, id := range sortedIDs(l.genreNames) {
		name := l.genreNames[id]
		s := slug(name)
		if known, ok := legacyGenres[s]; ok {
			s = known
		}
		if s == "" {
			l.skip("genres: without a name")
			continue
		}
		if bySlug[s] == nil {
			bySlug[s] = &row{key: legacyKey("genero", id), values: []any{s, encode(map[string]string{"es": name, "en": name}), int64(1000)}}
		}
		genreRows[id] = bySlug[s]
	}
	if err := b.knownGenres(ctx, bySlug); err != nil {
		return nil, err
	}
	for _, s := range sortedKeys(bySlug) {
		if bySlug[s].id == 0 {
			c.genres = append(c.genres, bySlug[s])
		}
	}
	personRows := map[int64]*row{}
	names := map[string]bool{}
	for _, id := range sortedIDs(l.persons) {
		name := l.persons[id]
		if name == "" {
			l.skip("people: without a name")
			continue
		}
		if names[name] {
			l.skip("people: of a name that another one has (kept as two)")
		}
		names[name] = true
		personRows[id] = personRow(legacyKey("persona", id), limit(name), nil, nil)
		c.people = append(c.people, personRows[id])
	}
	if err := l.titles(ctx, b, c, genreRows); err != nil {
		return nil, err
	}
	l.credits(c, personRows)
	for range l.strays {
		l.skip("credits: of no character or no title")
	}
	return c, nil
}

// knownGenres gives genres the ids of those that are here under their slugs.
func (b *batch) knownGenres(ctx context.Context, bySlug map[string]*row) error {
	return b.each(ctx, "SELECT id, slug, COALESCE(source, '') FROM genres", func(scan func(...any) error) error {
		var id int64
		var slug, source string
		err := scan(&id, &slug, &source)
		if g := bySlug[slug]; g != nil && source != g.key.Source {
			g.id = id
		}
		return err
	})
}

func sortedIDs[V any](m map[int64]V) []int64 { return slices.Sorted(maps.Keys(m)) }

// titles builds movies, series, seasons and episodes.
func (l *legacy) titles(ctx context.Context, b *batch, c *content, genreRows map[int64]*row) error {
	taken := map[string]bool{}
	err := b.each(ctx, "SELECT slug FROM titles WHERE source IS NULL OR source <> '"+legacySource+"'", func(scan func(...any) error) error {
		var s string
		err := scan(&s)
		taken[s] = true
		return err
	})
	if err != nil {
		return err
	}
	add := func(kind string, id int64, t content4, ids []int64) *row {
		s := slug(t.name, yearText(int(t.year)))
		if taken[s] {
			s += "-" + kind + "-" + strconv.FormatInt(id, 10)
		}
		taken[s] = true
		var links []*row
		for _, g := range ids {
			if genreRows[g] != nil && !slices.Contains(links, genreRows[g]) {
				links = append(links, genreRows[g])
			}
		}
		title := Title{Key: legacyKey(kind, id), Movie: kind == "pelicula", Slug: s, Name: limit(t.name), Synopsis: t.synopsis, Year: int(t.year),
			Added: l.now, Seconds: int(t.minutes) * 60, Status: "ENDED", Language: ""}
		if len(links) > 0 {
			title.Scene = links[0].values[0].(string)
		}
		c.titles = append(c.titles, title.row(links))
		return &c.titles[len(c.titles)-1].row
	}
	l.movieRows, l.seriesRows, l.episodeRows, l.seriesOf = map[int64]*row{}, map[int64]*row{}, map[int64]*row{}, map[int64]int64{}
	genresOf := map[int64][]int64{} // of series
	for _, id := range sortedIDs(l.contents) {
		t := l.contents[id]
		switch {
		case t.name == "":
			l.skip("titles: without a name")
		case !t.episode:
			l.movieRows[id] = add("pelicula", id, t, l.genresOf[id])
		default:
			season, ok := l.seasons[l.episodeIn[id]]
			if _, has := l.series[season.series]; !ok || !has {
				l.skip("episodes: of no series")
				continue
			}
			l.seriesOf[id] = season.series
			genresOf[season.series] = append(genresOf[season.series], l.genresOf[id]...)
		}
	}
	for _, id := range sortedIDs(l.series) {
		if t := l.series[id]; t.name != "" {
			l.seriesRows[id] = add("serie", id, t, genresOf[id])
		} else {
			l.skip("titles: without a name")
		}
	}
	l.episodesOf(c)
	return nil
}

// episodesOf builds seasons and their episodes. Neither has a number: seasons are
// called "Temporada 2", episodes are in the order of their ids.
func (l *legacy) episodesOf(c *content) {
	seasonRows, numbers := map[int64]*row{}, map[int64]*int{}
	used := map[[2]int64]bool{}
	ids := sortedIDs(l.seasons)
	slices.SortStableFunc(ids, func(x, y int64) int { return cmp.Compare(l.seasons[x].year, l.seasons[y].year) })
	rank := map[int64]int64{}
	for _, id := range ids {
		s := l.seasons[id]
		if l.seriesRows[s.series] == nil {
			l.skip("seasons: of no series")
			continue
		}
		rank[s.series]++
		n, ok := digits(s.name)
		if !ok {
			n = rank[s.series]
		}
		var number any
		if key := [2]int64{s.series, n}; !used[key] {
			used[key] = true
			number = n
			v := int(n)
			numbers[id] = &v
		}
		seasonRows[id] = &row{key: legacyKey("temporada", id), values: []any{l.seriesRows[s.series], number, text(s.name)}}
		c.seasons = append(c.seasons, seasonRows[id])
	}
	last := map[int64]int{}
	for _, id := range sortedIDs(l.contents) {
		season := l.episodeIn[id]
		if l.seriesOf[id] == 0 && l.contents[id].episode || seasonRows[season] == nil || !l.contents[id].episode || l.contents[id].name == "" {
			continue
		}
		t := l.contents[id]
		last[season]++
		n := last[season]
		l.episodeRows[id] = &row{key: legacyKey("episodio", id), values: []any{l.seriesRows[l.seriesOf[id]], seasonRows[season], int64(n),
			int64(catalog.Ordinal(numbers[season], &n)), limit(t.name), text(t.synopsis), nil, nil, seconds(int(t.minutes) * 60)}}
		c.episodes = append(c.episodes, l.episodeRows[id])
	}
}

// digits are those at the end of a name.
func digits(name string) (int64, bool) {
	i := strings.LastIndexFunc(name, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.ParseInt(name[i+1:], 10, 32)
	return n, err == nil
}

// order of the parts in a cast.
var legacyRanks = map[string]int{"Principal": 0, "Secundario": 1, "": 2, "Director": 3, "Co-Director": 4}

// credits builds characters and credits. The cast of a series stands at its first
// episode: it is the series' when no other episode has one, else who is in all of
// those that have one is in the series' cast as well.
func (l *legacy) credits(c *content, personRows map[int64]*row) {
	held := map[Key]*row{}
	add := func(title *row, kind string, id int64, episode any, list []cast4) {
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(x, y cast4) int { return cmp.Compare(legacyRanks[x.kind], legacyRanks[y.kind]) })
		for n, part := range list {
			role, ok := l.roles[part.role]
			person := personRows[role.actor]
			if !ok || person == nil {
				l.skip("credits: of no character or no person")
				continue
			}
			var character any
			as := "SUPPORTING"
			switch {
			case part.kind == "Co-Director":
				as = "CO_DIRECTOR"
			case part.kind == "Director" || role.name == "Director":
				as = "DIRECTOR"
			case part.kind == "Principal":
				as = "LEAD"
			}
			if !strings.HasSuffix(as, "DIRECTOR") && role.name != "" {
				key := Key{legacySource, title.key.ID + "/personaje:" + strconv.FormatInt(part.role, 10)}
				if held[key] == nil {
					held[key] = characterRow(key, title, limit(role.name))
					c.characters = append(c.characters, held[key])
				}
				character = held[key]
			}
			key := Key{legacySource, kind + ":" + strconv.FormatInt(id, 10) + "/credito:" + strconv.FormatInt(part.role, 10)}
			c.credits = append(c.credits, &row{key: key, values: []any{title, episode, person, character, as, int64(n), nil}})
		}
	}
	for _, id := range sortedIDs(l.castOf) {
		if l.movieRows[id] != nil {
			add(l.movieRows[id], "pelicula", id, nil, l.castOf[id])
		} else if l.episodeRows[id] == nil {
			for range l.castOf[id] {
				l.skip("credits: of no character or no title")
			}
		}
	}
	for _, id := range sortedIDs(l.seriesRows) {
		var episodes, with []int64
		for _, e := range sortedIDs(l.episodeRows) {
			if l.seriesOf[e] == id {
				episodes = append(episodes, e)
				if len(l.castOf[e]) > 0 {
					with = append(with, e)
				}
			}
		}
		if len(with) == 1 && with[0] == episodes[0] {
			add(l.seriesRows[id], "serie", id, nil, l.castOf[with[0]])
			continue
		}
		for _, e := range with {
			add(l.seriesRows[id], "episodio", e, l.episodeRows[e], l.castOf[e])
		}
		if len(with) > 0 {
			common := slices.DeleteFunc(slices.Clone(l.castOf[with[0]]), func(part cast4) bool {
				return slices.ContainsFunc(with, func(e int64) bool {
					return !slices.ContainsFunc(l.castOf[e], func(x cast4) bool { return x.role == part.role })
				})
			})
			add(l.seriesRows[id], "serie", id, nil, common)
		}
	}
}
