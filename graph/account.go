package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/predicate"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/ent/user"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/graph/relay"
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

// userErrors divides an error into what a person can put right, at its field
// below the argument at, and a fault. An id is an argument of its own.
func userErrors(err error, at ...string) ([]*model.UserError, error) {
	if often, ok := errors.AsType[*auth.TooMany](err); ok {
		return nil, &failure{code: RateLimited, message: "too many tries, try again later", wait: often.Wait}
	}
	problems, ok := errors.AsType[auth.Problems](err)
	switch {
	case errors.Is(err, auth.ErrNotFound):
		problems = auth.Problems{{Field: "id", Code: NotFound, Message: "There is no such profile."}}
	case errors.Is(err, auth.ErrCredentials):
		problems = auth.Problems{{Field: "password", Code: BadUserInput, Message: "The e-mail address or the password is wrong."}}
	case !ok && err != nil:
		return nil, err
	}
	out := make([]*model.UserError, len(problems))
	for i, p := range problems {
		path := append([]string{}, at...)
		if p.Field == "id" {
			path = nil
		}
		if p.Field != "" {
			path = append(path, strings.Split(p.Field, ".")...)
		}
		out[i] = &model.UserError{Code: p.Code, Message: p.Message, Path: path}
	}
	return out, nil
}

// shown returns the token that the answer shows, and gives the client its
// cookie: a page's scripts must never see the token.
func shown(ctx context.Context, token string) *string {
	auth.SetToken(ctx, token)
	if auth.WebClient(ctx) {
		return nil
	}
	return &token
}

func (r *Resolver) signedIn(ctx context.Context, token string, v viewer.Viewer, err error) (*model.SignInPayload, error) {
	problems, err := userErrors(err, "input")
	p := &model.SignInPayload{UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.Viewer, p.Token = &model.Viewer{Viewer: v}, shown(ctx, token)
	}
	return p, err
}

func (r *Resolver) signUp(ctx context.Context, in model.SignUpInput) (*model.SignInPayload, error) {
	language := viewer.From(ctx).Language
	if in.Language != nil {
		language = string(*in.Language)
	}
	token, v, err := r.auth.SignUp(ctx, auth.Account{Email: in.Email, Password: in.Password, Name: or(in.Name), Language: language}, or(in.Device))
	return r.signedIn(ctx, token, v, err)
}

func (r *Resolver) signIn(ctx context.Context, in model.SignInInput) (*model.SignInPayload, error) {
	token, v, err := r.auth.SignIn(ctx, in.Email, in.Password, or(in.Device), or(in.Code))
	return r.signedIn(ctx, token, v, err)
}

func (r *Resolver) updateAccount(ctx context.Context, in model.UpdateAccountInput) (*model.UpdateAccountPayload, error) {
	problems, err := userErrors(r.auth.UpdateAccount(ctx, auth.AccountChange{Name: in.Name, Email: in.Email, Password: or(in.Password)}), "input")
	return &model.UpdateAccountPayload{Viewer: after(ctx, problems), UserErrors: problems}, err
}

// after is the viewer in an answer: null when nothing was changed.
func after(ctx context.Context, problems []*model.UserError) *model.Viewer {
	if len(problems) > 0 {
		return nil
	}
	return asking(ctx)
}

func (r *Resolver) changePassword(ctx context.Context, in model.ChangePasswordInput) (*model.ChangePasswordPayload, error) {
	token, err := r.auth.ChangePassword(ctx, in.CurrentPassword, in.NewPassword)
	problems, err := userErrors(err, "input")
	p := &model.ChangePasswordPayload{Viewer: after(ctx, problems), UserErrors: problems}
	if token != "" {
		p.Token = shown(ctx, token)
	}
	return p, err
}

func (r *Resolver) setUpSecondFactor(ctx context.Context, in model.SetUpSecondFactorInput) (*model.SetUpSecondFactorPayload, error) {
	made, err := r.auth.SetUpSecondFactor(ctx, in.Password)
	problems, err := userErrors(err, "input")
	p := &model.SetUpSecondFactorPayload{UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.Secret, p.URI = &made.Secret, &made.URI
	}
	return p, err
}

func (r *Resolver) confirmSecondFactor(ctx context.Context, in model.ConfirmSecondFactorInput) (*model.ConfirmSecondFactorPayload, error) {
	codes, token, err := r.auth.ConfirmSecondFactor(ctx, in.Code)
	problems, err := userErrors(err, "input")
	p := &model.ConfirmSecondFactorPayload{RecoveryCodes: codes, Viewer: after(ctx, problems), UserErrors: problems}
	if token != "" {
		p.Token = shown(ctx, token)
	}
	return p, err
}

