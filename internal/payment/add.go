package payment

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"entgo.io/ent/dialect"

	"streamex/ent"
	"streamex/ent/paymentmethod"
	"streamex/ent/paymentreference"
	"streamex/ent/paymentrequest"
	"streamex/ent/schema/globalid"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/viewer"
)

// Setup prepares for a client that is about to hand a card to the provider.
func (s *Service) Setup(ctx context.Context) (Setup, error) {
	customer, err := s.customer(ctx, viewer.From(ctx).User)
	if err != nil {
		return Setup{}, err
	}
	asking, cancel := ask(ctx)
	defer cancel()
	setup, err := s.gateway.Setup(asking, customer)
	return setup, s.heard(ctx, err)
}

// Add keeps the card behind a token. With the key of a request that was
// finished it returns what that one added. It returns Invalid, ErrToken,
// ErrDeclined, ErrConflict, ErrRemoved, ErrLimit or ErrUnavailable.
//
// The provider is asked between two transactions: the first reserves the key,
// so that another input under it is found before the provider hears of it, and
// the second adds the method unless a repetition was faster. Who is cut off in
// between repeats the request.
func (s *Service) Add(ctx context.Context, in NewMethod) (*ent.PaymentMethod, error) {
	in, err := in.checked()
	if err != nil {
		return nil, err
	}
	account := viewer.From(ctx).User
	if done, err := s.reserve(ctx, account, in); done != nil || err != nil {
		return done, err
	}
	customer, err := s.customer(ctx, account)
	if err != nil {
		return nil, err
	}
	asking, cancel := ask(ctx)
	defer cancel()
	ctx, done := database.Detach(ctx)
	defer done()
	card, err := s.gateway.Attach(asking, Attachment{User: account, Customer: customer, Token: in.Token, Holder: in.Holder, Key: in.Key})
	if err == nil {
		if card.Holder == "" {
			card.Holder = in.Holder
		}
		var method *ent.PaymentMethod
		if method, err = s.finish(ctx, account, in, card); err == nil {
			return method, nil
		}
		if errors.Is(err, ErrLimit) || errors.Is(err, ErrConflict) {
			s.discard(ctx, card.Reference)
		}
	}
	if errors.Is(err, ErrToken) || errors.Is(err, ErrDeclined) || errors.Is(err, ErrLimit) {
		s.release(ctx, account, in)
	}
	return nil, s.heard(ctx, err)
}

// reserve notes that in is about to be added, unless it was already.
func (s *Service) reserve(ctx context.Context, account globalid.User, in NewMethod) (done *ent.PaymentMethod, err error) {
	err = s.change(ctx, account, func(tx *ent.Tx) error {
		request, err := request(ctx, tx, account, in)
		if err != nil {
			return err
		}
		if request != nil && request.Done {
			done, err = added(ctx, tx, request)
			return err
		}
		if err := room(ctx, tx, account); err != nil || request != nil {
			return err
		}
		return tx.PaymentRequest.Create().SetUserID(account).SetKey(in.Key).SetFingerprint(in.fingerprint()).Exec(ctx)
	})
	return done, err
}

// finish adds the card that the provider keeps, unless a repetition did.
func (s *Service) finish(ctx context.Context, account globalid.User, in NewMethod, card Card) (method *ent.PaymentMethod, err error) {
	err = s.change(ctx, account, func(tx *ent.Tx) error {
		request, err := request(ctx, tx, account, in)
		if err != nil {
			return err
		}
		if request != nil && request.Done {
			method, err = added(ctx, tx, request)
			return err
		}
		known, err := tx.PaymentReference.Query().Where(paymentreference.ProviderEQ(s.gateway.Provider()), paymentreference.Value(card.Reference)).Exist(ctx)
		if err != nil {
			return err
		}
		if known { // added before, with another key
			return ErrToken
		}
		if err := room(ctx, tx, account); err != nil {
			return err
		}
		reference, err := tx.PaymentReference.Create().SetProvider(s.gateway.Provider()).
			SetValue(card.Reference).SetUserID(account).Save(ctx)
		if err != nil {
			return err
		}
		first, err := s.demote(ctx, tx, account, in.Default)
		if err != nil {
			return err
		}
		method, err = tx.PaymentMethod.Create().SetUserID(account).SetReferenceID(reference.ID).SetBrand(card.Brand).SetLastFour(card.LastFour).
			SetExpiryMonth(card.Expiry.Month).SetExpiryYear(card.Expiry.Year).SetHolder(card.Holder).SetIsDefault(in.Default || first).Save(ctx)
		if err != nil {
			return err
		}
		if err := changed(ctx, tx, account); err != nil {
			return err
		}
		if request == nil { // given up by a repetition that the provider refused
			return tx.PaymentRequest.Create().SetUserID(account).SetKey(in.Key).SetFingerprint(in.fingerprint()).SetDone(true).SetMethodID(method.ID).Exec(ctx)
		}
		return tx.PaymentRequest.UpdateOne(request).SetDone(true).SetMethodID(method.ID).Exec(ctx)
	})
	if err != nil {
		return nil, err
	}
	return method, nil
}

