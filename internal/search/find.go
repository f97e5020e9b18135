package search

import (
	"cmp"
	"context"
	stdsql "database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/policy"
)

// MaxHits is how many hits a search has at most: the first ones. Facets count
// among them.
const MaxHits = 1000

// Kind is what a hit is. Hits of the same rank and popularity are in this order.
type Kind int64

// Kinds of hits.
const (
	Movie Kind = iota
	Series
	Person
	Character
	Episode
	kinds
)

// Ranks of hits, best first. A hit of one correction stands behind all without,
// and one that needs a synopsis behind all that do not.
const (
	exact      = iota // a name is the text
	begins            // a name begins like the text
	whole             // all words are in the names
	open              // the same, the last one as the beginning of a word
	credited          // some words are in the names of people and characters
	within            // some are in the synopsis
	correction = 10   // of each error
	synopsis   = 1000
)

// Query is what is looked for.
type Query struct {
	Text string
	// Kinds are those of the hits, all when empty.
	Kinds []Kind
	// Genres and Decade, when given, are those of the title that a hit is or
	// belongs to: there are no people then. Of the genres it has at least one.
	Genres []globalid.Genre
	Decade *int
	// Names leaves out what only a synopsis says.
	Names bool
	// Count asks for facets.
	Count bool
	After *Place
	First int
}

// Place is where a hit stands in its list. Places order as hits do.
type Place struct {
	Rank, Popularity int64
	ID               int64 // number of the document
}

func (p Place) compare(o Place) int {
	return cmp.Or(cmp.Compare(p.Rank, o.Rank), cmp.Compare(o.Popularity, p.Popularity), cmp.Compare(p.ID%int64(kinds), o.ID%int64(kinds)), cmp.Compare(p.ID, o.ID))
}

// Hit is what was found.
type Hit struct {
	Place
	Name string // of a person or a character

	year   int
	genres string
	title  globalid.Title
}

// Kind is what the hit is.
func (h Hit) Kind() Kind { return Kind(h.Place.ID % int64(kinds)) }

// Row is the number of the title, episode, person or character.
func (h Hit) Row() int64 { return h.Place.ID / int64(kinds) }

// Title is the title that a character belongs to.
func (h Hit) Title() globalid.Title { return h.title }

// document is the number of a row's document.
func document[T ~int64](k Kind, id T) int64 { return int64(id)*int64(kinds) + int64(k) }

// Facet is how many hits share a value.
type Facet[T any] struct {
	Value T
	Count int
}

// Answer is a page of hits, best first.
type Answer struct {
	Hits []Hit
	More bool
	// What the first MaxHits hits are, most first; only when Query.Count says so.
	Kinds   []Facet[Kind]
	Genres  []Facet[*ent.Genre]
	Decades []Facet[int]
}

