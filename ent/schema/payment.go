package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"streamex/ent/schema/globalid"
)

// PaymentMethod is a card with which an account pays, as far as we may know it:
// the number and its code stay with the payment provider.
type PaymentMethod struct{ ent.Schema }

func (PaymentMethod) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (PaymentMethod) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.PaymentMethod(0)),
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.Int64("reference_id").Immutable(),
		field.Enum("brand").Values("VISA", "MASTERCARD", "AMEX", "DISCOVER", "MAESTRO", "JCB", "DINERS", "UNIONPAY", "OTHER"),
		field.String("last_four").MinLen(4).MaxLen(4),
		field.Int("expiry_month").Range(1, 12),
		field.Int("expiry_year").Positive(),
		field.String("holder").NotEmpty().MaxLen(400).Comment("at most 100 characters"),
		field.Bool("is_default").Default(false),
		field.Bool("needs_reentry").Default(false).Comment("came without a token of a provider: nothing can be paid with it"),
		field.Time("synced_at").Optional().Nillable().Comment("of the provider's last event about it, by the provider's clock"),
	}
}

func (PaymentMethod) Edges() []ent.Edge {
	cascade := entsql.OnDelete(entsql.Cascade)
	return []ent.Edge{
		edge.To("user", User.Type).Field("user_id").Unique().Required().Immutable().Annotations(cascade),
		edge.To("reference", PaymentReference.Type).Field("reference_id").Unique().Required().Immutable().Annotations(cascade),
	}
}

func (PaymentMethod) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id", "id"),
		index.Fields("user_id").Unique().StorageKey("default_payment_method").Annotations(entsql.IndexWhere("is_default")),
		index.Fields("reference_id").Unique(),
	}
}

// PaymentReference names what the payment provider keeps for an account: the
// customer that the account is there, or a method. One that belongs to nobody
// any more waits for the provider to forget it, which may be away: it outlives
// the method and the account.
type PaymentReference struct{ ent.Schema }

func (PaymentReference) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (PaymentReference) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id"),
		field.Enum("provider").Values("TEST", "STRIPE", "NONE").Immutable().Comment("NONE: nobody keeps the card, which has to be entered again"),
		field.Bool("customer").Default(false).Immutable().Comment("else a method"),
		field.String("value").NotEmpty().Sensitive().Immutable(),
		field.Int64("user_id").GoType(globalid.User(0)).Optional().Nillable(),
		field.Int("attempts").Default(0).Comment("to have it forgotten"),
		field.Time("due_at").Default(now).Comment("of the next attempt"),
	}
}

func (PaymentReference) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("user", User.Type).Field("user_id").Unique().Annotations(entsql.OnDelete(entsql.SetNull)),
	}
}

func (PaymentReference) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("provider", "value").Unique(),
		index.Fields("user_id", "provider").Unique().StorageKey("payment_customer").Annotations(entsql.IndexWhere("customer")),
		index.Fields("user_id"),
		index.Fields("due_at").StorageKey("payment_reference_to_forget").Annotations(entsql.IndexWhere("user_id IS NULL")),
	}
}

// PaymentRequest remembers a request to add a method by the key that its client
// gave it, so that repeating it adds nothing.
type PaymentRequest struct{ ent.Schema }

func (PaymentRequest) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (PaymentRequest) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.String("key").NotEmpty().MaxLen(100).Immutable(),
		field.Bytes("fingerprint").Sensitive().Immutable().Comment("SHA-256 of the input"),
		field.Bool("done").Default(false),
		field.Int64("method_id").GoType(globalid.PaymentMethod(0)).Optional().Nillable().Comment("null when done: removed since"),
	}
}

func (PaymentRequest) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("user", User.Type).Field("user_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("method", PaymentMethod.Type).Field("method_id").Unique().Annotations(entsql.OnDelete(entsql.SetNull)),
	}
}

func (PaymentRequest) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id", "key").Unique(), index.Fields("method_id"), index.Fields("created_at")}
}

// PaymentEvent is an event of the payment provider that was dealt with:
// providers send each at least once.
type PaymentEvent struct{ ent.Schema }

func (PaymentEvent) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (PaymentEvent) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("provider").Values("TEST", "STRIPE").Immutable(),
		field.String("event").NotEmpty().MaxLen(255).Immutable(),
	}
}

func (PaymentEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("provider", "event").Unique(), index.Fields("created_at")}
}
