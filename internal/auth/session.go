package auth

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/viewer"
)

const (
	// sliding is how long a session lasts that nobody uses.
	sliding = 30 * 24 * time.Hour
	// absolute is how long a session lasts at most.
	absolute = 180 * 24 * time.Hour
	// fresh is how exactly the last use of a session is known: writing it with
	// each request would make every read a write.
	fresh = time.Minute
	// maxSessions is how many devices of an account are signed in at once; the
	// one that was not used for longest has to leave for another.
	maxSessions = 50
)

// expiry is when a session ends that began once and is used now.
func expiry(began, now time.Time) time.Time {
	end := now.Add(sliding)
	if last := began.Add(absolute); last.Before(end) {
		return last
	}
	return end
}

// SignIn starts a session on a device, which may have any name or none. The
// session that ctx came with ends: nobody keeps a token from before signing in.
// An account with a second factor needs a code, of its app or a recovery code.
// It returns ErrCredentials when address and password do not belong together,
// Problems when they do and something else is wrong, and *TooMany to who tried
// too often.
func (s *Service) SignIn(ctx context.Context, email, password, device, code string) (token string, v viewer.Viewer, err error) {
	email, _ = normalEmail(email) // the part that is counted; account says what is wrong
	try, err := s.throttle.try(s.now(), email, client(ctx).address)
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	account, err := s.account(ctx, email, password)
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	renewed := ""
	if outdated(account.PasswordHash) { // what was good enough once: it can be made anew only now
		if renewed, err = s.hash(ctx, password); err != nil {
			return "", viewer.Viewer{}, err
		}
	}
	var refused error
	err = s.change(ctx, "starting a session", account.ID, func(tx *ent.Tx) error {
		// As it is now: since it was found, hashing took its time.
		account, err := tx.User.Query().Where(user.ID(account.ID), user.PasswordHash(account.PasswordHash), user.Disabled(false)).Modify(forUpdate).Only(ctx)
		switch {
		case ent.IsNotFound(err):
			refused, err = ErrCredentials, nil
		case err == nil && account.HasSecondFactor() && code != "":
			refused, err = s.tryCode(ctx, tx, account, code)
		case err == nil && account.HasSecondFactor():
			try.giveBack() // nothing was guessed
			refused = problem("code", codeFactor, "Signing in needs a code of the app, or a recovery code.")
		}
		if err != nil || refused != nil {
			return err
		}
		if renewed != "" {
			if err := tx.User.UpdateOne(account).SetPasswordHash(renewed).Exec(ctx); err != nil {
				return err
			}
		}
		token, v, err = s.start(ctx, tx, account, device)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	try.opened()
	return token, v, nil
}

// account returns whose address, in normal form, and password these are.
func (s *Service) account(ctx context.Context, email, password string) (*ent.User, error) {
	if email == "" || utf8.RuneCountInString(password) > maxPassword {
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
	case account.Disabled:
		return nil, problem("email", "FORBIDDEN", "This account is disabled.") // told only to who knows the password
	}
	return account, nil
}

// start writes a session of an account. It deletes the one of ctx, those that
// expired, for nothing else sweeps them, and those that are too many.
func (s *Service) start(ctx context.Context, tx *ent.Tx, account *ent.User, device string) (string, viewer.Viewer, error) {
	token, hash := newToken()
	now := s.now()
	before := viewer.From(ctx)
	_, err := tx.Session.Delete().Where(session.Or(
		session.ID(before.Session),
		session.And(session.UserID(account.ID), session.ExpiresAtLTE(now)),
	)).Exec(ctx)
	if err == nil && before.SignedIn() {
		err = database.Publish(ctx, tx, database.Account(before.User))
	}
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	old, err := tx.Session.Query().Where(session.UserID(account.ID)).
		Order(session.ByLastUsedAt(sql.OrderDesc()), session.ByID(sql.OrderDesc())).Offset(maxSessions - 1).Limit(maxSessions).IDs(ctx)
	if err == nil && len(old) > 0 {
		_, err = tx.Session.Delete().Where(session.IDIn(old...)).Exec(ctx)
	}
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	row, err := tx.Session.Create().SetTokenHash(hash).SetUserID(account.ID).
		SetDevice(cmp.Or(line(device, maxDevice), deviceOf(client(ctx).agent))).
		SetCreatedAt(now).SetLastUsedAt(now).SetExpiresAt(expiry(now, now)).Save(ctx)
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	v := viewer.Viewer{
		User: account.ID, Admin: account.Role == user.RoleADMIN, Session: row.ID,
		Maturity: viewer.Adult, Language: cmp.Or(before.Language, english),
	}
	if !v.Admin { // as find does
		var limits []int
		limits, err = tx.Profile.Query().Where(profile.UserID(account.ID)).Select(profile.FieldMaturity).Ints(ctx)
		v.Maturity = slices.Min(append(limits, viewer.Adult))
	}
	return token, v, err
}

// renew gives the session of ctx another token, and ends all others of its
// account: what opens it has changed. Without a session it returns no token.
func (s *Service) renew(ctx context.Context, tx *ent.Tx) (token string, err error) {
	v := viewer.From(ctx)
	if _, err := tx.Session.Delete().Where(session.UserID(v.User), session.IDNEQ(v.Session)).Exec(ctx); err != nil {
		return "", err
	}
	token, hash := newToken()
	n, err := tx.Session.Update().Where(session.ID(v.Session), session.UserID(v.User)).SetTokenHash(hash).Save(ctx)
	if err != nil || n == 0 {
		return "", err
	}
	return token, nil
}

// touch notes that a session is used, which makes it last longer. A request
// does not fail for it: the next one tries again.
func (s *Service) touch(ctx context.Context, a asker) {
	now := s.now()
	if now.Sub(a.LastUsed) < fresh {
		return
	}
	limit, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := s.db.Session.Update().Where(session.ID(a.Session), session.LastUsedAtLTE(now.Add(-fresh))).
		SetLastUsedAt(now).SetExpiresAt(expiry(a.Began, now)).Exec(limit)
	if err != nil && ctx.Err() == nil {
		s.options.Log.WarnContext(ctx, "the use of a session was not noted", "err", err, "trace_id", s.options.TraceID(ctx))
	}
}

// SignOut ends the session of ctx and forgets its cookie. Without a session it
// does nothing.
func (s *Service) SignOut(ctx context.Context) error {
	if v := viewer.From(ctx); v.Session != 0 {
		err := s.change(ctx, "signing out", v.User, func(tx *ent.Tx) error {
			_, err := tx.Session.Delete().Where(session.ID(v.Session)).Exec(ctx)
			return err
		})
		if err != nil {
			return err
		}
	}
	ClearToken(ctx)
	return nil
}

// RenameSession gives a device of the account of ctx another name. It returns
// Problems.
func (s *Service) RenameSession(ctx context.Context, id globalid.Session, name string) (row *ent.Session, err error) {
	var wrong Problems
	name = nameOf(&wrong, name)
	v := viewer.From(ctx)
	err = s.change(ctx, "renaming a session", v.User, func(tx *ent.Tx) error {
		row, err = tx.Session.Query().Where(session.ID(id), session.UserID(v.User), session.ExpiresAtGT(s.now())).Modify(forUpdate).Only(ctx)
		if ent.IsNotFound(err) {
			wrong.Add("id", codeNotFound, noDevice)
			err = nil
		}
		if err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		row, err = row.Update().SetDevice(name).Save(ctx)
		return err
	})
	return row, err
}

const noDevice = "There is no such device."

// RevokeSession ends a session of the account of ctx: that device has to sign
// in again. It returns Problems.
func (s *Service) RevokeSession(ctx context.Context, id globalid.Session) error {
	v := viewer.From(ctx)
	err := s.change(ctx, "ending a session", v.User, func(tx *ent.Tx) error {
		n, err := tx.Session.Delete().Where(session.ID(id), session.UserID(v.User)).Exec(ctx)
		if err == nil && n == 0 {
			return problem("id", codeNotFound, noDevice)
		}
		return err
	})
	if err == nil && id == v.Session {
		ClearToken(ctx)
	}
	return err
}

// RevokeOtherSessions ends all sessions of the account of ctx but its own, and
// returns how many there were.
func (s *Service) RevokeOtherSessions(ctx context.Context) (n int, err error) {
	v := viewer.From(ctx)
	err = s.change(ctx, "ending sessions", v.User, func(tx *ent.Tx) error {
		n, err = tx.Session.Delete().Where(session.UserID(v.User), session.IDNEQ(v.Session)).Exec(ctx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// profileOf returns a profile of the account of ctx.
func (s *Service) profileOf(ctx context.Context, id globalid.Profile) (*ent.Profile, error) {
	p, err := s.db.Profile.Query().Where(profile.ID(id), profile.UserID(viewer.From(ctx).User)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("auth: finding the profile: %w", err)
	}
	return p, nil
}