// Find looks for what the viewer of ctx may see, in one statement, or in two
// when only corrected words lead to something. It returns what the database does.
func Find(ctx context.Context, db *ent.Client, q Query) (*Answer, error) {
	asked := ask(q.Text)
	if len(asked.words) == 0 {
		return &Answer{}, nil
	}
	s := finder{Query: q, question: asked, limit: MaxHits}
	if !q.Count && q.After == nil {
		s.limit = q.First + 1
	}
	s.choices = make([][]choice, len(asked.words))
	for i, w := range asked.words {
		s.choices[i] = []choice{{word: w, open: asked.open && i == len(asked.words)-1}}
	}
	s.texts = []string{asked.text}
	r, err := s.send(ctx, db)
	if err != nil {
		return nil, err
	}
	// Whether words are corrected depends on what the viewer finds without, not on
	// words that may stand in hidden names alone.
	if s.correctable() && !slices.ContainsFunc(r.hits, func(h Hit) bool { return h.Rank < synopsis }) {
		s.correct(r.words)
		if r, err = s.send(ctx, db); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(r.hits, func(a, b Hit) int { return a.compare(b.Place) })
	a := &Answer{Hits: r.hits}
	if q.Count {
		a.count(r)
	}
	if q.After != nil {
		behind, found := slices.BinarySearchFunc(a.Hits, *q.After, func(h Hit, p Place) int { return h.compare(p) })
		if found {
			behind++
		}
		a.Hits = a.Hits[behind:]
	}
	if len(a.Hits) > q.First {
		a.Hits, a.More = a.Hits[:q.First], true
	}
	return a, nil
}

// count counts hits by what they are.
func (a *Answer) count(r *rows) {
	byKind, byGenre, byDecade := make(map[Kind]int), make(map[string]int), make(map[int]int)
	for _, h := range r.hits {
		byKind[h.Kind()]++
		if h.year > 0 {
			byDecade[h.year/10*10]++
		}
		if h.genres != "" {
			for id := range strings.SplitSeq(h.genres, ",") {
				byGenre[id]++
			}
		}
	}
	for k := range kinds {
		if n := byKind[k]; n > 0 {
			a.Kinds = append(a.Kinds, Facet[Kind]{k, n})
		}
	}
	for _, g := range r.genres {
		if n := byGenre[strconv.FormatInt(int64(g.ID), 10)]; n > 0 {
			a.Genres = append(a.Genres, Facet[*ent.Genre]{g, n})
		}
	}
	for d, n := range byDecade {
		a.Decades = append(a.Decades, Facet[int]{d, n})
	}
	slices.SortFunc(a.Kinds, func(x, y Facet[Kind]) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Value, y.Value))
	})
	slices.SortFunc(a.Genres, func(x, y Facet[*ent.Genre]) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Value.ID, y.Value.ID))
	})
	slices.SortFunc(a.Decades, func(x, y Facet[int]) int { return cmp.Compare(y.Value, x.Value) })
}

// finder is a search on its way.
type finder struct {
	Query
	question
	choices [][]choice // per word
	texts   []string   // the whole text, in all readings where it has one word
	limit   int
	second  bool // with corrections
}

// rows are what a statement found.
type rows struct {
	hits   []Hit
	words  [][]string // candidates to correct each word by
	genres []*ent.Genre
}

func (s *finder) correctable() bool {
	return slices.ContainsFunc(s.words, func(w string) bool { return slips(utf8.RuneCountInString(w)) > 0 })
}

// correct adds what the words may be meant to be.
func (s *finder) correct(candidates [][]string) {
	s.second = true
	for i, list := range candidates {
		s.choices[i] = append(s.choices[i], corrected(s.words[i], list)...)
	}
	if len(s.words) > 1 {
		return
	}
	for _, c := range s.choices[0][1:] {
		fields := strings.Fields(s.text)
		for k, f := range fields {
			if f == s.words[0] {
				fields[k] = c.word
			}
		}
		s.texts = append(s.texts, strings.Join(fields, " "))
	}
}

// What a row of the statement is.
const (
	isHit = iota
	isWord
	isGenre
)

// send looks for what each word has a choice of.
func (s *finder) send(ctx context.Context, db *ent.Client) (*rows, error) {
	b := sql.Builder{}
	b.SetDialect(db.Dialect())
	s.write(ctx, &b)
	text, args := b.Query()
	found, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	out := &rows{words: make([][]string, len(s.words))}
	for found.Next() {
		var what, title int64
		var h Hit
		var text stdsql.RawBytes
		if err := found.Scan(&what, &h.ID, &h.Rank, &h.Popularity, &title, &h.year, &h.genres, &text); err != nil {
			return nil, err
		}
		switch what {
		case isHit:
			h.title, h.Name = globalid.Title(title), string(text)
			out.hits = append(out.hits, h)
		case isWord:
			out.words[h.ID] = append(out.words[h.ID], string(text))
		case isGenre:
			g := &ent.Genre{ID: globalid.Genre(h.ID), Slug: h.genres}
			if err := json.Unmarshal(text, &g.Names); err != nil {
				return nil, err
			}
			out.genres = append(out.genres, g)
		}
	}
	return out, found.Err()
}

