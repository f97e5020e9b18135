package loader

import (
	"context"
	"time"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/graph/model"
	"streamex/internal/viewer"
)

func (l *Loaders) paymentMethods(ctx context.Context, keys []viewer.Viewer) (map[viewer.Viewer][]*model.PaymentMethod, error) {
	return each(keys, func(v viewer.Viewer) ([]*model.PaymentMethod, error) {
		rows, err := l.db.PaymentMethod.Query().Order(ent.Desc(paymentmethod.FieldIsDefault), ent.Asc(paymentmethod.FieldID)).All(viewer.NewContext(ctx, v))
		return model.NewPaymentMethods(rows, time.Now()), err
	})
}
