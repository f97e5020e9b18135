package edit

import (
	"context"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/person"
	"streamex/ent/schema/globalid"
	"streamex/internal/audit"
	"streamex/internal/catalog"
	"streamex/internal/input"
)

// Person is what a person shall say.
type Person struct {
	Name                 Value[string]
	BirthYear, DeathYear Value[int]
}

// Character is what a character shall say.
type Character struct{ Name Value[string] }

const (
	noPerson    = "There is no such person."
	noCharacter = "There is no such character."
)

func personRow(p *ent.Person) row {
	return row{audit.Node{Kind: "Person", ID: p.ID, Label: p.Name}, p.Version, p.Source, p.Edited}
}

func personFields(p *ent.Person) fields {
	return fields{
		{"name", person.FieldName, p.Name}, {"", person.FieldSortKey, catalog.SortKey(p.Name, "")},
		{"birthYear", person.FieldBirthYear, some(p.BirthYear)}, {"deathYear", person.FieldDeathYear, some(p.DeathYear)},
	}
}

func (in Person) apply(p *ent.Person) *checks {
	c := &checks{at: "input."}
	c.name("name", in.Name, &p.Name)
	c.number("birthYear", in.BirthYear, 1, lastYear, &p.BirthYear)
	c.number("deathYear", in.DeathYear, 1, lastYear, &p.DeathYear)
	if p.BirthYear != nil && p.DeathYear != nil && *p.DeathYear < *p.BirthYear {
		c.wrong("deathYear", input.Invalid, "Nobody dies before their birth.")
	}
	return c
}

func characterRow(r *ent.Character) row {
	return row{audit.Node{Kind: "Character", ID: r.ID, Label: r.Name}, r.Version, r.Source, r.Edited}
}

func characterFields(r *ent.Character) fields {
	return fields{{"name", character.FieldName, r.Name}, {"", character.FieldSortKey, catalog.SortKey(r.Name, "")}}
}

func (in Character) apply(r *ent.Character) *checks {
	c := &checks{at: "input."}
	c.name("name", in.Name, &r.Name)
	return c
}

// CreatePerson adds a person. It returns Problems.
func (s *Service) CreatePerson(ctx context.Context, in Person, key *string) (globalid.Person, error) {
	return create(ctx, s, creation{"creating a person", key, in}, func(c *change) (globalid.Person, error) {
		p := new(ent.Person)
		if wrong := in.apply(p); wrong.err() != nil {
			return 0, wrong.err()
		}
		return c.insertPerson(ctx, p)
	})
}

func (c *change) insertPerson(ctx context.Context, p *ent.Person) (globalid.Person, error) {
	insert := c.tx.Person.Create()
	if err := personFields(p).set(insert.Mutation(), false); err != nil {
		return 0, err
	}
	made, err := insert.Save(ctx)
	if err != nil {
		return 0, err
	}
	c.changed.People = append(c.changed.People, made.ID)
	return made.ID, c.note(personRow(made).node, nil, personFields(p))
}

// UpdatePerson changes a person. It returns Problems.
func (s *Service) UpdatePerson(ctx context.Context, id globalid.Person, version int, in Person) error {
	return s.write(ctx, "changing a person", func(c *change) error {
		before, err := c.tx.Person.Query().Where(person.ID(id)).Modify(forUpdate).Only(ctx)
		if ent.IsNotFound(err) {
			wrong := in.apply(&ent.Person{Name: "-"})
			wrong.Add("id", input.NotFound, noPerson)
			return wrong.err()
		}
		if err != nil {
			return err
		}
		after := *before
		wrong := in.apply(&after)
		if before.Version != version {
			wrong.Problems = append(wrong.Problems, stale)
		}
		if wrong.err() != nil {
			return wrong.err()
		}
		update := c.tx.Person.Update().Where(person.ID(id), person.Version(version))
		changed, err := c.save(ctx, personRow(&after), personFields(before), personFields(&after), update.Mutation(), update.Save)
		if changed {
			c.changed.People = append(c.changed.People, id)
		}
		return err
	})
}

// CreateCharacter adds a character to a title. It returns Problems.
func (s *Service) CreateCharacter(ctx context.Context, of globalid.Title, in Character, key *string) (globalid.Character, error) {
	return create(ctx, s, creation{"creating a character", key, []any{of, in}}, func(c *change) (globalid.Character, error) {
		r := &ent.Character{TitleID: of}
		wrong := in.apply(r)
		if err := c.lock(ctx, of); ent.IsNotFound(err) {
			wrong.Add("titleId", input.NotFound, noTitle)
		} else if err != nil {
			return 0, err
		}
		if wrong.err() != nil {
			return 0, wrong.err()
		}
		return c.insertCharacter(ctx, r)
	})
}

func (c *change) insertCharacter(ctx context.Context, r *ent.Character) (globalid.Character, error) {
	insert := c.tx.Character.Create().SetTitleID(r.TitleID)
	if err := characterFields(r).set(insert.Mutation(), false); err != nil {
		return 0, err
	}
	made, err := insert.Save(ctx)
	if err != nil {
		return 0, err
	}
	c.changed.Characters = append(c.changed.Characters, made.ID)
	return made.ID, c.note(characterRow(made).node, nil, characterFields(r))
}

// character reads a character after it took its title for itself. It returns a
// not found error of ent.
func (c *change) character(ctx context.Context, id globalid.Character) (*ent.Character, error) {
	r, err := c.tx.Character.Get(ctx, id)
	if err == nil {
		if err = c.lock(ctx, r.TitleID); err == nil {
			r, err = c.tx.Character.Get(ctx, id)
		}
	}
	return r, err
}

// UpdateCharacter changes a character. It returns Problems.
func (s *Service) UpdateCharacter(ctx context.Context, id globalid.Character, version int, in Character) error {
	return s.write(ctx, "changing a character", func(c *change) error {
		before, err := c.character(ctx, id)
		if ent.IsNotFound(err) {
			wrong := in.apply(&ent.Character{Name: "-"})
			wrong.Add("id", input.NotFound, noCharacter)
			return wrong.err()
		}
		if err != nil {
			return err
		}
		after := *before
		wrong := in.apply(&after)
		if before.Version != version {
			wrong.Problems = append(wrong.Problems, stale)
		}
		if wrong.err() != nil {
			return wrong.err()
		}
		update := c.tx.Character.Update().Where(character.ID(id), character.Version(version))
		changed, err := c.save(ctx, characterRow(&after), characterFields(before), characterFields(&after), update.Mutation(), update.Save)
		if changed {
			c.changed.Characters, c.changed.Titles = append(c.changed.Characters, id), append(c.changed.Titles, after.TitleID)
		}
		return err
	})
}
