package edit

import (
	"context"
	"fmt"
	"maps"
	"slices"

	entbase "entgo.io/ent"
	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/credit"
	"streamex/ent/episode"
	"streamex/ent/person"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/catalog"
	"streamex/internal/input"
)

// Credit is a part in a title or an episode.
type Credit struct {
	Person        *globalid.Person
	PersonName    *string // of somebody new, instead
	Character     *globalid.Character
	CharacterName *string // of one that the title has or gets, instead
	Role          credit.Role
	Job           *string
}

// cast are the roles that play somebody.
var cast = []credit.Role{credit.RoleLEAD, credit.RoleSUPPORTING, credit.RoleGUEST}

// credited is what has credits: a title or an episode.
type credited struct {
	row     row
	title   globalid.Title
	episode *globalid.Episode
}

// credited takes a title, or an episode's series, for itself. It returns a not
// found error of ent.
func (c *change) credited(ctx context.Context, id globalid.Global) (of credited, err error) {
	if number, err := globalid.Of[globalid.Episode](id, globalid.KindEpisode); err == nil {
		e, err := c.episode(ctx, number)
		if err != nil {
			return of, err
		}
		return credited{episodeRow(e), e.SeriesID, &e.ID}, nil
	}
	number, err := globalid.Of[globalid.Title](id, globalid.KindTitle)
	if err != nil {
		number = 0 // which no title has
	}
	t, err := c.tx.Title.Query().Where(title.ID(number)).Modify(forUpdate).Only(ctx)
	if err != nil {
		return of, err
	}
	return credited{(&titleState{Title: *t}).row(), t.ID, nil}, nil
}

// save notes that the credits changed, and counts the change.
func (of credited) save(ctx context.Context, c *change, before, after []part) (bool, error) {
	var m entbase.Mutation
	var exec func(context.Context) (int, error)
	if of.episode != nil {
		u := c.tx.Episode.Update().Where(episode.ID(*of.episode), episode.Version(of.row.version))
		m, exec = u.Mutation(), u.Save
		c.changed.Episodes = append(c.changed.Episodes, *of.episode)
	} else {
		u := c.tx.Title.Update().Where(title.ID(of.title), title.Version(of.row.version))
		m, exec = u.Mutation(), u.Save
	}
	c.changed.Titles = append(c.changed.Titles, of.title)
	value := func(parts []part) any {
		if len(parts) == 0 {
			return nil
		}
		return parts
	}
	return c.save(ctx, of.row, fields{{"credits", "", value(before)}}, fields{{"credits", "", value(after)}}, m, exec)
}

// query asks for the credits.
func (of credited) query(c *change) *ent.CreditQuery {
	if of.episode != nil {
		return c.tx.Credit.Query().Where(credit.EpisodeID(*of.episode))
	}
	return c.tx.Credit.Query().Where(credit.TitleID(of.title), credit.EpisodeIDIsNil())
}

// part is a credit in the audit log.
type part struct {
	Person      string              `json:"person"`
	PersonID    globalid.Person     `json:"personId"`
	Role        credit.Role         `json:"role"`
	Character   string              `json:"character,omitempty"`
	CharacterID *globalid.Character `json:"characterId,omitempty"`
	Job         string              `json:"job,omitempty"`
}

func partOf(c *ent.Credit) part {
	p := part{PersonID: c.PersonID, Role: c.Role, CharacterID: c.CharacterID, Job: or(c.Job)}
	if c.Edges.Person != nil {
		p.Person = c.Edges.Person.Name
	}
	if c.Edges.Character != nil {
		p.Character = c.Edges.Character.Name
	}
	return p
}

// key tells parts apart.
func (p part) key() part {
	p.CharacterID, p.Character = nil, fmt.Sprint(or(p.CharacterID))
	p.Person = ""
	return p
}

