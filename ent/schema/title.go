package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"streamex/ent/schema/globalid"
)

// Title is what people browse, list, like and get recommended: a movie or a series.
type Title struct{ ent.Schema }

func (Title) Mixin() []ent.Mixin { return []ent.Mixin{created{}, sourced{}, edited{}} }

func (Title) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Title(0)),
		field.Enum("kind").Values("MOVIE", "SERIES").Immutable(),
		field.String("slug").Unique().NotEmpty().MaxLen(200),
		field.String("name").NotEmpty().MaxLen(500),
		field.String("original_name").Optional().Nillable().MaxLen(500),
		field.Text("synopsis").Optional().Nillable(),
		field.JSON("texts", map[string]Text{}).Optional().Comment("name and synopsis per language"),
		field.String("sort_key").Annotations(bytewise).Comment("collation key of the English name, computed in Go for both databases"),
		field.String("sort_key_es").Annotations(bytewise).Comment("collation key of the Spanish name"),
		field.Int("year").Default(0).Comment("0 = unknown"),
		field.Time("released_on").Optional().Nillable(),
		field.Int("maturity").Default(0).NonNegative().Comment("minimum age in years"),
		field.String("language").Optional().Nillable().MaxLen(35).Comment("BCP 47 tag of the original"),
		field.Time("added_at").Default(now),
		field.Time("available_from").Optional().Nillable(),
		field.Time("available_until").Optional().Nillable(),
		field.Int64("popularity").Default(0).Comment("profiles that watched it, as of the last count"),
		field.Int64("score").Default(0).Comment("average thumb in thousandths, 0 when nobody rated"),
		field.String("scene").Optional().Comment("slug of the genre that steers the generated artwork"),
		field.String("color").Default("#1f2937").Comment("dominant colour of the artwork, #rrggbb"),
		field.String("poster").Optional().MaxLen(32).Comment("name of the uploaded picture; empty = generated"),
		field.String("backdrop").Optional().MaxLen(32).Comment("likewise, for the card too"),
	}
}

func (Title) Edges() []ent.Edge {
	cascade := entsql.OnDelete(entsql.Cascade)
	return []ent.Edge{
		edge.To("movie", Movie.Type).Unique().Annotations(cascade),
		edge.To("series", Series.Type).Unique().Annotations(cascade),
		edge.To("genres", Genre.Type).Through("title_genres", TitleGenre.Type),
		edge.To("credits", Credit.Type).Annotations(cascade),
		edge.To("characters", Character.Type).Annotations(cascade),
		edge.To("videos", Video.Type).Annotations(cascade),
	}
}

// The indexes are the orders of titles(orderBy:), each ending in the id that makes it unique.
func (Title) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("sort_key", "id"),
		index.Fields("sort_key_es", "id"),
		index.Fields("year", "id"),
		index.Fields("added_at", "id"),
		index.Fields("popularity", "id"),
		index.Fields("score", "id"),
		index.Fields("score", "popularity", "id"), // the home page's best rated
	}
}

// Movie is a title that plays. Its id is its title's.
type Movie struct{ ent.Schema }

func (Movie) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Check("id = title_id")}
}

func (Movie) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Title(0)),
		field.Int64("title_id").GoType(globalid.Title(0)).Immutable(),
		field.Int("runtime_seconds").Optional().Nillable().Positive(),
	}
}

func (Movie) Edges() []ent.Edge {
	return []ent.Edge{edge.From("title", Title.Type).Ref("movie").Field("title_id").Unique().Required().Immutable()}
}

// Series is a title made of seasons. Its id is its title's.
type Series struct{ ent.Schema }

func (Series) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("series"), entsql.Check("id = title_id")}
}

func (Series) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Title(0)),
		field.Int64("title_id").GoType(globalid.Title(0)).Immutable(),
		field.Enum("status").Values("RETURNING", "ENDED").Default("RETURNING"),
	}
}

func (Series) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("title", Title.Type).Ref("series").Field("title_id").Unique().Required().Immutable(),
		edge.To("seasons", Season.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("episodes", Episode.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Season groups episodes of a series; number 0 holds the specials.
type Season struct{ ent.Schema }

func (Season) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}, edited{}} }

func (Season) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Season(0)),
		field.Int64("series_id").GoType(globalid.Title(0)).Immutable(),
		field.Int("number").Optional().Nillable().NonNegative(),
		field.String("name").Optional().Nillable(),
	}
}

func (Season) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("series", Series.Type).Ref("seasons").Field("series_id").Unique().Required().Immutable(),
		edge.To("episodes", Episode.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Season) Indexes() []ent.Index {
	return []ent.Index{index.Fields("series_id", "number").Unique()}
}

// Episode is the playable of a series.
type Episode struct{ ent.Schema }

func (Episode) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}, edited{}} }

