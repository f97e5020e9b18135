package graph

import (
	"context"
	"errors"
	"slices"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/internal/auth"
	"streamex/internal/viewer"
)

// asking is the viewer of ctx as the API shows it, nil when nobody is signed in.
func asking(ctx context.Context) *model.Viewer {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return nil
	}
	return &model.Viewer{Viewer: v}
}

// active chooses the profile that the viewer watches with, nil before one was
// chosen.
func active(v *model.Viewer) func([]*ent.Profile, error) (*ent.Profile, error) {
	return func(profiles []*ent.Profile, err error) (*ent.Profile, error) {
		i := slices.IndexFunc(profiles, func(p *ent.Profile) bool { return p.ID == v.Viewer.Profile })
		if i < 0 {
			return nil, err
		}
		return profiles[i], err
	}
}

func (r *Resolver) signIn(ctx context.Context, in model.SignInInput) (*model.SignInPayload, error) {
	device := ""
	if in.Device != nil {
		device = *in.Device
	}
	token, v, err := r.auth.SignIn(ctx, in.Email, in.Password, device)
	if errors.Is(err, auth.ErrCredentials) {
		return &model.SignInPayload{UserErrors: []*model.UserError{{
			Code: BadUserInput, Message: "The e-mail address or the password is wrong.", Path: []string{"input", "password"},
		}}}, nil
	}
	if err != nil {
		return nil, err
	}
	auth.SetToken(ctx, token)
	p := &model.SignInPayload{Viewer: &model.Viewer{Viewer: v}, UserErrors: []*model.UserError{}}
	if !auth.WebClient(ctx) { // a page's scripts must never see the token
		p.Token = &token
	}
	return p, nil
}

func (r *Resolver) selectProfile(ctx context.Context, g globalid.Global) (*model.SelectProfilePayload, error) {
	id, err := globalid.Of[globalid.Profile](g, globalid.KindProfile)
	var v viewer.Viewer
	if err == nil {
		v, err = r.auth.SelectProfile(ctx, id)
	}
	if errors.Is(err, globalid.ErrInvalid) || errors.Is(err, auth.ErrNotFound) {
		return &model.SelectProfilePayload{UserErrors: []*model.UserError{{
			Code: NotFound, Message: "There is no such profile.", Path: []string{"id"},
		}}}, nil
	}
	if err != nil {
		return nil, err
	}
	return &model.SelectProfilePayload{Viewer: &model.Viewer{Viewer: v}, UserErrors: []*model.UserError{}}, nil
}
