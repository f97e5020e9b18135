package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
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

// Text is what a title or an episode says in one language.
type Text struct {
	Name     string `json:"name,omitempty"`
	Synopsis string `json:"synopsis,omitempty"`
}
