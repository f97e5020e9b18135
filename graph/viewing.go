package graph

import (
	"context"
	"fmt"
	"strconv"

	"streamex/ent"
	"streamex/ent/listitem"
	"streamex/ent/rating"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/internal/playback"
	"streamex/internal/viewer"
)

func (r *Resolver) recordViews(ctx context.Context, in []*model.ViewEventInput) (*model.RecordViewsPayload, error) {
	if viewer.From(ctx).Profile == 0 {
		return nil, errProfileRequired
	}
	if len(in) > playback.MaxEvents {
		return nil, &loader.InputError{Argument: "events", Reason: fmt.Sprintf("must be at most %d", playback.MaxEvents)}
	}
	events := make([]playback.Event, len(in))
	for i, e := range in {
		events[i] = playback.Event{
			Name: e.EventID, Session: e.PlaybackSession, Kind: e.Kind, Position: e.PositionSeconds, At: e.At,
			Title: number[globalid.Title](e.PlayableID, globalid.KindTitle), Episode: number[globalid.Episode](e.PlayableID, globalid.KindEpisode),
		}
	}
	results, problems, err := playback.Record(ctx, r.database, events, playback.Default)
	if err != nil {
		return nil, err
	}
	out := &model.RecordViewsPayload{Results: []*model.ViewEventResult{}, UserErrors: []*model.UserError{}}
	for i, result := range results {
		if result.Status != "" {
			out.Results = append(out.Results, &model.ViewEventResult{EventID: in[i].EventID, Status: result.Status, View: result.View})
		}
	}
	for _, p := range problems {
		code := BadUserInput
		if p.Missing {
			code = NotFound
		}
		out.UserErrors = append(out.UserErrors, &model.UserError{Code: code, Message: p.Message, Path: []string{"events", strconv.Itoa(p.Event), p.Field}})
	}
	return out, nil
}

// keep changes what the active profile keeps of a title, and returns the title;
// nil with a problem when the viewer sees none such.
func (r *Resolver) keep(ctx context.Context, g globalid.Global, change func(globalid.Profile, globalid.Title) error) (model.Title, []*model.UserError, error) {
	profile, id := viewer.From(ctx).Profile, number[globalid.Title](g, globalid.KindTitle)
	if profile == 0 {
		return nil, nil, errProfileRequired
	}
	missing := []*model.UserError{{Code: NotFound, Message: "There is no such title.", Path: []string{"titleId"}}}
	if there, err := r.db.Title.Query().Where(title.ID(id)).Exist(ctx); err != nil || !there {
		return nil, missing, err
	}
	if err := change(profile, id); ent.IsConstraintError(err) { // deleted meanwhile
		return nil, missing, nil
	} else if err != nil {
		return nil, nil, err
	}
	t, err := loader.From(ctx).Title.Of(ctx, id)
	return t, []*model.UserError{}, err
}

func (r *Resolver) addToMyList(ctx context.Context, g globalid.Global) (*model.MyListPayload, error) {
	t, problems, err := r.keep(ctx, g, func(profile globalid.Profile, id globalid.Title) error {
		return r.database.Client.ListItem.Create().SetProfileID(profile).SetTitleID(id).
			OnConflictColumns(listitem.FieldProfileID, listitem.FieldTitleID).Ignore().Exec(ctx)
	})
	return &model.MyListPayload{Title: t, UserErrors: problems}, err
}

func (r *Resolver) removeFromMyList(ctx context.Context, g globalid.Global) (*model.MyListPayload, error) {
	t, problems, err := r.keep(ctx, g, func(profile globalid.Profile, id globalid.Title) error {
		_, err := r.database.Client.ListItem.Delete().Where(listitem.ProfileID(profile), listitem.TitleID(id)).Exec(ctx)
		return err
	})
	return &model.MyListPayload{Title: t, UserErrors: problems}, err
}

func (r *Resolver) rate(ctx context.Context, g globalid.Global, thumb *rating.Thumb) (*model.RatePayload, error) {
	t, problems, err := r.keep(ctx, g, func(profile globalid.Profile, id globalid.Title) error {
		if thumb == nil {
			_, err := r.database.Client.Rating.Delete().Where(rating.ProfileID(profile), rating.TitleID(id)).Exec(ctx)
			return err
		}
		return r.database.Client.Rating.Create().SetProfileID(profile).SetTitleID(id).SetThumb(*thumb).
			OnConflictColumns(rating.FieldProfileID, rating.FieldTitleID).UpdateNewValues().Exec(ctx)
	})
	return &model.RatePayload{Title: t, UserErrors: problems}, err
}
