package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"streamex/ent/schema/globalid"
)

// Person works on titles.
type Person struct{ ent.Schema }

func (Person) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}, edited{}} }

func (Person) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Person(0)),
		field.String("name").NotEmpty(),
		field.String("sort_key").Annotations(bytewise),
		field.Int("birth_year").Optional().Nillable(),
		field.Int("death_year").Optional().Nillable(),
	}
}

func (Person) Edges() []ent.Edge {
	return []ent.Edge{edge.To("credits", Credit.Type).Annotations(entsql.OnDelete(entsql.Cascade))}
}

func (Person) Indexes() []ent.Index { return []ent.Index{index.Fields("sort_key", "id")} }

// Character is somebody in the story of one title.
type Character struct{ ent.Schema }

func (Character) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}, edited{}} }

func (Character) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Character(0)),
		field.Int64("title_id").GoType(globalid.Title(0)).Immutable(),
		field.String("name").NotEmpty(),
		field.String("sort_key").Annotations(bytewise),
	}
}

func (Character) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("title", Title.Type).Ref("characters").Field("title_id").Unique().Required().Immutable(),
		edge.To("credits", Credit.Type).Annotations(entsql.OnDelete(entsql.SetNull)),
	}
}

func (Character) Indexes() []ent.Index {
	return []ent.Index{index.Fields("title_id"), index.Fields("sort_key", "id")}
}

// Credit is a person's part in a title, or in one of its episodes.
type Credit struct{ ent.Schema }

func (Credit) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}} }

func (Credit) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Credit(0)),
		field.Int64("title_id").GoType(globalid.Title(0)).Immutable().Comment("an episode's credit carries its series here"),
		field.Int64("episode_id").GoType(globalid.Episode(0)).Optional().Nillable().Immutable(),
		field.Int64("person_id").GoType(globalid.Person(0)).Immutable(),
		field.Int64("character_id").GoType(globalid.Character(0)).Optional().Nillable(),
		field.Enum("role").Values("LEAD", "SUPPORTING", "GUEST", "CREATOR", "DIRECTOR", "CO_DIRECTOR", "WRITER", "PRODUCER", "COMPOSER", "CINEMATOGRAPHER", "EDITOR", "OTHER"),
		field.Int("billing").Default(0).Comment("order of the credits of a title"),
		field.String("job").Optional().Nillable(),
	}
}

func (Credit) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("title", Title.Type).Ref("credits").Field("title_id").Unique().Required().Immutable(),
		edge.From("episode", Episode.Type).Ref("credits").Field("episode_id").Unique().Immutable(),
		edge.From("person", Person.Type).Ref("credits").Field("person_id").Unique().Required().Immutable(),
		edge.From("character", Character.Type).Ref("credits").Field("character_id").Unique(),
	}
}

func (Credit) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("title_id", "billing", "id"),
		index.Fields("episode_id", "billing", "id"),
		index.Fields("person_id", "id"),
		index.Fields("character_id", "id"),
	}
}
