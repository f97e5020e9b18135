package payment

import (
	"context"
	"strings"
	"time"
	"unicode"

	"streamex/ent"
	"streamex/ent/paymentevent"
	"streamex/ent/paymentmethod"
	"streamex/ent/paymentreference"
	"streamex/ent/schema/globalid"
)

// Event is something that happened at the provider.
type Event struct {
	ID string
	At time.Time // by the provider's clock
	// Reference is what it happened to.
	Reference string
	// Card is how the method is now; nil says that the method or customer is no more.
	Card *Card
}

// Apply makes what happened at the provider hold here too. An event that comes
// again changes nothing, nor does one that is older than what is known; what is
// unknown here is passed over.
func (s *Service) Apply(ctx context.Context, e Event) error {
	provider := paymentevent.Provider(s.gateway.Provider())
	seen := func(db *ent.PaymentEventClient) (bool, error) {
		return db.Query().Where(paymentevent.ProviderEQ(provider), paymentevent.Event(e.ID)).Exist(ctx)
	}
	err := s.transact(ctx, s.all, func(tx *ent.Tx) error {
		if again, err := seen(tx.PaymentEvent); again || err != nil {
			return err
		}
		if err := tx.PaymentEvent.Create().SetProvider(provider).SetEvent(e.ID).Exec(ctx); err != nil {
			return err
		}
		return s.apply(ctx, tx, e)
	})
	if ent.IsConstraintError(err) { // it came twice at the same moment
		if again, err := seen(s.all.PaymentEvent); again || err != nil {
			return err
		}
	}
	return err
}

func (s *Service) apply(ctx context.Context, tx *ent.Tx, e Event) error {
	r, err := tx.PaymentReference.Query().Where(paymentreference.ProviderEQ(s.gateway.Provider()), paymentreference.Value(e.Reference)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if e.Card != nil {
		change := tx.PaymentMethod.Update().
			Where(paymentmethod.ReferenceID(r.ID), paymentmethod.Or(paymentmethod.SyncedAtIsNil(), paymentmethod.SyncedAtLTE(e.At))).
			SetBrand(e.Card.Brand).SetLastFour(e.Card.LastFour).
			SetExpiryMonth(e.Card.Expiry.Month).SetExpiryYear(e.Card.Expiry.Year).SetSyncedAt(e.At)
		if name := shown(e.Card.Holder); name != "" {
			change.SetHolder(name)
		}
		if err := change.Exec(ctx); err != nil || r.UserID == nil {
			return err
		}
		return changed(ctx, tx, *r.UserID)
	}
	if r.UserID == nil { // we asked for it
		return tx.PaymentReference.DeleteOne(r).Exec(ctx)
	}
	return s.drop(ctx, tx, *r.UserID, r)
}

// drop takes away what the provider has no more, and with a customer all of its
// methods.
func (s *Service) drop(ctx context.Context, tx *ent.Tx, account globalid.User, r *ent.PaymentReference) error {
	if err := s.lock(ctx, tx, account); err != nil {
		return err
	}
	gone := tx.PaymentReference.Delete()
	if r.Customer {
		gone.Where(paymentreference.UserID(account), paymentreference.ProviderEQ(r.Provider))
	} else {
		gone.Where(paymentreference.ID(r.ID))
	}
	if _, err := gone.Exec(ctx); err != nil {
		return err
	}
	if err := changed(ctx, tx, account); err != nil {
		return err
	}
	some, err := tx.PaymentMethod.Query().Where(paymentmethod.UserID(account), paymentmethod.IsDefault(true)).Exist(ctx)
	if some || err != nil {
		return err
	}
	return s.promote(ctx, tx, account)
}

// shown is a name from the provider as it is stored: one line, not too long.
func shown(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if runes := []rune(name); len(runes) > maxHolder {
		name = string(runes[:maxHolder])
	}
	return strings.TrimSpace(name)
}
