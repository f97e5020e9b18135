package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"streamex/ent"
	"streamex/ent/auditentry"
	"streamex/ent/predicate"
	"streamex/ent/schema/globalid"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/catalog/edit"
)

// value is what an input says of a field: null removes.
func value[T any](in graphql.Omittable[*T]) edit.Value[T] {
	return edit.Value[T]{Set: in.IsSet(), To: in.Value()}
}

// list is value for a list, whose items become out's.
func list[In, Out any](in graphql.Omittable[[]In], item func(In) Out) edit.Value[[]Out] {
	if in.Value() == nil {
		return edit.Value[[]Out]{Set: in.IsSet()}
	}
	return edit.Value[[]Out]{Set: true, To: new(each(in.Value(), item))}
}

func each[In, Out any](in []In, item func(In) Out) []Out {
	out := make([]Out, len(in))
	for i, v := range in {
		out[i] = item(v)
	}
	return out
}

func text(in *model.TextInput) edit.Text {
	return edit.Text{Language: string(in.Language), Name: or(in.Name), Synopsis: or(in.Synopsis)}
}

func genreName(in *model.GenreNameInput) edit.Text {
	return edit.Text{Language: string(in.Language), Name: in.Name}
}

func genreNumber(g *globalid.Global) globalid.Genre {
	return number[globalid.Genre](*g, globalid.KindGenre)
}

func titleNumber(g globalid.Global) globalid.Title {
	return number[globalid.Title](g, globalid.KindTitle)
}

func seasonNumber(g globalid.Global) globalid.Season {
	return number[globalid.Season](g, globalid.KindSeason)
}

func episodeNumber(g globalid.Global) globalid.Episode {
	return number[globalid.Episode](g, globalid.KindEpisode)
}

func personNumber(g globalid.Global) globalid.Person {
	return number[globalid.Person](g, globalid.KindPerson)
}

func characterNumber(g globalid.Global) globalid.Character {
	return number[globalid.Character](g, globalid.KindCharacter)
}

func movieInput(in model.MovieInput) edit.Title {
	return edit.Title{
		Name: value(in.Name), OriginalName: value(in.OriginalName), Synopsis: value(in.Synopsis), Texts: list(in.Texts, text), Slug: value(in.Slug),
		Year: value(in.Year), ReleasedOn: value(in.ReleasedOn), Maturity: value(in.Maturity), Language: value(in.Language),
		AvailableFrom: value(in.AvailableFrom), AvailableUntil: value(in.AvailableUntil), Genres: list(in.GenreIds, genreNumber), Scene: value(in.Scene),
		Duration: value(in.DurationSeconds),
	}
}

func seriesInput(in model.SeriesInput) edit.Title {
	return edit.Title{
		Name: value(in.Name), OriginalName: value(in.OriginalName), Synopsis: value(in.Synopsis), Texts: list(in.Texts, text), Slug: value(in.Slug),
		Year: value(in.Year), ReleasedOn: value(in.ReleasedOn), Maturity: value(in.Maturity), Language: value(in.Language),
		AvailableFrom: value(in.AvailableFrom), AvailableUntil: value(in.AvailableUntil), Genres: list(in.GenreIds, genreNumber), Scene: value(in.Scene),
		Status: value(in.Status),
	}
}

func seasonInput(in model.SeasonInput) edit.Season {
	return edit.Season{Number: value(in.Number), Name: value(in.Name)}
}

func newSeason(in *model.NewSeasonInput) edit.NewSeason {
	return edit.NewSeason{
		Season:   edit.Season{Number: edit.Value[int]{Set: true, To: in.Number}, Name: edit.Value[string]{Set: true, To: in.Name}},
		Episodes: each(in.Episodes, newEpisode),
	}
}

func newEpisode(in *model.EpisodeInput) edit.Episode { return episodeInput(*in) }

func episodeInput(in model.EpisodeInput) edit.Episode {
	return edit.Episode{
		Number: value(in.Number), Name: value(in.Name), Synopsis: value(in.Synopsis), Texts: list(in.Texts, text),
		AiredOn: value(in.AiredOn), Duration: value(in.DurationSeconds),
	}
}

func personInput(in model.PersonInput) edit.Person {
	return edit.Person{Name: value(in.Name), BirthYear: value(in.BirthYear), DeathYear: value(in.DeathYear)}
}

func characterInput(in model.CharacterInput) edit.Character {
	return edit.Character{Name: value(in.Name)}
}

func genreInput(in model.GenreInput) edit.Genre {
	return edit.Genre{Names: list(in.Names, genreName), Slug: value(in.Slug), Position: value(in.Position)}
}

func creditInput(in *model.CreditInput) edit.Credit {
	c := edit.Credit{PersonName: in.PersonName, CharacterName: in.CharacterName, Role: in.Role, Job: in.Job}
	if in.PersonID != nil {
		c.Person = new(personNumber(*in.PersonID))
	}
	if in.CharacterID != nil {
		c.Character = new(characterNumber(*in.CharacterID))
	}
	return c
}

