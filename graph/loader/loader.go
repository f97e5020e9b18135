// Package loader follows the edges of the graph: one Edge per field that leads
// to other nodes, one SQL statement per Edge, arguments and level of a query.
package loader

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/internal/home"
)

// Loaders holds the edges for one operation: they cache what they have seen.
type Loaders struct {
	db *ent.Client

	Title        *Edge[globalid.Title, model.Title]
	TitleGenres  *Edge[globalid.Title, []*model.Genre]
	TitleCredits *Edge[CreditsKey, *model.CreditConnection]
	TitleSimilar *Edge[Paged[globalid.Title], *model.TitleConnection]
	InMyList     *Edge[globalid.Title, *ent.ListItem]
	Rating       *Edge[globalid.Title, *ent.Rating]
	Progress     *Edge[globalid.Title, *model.TitleProgress]
	MovieVideo   *Edge[globalid.Title, *ent.Video]
	MovieView    *Edge[globalid.Title, *ent.View]

	Seasons        *Edge[globalid.Title, []*ent.Season]
	Counts         *Edge[globalid.Title, Counts]
	NextEpisode    *Edge[globalid.Title, *ent.Episode]
	Season         *Edge[globalid.Season, *ent.Season]
	SeasonEpisodes *Edge[Paged[globalid.Season], *model.EpisodeConnection]
	Episode        *Edge[globalid.Episode, *ent.Episode]
	EpisodeVideo   *Edge[globalid.Episode, *ent.Video]
	EpisodeView    *Edge[globalid.Episode, *ent.View]

	Person           *Edge[globalid.Person, *ent.Person]
	PersonCredits    *Edge[Paged[globalid.Person], *model.CreditConnection]
	Character        *Edge[globalid.Character, *ent.Character]
	CharacterCredits *Edge[Paged[globalid.Character], *model.CreditConnection]

	Genre       *Edge[globalid.Genre, *model.Genre]
	GenreTitles *Edge[GenreTitlesKey, *model.TitleConnection]

	Profile *Edge[globalid.Profile, *ent.Profile]
	User    *Edge[globalid.User, *ent.User]

	home  *home.Composer
	steps map[string]step
	kinds map[string][]string
}

// Kinds returns for each object type of the schema its name and its interfaces',
// the types that a fragment on it may name.
func Kinds(s graphql.ExecutableSchema) map[string][]string {
	kinds := make(map[string][]string)
	for name, def := range s.Schema().Types {
		kinds[name] = append([]string{name}, def.Interfaces...)
	}
	for name, def := range s.Schema().Types {
		for _, member := range def.Types { // unions
			kinds[member] = append(kinds[member], name)
		}
	}
	return kinds
}

// New returns empty loaders over db, which must keep to the policy.
func New(db *ent.Client, h *home.Composer, kinds map[string][]string) *Loaders {
	l := &Loaders{db: db, home: h, kinds: kinds}
	l.Title = newEdge(l.titles)
	l.TitleGenres = newEdge(l.titleGenres)
	l.TitleCredits = newEdge(l.titleCredits)
	l.TitleSimilar = newEdge(l.titleSimilar)
	l.InMyList = newEdge(l.inMyList)
	l.Rating = newEdge(l.ratings)
	l.Progress = newEdge(l.progress)
	l.MovieVideo = newEdge(l.movieVideos)
	l.MovieView = newEdge(l.movieViews)
	l.Seasons = newEdge(l.seasonsOf)
	l.Counts = newEdge(l.counts)
	l.NextEpisode = newEdge(l.nextEpisodes)
	l.Season = newEdge(l.seasons)
	l.SeasonEpisodes = newEdge(l.seasonEpisodes)
	l.Episode = newEdge(l.episodes)
	l.EpisodeVideo = newEdge(l.episodeVideos)
	l.EpisodeView = newEdge(l.episodeViews)
	l.Person = newEdge(l.people)
	l.PersonCredits = newEdge(l.personCredits)
	l.Character = newEdge(l.characters)
	l.CharacterCredits = newEdge(l.characterCredits)
	l.Genre = newEdge(l.genres)
	l.GenreTitles = newEdge(l.genreTitles)
	l.Profile = newEdge(l.profiles)
	l.User = newEdge(l.users)
	l.steps = l.declare()
	return l
}

