// Package schema holds the entities: a file per topic, from which ent generates the rest.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"streamex/ent/schema/globalid"
)

// User is an account: a household that signs in.
type User struct{ ent.Schema }

func (User) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (User) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.User(0)),
		field.String("email").Unique().NotEmpty().Comment("normalised: lower case"),
		field.String("name").NotEmpty(),
		field.String("password_hash").Sensitive(),
		field.Enum("role").Values("VIEWER", "ADMIN").Default("VIEWER"),
	}
}

func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("profiles", Profile.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("sessions", Session.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Session is one signed-in device. Only the hash of its token is stored.
type Session struct{ ent.Schema }

func (Session) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Session(0)),
		field.Bytes("token_hash").Unique().Sensitive().Immutable(),
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.Int64("profile_id").GoType(globalid.Profile(0)).Optional().Nillable(),
		field.String("device").Optional(),
		field.Time("expires_at"),
	}
}

func (Session) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("sessions").Field("user_id").Unique().Required().Immutable(),
		edge.From("profile", Profile.Type).Ref("sessions").Field("profile_id").Unique(),
	}
}

func (Session) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id"), index.Fields("profile_id"), index.Fields("expires_at")}
}

// Profile is a person inside a user's account.
type Profile struct{ ent.Schema }

func (Profile) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (Profile) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Profile(0)),
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.String("name").NotEmpty().MaxLen(60),
		field.String("avatar").Default("green"),
		field.Bool("child").Default(false),
		field.Int("maturity").Default(18).NonNegative().Comment("highest minimum age that it may see"),
		field.Enum("language").Values("es", "en").Default("en"),
	}
}

func (Profile) Edges() []ent.Edge {
	cascade := entsql.OnDelete(entsql.Cascade)
	return []ent.Edge{
		edge.From("user", User.Type).Ref("profiles").Field("user_id").Unique().Required().Immutable(),
		edge.To("sessions", Session.Type).Annotations(entsql.OnDelete(entsql.SetNull)),
		edge.To("views", View.Type).Annotations(cascade),
		edge.To("list_items", ListItem.Type).Annotations(cascade),
		edge.To("ratings", Rating.Type).Annotations(cascade),
	}
}

func (Profile) Indexes() []ent.Index { return []ent.Index{index.Fields("user_id", "id")} }
