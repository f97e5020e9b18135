package importer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"streamex/internal/database"
)

// maxRecord bounds a line of our own format: a title with all its episodes and
// credits.
const maxRecord = 256 << 20

// ImportJSONL imports a catalogue in our own format, which Export writes. Path is
// a file, or "-" for in, which cannot be taken up after an interruption.
//
// It returns *LineError for what is wrong with a line; what was written until
// then stays.
func ImportJSONL(ctx context.Context, db *database.DB, path string, in io.Reader, opts Options) (*Summary, error) {
	j := &jsonl{}
	fingerprint := "stdin " + time.Now().UTC().Format(time.RFC3339Nano)
	name := "standard input"
	total := int64(0)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		h := sha256.New()
		if err := stamp(h, path); err != nil {
			return nil, err
		}
		if info, err := f.Stat(); err == nil {
			total = info.Size()
		}
		fingerprint, name, in = hex.EncodeToString(h.Sum(nil)), path, f
	}
	r, err := start(ctx, db, "jsonl", fingerprint, opts)
	if err != nil {
		return nil, err
	}
	j.run = r
	done := int64(0)
	j.lines = newLines(name, counted{in, func(n int) {
		done += int64(n)
		if opts.Progress != nil && total > 0 {
			opts.Progress(done, total)
		}
	}}, maxRecord)
	err = j.all(ctx)
	return r.finish(ctx, err)
}

// jsonl is an import of our own format under way.
type jsonl struct {
	*run
	*lines
	content content
	held    int
	// What the records of the batch refer to, by ids.
	genres, people map[string]*row
	referred       []reference
}

// reference is a genre or person that no record of the batch described.
type reference struct {
	t    *table
	row  *row
	line int64
}

// maxHeld is how many rows a transaction takes.
const maxHeld = 10_000

func (j *jsonl) all(ctx context.Context) (err error) {
	first, err := j.lines.next()
	if errors.Is(err, io.EOF) {
		return j.errorf("the file is empty")
	}
	if err != nil {
		return err
	}
	var head format
	if json.Unmarshal(first, &head) != nil || head.Type != "streamex" {
		return j.errorf(`the first line is not {"type":"streamex","version":%d}`, formatVersion)
	}
	if head.Version != formatVersion {
		return j.errorf("the format has version %d, and this program knows %d", head.Version, formatVersion)
	}
	c := j.db.Client
	if j.tx != nil {
		c = j.tx.Client()
	}
	if j.own, err = readOwn(ctx, c); err != nil {
		return err
	}
	j.reset()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := j.lines.next()
		if errors.Is(err, io.EOF) {
			return j.flush(ctx)
		}
		if err != nil {
			return err
		}
		if j.stage != "" && j.n <= j.position || len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := j.record(line); err != nil {
			return j.errorf("%w", err)
		}
		if j.held >= maxHeld {
			if err := j.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (j *jsonl) reset() {
	j.content, j.held = content{}, 0
	j.genres, j.people, j.referred = map[string]*row{}, map[string]*row{}, nil
}

// record adds what a line describes to the batch.
func (j *jsonl) record(line []byte) error {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return fmt.Errorf("this is no object of JSON: %w", err)
	}
	c := &j.content
	before := len(c.titles) + len(c.seasons) + len(c.episodes) + len(c.characters) + len(c.credits)
	switch kind.Type {
	case "genre":
		var r genreRecord
		if err := decode(line, &r); err != nil {
			return err
		}
		g, err := r.row()
		if err != nil {
			return err
		}
		j.genres[r.ID], c.genres = g, append(c.genres, g)
		j.held++
	case "person":
		var r personRecord
		if err := decode(line, &r); err != nil {
			return err
		}
		p, err := r.row()
		if err != nil {
			return err
		}
		j.people[r.ID], c.people = p, append(c.people, p)
		j.held++
	case "movie", "series":
		var r titleRecord
		if err := decode(line, &r); err != nil {
			return err
		}
		if err := r.add(c, j.reference(genres, j.genres), j.reference(people, j.people)); err != nil {
			return fmt.Errorf("%s: %w", clip(r.ID), err)
		}
	default:
		return fmt.Errorf("there is no type %q: genre, person, movie or series", clip(kind.Type))
	}
	j.held += len(c.titles) + len(c.seasons) + len(c.episodes) + len(c.characters) + len(c.credits) - before
	return nil
}

// reference finds a genre or person, in the batch or later in the database.
func (j *jsonl) reference(t *table, known map[string]*row) func(string) (*row, error) {
	return func(id string) (*row, error) {
		if r, ok := known[id]; ok {
			return r, nil
		}
		k, err := parseKey(id)
		if err != nil {
			return nil, err
		}
		r := &row{key: k}
		known[id] = r
		j.referred = append(j.referred, reference{t, r, j.n})
		return r, nil
	}
}

func decode(line []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // of texts and numbers: it cannot
		return "null"
	}
	return string(b)
}

func (j *jsonl) flush(ctx context.Context) error {
	err := j.run.write(ctx, "records", j.n, func(ctx context.Context, b *batch) error {
		for _, t := range []*table{genres, people} {
			var rows []*row
			for _, r := range j.referred {
				if r.t == t {
					rows = append(rows, r.row)
				}
			}
			found, err := b.find(ctx, t, rows)
			if err != nil {
				return err
			}
			for _, r := range j.referred {
				if old, ok := found[r.row.key]; ok && r.t == t {
					r.row.id = old.id
				} else if r.t == t {
					return &LineError{j.name, r.line, fmt.Errorf("%s/%s: no line before this describes it, and it is not in the database", r.row.key.Source, r.row.key.ID)}
				}
			}
		}
		return b.put(ctx, &j.content)
	})
	j.reset()
	return err
}
