package graph

import (
	"context"
	"regexp"
	"strings"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/person"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/graph/relay"
	"streamex/internal/catalog"
	"streamex/internal/viewer"
)

// maxGenres bounds how many genres a filter names.
const maxGenres = 20

func (r *Resolver) titles(ctx context.Context, p loader.Page, filter *model.TitleFilter, o catalog.Order) (*model.TitleConnection, error) {
	f, err := titleFilter(ctx, filter)
	if err != nil {
		return nil, err
	}
	found, err := loader.From(ctx).Titles(ctx, catalog.Titles(r.db, f, o, loader.TitlePosition(o, p.After), p.First+1))
	if err != nil {
		return nil, err
	}
	return relay.Page(found, p.First, p.After.Set, loader.TitleCursor(o)), nil
}

func titleFilter(ctx context.Context, in *model.TitleFilter) (f catalog.Filter, err error) {
	if in == nil {
		return f, nil
	}
	f = catalog.Filter{Kind: in.Kind, YearFrom: in.YearFrom, YearTo: in.YearTo, MaturityMax: in.MaturityMax, DurationFrom: in.DurationFrom, DurationTo: in.DurationTo}
	if f.Genres, err = genreIDs("filter.genres", in.Genres); err != nil {
		return f, err
	}
	if f.AllGenres, err = genreIDs("filter.allGenres", in.AllGenres); err != nil {
		return f, err
	}
	if in.Person != nil {
		if f.Person, err = globalid.Of[globalid.Person](*in.Person, globalid.KindPerson); err != nil {
			return f, &loader.InputError{Argument: "filter.person", Reason: "must be the id of a person"}
		}
	}
	if in.Language != nil {
		if f.Language = *in.Language; !languageTag.MatchString(f.Language) {
			return f, &loader.InputError{Argument: "filter.language", Reason: "must be a language tag such as es or pt-BR"}
		}
	}
	if in.Watched != nil {
		if f.Watched, f.Profile = catalog.Watched(*in.Watched), viewer.From(ctx).Profile; f.Profile == 0 {
			return f, errProfileRequired
		}
	}
	return f, nil
}

// languageTag is what BCP 47 allows, without looking up what it stands for.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}$`)

func genreIDs(argument string, named []*globalid.Global) (ids []globalid.Genre, err error) {
	if len(named) > maxGenres {
		return nil, &loader.InputError{Argument: argument, Reason: "must be at most 20"}
	}
	for _, g := range named {
		id, err := globalid.Of[globalid.Genre](*g, globalid.KindGenre)
		if err != nil {
			return nil, &loader.InputError{Argument: argument, Reason: "must be ids of genres"}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (r *Resolver) titleBySlug(ctx context.Context, slug string) (model.Title, error) {
	if !storable(slug) {
		return nil, nil // no such slug can exist
	}
	found, err := loader.From(ctx).Titles(ctx, r.db.Title.Query().Where(title.Slug(slug)))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func (r *Resolver) people(ctx context.Context, p loader.Page, text *string) (*model.PersonConnection, error) {
	rows, err := named(p, text, func(where func(*sql.Selector)) ([]*ent.Person, error) {
		return r.db.Person.Query().Where(where).All(ctx)
	}, person.FieldSortKey, person.FieldID)
	if err != nil {
		return nil, err
	}
	return relay.Page(rows, p.First, p.After.Set, func(_ int, n *ent.Person) string {
		return relay.Encode(loader.PersonList.Name, n.SortKey, int64(n.ID))
	}), nil
}

func (r *Resolver) characters(ctx context.Context, p loader.Page, text *string) (*model.CharacterConnection, error) {
	rows, err := named(p, text, func(where func(*sql.Selector)) ([]*ent.Character, error) {
		return r.db.Character.Query().Where(where).All(ctx)
	}, character.FieldSortKey, character.FieldID)
	if err != nil {
		return nil, err
	}
	return relay.Page(rows, p.First, p.After.Set, func(_ int, c *ent.Character) string {
		return relay.Encode(loader.CharacterList.Name, c.SortKey, int64(c.ID))
	}), nil
}

// named reads a page of a list that is ordered by sort key, along the index
// (sort_key, id), of the names that begin like text.
func named[T any](p loader.Page, text *string, query func(func(*sql.Selector)) ([]T, error), key, id string) ([]T, error) {
	prefix := ""
	if text != nil {
		if !storable(*text) {
			return nil, nil
		}
		if prefix = catalog.SortKey(*text, ""); prefix == "" && *text != "" {
			return nil, nil // no name begins with marks alone
		}
	}
	return query(func(s *sql.Selector) {
		if prefix != "" {
			// A range, not LIKE: it uses the index whatever the collation of LIKE is.
			s.Where(sql.And(sql.GTE(s.C(key), prefix), sql.LT(s.C(key), prefix+"\U0010FFFF")))
		}
		if p.After.Set {
			s.Where(sql.P(func(b *sql.Builder) {
				b.WriteString("(").WriteString(s.C(key)).WriteString(", ").WriteString(s.C(id)).WriteString(") > (").Arg(p.After.Text).WriteString(", ").Arg(p.After.ID).WriteString(")")
			}))
		}
		s.OrderBy(sql.Asc(s.C(key)), sql.Asc(s.C(id))).Limit(p.First + 1)
	})
}

// maxText bounds texts that are looked up.
const maxText = 500

// storable tells whether a text can be in the database at all: PostgreSQL takes
// neither NUL nor broken UTF-8.
func storable(s string) bool {
	return len(s) <= maxText && !strings.ContainsRune(s, 0) && strings.ToValidUTF8(s, "") == s
}
