package graph

import (
	"context"
	"fmt"
	"time"

	"streamex/ent"
	"streamex/ent/job"
	"streamex/ent/paymentmethod"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/user"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/internal/viewer"
)

// nodes finds what stands behind identifiers, null where there is nothing that
// the viewer may see: one statement per kind of node.
func (r *Resolver) nodes(ctx context.Context, ids []*globalid.Global) ([]model.Node, error) {
	if len(ids) > loader.MaxPage {
		return nil, &loader.InputError{Argument: "ids", Reason: fmt.Sprintf("must be at most %d", loader.MaxPage)}
	}
	l := loader.From(ctx)
	found := make(map[globalid.Global]model.Node, len(ids))
	var kinds []globalid.Kind // in the order of the ids, so that the statements are the same each time
	byKind := make(map[globalid.Kind][]globalid.Global)
	for _, g := range ids {
		if byKind[g.Kind] == nil {
			kinds = append(kinds, g.Kind)
		}
		byKind[g.Kind] = append(byKind[g.Kind], *g)
	}
	for _, kind := range kinds {
		var err error
		list := byKind[kind]
		switch kind {
		case globalid.KindTitle:
			err = collect(found, list, kind, func(ids []globalid.Title) (map[globalid.Title]model.Title, error) {
				return l.Title.Fill(ctx, ids)
			})
		case globalid.KindSeason:
			err = collect(found, list, kind, func(ids []globalid.Season) (map[globalid.Season]*ent.Season, error) {
				return l.Season.Fill(ctx, ids)
			})
		case globalid.KindEpisode:
			err = collect(found, list, kind, func(ids []globalid.Episode) (map[globalid.Episode]*ent.Episode, error) {
				return l.Episode.Fill(ctx, ids)
			})
		case globalid.KindPerson:
			err = collect(found, list, kind, func(ids []globalid.Person) (map[globalid.Person]*ent.Person, error) {
				return l.Person.Fill(ctx, ids)
			})
		case globalid.KindCharacter:
			err = collect(found, list, kind, func(ids []globalid.Character) (map[globalid.Character]*ent.Character, error) {
				return l.Character.Fill(ctx, ids)
			})
		case globalid.KindGenre:
			err = collect(found, list, kind, func(ids []globalid.Genre) (map[globalid.Genre]*model.Genre, error) {
				return l.Genre.Fill(ctx, ids)
			})
		case globalid.KindProfile:
			err = collect(found, list, kind, func(ids []globalid.Profile) (map[globalid.Profile]*ent.Profile, error) {
				rows, err := r.db.Profile.Query().Where(profile.IDIn(ids...)).All(ctx)
				return index(rows, func(p *ent.Profile) globalid.Profile { return p.ID }), err
			})
		case globalid.KindUser:
			err = collect(found, list, kind, func(ids []globalid.User) (map[globalid.User]*ent.User, error) {
				rows, err := r.db.User.Query().Where(user.IDIn(ids...)).All(ctx)
				return index(rows, func(u *ent.User) globalid.User { return u.ID }), err
			})
		case globalid.KindPaymentMethod:
			err = collect(found, list, kind, func(ids []globalid.PaymentMethod) (map[globalid.PaymentMethod]*model.PaymentMethod, error) {
				rows, err := r.db.PaymentMethod.Query().Where(paymentmethod.IDIn(ids...)).All(ctx)
				return index(model.NewPaymentMethods(rows, time.Now()), func(m *model.PaymentMethod) globalid.PaymentMethod { return m.ID }), err
			})
		case globalid.KindSession:
			err = collect(found, list, kind, func(ids []globalid.Session) (map[globalid.Session]*model.Session, error) {
				rows, err := l.Sessions.Of(ctx, viewer.From(ctx)) // all: there are few
				return index(rows, func(s *model.Session) globalid.Session { return s.ID }), err
			})
		case globalid.KindJob:
			err = collect(found, list, kind, func(ids []globalid.Job) (map[globalid.Job]*ent.Job, error) {
				rows, err := r.db.Job.Query().Where(job.IDIn(ids...)).All(ctx)
				return index(rows, func(j *ent.Job) globalid.Job { return j.ID }), err
			})
		case globalid.KindHomeRow:
			var rows map[globalid.Global]*model.HomeRow
			rows, err = l.Rows(ctx, list)
			for id, row := range rows {
				found[id] = row
			}
		}
		if err != nil {
			return nil, err
		}
	}
	nodes := make([]model.Node, len(ids))
	for i, g := range ids {
		nodes[i] = found[*g]
	}
	return nodes, nil
}

// collect puts the nodes of one kind among the found ones.
func collect[K interface {
	~int64
	comparable
}, V model.Node](found map[globalid.Global]model.Node, list []globalid.Global, kind globalid.Kind, fetch func([]K) (map[K]V, error)) error {
	ids := make([]K, len(list))
	for i, g := range list {
		var err error
		if ids[i], err = globalid.Of[K](g, kind); err != nil {
			return err
		}
	}
	rows, err := fetch(ids)
	for i, g := range list {
		if v, ok := rows[ids[i]]; ok && model.Node(v) != nil && !isNil(v) {
			found[g] = v
		}
	}
	return err
}

func index[K comparable, V any](rows []V, key func(V) K) map[K]V {
	m := make(map[K]V, len(rows))
	for _, r := range rows {
		m[key(r)] = r
	}
	return m
}

// isNil tells whether an interface holds a nil pointer: an edge answers so for
// a key without a row.
func isNil(n model.Node) bool {
	switch n := n.(type) {
	case *ent.Season:
		return n == nil
	case *ent.Episode:
		return n == nil
	case *model.Genre:
		return n == nil
	}
	return false
}

// series narrows a title to the series that it is known to be.
func series(t model.Title, err error) (*model.Series, error) {
	s, _ := t.(*model.Series)
	return s, err
}
