package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// ImportRun is how far the last import from a source has come. It is written in
// the transaction of every batch, so that an interrupted import goes on where it
// was.
type ImportRun struct{ ent.Schema }

func (ImportRun) Fields() []ent.Field {
	return []ent.Field{
		field.String("source").Unique().NotEmpty().MaxLen(40).Immutable(),
		field.String("fingerprint").Comment("of the files and options: other ones begin anew"),
		field.String("stage"),
		field.Int64("position").Default(0).Comment("records of the stage that are done"),
		field.JSON("counts", json.RawMessage{}).Optional().Comment("of the summary, so far"),
		field.Bool("done").Default(false),
		field.Time("started_at").Default(now).Comment("when rows of this run were added, in one instant"),
	}
}
