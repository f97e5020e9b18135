package edit

import (
	"cmp"
	"context"
	"fmt"

	"streamex/ent"
	"streamex/ent/genre"
	"streamex/ent/schema/globalid"
	"streamex/internal/audit"
	"streamex/internal/catalog"
	"streamex/internal/input"
)

// Genre is what a genre shall say.
type Genre struct {
	Names    Value[[]Text] // of which the synopses do not count
	Slug     Value[string]
	Position Value[int]
}

const (
	maxGenreName = 60 // characters
	noGenre      = "There is no such genre."
)

// genreName is the name of a genre for who looks after it.
func genreName(g *ent.Genre) string { return cmp.Or(g.Names["en"], g.Names["es"], g.Slug) }

func genreRow(g *ent.Genre) row {
	return row{audit.Node{Kind: "Genre", ID: g.ID, Label: genreName(g)}, g.Version, g.Source, g.Edited}
}

func genreFields(g *ent.Genre) fields {
	return fields{{"names", genre.FieldNames, g.Names}, {"slug", genre.FieldSlug, g.Slug}, {"position", genre.FieldPosition, g.Position}}
}

func (in Genre) apply(g *ent.Genre) *checks {
	c := &checks{at: "input."}
	if in.Names.Set {
		g.Names = make(map[string]string)
		for i, t := range or(in.Names.To) {
			at := fmt.Sprintf("names.%d.", i)
			name := line(t.Name)
			switch {
			case g.Names[t.Language] != "":
				c.wrong(at+"language", input.Invalid, "There is a name in this language already.")
			case !fit(name, 1, maxGenreName, false):
				c.wrong(at+"name", input.Invalid, "A genre's name has 1 to 60 characters.")
			}
			if g.Names[t.Language] = name; i > 10 { // there are not as many languages
				break
			}
		}
	}
	if len(g.Names) == 0 {
		c.wrong("names", input.Invalid, "A genre has a name in at least one language.")
	}
	c.slug(in.Slug, &g.Slug)
	var position *int
	if c.number("position", in.Position, 0, maxNumber, &position); in.Position.Set {
		g.Position = or(position)
	}
	return c
}

// CreateGenre adds a genre. It returns Problems.
func (s *Service) CreateGenre(ctx context.Context, in Genre, key *string) (globalid.Genre, error) {
	return create(ctx, s, creation{"creating a genre", key, in}, func(c *change) (globalid.Genre, error) {
		g := new(ent.Genre)
		wrong := in.apply(g)
		all, err := c.tx.Genre.Query().All(ctx) // there are few
		if err != nil {
			return 0, err
		}
		var taken []string
		last := -1
		for _, other := range all {
			taken, last = append(taken, other.Slug), max(last, other.Position)
			if in.Slug.Set && other.Slug == g.Slug {
				wrong.wrong("slug", input.Conflict, slugIsTaken)
			}
		}
		if wrong.err() != nil {
			return 0, wrong.err()
		}
		if !in.Slug.Set {
			g.Slug = free(catalog.Slug(genreName(g), 0), taken)
		}
		if !in.Position.Set {
			g.Position = last + 1
		}
		insert := c.tx.Genre.Create()
		if err := genreFields(g).set(insert.Mutation(), false); err != nil {
			return 0, err
		}
		made, err := insert.Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, c.note(genreRow(made).node, nil, genreFields(g))
	})
}

// UpdateGenre changes a genre. It returns Problems.
func (s *Service) UpdateGenre(ctx context.Context, id globalid.Genre, version int, in Genre) error {
	return s.write(ctx, "changing a genre", func(c *change) error {
		before, err := c.tx.Genre.Query().Where(genre.ID(id)).Modify(forUpdate).Only(ctx)
		if ent.IsNotFound(err) {
			wrong := in.apply(&ent.Genre{Names: map[string]string{"en": "-"}})
			wrong.Add("id", input.NotFound, noGenre)
			return wrong.err()
		}
		if err != nil {
			return err
		}
		after := *before
		wrong := in.apply(&after)
		if after.Slug != before.Slug {
			taken, err := c.tx.Genre.Query().Where(genre.Slug(after.Slug)).Exist(ctx)
			if err != nil {
				return err
			}
			if taken {
				wrong.wrong("slug", input.Conflict, slugIsTaken)
			}
		}
		if before.Version != version {
			wrong.Problems = append(wrong.Problems, stale)
		}
		if wrong.err() != nil {
			return wrong.err()
		}
		update := c.tx.Genre.Update().Where(genre.ID(id), genre.Version(version))
		_, err = c.save(ctx, genreRow(&after), genreFields(before), genreFields(&after), update.Mutation(), update.Save)
		return err
	})
}
