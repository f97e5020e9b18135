package loader

import (
	"context"
	stdsql "database/sql"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/credit"
	"streamex/ent/person"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/user"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/database"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// people reads people; those of credits came with the credits.
func (l *Loaders) people(ctx context.Context, keys []globalid.Person) (map[globalid.Person]*ent.Person, error) {
	rows, err := l.db.Person.Query().Where(database.In[globalid.Person, func(*sql.Selector)](person.FieldID, keys)).All(ctx)
	return byKey(rows, func(p *ent.Person) globalid.Person { return p.ID }), err
}

func (l *Loaders) characters(ctx context.Context, keys []globalid.Character) (map[globalid.Character]*ent.Character, error) {
	rows, err := l.db.Character.Query().Where(database.In[globalid.Character, func(*sql.Selector)](character.FieldID, keys)).All(ctx)
	return byKey(rows, func(c *ent.Character) globalid.Character { return c.ID }), err
}

// creditsKey reads the page and roles of a selected credits field.
func creditsKey(_ context.Context, args map[string]any) (func(model.Title) CreditsKey, bool) {
	p, ok := argPage(CreditList, args)
	list, _ := args["roles"].([]any)
	names := make([]string, len(list))
	for i, r := range list {
		names[i], _ = r.(string)
	}
	roles := roleSet(names)
	return func(t model.Title) CreditsKey { return CreditsKey{t.Row().ID, roles, p} }, ok
}

// NewCreditsKey is the page of a title's credits that the arguments ask for.
func NewCreditsKey(t globalid.Title, roles []credit.Role, p Page) CreditsKey {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return CreditsKey{t, roleSet(names), p}
}

func roleSet(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ",")
}

// titleCredits reads a page of each title's credits: one window over the index
// (title_id, billing, id).
func (l *Loaders) titleCredits(ctx context.Context, keys []CreditsKey) (map[CreditsKey]*model.CreditConnection, error) {
	return pages(keys, func(k CreditsKey) (CreditsKey, globalid.Title, Page) {
		return CreditsKey{Roles: k.Roles, Page: k.Page}, k.Title, k.Page
	}, func(k CreditsKey, titles []globalid.Title) (map[globalid.Title][]*ent.Credit, error) {
		rows, _, err := l.credits(ctx, credit.FieldTitleID, "billing, id", k.First+1, func(b *sql.Builder) {
			database.WriteIn(b, credit.FieldTitleID, titles)
			b.WriteString(" AND episode_id IS NULL")
			if k.Roles != "" {
				b.WriteString(" AND role IN (").Args(anys(strings.Split(k.Roles, ","))...).WriteString(")")
			}
			behind(b, k.After, "billing", false, "id")
		})
		return groupBy(rows, func(c *ent.Credit) globalid.Title { return c.TitleID }), err
	}, func(_ int, c *ent.Credit) string { return relay.Encode(CreditList.Name, c.Billing, int64(c.ID)) })
}

func (l *Loaders) personCredits(ctx context.Context, keys []Paged[globalid.Person]) (map[Paged[globalid.Person]]*model.CreditConnection, error) {
	return creditsOf(ctx, l, keys, PersonCreditList, credit.FieldPersonID, func(c *ent.Credit) globalid.Person { return c.PersonID })
}

func (l *Loaders) characterCredits(ctx context.Context, keys []Paged[globalid.Character]) (map[Paged[globalid.Character]]*model.CreditConnection, error) {
	return creditsOf(ctx, l, keys, CharacterCreditList, credit.FieldCharacterID, func(c *ent.Credit) globalid.Character { return *c.CharacterID })
}

// creditsOf reads a page of the credits that hang on people or characters, the
// newest title first: one window over the index on column, of titles that the
// viewer may see.
func creditsOf[K ~int64](ctx context.Context, l *Loaders, keys []Paged[K], list List, column string, parent func(*ent.Credit) K) (map[Paged[K]]*model.CreditConnection, error) {
	years := make(map[globalid.Credit]int64)
	return pages(keys, pagedBy, func(k Paged[K], parents []K) (map[K][]*ent.Credit, error) {
		const released = "(SELECT t.year FROM titles t WHERE t.id = title_id)"
		rows, found, err := l.credits(ctx, column, released+" DESC, id", k.First+1, func(b *sql.Builder) {
			database.WriteIn(b, column, parents)
			b.WriteString(" AND EXISTS (SELECT 1 FROM titles t WHERE t.id = title_id AND ")
			policy.Visible(ctx, b, "t")
			b.WriteString(")")
			behind(b, k.After, released, true, "id")
		})
		for i, c := range rows {
			years[c.ID] = found[i]
		}
		return groupBy(rows, parent), err
	}, func(_ int, c *ent.Credit) string { return relay.Encode(list.Name, years[c.ID], int64(c.ID)) })
}

// credits reads the first n credits of each partition with the year of their
// titles, and with them the people and the characters, of whom the API shows
// the name alone.
func (l *Loaders) credits(ctx context.Context, partition, order string, n int, where func(*sql.Builder)) (credits []*ent.Credit, years []int64, err error) {
	err = l.query(ctx, func(b *sql.Builder) {
		database.Write(b, `SELECT c.id, c.title_id, c.episode_id, c.person_id, c.character_id, c.role, c.billing, c.job, p.name, h.name, t.year
FROM (?) c JOIN persons p ON p.id = c.person_id JOIN titles t ON t.id = c.title_id LEFT JOIN characters h ON h.id = c.character_id
ORDER BY c.place`, func(b *sql.Builder) { ranked(b, credit.Table, partition, order, n, where) })
	}, func(rows *stdsql.Rows) error {
		var c ent.Credit
		var episode, character stdsql.Null[int64]
		var job, played stdsql.Null[string]
		var name string
		var year int64
		if err := rows.Scan(&c.ID, &c.TitleID, &episode, &c.PersonID, &character, &c.Role, &c.Billing, &job, &name, &played, &year); err != nil {
			return err
		}
		c.Job = pointer(job)
		if episode.Valid {
			c.EpisodeID = new(globalid.Episode(episode.V))
		}
		if character.Valid {
			c.CharacterID = new(globalid.Character(character.V))
			l.Character.Prime(*c.CharacterID, &ent.Character{ID: *c.CharacterID, TitleID: c.TitleID, Name: played.V})
		}
		l.Person.Prime(c.PersonID, &ent.Person{ID: c.PersonID, Name: name})
		credits, years = append(credits, &c), append(years, year)
		return nil
	})
	return credits, years, err
}

func (l *Loaders) profiles(ctx context.Context, keys []viewer.Viewer) (map[viewer.Viewer][]*ent.Profile, error) {
	return each(keys, func(v viewer.Viewer) ([]*ent.Profile, error) {
		return l.db.Profile.Query().Order(profile.ByID()).All(viewer.NewContext(ctx, v))
	})
}

func (l *Loaders) users(ctx context.Context, keys []viewer.Viewer) (map[viewer.Viewer]*ent.User, error) {
	return each(keys, func(v viewer.Viewer) (*ent.User, error) {
		u, err := l.db.User.Query().Where(user.ID(v.User)).Only(viewer.NewContext(ctx, v))
		if ent.IsNotFound(err) { // deleted since the request began
			return nil, nil
		}
		return u, err
	})
}

// each fetches for one key after the other, where an operation has but one.
func each[K comparable, V any](keys []K, fetch func(K) (V, error)) (map[K]V, error) {
	out := make(map[K]V, len(keys))
	for _, k := range keys {
		v, err := fetch(k)
		if err != nil {
			return nil, err
		}
		out[k] = v
	}
	return out, nil
}
