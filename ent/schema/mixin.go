package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
)

// now cuts times to microseconds, the precision of both databases.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// bytewise makes PostgreSQL compare a key that was computed in Go as SQLite
// does, whatever the database's locale.
var bytewise = entsql.Annotation{Collation: "C"}

// created adds the time at which a row was written.
type created struct{ mixin.Schema }

func (created) Fields() []ent.Field {
	return []ent.Field{field.Time("created_at").Default(now).Immutable()}
}

// sourced says where an imported row came from and by which name it is known
// there; both are null in a row that somebody made here.
type sourced struct{ mixin.Schema }

func (sourced) Fields() []ent.Field {
	return []ent.Field{
		field.String("source").Optional().Nillable().MaxLen(40).Immutable(),
		field.String("external_id").Optional().Nillable().MaxLen(200).Immutable(),
	}
}

func (sourced) Indexes() []ent.Index {
	return []ent.Index{index.Fields("source", "external_id").Unique()}
}

// edited counts the changes of a row, so that nobody overwrites what they have
// not seen, and remembers what administrators changed, which imports leave alone.
type edited struct{ mixin.Schema }

func (edited) Fields() []ent.Field {
	return []ent.Field{
		field.Int("version").Default(1),
		field.Strings("edited").Optional().Comment("fields that an administrator set since the row was imported"),
	}
}

// Text is what a title or an episode says in one language.
type Text struct {
	Name     string `json:"name,omitempty"`
	Synopsis string `json:"synopsis,omitempty"`
}
