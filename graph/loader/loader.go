// Package loader follows the edges of the graph. Ahead fills them for a whole
// root field before its resolvers run: usually one SQL statement per edge,
// however many objects ask for it and wherever in the query.
package loader

import (
	"context"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/internal/home"
	"streamex/internal/viewer"
)

// Loaders holds the edges for one operation: they cache what they have seen.
type Loaders struct {
	db   *ent.Client
	home *home.Composer
	plan *Plan

	steps map[string]step

	Title        *Edge[globalid.Title, model.Title]
	TitleGenres  *Edge[globalid.Title, []*model.Genre]
	TitleCredits *Edge[CreditsKey, *model.CreditConnection]
	TitleSimilar *Edge[Paged[globalid.Title], *model.TitleConnection]
	State        *Edge[globalid.Title, State]
	MoviePlay    *Edge[globalid.Title, Play]

	Seasons        *Edge[globalid.Title, Seasons]
	Season         *Edge[globalid.Season, *ent.Season]
	SeasonEpisodes *Edge[Paged[globalid.Season], *model.EpisodeConnection]
	Episode        *Edge[globalid.Episode, *ent.Episode]
	EpisodePlay    *Edge[globalid.Episode, Play]

	Person           *Edge[globalid.Person, *ent.Person]
	PersonCredits    *Edge[Paged[globalid.Person], *model.CreditConnection]
	Character        *Edge[globalid.Character, *ent.Character]
	CharacterCredits *Edge[Paged[globalid.Character], *model.CreditConnection]

	Genre       *Edge[globalid.Genre, *model.Genre]
	GenreTitles *Edge[GenreTitlesKey, *model.TitleConnection]

	HomeRows *Edge[Paged[*model.Home], *model.HomeRowConnection]
	RowItems *Edge[Paged[*model.HomeRow], *model.HomeItemConnection]

	// What administrators edit.
	TitleEditing     *Edge[globalid.Title, *model.Editing]
	SeasonEditing    *Edge[globalid.Season, *model.Editing]
	EpisodeEditing   *Edge[globalid.Episode, *model.Editing]
	PersonEditing    *Edge[globalid.Person, *model.Editing]
	CharacterEditing *Edge[globalid.Character, *model.Editing]
	GenreEditing     *Edge[globalid.Genre, *model.Editing]
	Account          *Edge[globalid.User, *ent.User]

	// The account is read on behalf of the viewer in the answer: signing in
	// makes it another than the one who asked.
	User           *Edge[viewer.Viewer, *ent.User]
	Profiles       *Edge[viewer.Viewer, []*ent.Profile]
	PaymentMethods *Edge[viewer.Viewer, []*model.PaymentMethod]
	Sessions       *Edge[viewer.Viewer, []*model.Session]
	RecoveryCodes  *Edge[viewer.Viewer, int]
}

// New returns empty loaders over db, which must keep to the policy.
func New(db *ent.Client, h *home.Composer, p *Plan) *Loaders {
	l := &Loaders{db: db, home: h, plan: p}
	l.Title = newEdge(l.titles)
	l.TitleGenres = newEdge(l.titleGenres)
	l.TitleCredits = newEdge(l.titleCredits)
	l.TitleSimilar = newEdge(l.titleSimilar)
	l.State = newEdge(l.states)
	l.MoviePlay = newEdge(l.moviePlays)
	l.Seasons = newEdge(l.seasonsOf)
	l.Season = newEdge(l.seasons)
	l.SeasonEpisodes = newEdge(l.seasonEpisodes)
	l.Episode = newEdge(l.episodes)
	l.EpisodePlay = newEdge(l.episodePlays)
	l.Person = newEdge(l.people)
	l.PersonCredits = newEdge(l.personCredits)
	l.Character = newEdge(l.characters)
	l.CharacterCredits = newEdge(l.characterCredits)
	l.Genre = newEdge(l.genres)
	l.GenreTitles = newEdge(l.genreTitles)
	l.HomeRows = newEdge(l.homeRows)
	l.RowItems = newEdge(l.rowItems)
	l.TitleEditing = newEdge(l.titleEditing)
	l.SeasonEditing = newEdge(l.seasonEditing)
	l.EpisodeEditing = newEdge(l.episodeEditing)
	l.PersonEditing = newEdge(l.personEditing)
	l.CharacterEditing = newEdge(l.characterEditing)
	l.GenreEditing = newEdge(l.genreEditing)
	l.Account = newEdge(l.accounts)
	l.User = newEdge(l.users)
	l.Profiles = newEdge(l.profiles)
	l.PaymentMethods = newEdge(l.paymentMethods)
	l.Sessions = newEdge(l.sessions)
	l.RecoveryCodes = newEdge(l.recoveryCodes)
	l.steps = l.declare()
	return l
}