// titleNow is a title as it is now, nil when there is none.
func titleNow(ctx context.Context, id globalid.Title) (model.Title, error) {
	return loader.From(ctx).Title.Of(ctx, id)
}

func moviePayload(ctx context.Context, id globalid.Title, err error) (*model.MoviePayload, error) {
	p := new(model.MoviePayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	t, err := titleNow(ctx, id)
	p.Movie, _ = t.(*model.Movie)
	return p, err
}

func seriesPayload(ctx context.Context, id globalid.Title, err error) (*model.SeriesPayload, error) {
	p := new(model.SeriesPayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	p.Series, err = series(titleNow(ctx, id))
	return p, err
}

func titlePayload(ctx context.Context, id globalid.Title, err error) (*model.TitlePayload, error) {
	p := new(model.TitlePayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	p.Title, err = titleNow(ctx, id)
	return p, err
}

func seasonPayload(ctx context.Context, id globalid.Season, err error) (*model.SeasonPayload, error) {
	p := new(model.SeasonPayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	p.Season, err = loader.From(ctx).Season.Of(ctx, id)
	return p, err
}

func episodePayload(ctx context.Context, id globalid.Episode, err error) (*model.EpisodePayload, error) {
	p := new(model.EpisodePayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	p.Episode, err = loader.From(ctx).Episode.Of(ctx, id)
	return p, err
}

func personPayload(ctx context.Context, id globalid.Person, err error) (*model.PersonPayload, error) {
	p := new(model.PersonPayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	p.Person, err = loader.From(ctx).Person.Of(ctx, id)
	return p, err
}

func characterPayload(ctx context.Context, id globalid.Character, err error) (*model.CharacterPayload, error) {
	p := new(model.CharacterPayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	p.Character, err = loader.From(ctx).Character.Of(ctx, id)
	return p, err
}

func genrePayload(ctx context.Context, id globalid.Genre, err error) (*model.GenrePayload, error) {
	p := new(model.GenrePayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	p.Genre, err = loader.From(ctx).Genre.Of(ctx, id)
	return p, err
}

func creditsPayload(ctx context.Context, of globalid.Global, err error) (*model.CreditsPayload, error) {
	p := new(model.CreditsPayload)
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	id := titleNumber(of)
	if p.Episode, err = loader.From(ctx).Episode.Of(ctx, episodeNumber(of)); err == nil && p.Episode != nil {
		id = p.Episode.SeriesID
	}
	if err == nil {
		p.Title, err = titleNow(ctx, id)
	}
	return p, err
}

func (r *Resolver) deletePayload(ctx context.Context, id globalid.Global, removed []edit.Removed, err error) (*model.DeletePayload, error) {
	p := &model.DeletePayload{Removed: each(removed, went)}
	if p.UserErrors, err = userErrors(err); err != nil {
		return nil, err
	}
	if len(p.UserErrors) == 0 {
		p.DeletedID = &id
		return p, nil
	}
	p.Removed = []*model.Removed{}
	nodes, err := r.nodes(ctx, []*globalid.Global{&id})
	if err == nil {
		p.Node = nodes[0]
	}
	return p, err
}

func went(r edit.Removed) *model.Removed {
	return &model.Removed{Kind: model.RemovedKind(r.Kind), Count: r.Count}
}

// auditLog reads a page of changes, the latest first: along the primary key, or
// the index on a node's or an account's.
func (r *Resolver) auditLog(ctx context.Context, p loader.Page, node, user *globalid.Global) (*model.AuditEntryConnection, error) {
	var where []predicate.AuditEntry
	if p.After.Set {
		where = append(where, auditentry.IDLT(globalid.AuditEntry(p.After.Number)))
	}
	if node != nil {
		where = append(where, auditentry.Node(node.String()))
	}
	if user != nil {
		where = append(where, auditentry.UserID(number[globalid.User](*user, globalid.KindUser)))
	}
	rows, err := r.db.AuditEntry.Query().Where(where...).Order(ent.Desc(auditentry.FieldID)).Limit(p.First + 1).All(ctx)
	if err != nil {
		return nil, err
	}
	entries := make([]*model.AuditEntry, len(rows))
	for i, row := range rows {
		if entries[i], err = model.NewAuditEntry(row); err != nil {
			return nil, err
		}
	}
	return relay.Page(entries, p.First, p.After.Set, func(_ int, e *model.AuditEntry) string {
		return relay.Encode(loader.AuditList.Name, int64(e.ID))
	}), nil
}

// toSeason is the season that an episode moves to, nil for none.
func toSeason(g *globalid.Global) *globalid.Season {
	if g == nil {
		return nil
	}
	return new(seasonNumber(*g))
}

// toGenre is the genre that takes the place of another, nil for none.
func toGenre(g *globalid.Global) *globalid.Genre {
	if g == nil {
		return nil
	}
	return new(genreNumber(g))
}
