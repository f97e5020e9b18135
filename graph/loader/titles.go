package loader

import (
	"context"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/credit"
	"streamex/ent/episode"
	"streamex/ent/genre"
	"streamex/ent/listitem"
	"streamex/ent/movie"
	"streamex/ent/rating"
	"streamex/ent/schema/globalid"
	"streamex/ent/series"
	"streamex/ent/similarity"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/ent/video"
	"streamex/ent/view"
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
		genres[i] = l.named(ctx, g)
		l.Genre.Prime(g.ID, genres[i])
	}
	return genres, err
}

func (l *Loaders) named(ctx context.Context, g *ent.Genre) *model.Genre {
	for _, language := range []string{viewer.From(ctx).Language, "en", "es"} {
		if n := g.Names[language]; n != "" {
			return &model.Genre{Genre: g, Name: n}
		}
	}
	return &model.Genre{Genre: g, Name: g.Slug}
}

func (l *Loaders) titleGenres(ctx context.Context, keys []globalid.Title) (map[globalid.Title][]*model.Genre, error) {
	rows, err := l.db.TitleGenre.Query().Where(database.In[globalid.Title, func(*sql.Selector)](titlegenre.FieldTitleID, keys)).
		Order(titlegenre.ByTitleID(), titlegenre.ByPosition(), titlegenre.ByGenreID()).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]globalid.Genre, len(rows))
	for i, r := range rows {
		ids[i] = r.GenreID
	}
	genres, err := l.Genre.Fill(ctx, ids)
	byTitle := make(map[globalid.Title][]*model.Genre, len(keys))
	for _, k := range keys {
		byTitle[k] = []*model.Genre{}
	}
	for _, r := range rows {
		if g := genres[r.GenreID]; g != nil {
			byTitle[r.TitleID] = append(byTitle[r.TitleID], g)
		}
	}
	return byTitle, err
}

// argRoles reads the roles argument of a selected credits field.
func argRoles(args map[string]any) string {
	list, _ := args["roles"].([]any)
	roles := make([]string, len(list))
	for i, r := range list {
		roles[i], _ = r.(string)
	}
	slices.Sort(roles)
	return strings.Join(slices.Compact(roles), ",")
}

