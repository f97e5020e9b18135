// Package search turns texts into ranked titles, episodes, people and
// characters.
//
// Each of them has a document: its names, the names of the people and
// characters credited in it, and its synopses, all normalised here, so that
// both databases find the same words. Documents go with their rows; whoever
// writes rows calls Refresh.
package search

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/internal/catalog"
	"streamex/internal/database"
)

const (
	// maxName and maxBody bound what is kept of a name and of all synopses, in bytes.
	maxName, maxBody = 200, 4000
	// maxCredits is how many credits of a title or an episode are searched.
	maxCredits = 50
	// chunk bounds the documents of one statement.
	chunk = 1000
)

// Changed are the rows that a transaction wrote. Who writes credits names their
// titles, and their episodes where they have one. What is deleted needs no mention.
type Changed struct {
	Titles     []globalid.Title
	Episodes   []globalid.Episode
	People     []globalid.Person
	Characters []globalid.Character
}

// Refresh makes the index say what the changed rows say now, within the
// transaction of c: a few statements for each thousand rows. Titles and episodes
// that credit a changed person or character are written too. It returns what the
// database does.
func Refresh(ctx context.Context, c *ent.Client, changed Changed) error {
	w := writer{ctx, c}
	titles, episodes := slices.Clone(changed.Titles), slices.Clone(changed.Episodes)
	credit := func(in func(*sql.Builder)) error {
		return w.query(func(b *sql.Builder) {
			database.Write(b, "SELECT DISTINCT title_id, COALESCE(episode_id, 0) FROM credits WHERE ?", in)
		}, func(rows *stdsql.Rows) error {
			var t globalid.Title
			var e globalid.Episode
			if err := rows.Scan(&t, &e); err != nil {
				return err
			}
			if e != 0 {
				episodes = append(episodes, e)
			} else {
				titles = append(titles, t)
			}
			return nil
		})
	}
	for part := range slices.Chunk(distinct(changed.People), chunk) {
		if err := w.people(part); err != nil {
			return err
		}
		if err := credit(func(b *sql.Builder) { database.WriteIn(b, "person_id", part) }); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(distinct(changed.Characters), chunk) {
		if err := w.characters(part); err != nil {
			return err
		}
		if err := credit(func(b *sql.Builder) { database.WriteIn(b, "character_id", part) }); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(distinct(episodes), chunk) {
		if err := w.episodes(part); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(distinct(titles), chunk) {
		if err := w.titles(part); err != nil {
			return err
		}
	}
	return nil
}

func distinct[T ~int64](ids []T) []T {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Rebuild writes the whole index anew within the transaction of c. It returns
// what the database does.
func Rebuild(ctx context.Context, c *ent.Client) error {
	for _, table := range []string{"search_words", "search_documents"} {
		if _, err := c.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	return all(func(step func(*writer) (bool, error)) error {
		w := &writer{ctx, c}
		for more := true; more; {
			var err error
			if more, err = step(w); err != nil {
				return err
			}
		}
		return nil
	})
}

// Fill writes the index of a catalogue that has none, as after the migration
// that added it, a thousand rows in a transaction. Several processes may do so
// at once, and one that was interrupted goes on. It returns what the database does.
func Fill(ctx context.Context, db *ent.Client) error {
	w := writer{ctx, db}
	var missing bool
	err := w.query(func(b *sql.Builder) {
		b.WriteString("SELECT EXISTS (SELECT 1 FROM titles t WHERE NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.of_title = t.id))")
	}, func(rows *stdsql.Rows) error { return rows.Scan(&missing) })
	if err != nil || !missing {
		return err
	}
	return all(func(step func(*writer) (bool, error)) error {
		for more := true; more; {
			tx, err := db.Tx(ctx)
			if err != nil {
				return err
			}
			if more, err = step(&writer{ctx, tx.Client()}); err != nil {
				return fmt.Errorf("%w%s", err, failure(tx.Rollback()))
			}
			if err := tx.Commit(); err != nil {
				return err
			}
		}
		return nil
	})
}

func failure(err error) string {
	if err == nil {
		return ""
	}
	return " (" + err.Error() + ")"
}

// all walks over all rows. Titles come last: where they have documents,
// everything has.
func all(walk func(step func(*writer) (more bool, err error)) error) error {
	return first(
		func() error { return walk(step("persons", (*writer).people)) },
		func() error { return walk(step("characters", (*writer).characters)) },
		func() error { return walk(step("episodes", (*writer).episodes)) },
		func() error { return walk(step("titles", (*writer).titles)) },
	)
}

func first(steps ...func() error) error {
	for _, do := range steps {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// step writes the documents of the next rows of a table, each time it is called.
func step[T ~int64](table string, write func(*writer, []T) error) func(*writer) (bool, error) {
	var last T
	return func(w *writer) (bool, error) {
		var ids []T
		err := w.query(func(b *sql.Builder) {
			database.Write(b, "SELECT id FROM "+table+" WHERE id > ? ORDER BY id LIMIT ?", last, chunk)
		}, func(rows *stdsql.Rows) error {
			var id T
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil || len(ids) == 0 {
			return false, err
		}
		last = ids[len(ids)-1]
		return true, write(w, ids)
	}
}

// writer writes documents.
type writer struct {
	ctx context.Context
	c   *ent.Client
}

func (w *writer) query(write func(*sql.Builder), scan func(*stdsql.Rows) error) error {
	b := sql.Builder{}
	b.SetDialect(w.c.Dialect())
	write(&b)
	text, args := b.Query()
	rows, err := w.c.QueryContext(w.ctx, text, args...)
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

func (w *writer) exec(text string, args ...any) error {
	b := sql.Builder{}
	b.SetDialect(w.c.Dialect())
	database.Write(&b, text, args...)
	text, args = b.Query()
	_, err := w.c.ExecContext(w.ctx, text, args...)
	return err
}

// people writes the documents of people: their names are normalised already.
func (w *writer) people(ids []globalid.Person) error {
	return w.save(documents(ids, Person), "of_person", "SELECT p.id * 5 + 2, NULL, p.id, '| ' || p.sort_key || ' |', '', '' FROM persons p WHERE ?",
		func(b *sql.Builder) { database.WriteIn(b, "p.id", ids) })
}

func (w *writer) characters(ids []globalid.Character) error {
	return w.save(documents(ids, Character), "of_character", "SELECT h.id * 5 + 3, h.title_id, h.id, '| ' || h.sort_key || ' |', '', '' FROM characters h WHERE ?",
		func(b *sql.Builder) { database.WriteIn(b, "h.id", ids) })
}

func (w *writer) episodes(ids []globalid.Episode) error {
	texts, err := w.texts("SELECT id, series_id, 4, name, NULL, synopsis, texts FROM episodes WHERE ?", func(b *sql.Builder) { database.WriteIn(b, "id", ids) })
	if err != nil {
		return err
	}
	return w.saveTexts(documents(ids, Episode), "of_episode", texts, "c.episode_id = r.id")
}

func (w *writer) titles(ids []globalid.Title) error {
	texts, err := w.texts("SELECT id, id, CASE kind WHEN 'MOVIE' THEN 0 ELSE 1 END, name, original_name, synopsis, texts FROM titles WHERE ?",
		func(b *sql.Builder) { database.WriteIn(b, "id", ids) })
	if err != nil {
		return err
	}
	return w.saveTexts(documents(ids, Movie, Series), "of_title", texts, "c.title_id = r.id AND c.episode_id IS NULL")
}

// texts reads what rows say in all languages: as a list of lists of number,
// title, kind, names and synopses, in JSON.
func (w *writer) texts(text string, in func(*sql.Builder)) (string, error) {
	out := [][]any{}
	err := w.query(func(b *sql.Builder) { database.Write(b, text, in) }, func(rows *stdsql.Rows) error {
		var id, title, kind int64
		var name string
		var original, synopsis stdsql.NullString
		var translated stdsql.RawBytes
		if err := rows.Scan(&id, &title, &kind, &name, &original, &synopsis, &translated); err != nil {
			return err
		}
		var texts map[string]schema.Text
		if len(translated) > 0 {
			if err := json.Unmarshal(translated, &texts); err != nil {
				return err
			}
		}
		names, synopses := []string{name, original.String}, []string{synopsis.String}
		for _, language := range sorted(texts) {
			names, synopses = append(names, texts[language].Name), append(synopses, texts[language].Synopsis)
		}
		all := namesOf(names)
		out = append(out, []any{id, title, kind, all, bodyOf(synopses, all)})
		return nil
	})
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(out)
	return string(b), err
}

func sorted(texts map[string]schema.Text) []string {
	languages := make([]string, 0, len(texts))
	for l := range texts {
		languages = append(languages, l)
	}
	slices.Sort(languages)
	return languages
}

// namesOf writes names as "| the kid | kid |": each as it is, without its
// article, so that a name that is asked for as a whole is found as a whole, and
// with initials as one word.
func namesOf(names []string) string {
	var list []string
	for _, name := range names {
		for _, n := range []string{catalog.Plain(name, maxName), catalog.SortKey(name, "en"), catalog.SortKey(name, "es"), joined(catalog.Plain(name, maxName))} {
			if n != "" && !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
	}
	return "| " + strings.Join(list, " | ") + " |"
}

// joined makes one word of letters that stand alone next to each other, as in
// "d o a".
func joined(name string) string {
	var b strings.Builder
	alone := false
	for i, word := range strings.Fields(name) {
		one := utf8.RuneCountInString(word) == 1
		if i > 0 && !(alone && one) {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		alone = one
	}
	return b.String()
}

// bodyOf writes the words of synopses that say something and are in no name.
func bodyOf(synopses []string, names string) string {
	var b strings.Builder
	seen := make(map[string]bool)
	for _, s := range synopses {
		for word := range strings.FieldsSeq(catalog.Plain(s, maxBody)) {
			if !seen[word] && !small[word] && !strings.Contains(names, " "+word+" ") && b.Len()+len(word) < maxBody {
				seen[word] = true
				b.WriteString(" " + word)
			}
		}
	}
	if b.Len() > 0 {
		b.WriteString(" ")
	}
	return b.String()
}

// saveTexts writes the documents of titles or episodes, with the names of those
// whom their first credits name, along an index of credits.
func (w *writer) saveTexts(numbers []int64, of, texts, credits string) error {
	rows, join := "json_each(?)", "GROUP_CONCAT(x.names, ' | ')"
	if w.c.Dialect() == dialect.Postgres {
		rows, join = "jsonb_array_elements(?::jsonb)", "STRING_AGG(x.names, ' | ')"
	}
	return w.save(numbers, of, `SELECT r.id * 5 + r.kind, r.title_id, r.id, r.names, COALESCE((SELECT '| ' || `+join+` || ' |' FROM (
SELECT p.sort_key || COALESCE(' | ' || h.sort_key, '') AS names FROM credits c JOIN persons p ON p.id = c.person_id LEFT JOIN characters h ON h.id = c.character_id
WHERE `+credits+` ORDER BY c.billing, c.id LIMIT ?) x), ''), r.body
FROM (SELECT CAST(value ->> 0 AS BIGINT) AS id, CAST(value ->> 1 AS BIGINT) AS title_id, CAST(value ->> 2 AS BIGINT) AS kind, value ->> 3 AS names, value ->> 4 AS body FROM `+rows+`) r
WHERE 1 = 1`, maxCredits, texts)
}

// save writes what a query selects as documents, unless they say so already, and
// the words of their names.
func (w *writer) save(numbers []int64, of, selected string, args ...any) error {
	err := w.exec("INSERT INTO search_documents (id, title_id, "+of+", names, people, body) "+selected+`
ON CONFLICT (id) DO UPDATE SET names = excluded.names, people = excluded.people, body = excluded.body
WHERE search_documents.names <> excluded.names OR search_documents.people <> excluded.people OR search_documents.body <> excluded.body`, args...)
	if err != nil {
		return err
	}
	split := `json_each('["' || REPLACE(d.names, ' ', '","') || '"]') w`
	if w.c.Dialect() == dialect.Postgres {
		split = "string_to_table(d.names, ' ') w(value)"
	}
	return w.exec("INSERT INTO search_words (word) SELECT DISTINCT w.value FROM search_documents d, "+split+" WHERE ? AND LENGTH(w.value) BETWEEN 3 AND ? ON CONFLICT DO NOTHING",
		func(b *sql.Builder) { database.WriteIn(b, "d.id", numbers) }, maxWord)
}

// documents are the numbers of the documents of rows, of any of the kinds.
func documents[T ~int64](ids []T, kinds ...Kind) []int64 {
	out := make([]int64, 0, len(ids)*len(kinds))
	for _, k := range kinds {
		for _, id := range ids {
			out = append(out, document(k, id))
		}
	}
	return out
}