// write writes the statement. Its text depends on the number of words and on
// what is asked for, not on the words.
//
// Plan: the full-text index gives the documents, their primary keys what is
// compared, and the primary key of titles, or the credits of a person, whether
// the viewer may see them. What is hidden has no popularity.
func (s *finder) write(ctx context.Context, b *sql.Builder) {
	visible := func(b *sql.Builder) {
		policy.Visible(ctx, b, "t")
		if len(s.Genres) > 0 {
			b.WriteString(" AND EXISTS (SELECT 1 FROM title_genres g WHERE g.title_id = t.id AND ")
			database.WriteIn(b, "g.genre_id", s.Genres)
			b.WriteString(")")
		}
		if s.Decade != nil {
			database.Write(b, " AND t.year >= ? AND t.year < ?", *s.Decade, *s.Decade+10)
		}
	}
	database.Write(b, `WITH found AS MATERIALIZED (SELECT d.id, d.title_id, ? AS rank,
CASE d.id % 5 WHEN 2 THEN (SELECT MAX(t.popularity) FROM credits c JOIN titles t ON t.id = c.title_id WHERE c.person_id = d.of_person AND ?)
ELSE (SELECT t.popularity FROM titles t WHERE t.id = d.title_id AND ?) END AS popularity
FROM ?`, s.writeRank, visible, visible, s.writeMatch)
	if len(s.Kinds) > 0 {
		b.WriteString(" AND ")
		database.WriteIn(b, "d.id % 5", s.Kinds)
	}
	if len(s.Genres) > 0 || s.Decade != nil {
		b.WriteString(" AND d.title_id IS NOT NULL")
	}
	b.WriteString("), hits AS MATERIALIZED (SELECT * FROM found WHERE popularity IS NOT NULL")
	if s.Names {
		database.Write(b, " AND rank < ?", synopsis)
	}
	database.Write(b, ` ORDER BY rank, popularity DESC, id % 5, id LIMIT ?)
SELECT 0, h.id, h.rank, h.popularity, COALESCE(h.title_id, 0), ?,
CASE h.id % 5 WHEN 2 THEN (SELECT p.name FROM persons p WHERE p.id = h.id / 5) WHEN 3 THEN (SELECT c.name FROM characters c WHERE c.id = h.id / 5) ELSE '' END
FROM hits h`, s.limit, s.writeFacts)
	if s.Count {
		b.WriteString(" UNION ALL SELECT 2, g.id, 0, 0, 0, 0, g.slug, ")
		if b.Dialect() == dialect.Postgres {
			b.WriteString("g.names::text")
		} else {
			b.WriteString("g.names")
		}
		b.WriteString(" FROM genres g")
	}
	if s.second {
		return
	}
	for i, w := range s.words {
		if slips(utf8.RuneCountInString(w)) > 0 {
			database.Write(b, " UNION ALL SELECT 1, ?, 0, 0, 0, 0, '', w.word FROM (?) w WHERE NOT EXISTS (SELECT 1 FROM hits WHERE rank < ?)",
				func(b *sql.Builder) { b.WriteString(strconv.Itoa(i)) }, func(b *sql.Builder) { writeCandidates(b, w) }, synopsis)
		}
	}
}

// writeFacts writes the year and the genres of a hit, where they are counted.
func (s *finder) writeFacts(b *sql.Builder) {
	if !s.Count {
		b.WriteString("0, ''")
		return
	}
	join := "GROUP_CONCAT(g.genre_id)"
	if b.Dialect() == dialect.Postgres {
		join = "STRING_AGG(g.genre_id::text, ',')"
	}
	b.WriteString("COALESCE((SELECT t.year FROM titles t WHERE t.id = h.title_id), 0), COALESCE((SELECT " + join + " FROM title_genres g WHERE g.title_id = h.title_id), '')")
}

// writeMatch writes the documents that have all words, in some reading.
func (s *finder) writeMatch(b *sql.Builder) {
	var all []string
	or, closed := " OR ", `"`
	if b.Dialect() == dialect.Postgres {
		or, closed = " | ", "'"
	}
	for _, choices := range s.choices {
		var one []string
		for _, c := range choices {
			term := closed + c.word + closed // letters and digits: nothing to escape
			switch {
			case c.open && b.Dialect() == dialect.Postgres:
				term += ":*"
			case c.open:
				term += "*"
			}
			one = append(one, term)
		}
		all = append(all, "("+strings.Join(one, or)+")")
	}
	if b.Dialect() == dialect.Postgres {
		database.Write(b, "search_documents d WHERE "+vector+" @@ ?::tsquery", strings.Join(all, " & "))
		return
	}
	database.Write(b, "search_index JOIN search_documents d ON d.id = search_index.rowid WHERE search_index MATCH ?", strings.Join(all, " AND "))
}

