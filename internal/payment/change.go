package payment

import (
	"cmp"
	"context"
	"fmt"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/viewer"
)

// Update changes a method, at the provider first. It returns Invalid,
// ErrNotFound, ErrDeclined or ErrUnavailable.
func (s *Service) Update(ctx context.Context, id globalid.PaymentMethod, c Change) (*ent.PaymentMethod, error) {
	method, err := s.db.PaymentMethod.Query().Where(paymentmethod.ID(id)).WithReference().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("payment: finding a method: %w", err)
	}
	if c, err = c.checked(s.now()); err != nil {
		return nil, err
	}
	if method.Edges.Reference.Provider != s.gateway.Provider() {
		return nil, s.heard(ctx, fmt.Errorf("%w: %s keeps the method", ErrUnavailable, method.Edges.Reference.Provider))
	}
	holder, expiry := method.Holder, Expiry{method.ExpiryMonth, method.ExpiryYear}
	if c.Holder != nil {
		holder = *c.Holder
	}
	if c.Expiry != nil {
		expiry = *c.Expiry
	}
	asking, cancel := ask(ctx)
	defer cancel()
	ctx, done := database.Detach(ctx)
	defer done()
	card, err := s.gateway.Update(asking, method.Edges.Reference.Value, holder, expiry)
	if err != nil {
		return nil, s.heard(ctx, err)
	}
	err = s.transact(ctx, s.db, func(tx *ent.Tx) error {
		method, err = tx.PaymentMethod.UpdateOneID(id).SetHolder(cmp.Or(card.Holder, holder)).
			SetExpiryMonth(card.Expiry.Month).SetExpiryYear(card.Expiry.Year).Save(ctx)
		if err != nil {
			return missing(err) // removed in between
		}
		return changed(ctx, tx, method.UserID)
	})
	if err != nil {
		return nil, err
	}
	return method, nil
}

// SetDefault makes a method the one to pay with. It returns ErrNotFound.
func (s *Service) SetDefault(ctx context.Context, id globalid.PaymentMethod) (method *ent.PaymentMethod, err error) {
	account := viewer.From(ctx).User
	err = s.change(ctx, account, func(tx *ent.Tx) error {
		if method, err = tx.PaymentMethod.Get(ctx, id); err != nil || method.IsDefault {
			return missing(err)
		}
		if _, err := s.demote(ctx, tx, account, true); err != nil {
			return err
		}
		if method, err = tx.PaymentMethod.UpdateOneID(id).SetIsDefault(true).Save(ctx); err != nil {
			return err
		}
		return changed(ctx, tx, account)
	})
	return method, err
}

// Remove removes a method; when it was the default, the latest of the others
// becomes it. detached tells whether the provider has forgotten it too: when it
// is away, Run tells it later. It returns ErrNotFound.
func (s *Service) Remove(ctx context.Context, id globalid.PaymentMethod) (detached bool, err error) {
	account := viewer.From(ctx).User
	var reference *ent.PaymentReference
	err = s.change(ctx, account, func(tx *ent.Tx) error {
		method, err := tx.PaymentMethod.Query().Where(paymentmethod.ID(id)).WithReference().Only(ctx)
		if err != nil {
			return missing(err)
		}
		if err := tx.PaymentMethod.DeleteOne(method).Exec(ctx); err != nil {
			return err
		}
		if err := changed(ctx, tx, account); err != nil {
			return err
		}
		reference, err = tx.PaymentReference.UpdateOne(method.Edges.Reference).ClearUserID().SetDueAt(s.now()).Save(ctx)
		if err != nil || !method.IsDefault {
			return err
		}
		return s.promote(ctx, tx, account)
	})
	if err != nil {
		return false, err
	}
	ctx, done := database.Detach(ctx)
	defer done()
	return s.forget(ctx, reference, haste), nil
}

// promote gives an account without a default the latest of its methods.
func (s *Service) promote(ctx context.Context, tx *ent.Tx, account globalid.User) error {
	next, err := tx.PaymentMethod.Query().Where(paymentmethod.UserID(account)).Order(ent.Desc(paymentmethod.FieldID)).First(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.PaymentMethod.UpdateOne(next).SetIsDefault(true).Exec(ctx)
}

// missing turns ent's error for a row that is not there into ours.
func missing(err error) error {
	if ent.IsNotFound(err) {
		return ErrNotFound
	}
	return err
}
