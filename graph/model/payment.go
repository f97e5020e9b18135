package model

import (
	"time"

	"streamex/ent"
	"streamex/internal/payment"
)

// PaymentMethod is a card with which an account pays.
type PaymentMethod struct {
	*ent.PaymentMethod
	Expiry *Expiry
}

// Expiry is the end of a card, seen from now.
type Expiry struct {
	payment.Expiry
	State payment.State
}

// NewPaymentMethod shows a row as it is at a time.
func NewPaymentMethod(row *ent.PaymentMethod, now time.Time) *PaymentMethod {
	e := payment.Expiry{Month: row.ExpiryMonth, Year: row.ExpiryYear}
	return &PaymentMethod{row, &Expiry{e, e.At(now)}}
}

// NewPaymentMethods shows rows as they are at a time.
func NewPaymentMethods(rows []*ent.PaymentMethod, now time.Time) []*PaymentMethod {
	out := make([]*PaymentMethod, len(rows))
	for i, row := range rows {
		out[i] = NewPaymentMethod(row, now)
	}
	return out
}

// Held returns the objects behind a field.
func (p *PaymentMethodPayload) Held(field string) []any {
	if field == "paymentMethod" && p.PaymentMethod != nil {
		return []any{p.PaymentMethod}
	}
	return heldMethods(field, p.PaymentMethods)
}

// Held returns the objects behind a field.
func (p *RemovePaymentMethodPayload) Held(field string) []any {
	return heldMethods(field, p.PaymentMethods)
}

func heldMethods(field string, methods []*PaymentMethod) []any {
	if field != "paymentMethods" {
		return nil
	}
	out := make([]any, len(methods))
	for i, m := range methods {
		out[i] = m
	}
	return out
}
