package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"streamex/ent/schema/globalid"
)

// Job is long work that an administrator asked for.
type Job struct{ ent.Schema }

func (Job) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (Job) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Job(0)),
		field.Int64("user_id").GoType(globalid.User(0)).Optional().Nillable().Immutable().Comment("who asked; null when the account is gone"),
		field.Enum("kind").Values("IMPORT").Immutable(),
		field.String("label").Immutable().Comment("what it is about, such as the name of a file"),
		field.Enum("state").Values("RUNNING", "DONE", "FAILED", "CANCELLED").Default("RUNNING"),
		field.Int64("done").Default(0),
		field.Int64("total").Default(0).Comment("0 = unknown"),
		field.JSON("report", []JobCount{}).Optional(),
		field.String("error").Optional().Nillable(),
		field.Bool("cancel").Default(false).Comment("somebody wants it to end"),
		field.Time("beat_at").Default(now).Comment("when its process was last heard of"),
		field.Time("finished_at").Optional().Nillable(),
	}
}

// JobCount is how often a job met with something.
type JobCount struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

func (Job) Edges() []ent.Edge {
	return []ent.Edge{edge.To("user", User.Type).Field("user_id").Unique().Immutable().Annotations(entsql.OnDelete(entsql.SetNull))}
}

func (Job) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id"),
		index.Fields("state", "beat_at"),
	}
}
