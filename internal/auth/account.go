package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"streamex/ent"
	"streamex/ent/profile"
	"streamex/ent/session"
	"streamex/ent/user"
)

// Account is a new account.
type Account struct {
	Email, Password string
	Name            string // "" takes the address's first half
	Admin           bool
	Language        string // of its first profile: es or en
}

// Create opens an account with one profile of the same name: without one it
// could watch nothing. It returns ErrEmail, ErrPassword or ErrTaken.
func (s *Service) Create(ctx context.Context, a Account) error {
	email, ok := normalEmail(a.Email)
	if !ok {
		return ErrEmail
	}
	hash, err := s.Hash(ctx, a.Password)
	if err != nil {
		return err
	}
	half, _, _ := strings.Cut(email, "@")
	name := cmp.Or(line(a.Name, 60), line(half, 60), "StreamEx")
	tx, err := s.db.Tx(ctx)
	if err != nil {
		return fmt.Errorf("auth: creating an account: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	u, err := tx.User.Create().SetEmail(email).SetName(name).SetPasswordHash(hash).SetRole(role(a.Admin)).Save(ctx)
	if ent.IsConstraintError(err) {
		return ErrTaken
	}
	if err == nil {
		err = tx.Profile.Create().SetUser(u).SetName(name).SetLanguage(profile.Language(cmp.Or(a.Language, english))).Exec(ctx)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("auth: creating an account: %w", err)
	}
	return nil
}

// SetAdmin makes an account an administrator's or not. Its sessions know at
// once. It returns ErrNotFound when there is no such account.
func (s *Service) SetAdmin(ctx context.Context, email string, admin bool) error {
	email, ok := normalEmail(email)
	if !ok {
		return ErrNotFound
	}
	n, err := s.db.User.Update().Where(user.Email(email)).SetRole(role(admin)).Save(ctx)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("auth: setting a role: %w", err)
	}
	return nil
}

// SetPassword changes the password of an account and ends all its sessions. It
// returns ErrNotFound or ErrPassword.
func (s *Service) SetPassword(ctx context.Context, email, password string) error {
	email, ok := normalEmail(email)
	if !ok {
		return ErrNotFound
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return err
	}
	tx, err := s.db.Tx(ctx)
	if err != nil {
		return fmt.Errorf("auth: setting a password: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	n, err := tx.User.Update().Where(user.Email(email)).SetPasswordHash(hash).Save(ctx)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	if err == nil {
		_, err = tx.Session.Delete().Where(session.HasUserWith(user.Email(email))).Exec(ctx)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("auth: setting a password: %w", err)
	}
	return nil
}

// Opens tells whether an account opens with a password, without signing in.
func (s *Service) Opens(ctx context.Context, email, password string) (bool, error) {
	_, err := s.account(ctx, email, password)
	if errors.Is(err, ErrCredentials) {
		return false, nil
	}
	return err == nil, err
}

func role(admin bool) user.Role {
	if admin {
		return user.RoleADMIN
	}
	return user.RoleVIEWER
}
