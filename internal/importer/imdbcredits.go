package importer

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// stamp writes what tells one state of a file from another.
func stamp(h hash.Hash, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
	return err
}

// principal is a line of title.principals.
type principal struct {
	ordering   int32
	person     uint32
	category   string
	job        string
	characters []byte
}

// categories of IMDb's credits, and our roles. Those of the cast are numbered
// among the billed.
var categories = map[string]struct {
	role string
	cast bool
}{
	"actor": {"", true}, "actress": {"", true}, "self": {"GUEST", true}, "archive_footage": {"GUEST", true}, "archive_sound": {"GUEST", true},
	"director": {"DIRECTOR", false}, "writer": {"WRITER", false}, "producer": {"PRODUCER", false}, "composer": {"COMPOSER", false},
	"cinematographer": {"CINEMATOGRAPHER", false}, "editor": {"EDITOR", false},
}

// leads is how many of a title's cast, in billing order, play the leads: IMDb
// does not tell.
const leads = 3

// target is the title or episode that credits belong to.
type target struct {
	number    uint32 // of the title; of an episode, of its series
	own       uint32
	title     int64
	episode   int64
	isEpisode bool
}

// target finds what an id of IMDb is here.
func (i *imdb) target(n uint32) (target, bool) {
	if id, ok := i.titles.get(n); ok {
		return target{number: n, own: n, title: id}, true
	}
	k, ok := slices.BinarySearchFunc(i.episodes, n, func(e episodeLine, n uint32) int { return cmp.Compare(e.id, n) })
	if !ok {
		return target{}, false
	}
	e := i.episodes[k]
	id, ok := i.titles.get(e.series)
	return target{number: e.series, own: n, title: id, episode: e.row, isEpisode: true}, ok
}

