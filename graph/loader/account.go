package loader

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"streamex/ent/session"
	"streamex/graph/model"
	"streamex/internal/viewer"
)

// Renew forgets what was read: a mutation is about to change it.
func (l *Loaders) Renew() { *l = *New(l.db, l.home, l.plan) }

func (l *Loaders) sessions(ctx context.Context, keys []viewer.Viewer) (map[viewer.Viewer][]*model.Session, error) {
	return each(keys, func(v viewer.Viewer) ([]*model.Session, error) {
		rows, err := l.db.Session.Query().Where(session.ExpiresAtGT(time.Now().UTC())).
			Order(session.ByLastUsedAt(sql.OrderDesc()), session.ByID(sql.OrderDesc())).All(viewer.NewContext(ctx, v))
		sessions := make([]*model.Session, len(rows))
		for i, row := range rows {
			sessions[i] = &model.Session{Session: row, Current: row.ID == v.Session}
		}
		return sessions, err
	})
}

// recoveryCodes counts those that are left.
func (l *Loaders) recoveryCodes(ctx context.Context, keys []viewer.Viewer) (map[viewer.Viewer]int, error) {
	return each(keys, func(v viewer.Viewer) (int, error) {
		return l.db.RecoveryCode.Query().Count(viewer.NewContext(ctx, v))
	})
}