// parts checks what credits shall be, and returns it. New people and
// characters are added when nothing is wrong. of is nil when there is no such
// title or episode.
func (c *change) parts(ctx context.Context, wrong *checks, of *credited, at func(int) string, list []Credit) ([]part, error) {
	people := make(map[globalid.Person]string)
	var ids []globalid.Person
	for _, in := range list {
		if in.Person != nil {
			ids = append(ids, *in.Person)
		}
	}
	// In one order, and before any credit: whoever deletes one of them waits, or is waited for.
	rows, err := c.tx.Person.Query().Where(person.IDIn(ids...)).Order(person.ByID()).Modify(forUpdate).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range rows {
		people[p.ID] = p.Name
	}
	characters := make(map[globalid.Character]string)
	byName := make(map[string]globalid.Character)
	if of != nil {
		rows, err := c.tx.Character.Query().Where(character.TitleID(of.title)).Order(ent.Desc(character.FieldID)).All(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range rows { // of two with one name, the older one
			characters[r.ID], byName[r.SortKey] = r.Name, r.ID
		}
	}
	parts := make([]part, len(list))
	names, parted := make([]*string, len(list)), make([]*string, len(list))
	for i, in := range list {
		below := &checks{at: at(i)}
		parts[i] = part{Role: in.Role}
		below.line("personName", Value[string]{true, in.PersonName}, &names[i])
		below.line("characterName", Value[string]{true, in.CharacterName}, &parted[i])
		var job *string
		below.line("job", Value[string]{true, in.Job}, &job)
		parts[i].Job = or(job)
		switch name, known := people[or(in.Person)]; {
		case (in.Person == nil) == (names[i] == nil):
			below.wrong("personId", input.Invalid, "A credit needs a person, or the name of a new one, but not both.")
		case in.Person != nil && !known:
			below.wrong("personId", input.NotFound, noPerson)
		case in.Person != nil:
			parts[i].PersonID, parts[i].Person = *in.Person, name
		}
		plays := in.Character != nil || parted[i] != nil
		switch name, known := characters[or(in.Character)]; {
		case in.Character != nil && parted[i] != nil:
			below.wrong("characterId", input.Invalid, "Give a character or its name, but not both.")
		case plays && !slices.Contains(cast, in.Role):
			below.wrong("characterId", input.Invalid, "Only the cast plays somebody.")
		case in.Character != nil && !known && of != nil:
			below.wrong("characterId", input.NotFound, "The title has no such character.")
		case in.Character != nil:
			parts[i].CharacterID, parts[i].Character = in.Character, name
		}
		wrong.Problems = append(wrong.Problems, below.Problems...)
	}
	if wrong.err() != nil || of == nil {
		return nil, nil
	}
	added := make(map[string]globalid.Person)
	for i := range parts {
		p := &parts[i]
		if names[i] != nil {
			name := *names[i]
			if added[name] == 0 {
				if added[name], err = c.insertPerson(ctx, &ent.Person{Name: name}); err != nil {
					return nil, err
				}
			}
			p.PersonID, p.Person = added[name], name
		}
		if parted[i] != nil {
			name := *parted[i]
			key := catalog.SortKey(name, "")
			if byName[key] == 0 {
				id, err := c.insertCharacter(ctx, &ent.Character{TitleID: of.title, Name: name})
				if err != nil {
					return nil, err
				}
				byName[key], characters[id] = id, name
			}
			p.CharacterID, p.Character = new(byName[key]), characters[byName[key]]
		}
	}
	return parts, nil
}

// insertCredits adds credits by their billing.
func (c *change) insertCredits(ctx context.Context, of *credited, parts map[int]part) error {
	var rows []*ent.CreditCreate
	for _, billing := range slices.Sorted(maps.Keys(parts)) { // so that ids follow the list
		p := parts[billing]
		row := c.tx.Credit.Create().SetTitleID(of.title).SetNillableEpisodeID(of.episode).SetPersonID(p.PersonID).
			SetNillableCharacterID(p.CharacterID).SetRole(p.Role).SetBilling(billing)
		if p.Job != "" {
			row.SetJob(p.Job)
		}
		rows = append(rows, row)
	}
	for part := range slices.Chunk(rows, chunk) {
		if err := c.tx.Credit.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

const noCredited = "There is no such title or episode."

// SetCredits gives a title or an episode these credits and no others; the ones
// that stay keep their ids. It returns Problems.
func (s *Service) SetCredits(ctx context.Context, id globalid.Global, version int, list []Credit) error {
	if len(list) > maxCredits {
		return input.New("credits", input.Invalid, fmt.Sprintf("At most %d credits can be set at once.", maxCredits))
	}
	return s.write(ctx, "setting credits", func(c *change) error {
		of, parts, err := c.credits(ctx, id, version, func(i int) string { return fmt.Sprintf("credits.%d.", i) }, list)
		if err != nil {
			return err
		}
		rows, err := of.query(c).Order(credit.ByBilling(), credit.ByID()).WithPerson().WithCharacter().All(ctx)
		if err != nil {
			return err
		}
		before := make([]part, len(rows))
		known := make(map[part][]*ent.Credit)
		for i, r := range rows {
			before[i] = partOf(r)
			known[before[i].key()] = append(known[before[i].key()], r)
		}
		if changed, err := of.save(ctx, c, before, parts); err != nil || !changed {
			return err
		}
		added := make(map[int]part)
		for billing, p := range parts {
			same := known[p.key()]
			if len(same) == 0 {
				added[billing] = p
				continue
			}
			known[p.key()] = same[1:]
			if same[0].Billing != billing {
				if err := c.tx.Credit.UpdateOneID(same[0].ID).SetBilling(billing).Exec(ctx); err != nil {
					return err
				}
			}
		}
		var gone []globalid.Credit
		for _, rows := range known {
			for _, r := range rows {
				gone = append(gone, r.ID)
			}
		}
		if _, err := c.tx.Credit.Delete().Where(credit.IDIn(gone...)).Exec(ctx); err != nil {
			return err
		}
		return c.insertCredits(ctx, of, added)
	})
}

// credits finds a title or an episode that is as old as its editor thinks, and
// what its credits shall be. It returns Problems.
func (c *change) credits(ctx context.Context, id globalid.Global, version int, at func(int) string, list []Credit) (*credited, []part, error) {
	wrong := new(checks)
	var of *credited
	found, err := c.credited(ctx, id)
	switch {
	case ent.IsNotFound(err):
		wrong.Add("id", input.NotFound, noCredited)
	case err != nil:
		return nil, nil, err
	default:
		if of = &found; of.row.version != version {
			wrong.Problems = append(wrong.Problems, stale)
		}
	}
	parts, err := c.parts(ctx, wrong, of, at, list)
	if err == nil {
		err = wrong.err()
	}
	return of, parts, err
}

// AddCredit adds a credit behind the others of a title or an episode. It returns
// Problems.
func (s *Service) AddCredit(ctx context.Context, id globalid.Global, version int, in Credit) error {
	return s.write(ctx, "adding a credit", func(c *change) error {
		of, parts, err := c.credits(ctx, id, version, func(int) string { return "credit." }, []Credit{in})
		if err != nil {
			return err
		}
		if _, err := of.save(ctx, c, nil, parts); err != nil {
			return err
		}
		billing := 0
		last, err := of.query(c).Order(credit.ByBilling(sql.OrderDesc())).First(ctx)
		if err == nil {
			billing = last.Billing + 1
		}
		if ent.MaskNotFound(err) != nil {
			return err
		}
		return c.insertCredits(ctx, of, map[int]part{billing: parts[0]})
	})
}

// RemoveCredit takes a credit away; its person and its character stay. It
// returns the title or the episode that had it, and Problems.
func (s *Service) RemoveCredit(ctx context.Context, id globalid.Credit) (of globalid.Global, err error) {
	err = s.write(ctx, "removing a credit", func(c *change) error {
		gone := input.New("id", input.NotFound, "There is no such credit.")
		r, err := c.tx.Credit.Get(ctx, id)
		if ent.IsNotFound(err) {
			return gone
		}
		if err != nil {
			return err
		}
		of = global(r.TitleID)
		if r.EpisodeID != nil {
			of = global(*r.EpisodeID)
		}
		had, err := c.credited(ctx, of)
		if ent.IsNotFound(err) {
			return gone
		}
		if err != nil {
			return err
		}
		r, err = c.tx.Credit.Query().Where(credit.ID(id)).WithPerson().WithCharacter().Only(ctx)
		if ent.IsNotFound(err) {
			return gone
		}
		if err != nil {
			return err
		}
		if _, err := had.save(ctx, c, []part{partOf(r)}, nil); err != nil {
			return err
		}
		return c.tx.Credit.DeleteOneID(id).Exec(ctx)
	})
	return of, err
}

// global is the public id of a row.
func global(id fmt.Stringer) globalid.Global {
	g, _ := globalid.Parse(id.String()) // which it wrote itself
	return g
}
