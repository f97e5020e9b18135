package payment

import (
	"context"
	"time"

	"streamex/ent"
	"streamex/ent/paymentevent"
	"streamex/ent/paymentreference"
	"streamex/ent/paymentrequest"
)

const (
	// pause is how often Run looks for what is to be forgotten.
	pause = 30 * time.Second
	// longest is the longest time between two attempts.
	longest = 24 * time.Hour
	// haste is how long somebody waits for the provider to forget.
	haste = 3 * time.Second
	// batch is how much Run has forgotten in one go.
	batch = 100

	// How long requests and events are remembered: clients repeat theirs within
	// minutes, providers theirs within days.
	keepRequests = 7 * 24 * time.Hour
	keepEvents   = 30 * 24 * time.Hour
)

// Run has the provider forget what it could not be told at once: what was
// removed while it was away, and all of the accounts that were deleted. It
// returns when ctx ends.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if err := s.Tidy(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "tidying up payments failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Tidy does once what Run does all the time.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.now()
	due, err := s.all.PaymentReference.Query().
		Where(paymentreference.UserIDIsNil(), paymentreference.DueAtLTE(now), paymentreference.ProviderEQ(s.gateway.Provider())).
		Order(paymentreference.ByDueAt()).Limit(batch).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range due {
		if ctx.Err() != nil || !s.forget(ctx, r, patience) {
			break // a provider that is away is so for all; this one waits longer than the others now
		}
	}
	if _, err := s.all.PaymentRequest.Delete().Where(paymentrequest.CreatedAtLT(now.Add(-keepRequests))).Exec(ctx); err != nil {
		return err
	}
	_, err = s.all.PaymentEvent.Delete().Where(paymentevent.CreatedAtLT(now.Add(-keepEvents))).Exec(ctx)
	return err
}

// forget has the provider forget what belongs to nobody any more. When it
// cannot, a later attempt is due.
func (s *Service) forget(ctx context.Context, r *ent.PaymentReference, patience time.Duration) (forgotten bool) {
	if r.Provider != s.gateway.Provider() {
		return false
	}
	// The next attempt is put off before this one: another replica may be at it.
	wait := min(longest, pause<<min(r.Attempts, 16))
	n, err := s.all.PaymentReference.Update().
		Where(paymentreference.ID(r.ID), paymentreference.UserIDIsNil(), paymentreference.Attempts(r.Attempts)).
		SetAttempts(r.Attempts + 1).SetDueAt(s.now().Add(wait)).Save(ctx)
	if err == nil && n == 0 {
		return false
	}
	if err == nil {
		asking, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err = s.gateway.Forget(asking, r.Value)
	}
	if err == nil {
		err = s.all.PaymentReference.DeleteOneID(r.ID).Exec(ctx)
	}
	if err != nil {
		s.log.WarnContext(ctx, "the payment provider was not told to forget, it will be", "err", err, "attempt", r.Attempts+1, "again_in", wait.String())
	}
	return err == nil
}

// discard has the provider forget what nobody came to own.
func (s *Service) discard(ctx context.Context, reference string) {
	r, err := s.all.PaymentReference.Create().SetProvider(s.gateway.Provider()).SetValue(reference).Save(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "the payment provider keeps what nobody owns", "err", err)
		return
	}
	s.forget(ctx, r, haste)
}