// groups reads title.principals: the lines of a title that follow each other, of
// which the cast's first are kept, in the order of billing. (The files are in the
// order of texts, where 10 comes before 2.)
func (i *imdb) groups(ctx context.Context, skip func(string), do func(to target, list []principal, line, n int64) error) error {
	t, err := i.open("title.principals", "tconst", "ordering", "nconst", "category", "job", "characters")
	if err != nil {
		return err
	}
	var list []principal
	var arena []byte
	var at uint32
	var to target
	wanted := false
	n := int64(0)
	end := func() error {
		if len(list) == 0 {
			return nil
		}
		slices.SortStableFunc(list, func(x, y principal) int { return cmp.Compare(x.ordering, y.ordering) })
		kept := list[:0]
		cast := 0
		for _, p := range list {
			if len(kept) > 0 && kept[len(kept)-1].ordering == p.ordering {
				skip("credits: twice")
				continue
			}
			if categories[p.category].cast {
				if cast++; i.CastPerTitle > 0 && cast > i.CastPerTitle {
					skip("credits: cast beyond the limit")
					continue
				}
			}
			kept = append(kept, p)
		}
		err := do(to, kept, t.n-1, n)
		list, arena = list[:0], arena[:0]
		return err
	}
	err = t.each(ctx, func(c [][]byte) error {
		id, ok := parseID(c[0], "tt")
		person, has := parseID(c[2], "nm")
		ordering := count(c[1])
		if ok && id != at {
			if err := end(); err != nil {
				return err
			}
			at = id
			to, wanted = i.target(id)
		}
		n++
		switch {
		case !ok || !has || ordering < 0:
			skip("credits: not an id or a number")
		case !wanted:
			skip("credits: of no title that is imported")
		default:
			start := len(arena)
			arena = append(arena, c[5]...) // a cell lives until the next line
			list = append(list, principal{ordering, person, category(c[3]), string(c[4]), arena[start:len(arena):len(arena)]})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return end()
}

// category is a known name without a copy of its own.
func category(b []byte) string {
	switch string(b) {
	case "actor":
		return "actor"
	case "actress":
		return "actress"
	case "director":
		return "director"
	case "writer":
		return "writer"
	case "producer":
		return "producer"
	case "self":
		return "self"
	case "composer":
		return "composer"
	case "cinematographer":
		return "cinematographer"
	case "editor":
		return "editor"
	}
	return string(b)
}

// readCast finds out which people are needed.
func (i *imdb) readCast(ctx context.Context) error {
	return i.groups(ctx, func(string) {}, func(_ target, list []principal, _, _ int64) error {
		for _, p := range list {
			i.needed.add(p.person)
		}
		return nil
	})
}

func (i *imdb) readCredits(ctx context.Context) error {
	if err := i.readLocked(ctx); err != nil {
		return err
	}
	s := &stageRows{i: i, stage: "credits"}
	c := content{}
	held := map[Key]*row{}
	s.put = func(ctx context.Context, replay bool) error {
		if !replay {
			if err := i.write(ctx, s.stage, s.n, false, &c); err != nil {
				return err
			}
		}
		c = content{}
		clear(held)
		return nil
	}
	return i.writeCredits(ctx, s, &c, held)
}

func (i *imdb) writeCredits(ctx context.Context, s *stageRows, held *content, characters map[Key]*row) error {
	err := i.groups(ctx, s.skip, func(to target, list []principal, line, n int64) error {
		s.n = n
		if i.replayed(s.stage, n) {
			return nil
		}
		before := len(held.credits)
		i.credits(held, characters, to, list, s.skip)
		s.held += len(held.credits) - before
		return s.step(ctx, false)
	})
	if err != nil {
		return err
	}
	return s.flush(ctx)
}

// readLocked reads which titles and episodes have credits that an administrator
// edited: their ids, those of episodes negative.
func (i *imdb) readLocked(ctx context.Context) error {
	i.locked = map[int64]bool{}
	b := &batch{run: i.run, c: i.db.Client}
	if i.tx != nil {
		b.c = i.tx.Client()
	}
	for table, sign := range map[string]int64{"titles": 1, "episodes": -1} {
		err := b.each(ctx, "SELECT id, CAST(edited AS text) FROM "+table+" WHERE edited IS NOT NULL", func(scan func(...any) error) error {
			var id int64
			var edited string
			if err := scan(&id, &edited); err != nil {
				return err
			}
			var fields []string
			if err := json.Unmarshal([]byte(edited), &fields); err != nil {
				return err
			}
			if slices.Contains(fields, "credits") {
				i.locked[sign*id] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// credits adds the credits of a title: one for each character, or one without.
func (i *imdb) credits(c *content, held map[Key]*row, to target, list []principal, skip func(string)) {
	if i.locked[to.title] && !to.isEpisode || i.locked[-to.episode] && to.isEpisode {
		for range list {
			skip("credits: edited here")
		}
		return
	}
	cast := 0
	again := !i.credited.add(to.own) || to.isEpisode || i.series.has(to.number)
	name := formatID("tt", to.own)
	var episode any
	if to.isEpisode {
		episode = to.episode
	}
	for _, p := range list {
		kind := categories[p.category]
		role := kind.role
		if kind.cast {
			if cast++; role == "" {
				role = "SUPPORTING"
				if cast <= leads {
					role = "LEAD"
				}
			}
		} else if role == "" {
			role = "OTHER"
		}
		person, ok := i.people.get(p.person)
		if !ok {
			skip("credits: of people who are not in name.basics")
			continue
		}
		job := p.job
		if job == "" && (role == "OTHER" || role == "GUEST") {
			job = strings.ReplaceAll(p.category, "_", " ")
		}
		names, err := characterNames(p.characters)
		if err != nil {
			skip("credits: characters that cannot be read (the credit is kept)")
		}
		id := name + "/" + strconv.Itoa(int(p.ordering))
		add := func(id string, character, job any) {
			c.credits = append(c.credits, &row{key: Key{imdbSource, id}, values: []any{to.title, episode, person, character, role, int64(p.ordering), job}})
		}
		played := 0
		for _, n := range names {
			if isSelf(n) {
				if job == "" || role == "GUEST" {
					job = n
				}
				continue
			}
			key := Key{imdbSource, characterID(to.number, p.person, n)}
			character := held[key]
			if character == nil {
				character = characterRow(key, to.title, n)
				character.again = again
				held[key] = character
				c.characters = append(c.characters, character)
			}
			if played++; played == 1 {
				add(id, character, text(job))
			} else {
				add(id+"/"+strconv.Itoa(played), character, text(job))
			}
		}
		if played == 0 {
			add(id, nil, text(job))
		}
	}
}

// characterID is stable: one for a person's character in a title and all its
// episodes.
func characterID(title, person uint32, name string) string {
	id := formatID("tt", title) + "/" + formatID("nm", person) + "/"
	if len(name) <= 100 {
		return id + name
	}
	sum := sha256.Sum256([]byte(name))
	return id + hex.EncodeToString(sum[:16])
}

// isSelf tells whether somebody appears as who they are, which is no character.
func isSelf(name string) bool {
	for _, word := range []string{"Self", "Himself", "Herself", "Themselves"} {
		if rest, ok := strings.CutPrefix(name, word); ok && (rest == "" || strings.HasPrefix(rest, " ")) {
			return true
		}
	}
	return false
}

var errCharacters = errors.New("not a list of names")

// characterNames reads a cell such as ["White Angel","Black Angel"]. The usual
// one, a single name without escapes, costs no decoder.
func characterNames(cell []byte) ([]string, error) {
	if len(cell) == 0 {
		return nil, nil
	}
	if len(cell) > 4 && cell[0] == '[' && cell[1] == '"' && cell[len(cell)-2] == '"' && cell[len(cell)-1] == ']' {
		if name := cell[2 : len(cell)-2]; bytes.IndexByte(name, '"') < 0 && bytes.IndexByte(name, '\\') < 0 {
			return clean(string(name)), nil
		}
	}
	var names []string
	d := json.NewDecoder(bytes.NewReader(cell))
	if err := d.Decode(&names); err != nil {
		return nil, errCharacters
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errCharacters
	}
	return clean(names...), nil
}

// clean leaves out what is empty or said twice.
func clean(names ...string) []string {
	out := names[:0]
	for _, n := range names {
		n = limit(strings.TrimSpace(strings.ReplaceAll(n, "\x00", "")))
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
