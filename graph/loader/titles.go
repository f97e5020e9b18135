package loader

import (
	"context"
	stdsql "database/sql"
	"encoding/json"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/genre"
	"streamex/ent/movie"
	"streamex/ent/schema/globalid"
	"streamex/ent/series"
	"streamex/ent/similarity"
	"streamex/ent/title"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/database"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// titles reads titles with what their kind adds, in one statement.
func (l *Loaders) titles(ctx context.Context, keys []globalid.Title) (map[globalid.Title]model.Title, error) {
	found, err := l.Titles(ctx, l.db.Title.Query().Where(database.In[globalid.Title, func(*sql.Selector)](title.FieldID, keys)))
	return byKey(found, func(t model.Title) globalid.Title { return t.Row().ID }), err
}

// Titles reads the titles of q with what their kind adds, in one statement, and
// remembers them.
func (l *Loaders) Titles(ctx context.Context, q *ent.TitleQuery) ([]model.Title, error) {
	rows, err := q.Modify(func(s *sql.Selector) {
		m, r := sql.Table(movie.Table).As(movie.Table), sql.Table(series.Table).As(series.Table)
		s.LeftJoin(m).On(s.C(title.FieldID), m.C(movie.FieldID)).
			LeftJoin(r).On(s.C(title.FieldID), r.C(series.FieldID)).
			// Without COALESCE the SQLite driver tells no type for null.
			AppendSelectExprAs(sql.Raw("COALESCE(movies.runtime_seconds, 0)"), "runtime").
			AppendSelectExprAs(sql.Raw("COALESCE(series.status, '')"), "status")
	}).All(ctx)
	if err != nil {
		return nil, err
	}
	language := viewer.From(ctx).Language
	titles := make([]model.Title, len(rows))
	for i, t := range rows {
		if text, ok := t.Texts[language]; ok {
			if text.Name != "" {
				t.Name = text.Name
			}
			if text.Synopsis != "" {
				t.Synopsis = &text.Synopsis
			}
		}
		if t.Kind == title.KindMOVIE {
			m := &model.Movie{Core: model.Core{Title: t}}
			if n := number(t.Value("runtime")); n > 0 {
				m.DurationSeconds = &n
			}
			titles[i] = m
		} else {
			status, _ := t.Value("status")
			titles[i] = &model.Series{Core: model.Core{Title: t}, Status: series.Status(text(status))}
		}
		l.Title.Prime(t.ID, titles[i])
	}
	return titles, nil
}

// member is a title that stands in somebody's list.
type member[K ~int64] struct {
	owner K
	title model.Title
	value int64 // what the list is ordered by, when that is not in the title
}

// members reads the titles of the lists that write selects: owner, title,
// value, and place within the owner's list. It must keep to what the viewer
// may see.
func members[K ~int64](ctx context.Context, l *Loaders, write func(*sql.Builder)) (map[K][]member[K], error) {
	titles, err := l.Titles(policy.Within(ctx), l.db.Title.Query().Where(func(s *sql.Selector) {
		x := sql.Table("list").As("list")
		s.Prefix(sql.ExprFunc(func(b *sql.Builder) { database.Write(b, "WITH list AS (?)", write) }))
		s.Join(x).On(s.C(title.FieldID), x.C("title")).
			AppendSelectExprAs(sql.Raw("list.owner"), "owner").AppendSelectExprAs(sql.Raw("list.value"), "value").
			OrderBy(x.C("owner"), x.C("place"))
	}))
	lists := make(map[K][]member[K])
	for _, t := range titles {
		owner := K(number(t.Row().Value("owner")))
		lists[owner] = append(lists[owner], member[K]{owner, t, int64(number(t.Row().Value("value")))})
	}
	return lists, err
}

// genres reads all genres, whichever are asked for: there are few, and home
// names most of them.
func (l *Loaders) genres(ctx context.Context, _ []globalid.Genre) (map[globalid.Genre]*model.Genre, error) {
	all, err := l.Genres(ctx)
	return byKey(all, func(g *model.Genre) globalid.Genre { return g.ID }), err
}

// Genres reads all genres in the order of their shelves.
func (l *Loaders) Genres(ctx context.Context) ([]*model.Genre, error) {
	rows, err := l.db.Genre.Query().Order(genre.ByPosition(), genre.ByID()).All(ctx)
	genres := make([]*model.Genre, len(rows))
	for i, g := range rows {
		genres[i] = named(ctx, g)
		l.Genre.Prime(g.ID, genres[i])
	}
	return genres, err
}

func named(ctx context.Context, g *ent.Genre) *model.Genre {
	for _, language := range []string{viewer.From(ctx).Language, "en", "es"} {
		if n := g.Names[language]; n != "" {
			return &model.Genre{Genre: g, Name: n}
		}
	}
	return &model.Genre{Genre: g, Name: g.Slug}
}

// titleGenres reads the genres of titles, along the primary key of
// title_genres.
func (l *Loaders) titleGenres(ctx context.Context, keys []globalid.Title) (map[globalid.Title][]*model.Genre, error) {
	byTitle := make(map[globalid.Title][]*model.Genre, len(keys))
	for _, k := range keys {
		byTitle[k] = []*model.Genre{}
	}
	err := l.query(ctx, func(b *sql.Builder) {
		database.Write(b, "SELECT x.title_id, g.id, g.slug, g.names FROM title_genres x JOIN genres g ON g.id = x.genre_id WHERE ? ORDER BY x.title_id, x.position, x.genre_id",
			func(b *sql.Builder) { database.WriteIn(b, "x.title_id", keys) })
	}, func(rows *stdsql.Rows) error {
		var t globalid.Title
		var id globalid.Genre
		var slug, names stdsql.RawBytes
		if err := rows.Scan(&t, &id, &slug, &names); err != nil {
			return err
		}
		if !l.Genre.Known(id) {
			g := &ent.Genre{ID: id, Slug: string(slug)}
			if err := json.Unmarshal(names, &g.Names); err != nil {
				return err
			}
			l.Genre.Prime(id, named(ctx, g))
		}
		byTitle[t] = append(byTitle[t], l.Genre.value(id))
		return nil
	})
	return byTitle, err
}

// titleSimilar reads a page of each title's neighbours: one window over the
// index (title_id, score, similar_id), which is 50 rows long at most.
func (l *Loaders) titleSimilar(ctx context.Context, keys []Paged[globalid.Title]) (map[Paged[globalid.Title]]*model.TitleConnection, error) {
	found, err := pages(keys, pagedBy, func(k Paged[globalid.Title], titles []globalid.Title) (map[globalid.Title][]member[globalid.Title], error) {
		return members[globalid.Title](ctx, l, func(b *sql.Builder) {
			b.WriteString("SELECT title_id AS owner, similar_id AS title, score AS value, place FROM (")
			ranked(b, similarity.Table, similarity.FieldTitleID, "score DESC, similar_id", k.First+1, func(b *sql.Builder) {
				database.WriteIn(b, similarity.FieldTitleID, titles)
				b.WriteString(" AND EXISTS (SELECT 1 FROM titles t WHERE t.id = similar_id AND ")
				policy.Visible(ctx, b, "t")
				b.WriteString(")")
				behind(b, k.After, "score", true, "similar_id")
			})
			b.WriteString(") s")
		})
	}, func(_ int, m member[globalid.Title]) string {
		return relay.Encode(SimilarList.Name, m.value, int64(m.title.Row().ID))
	})
	if err != nil {
		return nil, err
	}
	out := make(map[Paged[globalid.Title]]*model.TitleConnection, len(found))
	for k, c := range found {
		out[k] = relay.Map(c, func(m member[globalid.Title]) model.Title { return m.title })
	}
	return out, nil
}