// vector is what the index of PostgreSQL holds, word for word.
const vector = "array_to_tsvector(array_remove(string_to_array(d.names || ' ' || d.people || ' ' || d.body, ' '), ''))"

// writeRank writes the rank of a document.
func (s *finder) writeRank(b *sql.Builder) {
	if s.second {
		for i := range s.choices {
			database.Write(b, "CASE WHEN ? THEN 0 WHEN ? THEN 10 ELSE 20 END + ", s.anywhere(i, 0), s.anywhere(i, 1))
		}
	}
	names := make([]string, len(s.texts))
	starts := make([]string, len(s.texts))
	for i, text := range s.texts {
		names[i], starts[i] = "| "+text+" |", "| "+text
	}
	database.Write(b, "CASE WHEN ? THEN 0 WHEN ? THEN 1", s.has("d.names", names), s.has("d.names", starts))
	if s.open {
		database.Write(b, " WHEN ? THEN 2", s.every(false, "d.names"))
	}
	database.Write(b, " WHEN ? THEN ? WHEN ? THEN 4 ELSE 1005 END", s.every(true, "d.names"),
		func(b *sql.Builder) {
			if s.open {
				b.WriteString("3")
			} else {
				b.WriteString("2")
			}
		}, s.every(true, "d.names", "d.people"))
}

// every writes that each word is in some reading in one of the columns.
func (s *finder) every(begun bool, columns ...string) func(*sql.Builder) {
	return func(b *sql.Builder) {
		for i, choices := range s.choices {
			if i > 0 {
				b.WriteString(" AND ")
			}
			patterns := make([]string, len(choices))
			for k, c := range choices {
				c.open = c.open && begun
				patterns[k] = c.pattern()
			}
			b.WriteString("(")
			for k, column := range columns {
				if k > 0 {
					b.WriteString(" OR ")
				}
				s.has(column, patterns)(b)
			}
			b.WriteString(")")
		}
	}
}

// anywhere writes that a document has a word with so many corrections.
func (s *finder) anywhere(word, corrections int) func(*sql.Builder) {
	return func(b *sql.Builder) {
		patterns := []string{}
		for _, c := range s.choices[word] {
			if c.corrections == corrections {
				patterns = append(patterns, c.pattern())
			}
		}
		for i, column := range []string{"d.names", "d.people", "d.body"} {
			if i > 0 {
				b.WriteString(" OR ")
			}
			s.has(column, patterns)(b)
		}
	}
}

// has writes that a column holds one of the patterns.
func (s *finder) has(column string, patterns []string) func(*sql.Builder) {
	return func(b *sql.Builder) {
		holds := "INSTR(" + column + ", ?) > 0"
		each, part := "json_each(?)", "value"
		if b.Dialect() == dialect.Postgres {
			holds = "STRPOS(" + column + ", ?) > 0"
			each, part = "jsonb_array_elements_text(?::jsonb)", "value"
		}
		if !s.second {
			database.Write(b, holds, patterns[0])
			return
		}
		database.Write(b, "EXISTS (SELECT 1 FROM "+each+" WHERE "+strings.ReplaceAll(holds, "?", part)+")", list(patterns))
	}
}

// writeAmong writes "column is one of the texts", as one parameter.
func writeAmong(b *sql.Builder, column string, texts []string) {
	each := "json_each(?)"
	if b.Dialect() == dialect.Postgres {
		each = "jsonb_array_elements_text(?::jsonb)"
	}
	database.Write(b, column+" IN (SELECT value FROM "+each+")", list(texts))
}

func list(texts []string) string {
	b, err := json.Marshal(texts)
	if err != nil {
		panic(err) // there is nothing in texts that JSON cannot say
	}
	return string(b)
}
