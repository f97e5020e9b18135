package policy

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/intercept"
	"streamex/internal/viewer"
)

// ErrAdmin says that only administrators may write so.
var ErrAdmin = errors.New("policy: this is for administrators")

// guardEditing lets administrators alone write the catalogue and see who wrote
// it. What is written in the audit log stays: nobody changes or deletes it.
func guardEditing(db *ent.Client) {
	for _, table := range []table{db.Title, db.Movie, db.Series, db.Season, db.Episode, db.Video, db.Genre, db.TitleGenre, db.Person, db.Character, db.Credit} {
		table.Use(writeAdmin)
	}
	db.AuditEntry.Use(writeAdmin, writeOwn, func(next ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
			if !m.Op().Is(ent.OpCreate) {
				return nil, ErrAdmin
			}
			return next.Mutate(ctx, m)
		})
	})
	db.AuditEntry.Intercept(intercept.TraverseFunc(func(ctx context.Context, q intercept.Query) error {
		if !viewer.From(ctx).Admin {
			q.WhereP(func(s *sql.Selector) { s.Where(sql.False()) })
		}
		return nil
	}))
	guardOwn(db.EditRequest)
}

// writeAdmin lets administrators alone write.
func writeAdmin(next ent.Mutator) ent.Mutator {
	return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
		if !viewer.From(ctx).Admin {
			return nil, ErrAdmin
		}
		return next.Mutate(ctx, m)
	})
}
