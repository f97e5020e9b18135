package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"streamex/ent/schema/globalid"
)

// AuditEntry is one change that an administrator made.
type AuditEntry struct{ ent.Schema }

func (AuditEntry) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (AuditEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("audit_entries")}
}

func (AuditEntry) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.AuditEntry(0)),
		field.Int64("user_id").GoType(globalid.User(0)).Optional().Nillable().Immutable().Comment("who; null when the account is gone, or for a command"),
		field.Enum("action").Values("CREATE", "UPDATE", "DELETE").Immutable(),
		field.String("kind").NotEmpty().Immutable().Comment("type of the node in the API"),
		field.String("node").NotEmpty().Immutable().Comment("public id of the node"),
		field.String("label").Immutable().Comment("what the node was called"),
		field.JSON("before", json.RawMessage{}).Optional().Immutable().Comment("fields that changed, as they were; null of a new one"),
		field.JSON("after", json.RawMessage{}).Optional().Immutable().Comment("the same fields, as they are; null of a deleted one"),
	}
}

func (AuditEntry) Edges() []ent.Edge {
	return []ent.Edge{edge.To("user", User.Type).Field("user_id").Unique().Immutable().Annotations(entsql.OnDelete(entsql.SetNull))}
}

func (AuditEntry) Indexes() []ent.Index {
	return []ent.Index{index.Fields("node", "id"), index.Fields("user_id", "id")}
}

// EditRequest remembers a request to create something by the key that its
// client gave it, so that repeating it creates nothing.
type EditRequest struct{ ent.Schema }

func (EditRequest) Mixin() []ent.Mixin { return []ent.Mixin{created{}} }

func (EditRequest) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("user_id").GoType(globalid.User(0)).Immutable(),
		field.String("key").NotEmpty().MaxLen(100).Immutable(),
		field.Bytes("fingerprint").Immutable().Comment("SHA-256 of the input"),
		field.String("node").NotEmpty().Immutable().Comment("public id of what was created"),
	}
}

func (EditRequest) Edges() []ent.Edge {
	return []ent.Edge{edge.To("user", User.Type).Field("user_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Cascade))}
}

func (EditRequest) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id", "key").Unique(), index.Fields("created_at")}
}
