package loader

import (
	"context"

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
)

func (l *Loaders) people(ctx context.Context, keys []globalid.Person) (map[globalid.Person]*ent.Person, error) {
	rows, err := l.db.Person.Query().Where(database.In[globalid.Person, func(*sql.Selector)](person.FieldID, keys)).All(policy.Within(ctx))
	return byKey(rows, func(p *ent.Person) globalid.Person { return p.ID }), err
}

func (l *Loaders) characters(ctx context.Context, keys []globalid.Character) (map[globalid.Character]*ent.Character, error) {
	rows, err := l.db.Character.Query().Where(database.In[globalid.Character, func(*sql.Selector)](character.FieldID, keys)).All(policy.Within(ctx))
	return byKey(rows, func(c *ent.Character) globalid.Character { return c.ID }), err
}

func (l *Loaders) personCredits(ctx context.Context, keys []Paged[globalid.Person]) (map[Paged[globalid.Person]]*model.CreditConnection, error) {
	return creditsOf(ctx, l, keys, credit.FieldPersonID, func(c *ent.Credit) globalid.Person { return c.PersonID })
}

func (l *Loaders) characterCredits(ctx context.Context, keys []Paged[globalid.Character]) (map[Paged[globalid.Character]]*model.CreditConnection, error) {
	return creditsOf(ctx, l, keys, credit.FieldCharacterID, func(c *ent.Credit) globalid.Character { return *c.CharacterID })
}

// creditsOf reads a page of the credits that hang on people or characters, the
// newest title first: one window over the index on column, of titles that the
// viewer may see.
func creditsOf[K ~int64](ctx context.Context, l *Loaders, keys []Paged[K], column string, parent func(*ent.Credit) K) (map[Paged[K]]*model.CreditConnection, error) {
	return pages(keys, pagedBy, func(k Paged[K], parents []K) (map[K][]*ent.Credit, error) {
		year, after, err := afterPair(k.Page, column)
		if err != nil {
			return nil, err
		}
		const released = "(SELECT t.year FROM titles t WHERE t.id = title_id)"
		rows, err := l.db.Credit.Query().Modify(windowed(column, released+" DESC, id", k.First+1, func(b *sql.Builder) {
			database.WriteIn(b, column, parents)
			b.WriteString(" AND EXISTS (SELECT 1 FROM titles t WHERE t.id = title_id AND ")
			policy.Visible(ctx, b, "t")
			b.WriteString(")")
			if k.After != "" {
				database.Write(b, " AND ("+released+" < ? OR "+released+" = ? AND id > ?)", year, year, after)
			}
		}), func(s *sql.Selector) {
			s.OrderExpr(sql.Raw("place")).AppendSelectExprAs(sql.Raw("(SELECT t.year FROM titles t WHERE t.id = credits.title_id)"), "year")
		}).All(policy.Within(ctx))
		return groupBy(rows, parent), err
	}, func(_ int, c *ent.Credit) string {
		return relay.Encode(column, number(c.Value("year")), int64(c.ID))
	})
}

func (l *Loaders) profiles(ctx context.Context, keys []globalid.Profile) (map[globalid.Profile]*ent.Profile, error) {
	rows, err := l.db.Profile.Query().Where(profile.IDIn(keys...)).All(ctx)
	return byKey(rows, func(p *ent.Profile) globalid.Profile { return p.ID }), err
}

func (l *Loaders) users(ctx context.Context, keys []globalid.User) (map[globalid.User]*ent.User, error) {
	rows, err := l.db.User.Query().Where(user.IDIn(keys...)).All(ctx)
	return byKey(rows, func(u *ent.User) globalid.User { return u.ID }), err
}
