package graph

import (
	"context"
	"errors"
	"strings"

	"streamex/ent/schema/globalid"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/internal/catalog"
	"streamex/internal/input"
)

func (r *Resolver) removeArtwork(ctx context.Context, g globalid.Global, shape model.PictureShape, version int) (*model.TitlePayload, error) {
	id := titleNumber(g)
	p := &model.TitlePayload{UserErrors: []*model.UserError{}}
	_, err := catalog.SetPicture(ctx, r.database, id, version, strings.ToLower(string(shape)), "", "")
	switch {
	case errors.Is(err, catalog.ErrNotFound):
		p.UserErrors = append(p.UserErrors, &model.UserError{Code: NotFound, Message: "There is no such title.", Path: []string{"titleId"}})
		return p, nil
	case errors.Is(err, catalog.ErrStale):
		p.UserErrors = append(p.UserErrors, &model.UserError{Code: input.Conflict, Message: "Somebody changed the title meanwhile.", Path: []string{"version"}})
	case err != nil:
		return nil, err
	}
	p.Title, err = loader.From(ctx).Title.Of(ctx, id)
	return p, err
}