func (r *Resolver) removeSecondFactor(ctx context.Context, in model.RemoveSecondFactorInput) (*model.RemoveSecondFactorPayload, error) {
	problems, err := userErrors(r.auth.RemoveSecondFactor(ctx, in.Password, in.Code), "input")
	return &model.RemoveSecondFactorPayload{Viewer: after(ctx, problems), UserErrors: problems}, err
}

func (r *Resolver) renewRecoveryCodes(ctx context.Context, in model.RenewRecoveryCodesInput) (*model.RenewRecoveryCodesPayload, error) {
	codes, err := r.auth.RenewRecoveryCodes(ctx, in.Password, in.Code)
	problems, err := userErrors(err, "input")
	return &model.RenewRecoveryCodesPayload{RecoveryCodes: codes, UserErrors: problems}, err
}

func (r *Resolver) deleteAccount(ctx context.Context, in model.DeleteAccountInput) (*model.DeleteAccountPayload, error) {
	problems, err := userErrors(r.auth.DeleteAccount(ctx, in.Password), "input")
	p := &model.DeleteAccountPayload{UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.DeletedID = global(viewer.From(ctx).User)
	}
	return p, err
}

func (r *Resolver) requestPasswordReset(ctx context.Context, in model.RequestPasswordResetInput) (*model.RequestPasswordResetPayload, error) {
	problems, err := userErrors(r.auth.RequestPasswordReset(ctx, in.Email), "input")
	return &model.RequestPasswordResetPayload{UserErrors: problems}, err
}

func (r *Resolver) resetPassword(ctx context.Context, in model.ResetPasswordInput) (*model.ResetPasswordPayload, error) {
	problems, err := userErrors(r.auth.ResetPassword(ctx, in.Token, in.Password), "input")
	return &model.ResetPasswordPayload{UserErrors: problems}, err
}

func (r *Resolver) renameSession(ctx context.Context, g globalid.Global, name string) (*model.RenameSessionPayload, error) {
	row, err := r.auth.RenameSession(ctx, number[globalid.Session](g, globalid.KindSession), name)
	problems, err := userErrors(err)
	p := &model.RenameSessionPayload{UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.Session = &model.Session{Session: row, Current: row.ID == viewer.From(ctx).Session}
	}
	return p, err
}

func (r *Resolver) revokeSession(ctx context.Context, g globalid.Global) (*model.RevokeSessionPayload, error) {
	problems, err := userErrors(r.auth.RevokeSession(ctx, number[globalid.Session](g, globalid.KindSession)))
	p := &model.RevokeSessionPayload{UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.RevokedID = &g
	}
	return p, err
}

func (r *Resolver) revokeOtherSessions(ctx context.Context) (*model.RevokeOtherSessionsPayload, error) {
	n, err := r.auth.RevokeOtherSessions(ctx)
	return &model.RevokeOtherSessionsPayload{Revoked: n, Viewer: asking(ctx)}, err
}

func (r *Resolver) createProfile(ctx context.Context, in model.CreateProfileInput) (*model.ProfilePayload, error) {
	c := auth.ProfileChange{
		Name: &in.Name, Avatar: in.Avatar, Language: in.Language, Maturity: in.Maturity, Child: in.Child,
		SetPIN: in.Pin != nil, PIN: in.Pin, Password: or(in.Password),
	}
	prefer(&c, in.Preferences)
	p, err := r.auth.CreateProfile(ctx, c)
	return profilePayload(ctx, p, err)
}

func (r *Resolver) updateProfile(ctx context.Context, g globalid.Global, in model.UpdateProfileInput) (*model.ProfilePayload, error) {
	c := auth.ProfileChange{
		Name: in.Name, Avatar: in.Avatar, Language: in.Language, Maturity: in.Maturity, Child: in.Child,
		SetPIN: in.Pin.IsSet(), PIN: in.Pin.Value(), Password: or(in.Password),
	}
	prefer(&c, in.Preferences)
	p, err := r.auth.UpdateProfile(ctx, number[globalid.Profile](g, globalid.KindProfile), c)
	return profilePayload(ctx, p, err)
}

func prefer(c *auth.ProfileChange, in *model.PreferencesInput) {
	if in != nil {
		c.Autoplay = in.Autoplay
		c.SetSubtitleLanguage, c.SubtitleLanguage = in.SubtitleLanguage.IsSet(), in.SubtitleLanguage.Value()
		c.SetAudioLanguage, c.AudioLanguage = in.AudioLanguage.IsSet(), in.AudioLanguage.Value()
	}
}

