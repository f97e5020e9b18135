package auth

import (
	"cmp"
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"streamex/ent"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/viewer"
)

// lifetime of a session: absolute, using it does not prolong it.
const lifetime = 30 * 24 * time.Hour

// SignIn starts a session on a device, which may have any name or none. The
// session that ctx came with ends: nobody keeps a token from before signing in.
// It returns ErrCredentials when address and password do not belong together.
func (s *Service) SignIn(ctx context.Context, email, password, device string) (token string, v viewer.Viewer, err error) {
	account, err := s.account(ctx, email, password)
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	token, hash := newToken()
	id, err := s.start(ctx, account.ID, hash, line(device, maxDevice))
	if err != nil {
		return "", viewer.Viewer{}, fmt.Errorf("auth: starting a session: %w", err)
	}
	return token, viewer.Viewer{
		User: account.ID, Admin: account.Role == user.RoleADMIN, Session: id,
		Maturity: viewer.Adult, Language: cmp.Or(viewer.From(ctx).Language, english),
	}, nil
}

// account returns whose address and password these are.
func (s *Service) account(ctx context.Context, email, password string) (*ent.User, error) {
	email, ok := normalEmail(email)
	if !ok || len(password) > utf8.UTFMax*maxPassword {
		return nil, ErrCredentials // nobody's, so there is no time to hide
	}
	account, err := s.db.User.Query().Where(user.Email(email)).Only(ctx)
	if ent.IsNotFound(err) {
		account, err = &ent.User{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("auth: finding the account: %w", err)
	}
	switch ok, err := s.matches(ctx, password, account.PasswordHash); {
	case err != nil:
		return nil, err
	case !ok:
		return nil, ErrCredentials
	}
	return account, nil
}

// start writes a session. It deletes the one before it, and those of the
// account that expired: nothing else sweeps them.
func (s *Service) start(ctx context.Context, account globalid.User, hash []byte, device string) (globalid.Session, error) {
	tx, err := s.db.Tx(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	now := s.now()
	_, err = tx.Session.Delete().Where(session.Or(
		session.ID(viewer.From(ctx).Session),
		session.And(session.UserID(account), session.ExpiresAtLTE(now)),
	)).Exec(ctx)
	if err != nil {
		return 0, err
	}
	row, err := tx.Session.Create().SetTokenHash(hash).SetUserID(account).SetDevice(device).SetExpiresAt(now.Add(lifetime)).Save(ctx)
	if err != nil {
		return 0, err
	}
	return row.ID, tx.Commit()
}

// SignOut ends the session of ctx and forgets its cookie. Without a session it
// does nothing.
func (s *Service) SignOut(ctx context.Context) error {
	if id := viewer.From(ctx).Session; id != 0 {
		if _, err := s.db.Session.Delete().Where(session.ID(id)).Exec(ctx); err != nil {
			return fmt.Errorf("auth: signing out: %w", err)
		}
	}
	ClearToken(ctx)
	return nil
}

// SelectProfile makes the session of ctx watch with a profile of its account,
// and returns the viewer that it is from now on. It returns ErrNotFound for a
// profile of another account as for one that does not exist.
func (s *Service) SelectProfile(ctx context.Context, id globalid.Profile) (viewer.Viewer, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() || v.Session == 0 {
		return viewer.Viewer{}, ErrNotFound
	}
	p, err := s.db.Profile.Query().Where(profile.ID(id), profile.UserID(v.User)).Only(ctx)
	if ent.IsNotFound(err) {
		return viewer.Viewer{}, ErrNotFound
	}
	if err != nil {
		return viewer.Viewer{}, fmt.Errorf("auth: finding the profile: %w", err)
	}
	n, err := s.db.Session.Update().Where(session.ID(v.Session), session.UserID(v.User)).SetProfileID(id).Save(ctx)
	if ent.IsConstraintError(err) || err == nil && n == 0 { // deleted, or signed out, in between
		return viewer.Viewer{}, ErrNotFound
	}
	if err != nil {
		return viewer.Viewer{}, fmt.Errorf("auth: selecting the profile: %w", err)
	}
	v.Profile, v.Maturity, v.Language = p.ID, p.Maturity, string(p.Language)
	return v, nil
}