// demote takes the default away from whichever method has it, if it is to go to
// another, and tells whether the account has no method.
func (s *Service) demote(ctx context.Context, tx *ent.Tx, account globalid.User, wanted bool) (none bool, err error) {
	if wanted {
		n, err := tx.PaymentMethod.Update().Where(paymentmethod.UserID(account), paymentmethod.IsDefault(true)).SetIsDefault(false).Save(ctx)
		return n == 0, err
	}
	some, err := tx.PaymentMethod.Query().Where(paymentmethod.UserID(account)).Exist(ctx)
	return !some, err
}

// release frees the key of a request that came to nothing. A repetition that is
// about to finish keeps it.
func (s *Service) release(ctx context.Context, account globalid.User, in NewMethod) {
	err := s.change(ctx, account, func(tx *ent.Tx) error {
		_, err := tx.PaymentRequest.Delete().Where(paymentrequest.UserID(account), paymentrequest.Key(in.Key), paymentrequest.Done(false)).Exec(ctx)
		return err
	})
	if err != nil {
		s.log.WarnContext(ctx, "a payment request's key stays taken", "err", err)
	}
}

// request finds what came with the key of in before, nil when nothing did. It
// returns ErrConflict when that was something else.
func request(ctx context.Context, tx *ent.Tx, account globalid.User, in NewMethod) (*ent.PaymentRequest, error) {
	r, err := tx.PaymentRequest.Query().Where(paymentrequest.UserID(account), paymentrequest.Key(in.Key)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case !bytes.Equal(r.Fingerprint, in.fingerprint()):
		return nil, ErrConflict
	}
	return r, nil
}

// added is what a request added.
func added(ctx context.Context, tx *ent.Tx, r *ent.PaymentRequest) (*ent.PaymentMethod, error) {
	if r.MethodID == nil {
		return nil, ErrRemoved
	}
	return tx.PaymentMethod.Get(ctx, *r.MethodID)
}

// room returns ErrLimit when the account can have no further method.
func room(ctx context.Context, tx *ent.Tx, account globalid.User) error {
	n, err := tx.PaymentMethod.Query().Where(paymentmethod.UserID(account)).Count(ctx)
	if err == nil && n >= MaxMethods {
		return ErrLimit
	}
	return err
}

// customer is the account's name at the provider, made known when it is not.
func (s *Service) customer(ctx context.Context, account globalid.User) (string, error) {
	find := func(c *ent.PaymentReferenceClient) (string, error) {
		r, err := c.Query().Where(paymentreference.UserID(account), paymentreference.ProviderEQ(s.gateway.Provider()),
			paymentreference.Customer(true)).Only(ctx)
		if r == nil {
			return "", ent.MaskNotFound(err)
		}
		return r.Value, err
	}
	name, err := find(s.db.PaymentReference)
	if err != nil {
		return "", fmt.Errorf("payment: finding the customer: %w", err)
	}
	if name != "" {
		return name, nil
	}
	asking, cancel := ask(ctx)
	defer cancel()
	ctx, done := database.Detach(ctx)
	defer done()
	opened, err := s.gateway.Customer(asking, account)
	if opened == "" || err != nil {
		return "", s.heard(ctx, err)
	}
	err = s.change(ctx, account, func(tx *ent.Tx) error {
		if name, err = find(tx.PaymentReference); name != "" || err != nil {
			return err
		}
		name = opened
		return tx.PaymentReference.Create().SetProvider(s.gateway.Provider()).SetCustomer(true).SetValue(opened).SetUserID(account).Exec(ctx)
	})
	if err != nil || name != opened { // another request was faster, or the account is gone
		s.discard(ctx, opened)
	}
	return name, err
}

// changed tells whoever shows the account.
func changed(ctx context.Context, tx *ent.Tx, account globalid.User) error {
	return database.Publish(ctx, tx, database.Account(account))
}

// change runs do in a transaction that has the payment methods of an account
// to itself.
func (s *Service) change(ctx context.Context, account globalid.User, do func(*ent.Tx) error) error {
	return s.transact(ctx, s.db, func(tx *ent.Tx) error {
		if err := s.lock(ctx, tx, account); err != nil {
			return err
		}
		return do(tx)
	})
}

// lock makes other changes of the account's payment methods wait. SQLite needs
// none: there, transactions begin one after the other.
func (s *Service) lock(ctx context.Context, tx *ent.Tx, account globalid.User) error {
	row := tx.User.Query().Where(user.ID(account))
	if s.dialect == dialect.Postgres {
		row.ForUpdate()
	}
	_, err := row.OnlyID(ctx)
	if ent.IsNotFound(err) {
		return ErrNotFound
	}
	return err
}

func (s *Service) transact(ctx context.Context, db *ent.Client, do func(*ent.Tx) error) error {
	tx, err := db.Tx(ctx)
	if err != nil {
		return fmt.Errorf("payment: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	if err = do(tx); err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("payment: %w", err)
	}
	return nil
}
