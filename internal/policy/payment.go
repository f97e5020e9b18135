package policy

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/intercept"
	"streamex/ent/schema/globalid"
	"streamex/internal/viewer"
)

// ErrForeign says that a new row would belong to somebody else.
var ErrForeign = errors.New("policy: the row belongs to somebody else")

// table is a part of a client.
type table interface {
	Intercept(...ent.Interceptor)
	Use(...ent.Hook)
}

// guardPayments keeps everybody, administrators too, to the payment methods of
// their own account, for reading and for writing. Children have none.
func guardPayments(db *ent.Client) {
	guardOwn(db.PaymentMethod, db.PaymentReference, db.PaymentRequest)
}

// guardOwn keeps everybody to the rows of their own account, children to none.
func guardOwn(tables ...table) {
	own := intercept.TraverseFunc(func(ctx context.Context, q intercept.Query) error {
		v := viewer.From(ctx)
		q.WhereP(func(s *sql.Selector) {
			if v.Child {
				s.Where(sql.False())
				return
			}
			s.Where(sql.EQ(s.C("user_id"), v.User))
		})
		return nil
	})
	for _, table := range tables {
		table.Intercept(own)
		table.Use(writeOwn)
	}
}

// owned is a change of rows that have an owner.
type owned interface {
	ent.Mutation
	UserID() (globalid.User, bool)
	WhereP(...func(*sql.Selector))
}

// writeOwn makes new rows the viewer's, and lets others be changed only where
// they are: a foreign row is not found.
func writeOwn(next ent.Mutator) ent.Mutator {
	return ent.MutateFunc(func(ctx context.Context, change ent.Mutation) (ent.Value, error) {
		user := viewer.From(ctx).User
		m, ok := change.(owned)
		if !ok {
			return nil, ErrForeign
		}
		if !change.Op().Is(ent.OpCreate) {
			m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C("user_id"), user)) })
		} else if owner, _ := m.UserID(); owner != user || user == 0 {
			return nil, ErrForeign
		}
		return next.Mutate(ctx, change)
	})
}
