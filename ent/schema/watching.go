package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"streamex/ent/schema/globalid"
)

// View is one profile's state on one playable.
type View struct{ ent.Schema }

func (View) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.View(0)),
		field.Int64("profile_id").GoType(globalid.Profile(0)).Immutable(),
		field.Int64("video_id").GoType(globalid.Video(0)).Immutable(),
		field.Int64("title_id").GoType(globalid.Title(0)).Immutable().Comment("copy of videos.title_id, for the profile's index"),
		field.Int("position_seconds").Default(0).NonNegative(),
		field.Bool("started").Default(false).Comment("far enough to go on with"),
		field.Bool("finished").Default(false),
		field.String("session").Default("").MaxLen(100).Comment("the playback session that says so"),
		field.Time("started_at").Default(now),
		field.Time("viewed_at").Default(now),
	}
}

func (View) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("profile", Profile.Type).Ref("views").Field("profile_id").Unique().Required().Immutable(),
		edge.From("video", Video.Type).Ref("views").Field("video_id").Unique().Required().Immutable(),
		edge.To("title", Title.Type).Field("title_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (View) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("profile_id", "video_id").Unique(),
		index.Fields("profile_id", "viewed_at", "id"),
		index.Fields("profile_id", "title_id", "viewed_at"),
		index.Fields("video_id"),
		index.Fields("title_id"),
	}
}

// ViewEvent is one fact that a player sent. Views follow from the events of their
// profile and video, whatever their order; see internal/playback.
type ViewEvent struct{ ent.Schema }

func (ViewEvent) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("profile_id").GoType(globalid.Profile(0)).Immutable(),
		field.Int64("video_id").GoType(globalid.Video(0)).Immutable(),
		field.String("event").NotEmpty().MaxLen(100).Immutable().Annotations(bytewise).Comment("name that the client gave it"),
		field.String("session").NotEmpty().MaxLen(100).Immutable().Annotations(bytewise).Comment("playback session"),
		field.Enum("kind").Values("START", "HEARTBEAT", "PAUSE", "STOP", "FINISH").Immutable(),
		field.Int("position_seconds").NonNegative().Immutable(),
		field.Time("at").Immutable().Comment("of the device, as far as it can be believed"),
		field.Bool("started").Immutable().Comment("whether it was far enough to go on with"),
		field.Bool("finished").Immutable().Comment("whether it was as good as the end"),
		field.Int("seen").Default(1).Comment("how often it came"),
	}
}

func (ViewEvent) Edges() []ent.Edge {
	cascade := entsql.OnDelete(entsql.Cascade)
	return []ent.Edge{
		edge.To("profile", Profile.Type).Field("profile_id").Unique().Required().Immutable().Annotations(cascade),
		edge.To("video", Video.Type).Field("video_id").Unique().Required().Immutable().Annotations(cascade),
	}
}

func (ViewEvent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("profile_id", "event").Unique(),
		index.Fields("profile_id", "video_id", "session", "at"),
		index.Fields("video_id"),
	}
}

// ListItem is a title that a profile saved.
type ListItem struct{ ent.Schema }

func (ListItem) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("profile_id").GoType(globalid.Profile(0)),
		field.Int64("title_id").GoType(globalid.Title(0)),
		field.Time("added_at").Default(now),
	}
}

func (ListItem) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("profile", Profile.Type).Ref("list_items").Field("profile_id").Unique().Required(),
		edge.To("title", Title.Type).Field("title_id").Unique().Required().Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (ListItem) Indexes() []ent.Index {
	return []ent.Index{index.Fields("profile_id", "title_id").Unique(), index.Fields("profile_id", "added_at", "title_id"), index.Fields("title_id")}
}

// Rating is a profile's thumb on a title.
type Rating struct{ ent.Schema }

func (Rating) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("profile_id").GoType(globalid.Profile(0)),
		field.Int64("title_id").GoType(globalid.Title(0)),
		field.Enum("thumb").Values("DOWN", "UP", "DOUBLE_UP"),
		field.Time("rated_at").Default(now),
	}
}

func (Rating) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("profile", Profile.Type).Ref("ratings").Field("profile_id").Unique().Required(),
		edge.To("title", Title.Type).Field("title_id").Unique().Required().Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Rating) Indexes() []ent.Index {
	return []ent.Index{index.Fields("profile_id", "title_id").Unique(), index.Fields("title_id")}
}