// declare names the edge behind each field of the schema that has one. A field
// of an object type that is neither here nor held by its object is not filled
// ahead; a test refuses it.
func (l *Loaders) declare() map[string]step {
	titleOf := func(t model.Title) globalid.Title { return t.Row().ID }
	steps := map[string]step{
		"Movie.video":        at(l.MovieVideo, func(m *model.Movie) globalid.Title { return m.ID }),
		"Movie.view":         at(l.MovieView, func(m *model.Movie) globalid.Title { return m.ID }),
		"Series.seasons":     at(l.Seasons, func(s *model.Series) globalid.Title { return s.ID }),
		"Series.seasonCount": at(l.Counts, func(s *model.Series) globalid.Title { return s.ID }),
		"Series.nextEpisode": at(l.NextEpisode, func(s *model.Series) globalid.Title { return s.ID }),
		"Season.series":      at(l.Title, func(s *ent.Season) globalid.Title { return s.SeriesID }),
		"Season.episodes": atPage(l.SeasonEpisodes, func(s *ent.Season, p Page, _ map[string]any) Paged[globalid.Season] {
			return Paged[globalid.Season]{s.ID, p}
		}),
		"Episode.season":   at(l.Season, func(e *ent.Episode) globalid.Season { return e.SeasonID }),
		"Episode.series":   at(l.Title, func(e *ent.Episode) globalid.Title { return e.SeriesID }),
		"Episode.video":    at(l.EpisodeVideo, func(e *ent.Episode) globalid.Episode { return e.ID }),
		"Episode.view":     at(l.EpisodeView, func(e *ent.Episode) globalid.Episode { return e.ID }),
		"Credit.person":    at(l.Person, func(c *ent.Credit) globalid.Person { return c.PersonID }),
		"Credit.character": atSome(l.Character, func(c *ent.Credit) *globalid.Character { return c.CharacterID }),
		"Credit.title":     at(l.Title, func(c *ent.Credit) globalid.Title { return c.TitleID }),
		"Credit.episode":   atSome(l.Episode, func(c *ent.Credit) *globalid.Episode { return c.EpisodeID }),
		"Person.credits": atPage(l.PersonCredits, func(n *ent.Person, p Page, _ map[string]any) Paged[globalid.Person] {
			return Paged[globalid.Person]{n.ID, p}
		}),
		"Character.credits": atPage(l.CharacterCredits, func(c *ent.Character, p Page, _ map[string]any) Paged[globalid.Character] {
			return Paged[globalid.Character]{c.ID, p}
		}),
		"Genre.titles": atPage(l.GenreTitles, func(g *model.Genre, p Page, args map[string]any) GenreTitlesKey {
			return genreTitlesKey(g.ID, p, args)
		}),
		"HomeItem.playable":  l.fillPlayables,
		"NewEpisode.episode": at(l.NextEpisode, func(n *model.NewEpisode) globalid.Title { return n.Series.Row().ID }),
		"OnYourList.addedAt": at(l.InMyList, func(o *model.OnYourList) globalid.Title { return o.Title.Row().ID }),
		"HomeRow.items":      l.fillItems,
		"Home.rows":          l.fillRows,
		"Viewer.user":        l.fillUser,
		"Viewer.profile":     l.fillProfile,
	}
	steps["Series.episodeCount"] = steps["Series.seasonCount"]
	for _, t := range []string{"Movie", "Series"} {
		steps[t+".genres"] = at(l.TitleGenres, titleOf)
		steps[t+".credits"] = atPage(l.TitleCredits, func(m model.Title, p Page, args map[string]any) CreditsKey {
			return CreditsKey{m.Row().ID, argRoles(args), p}
		})
		steps[t+".similar"] = atPage(l.TitleSimilar, func(m model.Title, p Page, _ map[string]any) Paged[globalid.Title] {
			return Paged[globalid.Title]{m.Row().ID, p}
		})
		steps[t+".inMyList"] = at(l.InMyList, titleOf)
		steps[t+".rating"] = at(l.Rating, titleOf)
		steps[t+".progress"] = at(l.Progress, titleOf)
	}
	return steps
}

// edgeName tells which fields share an edge: those of movies and of series do,
// and the two counts of a series.
func (l *Loaders) edgeName(typ, field string) string {
	switch {
	case field == "episodeCount":
		return "Series.seasonCount"
	case typ == "Series" && l.steps["Movie."+field] != nil:
		return "Movie." + field
	}
	return typ + "." + field
}

// at follows an edge whose key is in the parent.
func at[P any, K comparable, V any](e *Edge[K, V], key func(P) K) step {
	return func(ctx context.Context, parents []any, _ map[string]any) (func(any) []any, error) {
		return fill(ctx, e, parents, func(p P) (K, bool) { return key(p), true })
	}
}

// atSome follows an edge that not every parent has.
func atSome[P any, K comparable, V any](e *Edge[K, V], key func(P) *K) step {
	return func(ctx context.Context, parents []any, _ map[string]any) (func(any) []any, error) {
		return fill(ctx, e, parents, func(p P) (k K, ok bool) {
			if n := key(p); n != nil {
				return *n, true
			}
			return k, false
		})
	}
}

// atPage follows an edge to a page of a list.
func atPage[P any, K comparable, V any](e *Edge[K, V], key func(P, Page, map[string]any) K) step {
	return func(ctx context.Context, parents []any, args map[string]any) (func(any) []any, error) {
		page, ok := argPage(args)
		if !ok {
			return nil, nil
		}
		return fill(ctx, e, parents, func(p P) (K, bool) { return key(p, page, args), true })
	}
}

func fill[P any, K comparable, V any](ctx context.Context, e *Edge[K, V], parents []any, key func(P) (K, bool)) (func(any) []any, error) {
	keys := make([]K, 0, len(parents))
	for _, p := range parents {
		if k, ok := key(p.(P)); ok {
			keys = append(keys, k)
		}
	}
	found, err := e.Fill(ctx, keys)
	return func(parent any) []any {
		k, ok := key(parent.(P))
		if !ok {
			return nil
		}
		return flatten(found[k])
	}, err
}

type key struct{}

// NewContext returns ctx with l, the loaders of one operation.
func NewContext(ctx context.Context, l *Loaders) context.Context {
	return context.WithValue(ctx, key{}, l)
}

// From returns the loaders of the operation.
func From(ctx context.Context) *Loaders { return ctx.Value(key{}).(*Loaders) }
