// Package schema holds the entities: a file per topic, from which ent generates the rest.
package schema

import (
	"context"
	"strings"
	"unicode"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

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
		field.Bool("disabled").Default(false).Comment("may not sign in"),
		field.Bool("password_expired").Default(false).Comment("may do nothing before it has another one"),
		field.String("name_key").Default("").Comment("NameKey of the name, kept by the hook"),
		field.Bytes("second_factor").Optional().Sensitive().Comment("sealed secret of the codes"),
		field.Time("second_factor_at").Optional().Nillable().Comment("when its first code was shown; before, it is not on"),
		field.Int64("second_factor_step").Default(0).Comment("of the last code that was accepted: each is good once"),
		field.Int("second_factor_failures").Default(0).Comment("wrong codes in a row"),
		field.Time("second_factor_locked_until").Optional().Nillable(),
	}
}

func (User) Edges() []ent.Edge {
	cascade := entsql.OnDelete(entsql.Cascade)
	return []ent.Edge{
		edge.To("profiles", Profile.Type).Annotations(cascade),
		edge.To("sessions", Session.Type).Annotations(cascade),
		edge.To("password_reset", PasswordReset.Type).Unique().Annotations(cascade),
		edge.To("recovery_codes", RecoveryCode.Type).Annotations(cascade),
	}
}

// Hooks keep the key by which a name is found.
func (User) Hooks() []ent.Hook {
	return []ent.Hook{func(next ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
			if name, ok := m.Field("name"); ok {
				if err := m.SetField("name_key", NameKey(name.(string))); err != nil {
					return nil, err
				}
			}
			return next.Mutate(ctx, m)
		})
	}}
}

// NameKey is what the name of an account is found by: its words, each after one
// space, in lower case, without accents and punctuation.
func NameKey(name string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFKC), name)
	if err != nil {
		plain = name
	}
	var key strings.Builder
	for word := range strings.FieldsFuncSeq(strings.ToLower(plain), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		key.WriteString(" " + word)
	}
	return key.String()
}

// PasswordReset is a letter on its way to somebody who forgot the password. Only
// the hash of its token is stored, and only of the last one.
type PasswordReset struct{ ent.Schema }

func (PasswordReset) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.Bytes("token_hash").Unique().Sensitive().Immutable(),
		field.Time("expires_at").Immutable(),
	}
}

func (PasswordReset) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("password_reset").Field("user_id").Unique().Required().Immutable(),
	}
}

// RecoveryCode stands once for a code of the second factor. It is stored by its
// hash, and deleted when it is used.
type RecoveryCode struct{ ent.Schema }

func (RecoveryCode) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.Bytes("code_hash").Sensitive().Immutable(),
	}
}

func (RecoveryCode) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("recovery_codes").Field("user_id").Unique().Required().Immutable(),
	}
}

func (RecoveryCode) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id", "code_hash").Unique()}
}

// Session is one signed-in device. Only the hash of its token is stored.
type Session struct{ ent.Schema }

func (Session) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Session(0)),
		field.Bytes("token_hash").Unique().Sensitive(),
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.Int64("profile_id").GoType(globalid.Profile(0)).Optional().Nillable(),
		field.String("device").Optional(),
		field.Time("last_used_at").Default(now).Annotations(entsql.Default("CURRENT_TIMESTAMP")).Comment("to the minute"),
		field.Time("expires_at").Comment("slides with use, within bounds"),
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
		field.Enum("avatar").Values("green", "violet", "orange", "blue", "pink", "teal").Default("green"),
		field.Bool("child").Default(false),
		field.Int("maturity").Default(18).NonNegative().Comment("highest minimum age that it may see"),
		field.Enum("language").Values("es", "en").Default("en"),
		field.JSON("preferences", Preferences{}).Default(defaultPreferences).Annotations(entsql.Default(`{"autoplay": true}`)),
		field.String("pin_hash").Optional().Sensitive().Comment("empty = no PIN"),
		field.Int("pin_failures").Default(0).Comment("wrong tries in a row"),
		field.Time("pin_locked_until").Optional().Nillable(),
	}
}

// Preferences are how a profile likes to watch.
type Preferences struct {
	Autoplay         bool    `json:"autoplay"`                   // go on with the next episode
	SubtitleLanguage *string `json:"subtitleLanguage,omitempty"` // BCP 47; nil = no subtitles
	AudioLanguage    *string `json:"audioLanguage,omitempty"`    // BCP 47; nil = as made
}

func defaultPreferences() Preferences { return Preferences{Autoplay: true} }

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