// profilePayload shows a profile that was written, with the viewer who sees the
// titles that it may see now.
func profilePayload(ctx context.Context, p *ent.Profile, err error) (*model.ProfilePayload, error) {
	problems, err := userErrors(err, "input")
	out := &model.ProfilePayload{Viewer: after(ctx, problems), UserErrors: problems}
	if err == nil && len(problems) == 0 {
		out.Profile = p
		if out.Viewer.Viewer.Profile == p.ID {
			v := &out.Viewer.Viewer
			v.Child, v.Maturity, v.Language = p.Child, p.Maturity, string(p.Language)
		}
	}
	return out, err
}

func (r *Resolver) deleteProfile(ctx context.Context, g globalid.Global, password *string) (*model.DeleteProfilePayload, error) {
	id := number[globalid.Profile](g, globalid.KindProfile)
	problems, err := userErrors(r.auth.DeleteProfile(ctx, id, or(password)))
	p := &model.DeleteProfilePayload{Viewer: after(ctx, problems), UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.DeletedID = &g
		if v := &p.Viewer.Viewer; v.Profile == id {
			v.Profile = 0
		}
	}
	return p, err
}

func (r *Resolver) selectProfile(ctx context.Context, g globalid.Global, pin, password *string) (*model.SelectProfilePayload, error) {
	v, err := r.auth.SelectProfile(ctx, number[globalid.Profile](g, globalid.KindProfile), auth.Proof{PIN: or(pin), Password: or(password)})
	problems, err := userErrors(err)
	p := &model.SelectProfilePayload{UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.Viewer = &model.Viewer{Viewer: v}
	}
	return p, err
}

func (r *Resolver) createUser(ctx context.Context, in model.CreateUserInput) (*model.UserPayload, error) {
	a := auth.Account{
		Email: in.Email, Password: or(in.Password), Name: or(in.Name), Language: string(or(in.Language)),
		Admin: or(in.Role) == user.RoleADMIN, Invited: in.Password == nil,
	}
	u, err := r.auth.CreateUser(ctx, a)
	problems, err := userErrors(err, "input")
	return &model.UserPayload{User: u, UserErrors: problems}, err
}

func (r *Resolver) updateUser(ctx context.Context, g globalid.Global, in model.UpdateUserInput) (*model.UserPayload, error) {
	c := auth.UserChange{Name: in.Name, Email: in.Email, Disabled: in.Disabled, SendReset: or(in.SendPasswordReset), DropFactor: or(in.RemoveSecondFactor)}
	if in.Role != nil {
		admin := *in.Role == user.RoleADMIN
		c.Admin = &admin
	}
	u, err := r.auth.UpdateUser(ctx, number[globalid.User](g, globalid.KindUser), c)
	problems, err := userErrors(err, "input")
	return &model.UserPayload{User: u, UserErrors: problems}, err
}

func (r *Resolver) deleteUser(ctx context.Context, g globalid.Global) (*model.DeleteUserPayload, error) {
	problems, err := userErrors(r.auth.DeleteUser(ctx, number[globalid.User](g, globalid.KindUser)))
	p := &model.DeleteUserPayload{UserErrors: problems}
	if err == nil && len(problems) == 0 {
		p.DeletedID = &g
	}
	return p, err
}

// users reads a page of accounts along the unique index on addresses. A text
// filters what it reads: only administrators search so.
func (r *Resolver) users(ctx context.Context, p loader.Page, text *string) (*model.UserConnection, error) {
	var where []predicate.User
	if p.After.Set {
		where = append(where, user.EmailGT(p.After.Text)) // no two have the same
	}
	if text != nil {
		if !storable(*text) {
			return relay.Page([]*ent.User{}, p.First, p.After.Set, userCursor), nil
		}
		begins := user.EmailHasPrefix(strings.ToLower(strings.TrimSpace(*text)))
		if name := schema.NameKey(*text); name != "" {
			begins = user.Or(begins, user.NameKeyContains(name))
		}
		where = append(where, begins)
	}
	rows, err := r.db.User.Query().Where(where...).Order(user.ByEmail(sql.OrderAsc())).Limit(p.First + 1).All(ctx)
	if err != nil {
		return nil, err
	}
	return relay.Page(rows, p.First, p.After.Set, userCursor), nil
}

func userCursor(_ int, u *ent.User) string {
	return relay.Encode(loader.UserList.Name, u.Email, int64(u.ID))
}

// number is the row's number in an id, 0, which no row has, for one of another
// kind of node: nothing tells it from one that does not exist.
func number[T ~int64](g globalid.Global, k globalid.Kind) T {
	n, err := globalid.Of[T](g, k)
	if err != nil {
		return 0
	}
	return n
}

// global is the id of a row.
func global(n fmt.Stringer) *globalid.Global {
	g, err := globalid.Parse(n.String())
	if err != nil {
		return nil
	}
	return &g
}

// or is the value behind p, the zero one for nil.
func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