func (Episode) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Episode(0)),
		field.Int64("series_id").GoType(globalid.Title(0)).Immutable(),
		field.Int64("season_id").GoType(globalid.Season(0)),
		field.Int("number").Optional().Nillable().NonNegative(),
		field.Int("ordinal").Comment("place in the whole series: the order in which it is watched; specials come last"),
		field.String("name").NotEmpty(),
		field.Text("synopsis").Optional().Nillable(),
		field.JSON("texts", map[string]Text{}).Optional(),
		field.Time("aired_on").Optional().Nillable(),
		field.Int("runtime_seconds").Optional().Nillable().Positive(),
	}
}

func (Episode) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("series", Series.Type).Ref("episodes").Field("series_id").Unique().Required().Immutable(),
		edge.From("season", Season.Type).Ref("episodes").Field("season_id").Unique().Required(),
		edge.To("video", Video.Type).Unique().Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("credits", Credit.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Episode) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("season_id", "number"), // not unique: real data has two of one number
		index.Fields("series_id", "ordinal", "id"),
		index.Fields("season_id", "ordinal", "id"),
	}
}

// Video is the media behind a playable. Every movie and every episode has
// exactly one from birth, so that views point at one table.
type Video struct{ ent.Schema }

func (Video) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Video(0)),
		field.Int64("title_id").GoType(globalid.Title(0)).Immutable(),
		field.Int64("episode_id").GoType(globalid.Episode(0)).Optional().Nillable().Immutable().Comment("null for a movie's video"),
		field.Enum("state").Values("MISSING", "PREPARING", "READY", "FAILED").Default("MISSING"),
		field.Int("duration_seconds").Optional().Nillable().Positive().Comment("measured on the media, so null while MISSING"),
	}
}

func (Video) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("title", Title.Type).Ref("videos").Field("title_id").Unique().Required().Immutable(),
		edge.From("episode", Episode.Type).Ref("video").Field("episode_id").Unique().Immutable(),
		edge.To("views", View.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Video) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("title_id").Unique().StorageKey("video_of_movie").Annotations(entsql.IndexWhere("episode_id IS NULL")),
		index.Fields("title_id", "id"),
	}
}

// TitleGenre says that a title belongs to a genre and is the narrow ranking
// table behind "top of a genre".
type TitleGenre struct{ ent.Schema }

func (TitleGenre) Annotations() []schema.Annotation {
	return []schema.Annotation{field.ID("title_id", "genre_id")}
}

func (TitleGenre) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("title_id").GoType(globalid.Title(0)),
		field.Int64("genre_id").GoType(globalid.Genre(0)),
		field.Int("position").Default(0).Comment("0 = the title's main genre"),
		field.Int64("popularity").Default(0).Comment("copy of titles.popularity"),
	}
}

func (TitleGenre) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("title", Title.Type).Field("title_id").Unique().Required().Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("genre", Genre.Type).Field("genre_id").Unique().Required().Annotations(entsql.OnDelete(entsql.Restrict)),
	}
}

func (TitleGenre) Indexes() []ent.Index {
	return []ent.Index{index.Fields("genre_id", "popularity", "title_id")}
}

// Genre is a way to shelve titles.
type Genre struct{ ent.Schema }

func (Genre) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}, edited{}} }

func (Genre) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Genre(0)),
		field.String("slug").Unique().NotEmpty(),
		field.JSON("names", map[string]string{}).Comment("per language"),
		field.Int("position").Default(0).Comment("order of shelves"),
	}
}

func (Genre) Edges() []ent.Edge {
	return []ent.Edge{edge.From("titles", Title.Type).Ref("genres").Through("title_genres", TitleGenre.Type)}
}

// Similarity leads from a title to its neighbours, best first.
type Similarity struct{ ent.Schema }

func (Similarity) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("similarities")}
}

func (Similarity) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("title_id").GoType(globalid.Title(0)),
		field.Int64("similar_id").GoType(globalid.Title(0)),
		field.Int("score").Comment("0 to 1,000,000: an integer, so that both databases order alike"),
	}
}

func (Similarity) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("title", Title.Type).Field("title_id").Unique().Required().Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("similar", Title.Type).Field("similar_id").Unique().Required().Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Similarity) Indexes() []ent.Index {
	return []ent.Index{index.Fields("title_id", "similar_id").Unique(),
		index.Fields("title_id", "score", "similar_id"),
		index.Fields("similar_id"),
	}
}

// Trend is a title's place in what people watch now.
type Trend struct{ ent.Schema }

func (Trend) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").GoType(globalid.Title(0)),
		field.Int64("title_id").GoType(globalid.Title(0)).Immutable(),
		field.Int64("score").Comment("forward-decayed votes in log2 micro-units: the order needs no clock"),
	}
}

func (Trend) Edges() []ent.Edge {
	return []ent.Edge{edge.To("title", Title.Type).Field("title_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Cascade))}
}

func (Trend) Indexes() []ent.Index {
	return []ent.Index{index.Fields("score", "title_id"), index.Fields("title_id").Unique()}
}