// NewCreditsKey is the page of a title's credits that the arguments ask for.
func NewCreditsKey(t globalid.Title, roles []credit.Role, p Page) CreditsKey {
	names := make([]any, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return CreditsKey{t, argRoles(map[string]any{"roles": names}), p}
}

// titleCredits reads a page of each title's credits: one window over the index
// (title_id, billing, id).
func (l *Loaders) titleCredits(ctx context.Context, keys []CreditsKey) (map[CreditsKey]*model.CreditConnection, error) {
	return pages(keys, func(k CreditsKey) (CreditsKey, globalid.Title, Page) {
		return CreditsKey{Roles: k.Roles, Page: k.Page}, k.Title, k.Page
	}, func(k CreditsKey, titles []globalid.Title) (map[globalid.Title][]*ent.Credit, error) {
		billing, after, err := afterPair(k.Page, "credits")
		if err != nil {
			return nil, err
		}
		rows, err := l.db.Credit.Query().Modify(windowed(credit.FieldTitleID, "billing, id", k.First+1, func(b *sql.Builder) {
			database.WriteIn(b, credit.FieldTitleID, titles)
			b.WriteString(" AND episode_id IS NULL")
			if k.Roles != "" {
				b.WriteString(" AND role IN (").Args(anys(strings.Split(k.Roles, ","))...).WriteString(")")
			}
			if k.After != "" {
				database.Write(b, " AND (billing > ? OR billing = ? AND id > ?)", billing, billing, after)
			}
		})).Order(credit.ByBilling(), credit.ByID()).All(policy.Within(ctx))
		return groupBy(rows, func(c *ent.Credit) globalid.Title { return c.TitleID }), err
	}, creditCursor)
}

func creditCursor(_ int, c *ent.Credit) string {
	return relay.Encode("credits", c.Billing, int64(c.ID))
}

// titleSimilar reads a page of each title's neighbours: one window over the
// index (title_id, score, similar_id), which is 50 rows long at most.
func (l *Loaders) titleSimilar(ctx context.Context, keys []Paged[globalid.Title]) (map[Paged[globalid.Title]]*model.TitleConnection, error) {
	type neighbour struct {
		*ent.Similarity
		title model.Title
	}
	found, err := pages(keys, pagedBy, func(k Paged[globalid.Title], titles []globalid.Title) (map[globalid.Title][]neighbour, error) {
		score, after, err := afterPair(k.Page, "similar")
		if err != nil {
			return nil, err
		}
		rows, err := l.db.Similarity.Query().Modify(windowed(similarity.FieldTitleID, "score DESC, similar_id", k.First+1, func(b *sql.Builder) {
			database.WriteIn(b, similarity.FieldTitleID, titles)
			b.WriteString(" AND EXISTS (SELECT 1 FROM titles t WHERE t.id = similar_id AND ")
			policy.Visible(ctx, b, "t")
			b.WriteString(")")
			if k.After != "" {
				database.Write(b, " AND (score < ? OR score = ? AND similar_id > ?)", score, score, after)
			}
		})).Order(similarity.ByScore(sql.OrderDesc()), similarity.BySimilarID()).All(ctx)
		if err != nil {
			return nil, err
		}
		ids := make([]globalid.Title, len(rows))
		for i, r := range rows {
			ids[i] = r.SimilarID
		}
		byID, err := l.Title.Fill(ctx, ids)
		out := make(map[globalid.Title][]neighbour)
		for _, r := range rows {
			if t := byID[r.SimilarID]; t != nil {
				out[r.TitleID] = append(out[r.TitleID], neighbour{r, t})
			}
		}
		return out, err
	}, func(_ int, n neighbour) string { return relay.Encode("similar", n.Score, int64(n.SimilarID)) })
	if err != nil {
		return nil, err
	}
	out := make(map[Paged[globalid.Title]]*model.TitleConnection, len(found))
	for k, c := range found {
		out[k] = relay.Map(c, func(n neighbour) model.Title { return n.title })
	}
	return out, nil
}

// genreTitlesKey reads the page and order of a selected titles field of a genre.
func genreTitlesKey(g globalid.Genre, p Page, args map[string]any) GenreTitlesKey {
	k := GenreTitlesKey{Genre: g, Page: p, Field: string(model.TitleOrderFieldPopularity)}
	if order, ok := args["orderBy"].(map[string]any); ok {
		if f, ok := order["field"].(string); ok {
			k.Field = f
		}
		k.Asc = order["direction"] == string(model.OrderDirectionAsc)
	}
	return k
}

// NewGenreTitlesKey is the page of a genre's titles that the arguments ask for.
func NewGenreTitlesKey(g globalid.Genre, o *model.TitleOrder, p Page) GenreTitlesKey {
	k := GenreTitlesKey{Genre: g, Page: p, Field: string(model.TitleOrderFieldPopularity)}
	if o != nil {
		k.Field, k.Asc = string(o.Field), o.Direction == model.OrderDirectionAsc
	}
	return k
}

func (l *Loaders) inMyList(ctx context.Context, keys []globalid.Title) (map[globalid.Title]*ent.ListItem, error) {
	rows, err := l.db.ListItem.Query().Where(listitem.ProfileID(viewer.From(ctx).Profile), database.In[globalid.Title, func(*sql.Selector)](listitem.FieldTitleID, keys)).All(ctx)
	return byKey(rows, func(i *ent.ListItem) globalid.Title { return i.TitleID }), err
}

func (l *Loaders) ratings(ctx context.Context, keys []globalid.Title) (map[globalid.Title]*ent.Rating, error) {
	rows, err := l.db.Rating.Query().Where(rating.ProfileID(viewer.From(ctx).Profile), database.In[globalid.Title, func(*sql.Selector)](rating.FieldTitleID, keys)).All(ctx)
	return byKey(rows, func(r *ent.Rating) globalid.Title { return r.TitleID }), err
}

// progress reads the profile's latest view of each title with the length of
// what it was watching: one window over the index (profile_id, title_id, viewed_at).
func (l *Loaders) progress(ctx context.Context, keys []globalid.Title) (map[globalid.Title]*model.TitleProgress, error) {
	rows, err := l.db.View.Query().Modify(windowed(view.FieldTitleID, "viewed_at DESC, id DESC", 1, func(b *sql.Builder) {
		b.WriteString("profile_id = ").Arg(viewer.From(ctx).Profile).WriteString(" AND ")
		database.WriteIn(b, view.FieldTitleID, keys)
	}), func(s *sql.Selector) {
		d, e, m := sql.Table(video.Table).As(video.Table), sql.Table(episode.Table).As(episode.Table), sql.Table(movie.Table).As(movie.Table)
		s.Join(d).On(s.C(view.FieldVideoID), d.C(video.FieldID)).
			LeftJoin(e).On(e.C(episode.FieldID), d.C(video.FieldEpisodeID)).
			LeftJoin(m).On(m.C(movie.FieldID), s.C(view.FieldTitleID)).
			AppendSelectExprAs(sql.Raw("COALESCE(videos.duration_seconds, episodes.runtime_seconds, movies.runtime_seconds, 0)"), "duration")
	}).All(ctx)
	byTitle := make(map[globalid.Title]*model.TitleProgress, len(rows))
	for _, v := range rows {
		p := &model.TitleProgress{PositionSeconds: v.PositionSeconds, Finished: v.Finished, ViewedAt: v.ViewedAt}
		if n := number(v.Value("duration")); n > 0 {
			p.DurationSeconds = &n
			p.Fraction = min(1, float64(v.PositionSeconds)/float64(n))
		}
		if v.Finished {
			p.Fraction = 1
		}
		byTitle[v.TitleID] = p
	}
	return byTitle, err
}

func (l *Loaders) movieVideos(ctx context.Context, keys []globalid.Title) (map[globalid.Title]*ent.Video, error) {
	rows, err := l.db.Video.Query().Where(database.In[globalid.Title, func(*sql.Selector)](video.FieldTitleID, keys), video.EpisodeIDIsNil()).All(ctx)
	return byKey(rows, func(v *ent.Video) globalid.Title { return v.TitleID }), err
}

func (l *Loaders) movieViews(ctx context.Context, keys []globalid.Title) (map[globalid.Title]*ent.View, error) {
	rows, err := l.db.View.Query().Where(view.ProfileID(viewer.From(ctx).Profile), database.In[globalid.Title, func(*sql.Selector)](view.FieldTitleID, keys), func(s *sql.Selector) {
		d := sql.Table(video.Table)
		s.Join(d).On(s.C(view.FieldVideoID), d.C(video.FieldID)).Where(sql.IsNull(d.C(video.FieldEpisodeID)))
	}).All(ctx)
	return byKey(rows, func(v *ent.View) globalid.Title { return v.TitleID }), err
}