// declare names the edge behind each field of the schema that has one. A field
// that leads to objects and is neither here nor held by its object is not
// filled ahead; a test refuses it.
func (l *Loaders) declare() map[string]step {
	titleOf := func(t model.Title) globalid.Title { return t.Row().ID }
	seasonsOf := func(s Seasons) any { return s.List }
	next := func(s State) any { return s.Next }
	steps := map[string]step{
		"Movie.video":              at(l.MoviePlay, titleOf, nothing),
		"Movie.view":               at(l.MoviePlay, titleOf, nothing),
		"Series.seasons":           at(l.Seasons, titleOf, seasonsOf),
		"Series.seasonCount":       at(l.Seasons, titleOf, nothing),
		"Series.episodeCount":      at(l.Seasons, titleOf, nothing),
		"Series.nextEpisode":       at(l.State, titleOf, next),
		"Season.series":            at(l.Title, func(s *ent.Season) globalid.Title { return s.SeriesID }, itself),
		"Season.episodes":          atPage(l.SeasonEpisodes, EpisodeList, func(s *ent.Season) globalid.Season { return s.ID }),
		"Episode.season":           at(l.Season, func(e *ent.Episode) globalid.Season { return e.SeasonID }, itself),
		"Episode.series":           at(l.Title, func(e *ent.Episode) globalid.Title { return e.SeriesID }, itself),
		"Episode.video":            at(l.EpisodePlay, func(e *ent.Episode) globalid.Episode { return e.ID }, nothing),
		"Episode.view":             at(l.EpisodePlay, func(e *ent.Episode) globalid.Episode { return e.ID }, nothing),
		"Credit.person":            at(l.Person, func(c *ent.Credit) globalid.Person { return c.PersonID }, itself),
		"Credit.character":         atSome(l.Character, func(c *ent.Credit) *globalid.Character { return c.CharacterID }),
		"Credit.title":             at(l.Title, func(c *ent.Credit) globalid.Title { return c.TitleID }, itself),
		"Credit.episode":           atSome(l.Episode, func(c *ent.Credit) *globalid.Episode { return c.EpisodeID }),
		"Person.credits":           atPage(l.PersonCredits, PersonCreditList, func(n *ent.Person) globalid.Person { return n.ID }),
		"Character.credits":        atPage(l.CharacterCredits, CharacterCreditList, func(c *ent.Character) globalid.Character { return c.ID }),
		"Genre.titles":             atKeys(l.GenreTitles, genreTitlesKey),
		"Home.rows":                atPage(l.HomeRows, RowList, func(h *model.Home) *model.Home { return h }),
		"HomeRow.items":            atPage(l.RowItems, ItemList, func(r *model.HomeRow) *model.HomeRow { return r }),
		"HomeItem.playable":        l.playables(),
		"NewEpisode.episode":       at(l.State, func(n *model.NewEpisode) globalid.Title { return n.Series.Row().ID }, next),
		"OnYourList.addedAt":       at(l.State, func(o *model.OnYourList) globalid.Title { return o.Title.Row().ID }, nothing),
		"Season.editing":           at(l.SeasonEditing, func(s *ent.Season) globalid.Season { return s.ID }, nothing),
		"Episode.editing":          at(l.EpisodeEditing, func(e *ent.Episode) globalid.Episode { return e.ID }, nothing),
		"Person.editing":           at(l.PersonEditing, func(n *ent.Person) globalid.Person { return n.ID }, nothing),
		"Character.editing":        at(l.CharacterEditing, func(c *ent.Character) globalid.Character { return c.ID }, nothing),
		"Genre.editing":            at(l.GenreEditing, func(g *model.Genre) globalid.Genre { return g.ID }, nothing),
		"AuditEntry.user":          atSome(l.Account, func(e *model.AuditEntry) *globalid.User { return e.UserID }),
		"Viewer.user":              at(l.User, func(v *model.Viewer) viewer.Viewer { return v.Viewer }, itself),
		"Viewer.profile":           at(l.Profiles, func(v *model.Viewer) viewer.Viewer { return v.Viewer }, nothing),
		"Viewer.profiles":          at(l.Profiles, func(v *model.Viewer) viewer.Viewer { return v.Viewer }, itself),
		"Viewer.paymentMethods":    at(l.PaymentMethods, func(v *model.Viewer) viewer.Viewer { return v.Viewer }, itself),
		"Viewer.recoveryCodesLeft": at(l.RecoveryCodes, func(v *model.Viewer) viewer.Viewer { return v.Viewer }, nothing),
		"Viewer.sessions":          at(l.Sessions, func(v *model.Viewer) viewer.Viewer { return v.Viewer }, itself),
	}
	for _, t := range []string{"Movie", "Series"} {
		steps[t+".genres"] = at(l.TitleGenres, titleOf, itself)
		steps[t+".credits"] = atKeys(l.TitleCredits, creditsKey)
		steps[t+".similar"] = atPage(l.TitleSimilar, SimilarList, titleOf)
		steps[t+".inMyList"] = at(l.State, titleOf, nothing)
		steps[t+".rating"] = at(l.State, titleOf, nothing)
		steps[t+".editing"] = at(l.TitleEditing, titleOf, nothing)
		steps[t+".progress"] = at(l.State, titleOf, nothing)
	}
	return steps
}

type key struct{}

// NewContext returns ctx with l, the loaders of one operation.
func NewContext(ctx context.Context, l *Loaders) context.Context {
	return context.WithValue(ctx, key{}, l)
}

// From returns the loaders of the operation.
func From(ctx context.Context) *Loaders { return ctx.Value(key{}).(*Loaders) }
