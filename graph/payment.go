package graph

import (
	"context"
	"errors"
	"strings"
	"time"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/internal/payment"
)

var errProviderAway = &failure{code: Unavailable, message: "the payment provider is away, try again soon"}

func (r *Resolver) setUpPaymentMethod(ctx context.Context) (*model.PaymentSetup, error) {
	s, err := r.payments.Setup(ctx)
	if err != nil {
		return nil, paymentFault(err)
	}
	return &model.PaymentSetup{Provider: s.Provider, TokenURL: some(s.TokenURL), PublishableKey: some(s.PublishableKey), ClientSecret: some(s.ClientSecret)}, nil
}

func (r *Resolver) addPaymentMethod(ctx context.Context, in model.AddPaymentMethodInput) (*model.PaymentMethodPayload, error) {
	method, err := r.payments.Add(ctx, payment.NewMethod{Token: in.Token, Holder: in.Holder, Default: in.Default, Key: in.IdempotencyKey})
	return r.paymentMethod(ctx, method, err, "input", "token")
}

func (r *Resolver) updatePaymentMethod(ctx context.Context, id globalid.Global, in model.UpdatePaymentMethodInput) (*model.PaymentMethodPayload, error) {
	n, err := paymentMethodID(id)
	var method *ent.PaymentMethod
	if err == nil {
		method, err = r.payments.Update(ctx, n, payment.Change{Holder: in.Holder, Expiry: in.Expiry})
	}
	return r.paymentMethod(ctx, method, err, "input")
}

func (r *Resolver) setDefaultPaymentMethod(ctx context.Context, id globalid.Global) (*model.PaymentMethodPayload, error) {
	n, err := paymentMethodID(id)
	var method *ent.PaymentMethod
	if err == nil {
		method, err = r.payments.SetDefault(ctx, n)
	}
	return r.paymentMethod(ctx, method, err)
}

func (r *Resolver) removePaymentMethod(ctx context.Context, id globalid.Global) (*model.RemovePaymentMethodPayload, error) {
	n, err := paymentMethodID(id)
	out := &model.RemovePaymentMethodPayload{UserErrors: []*model.UserError{}}
	if err == nil {
		if out.Detached, err = r.payments.Remove(ctx, n); err == nil {
			out.RemovedID = &id
		}
	}
	if err != nil {
		if out.UserErrors, err = paymentProblems(err); err != nil {
			return nil, err
		}
	}
	out.PaymentMethods, err = r.ownPaymentMethods(ctx)
	return out, err
}

// paymentMethod is the payload of a mutation: with the method, or with what was
// wrong. at is the path of what the provider refused.
func (r *Resolver) paymentMethod(ctx context.Context, method *ent.PaymentMethod, err error, at ...string) (*model.PaymentMethodPayload, error) {
	out := &model.PaymentMethodPayload{UserErrors: []*model.UserError{}}
	if err != nil {
		if out.UserErrors, err = paymentProblems(err, at...); err != nil {
			return nil, err
		}
	} else {
		out.PaymentMethod = model.NewPaymentMethod(method, time.Now())
	}
	out.PaymentMethods, err = r.ownPaymentMethods(ctx)
	return out, err
}

// ownPaymentMethods are the methods as they are now. They do not come by the
// edge: a mutation before this one may have filled it.
func (r *Resolver) ownPaymentMethods(ctx context.Context) ([]*model.PaymentMethod, error) {
	rows, err := r.payments.Methods(ctx)
	return model.NewPaymentMethods(rows, time.Now()), err
}

// paymentProblems is an error as what was wrong with the input, or the error
// again when that was not the matter. at is the path of what the provider
// refused.
func paymentProblems(err error, at ...string) ([]*model.UserError, error) {
	one := func(code, message string, path ...string) ([]*model.UserError, error) {
		return []*model.UserError{{Code: code, Message: message, Path: path}}, nil
	}
	var invalid payment.Invalid
	switch {
	case errors.As(err, &invalid):
		var problems []*model.UserError
		for _, p := range invalid {
			path := []string{"input"}
			if p.Field != "" {
				path = append(path, p.Field)
			}
			problems = append(problems, &model.UserError{Code: BadUserInput, Message: p.Message, Path: path})
		}
		return problems, nil
	case errors.Is(err, payment.ErrToken):
		return one(BadUserInput, "The payment provider does not know this card any more: type it again.", at...)
	case errors.Is(err, payment.ErrDeclined):
		return one(BadUserInput, "The card was declined.", at...)
	case errors.Is(err, payment.ErrConflict):
		return one("CONFLICT", "This key was used for another card.", "input", "idempotencyKey")
	case errors.Is(err, payment.ErrRemoved):
		return one("CONFLICT", "The card of this key was added and removed since.", "input", "idempotencyKey")
	case errors.Is(err, payment.ErrLimit):
		return one("CONFLICT", "An account has at most 10 payment methods: remove one first.", "input")
	case errors.Is(err, payment.ErrNotFound), errors.Is(err, globalid.ErrInvalid):
		return one("NOT_FOUND", "There is no such payment method.", "id")
	}
	return nil, paymentFault(err)
}

// paymentFault says that the provider is away where it is: no fault of ours.
func paymentFault(err error) error {
	if errors.Is(err, payment.ErrUnavailable) {
		return errProviderAway
	}
	return err
}

// asksProvider tells whether a mutation may have to wait for the payment
// provider.
func asksProvider(mutation string) bool { return strings.HasSuffix(mutation, "PaymentMethod") }

func paymentMethodID(g globalid.Global) (globalid.PaymentMethod, error) {
	return globalid.Of[globalid.PaymentMethod](g, globalid.KindPaymentMethod)
}

// some is a text that may be missing.
func some(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
