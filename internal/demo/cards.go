package demo

import (
	"context"
	"time"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/ent/paymentreference"
	"streamex/ent/schema/globalid"
	"streamex/internal/payment/sandbox"
)

// cards gives an account two payment methods of the test provider: one to pay
// with, and one that ends soon.
func cards(ctx context.Context, c *ent.Client, user globalid.User, now time.Time) error {
	soon := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	for i, card := range []struct {
		brand    paymentmethod.Brand
		lastFour string
		ends     time.Time
	}{
		{paymentmethod.BrandMASTERCARD, "4444", soon.AddDate(3, 0, 0)},
		{paymentmethod.BrandVISA, "4242", soon},
	} {
		reference, err := c.PaymentReference.Create().SetProvider(paymentreference.ProviderTEST).
			SetValue(sandbox.NewReference()).SetUserID(user).Save(ctx)
		if err != nil {
			return err
		}
		err = c.PaymentMethod.Create().SetUserID(user).SetReferenceID(reference.ID).SetBrand(card.brand).SetLastFour(card.lastFour).
			SetExpiryMonth(int(card.ends.Month())).SetExpiryYear(card.ends.Year()).SetHolder("Alex Example").SetIsDefault(i == 0).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
