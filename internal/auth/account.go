package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"streamex/ent"
	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/viewer"
)

// Account is a new account.
type Account struct {
	Email, Password string
	Name            string // "" takes the address's first half
	Admin           bool
	Language        string // of its first profile: es or en
	// Invited accounts have no password: their owner chooses one by a letter.
	Invited bool
}

// Create opens an account. It returns Problems.
func (s *Service) Create(ctx context.Context, a Account) error {
	return s.create(ctx, a, func(*ent.Tx, *ent.User) error { return nil })
}

// SignUp opens an account and signs it in on a device. It returns Problems, and
// *TooMany when too many accounts come from one address.
func (s *Service) SignUp(ctx context.Context, a Account, device string) (token string, v viewer.Viewer, err error) {
	if err := s.throttle.signUp.take(s.now(), client(ctx).address); err != nil {
		return "", viewer.Viewer{}, err
	}
	err = s.create(ctx, a, func(tx *ent.Tx, u *ent.User) error {
		token, v, err = s.start(ctx, tx, u, device)
		return err
	})
	if err != nil {
		return "", viewer.Viewer{}, err
	}
	return token, v, nil
}

// create opens an account with one profile of the same name: without one it
// could watch nothing. What comes next is part of the same transaction.
func (s *Service) create(ctx context.Context, a Account, next func(*ent.Tx, *ent.User) error) error {
	var wrong Problems
	email := emailOf(&wrong, a.Email)
	half, _, _ := strings.Cut(email, "@")
	name := cmp.Or(line(half, maxName), "StreamEx")
	if a.Name != "" {
		name = nameOf(&wrong, a.Name)
	}
	if !a.Invited {
		checkPassword(&wrong, "password", a.Password, email)
	}
	if wrong != nil {
		return wrong
	}
	hash := locked
	if !a.Invited { // hashed before it is known whether the address is taken: that takes as long
		var err error
		if hash, err = s.hash(ctx, a.Password); err != nil {
			return err
		}
	}
	return s.inTx(ctx, "creating an account", func(tx *ent.Tx) error {
		u, err := tx.User.Create().SetEmail(email).SetName(name).SetPasswordHash(hash).SetRole(role(a.Admin)).Save(ctx)
		if ent.IsConstraintError(err) {
			return problem("email", codeConflict, taken)
		}
		if err == nil {
			err = tx.Profile.Create().SetUser(u).SetName(name).SetLanguage(profile.Language(cmp.Or(a.Language, english))).Exec(ctx)
		}
		if err != nil {
			return err
		}
		return next(tx, u)
	})
}

const (
	taken     = "This e-mail address has an account already."
	wrongWord = "The password is wrong."
)

// confirm checks the password of the account of ctx once more, before something
// that its session alone must not do. It returns Problems for field.
func (s *Service) confirm(ctx context.Context, field, password string) (*ent.User, error) {
	u, try, err := s.prove(ctx, field, password)
	if err == nil {
		try.opened()
	}
	return u, err
}

// prove is confirm where more has to be shown before the try was no guess.
func (s *Service) prove(ctx context.Context, field, password string) (*ent.User, *attempt, error) {
	id := viewer.From(ctx).User
	try, err := s.throttle.try(s.now(), id.String(), client(ctx).address)
	if err != nil {
		return nil, nil, err
	}
	u, err := s.db.User.Get(ctx, id)
	if err != nil {
		return nil, nil, fmt.Errorf("auth: finding the account: %w", err)
	}
	if len(password) > 4*maxPassword {
		return u, nil, problem(field, codeInput, wrongWord)
	}
	ok, err := s.matches(ctx, password, u.PasswordHash)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return u, nil, problem(field, codeInput, wrongWord)
	}
	return u, try, nil
}

// AccountChange is what to change of an account; nil stays as it is.
type AccountChange struct {
	Name, Email *string
	Password    string // the present one: needed for another address
}

// UpdateAccount changes the account of ctx. It returns Problems.
func (s *Service) UpdateAccount(ctx context.Context, c AccountChange) error {
	var wrong Problems
	name, email := "", ""
	if c.Name != nil {
		name = nameOf(&wrong, *c.Name)
	}
	if c.Email != nil {
		email = emailOf(&wrong, *c.Email)
		if c.Password == "" {
			wrong.Add("password", codePassword, "Another e-mail address needs the account's password.")
		} else if _, err := s.confirm(ctx, "password", c.Password); wrong.Join(err) != nil {
			return err
		}
	}
	if wrong != nil {
		return wrong
	}
	id := viewer.From(ctx).User
	return s.change(ctx, "changing an account", id, func(tx *ent.Tx) error {
		return apply(ctx, tx.User.UpdateOneID(id), name, email)
	})
}

// apply writes a name and an address; "" stays as it is.
func apply(ctx context.Context, u *ent.UserUpdateOne, name, email string) error {
	if name != "" {
		u.SetName(name)
	}
	if email != "" {
		u.SetEmail(email)
	}
	err := u.Exec(ctx)
	if ent.IsConstraintError(err) {
		return problem("email", codeConflict, taken)
	}
	return err
}

// ChangePassword gives the account of ctx another password. It ends all other
// sessions and returns a new token for this one. It returns Problems.
func (s *Service) ChangePassword(ctx context.Context, current, password string) (token string, err error) {
	var wrong Problems
	u, err := s.confirm(ctx, "currentPassword", current)
	if err := wrong.Join(err); err != nil {
		return "", err
	}
	checkPassword(&wrong, "newPassword", password, u.Email)
	if wrong != nil {
		return "", wrong
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.change(ctx, "changing a password", u.ID, func(tx *ent.Tx) error {
		if err := tx.User.UpdateOneID(u.ID).SetPasswordHash(hash).Exec(ctx); err != nil {
			return err
		}
		token, err = s.renew(ctx, tx)
		return err
	})
	return token, err
}

// DeleteAccount deletes the account of ctx with everything that it owns. It
// returns Problems.
func (s *Service) DeleteAccount(ctx context.Context, password string) error {
	u, err := s.confirm(ctx, "password", password)
	if err != nil {
		return err
	}
	if err := s.remove(ctx, u.ID, "password"); err != nil {
		return err
	}
	ClearToken(ctx)
	return nil
}

// remove deletes an account: the database deletes what hangs on it.
func (s *Service) remove(ctx context.Context, id globalid.User, field string) error {
	return s.change(ctx, "deleting an account", id, func(tx *ent.Tx) error {
		if err := keepAdmin(ctx, tx, id, field); err != nil {
			return err
		}
		n, err := tx.User.Delete().Where(user.ID(id)).Exec(ctx)
		if err == nil && n == 0 {
			return problem("id", codeNotFound, noUser)
		}
		return err
	})
}

const noUser = "There is no such account."

// keepAdmin refuses what would leave nobody to administrate: it returns a
// problem when id is the only one who can. Two who leave at the same time wait
// for each other.
func keepAdmin(ctx context.Context, tx *ent.Tx, id globalid.User, field string) error {
	admins, err := tx.User.Query().Where(user.RoleEQ(user.RoleADMIN), user.Disabled(false)).Order(user.ByID()).Modify(forUpdate).IDs(ctx)
	if err != nil {
		return err
	}
	if len(admins) == 1 && admins[0] == id {
		return problem(field, codeConflict, "This is the only administrator: name another one first.")
	}
	return nil
}

// CreateUser opens an account on behalf of an administrator. Who is invited gets
// a letter. It returns Problems.
func (s *Service) CreateUser(ctx context.Context, a Account) (u *ent.User, err error) {
	err = s.create(ctx, a, func(_ *ent.Tx, created *ent.User) error { u = created; return nil })
	if err != nil {
		return nil, err
	}
	if a.Invited {
		s.sendReset(ctx, u.Email)
	}
	return u, nil
}

// UserChange is what an administrator changes of an account; nil stays as it is.
type UserChange struct {
	Name, Email     *string
	Admin, Disabled *bool
	SendReset       bool // send its owner a letter to choose a password
	DropFactor      bool // take the second factor away
}

// UpdateUser changes an account on behalf of an administrator. Another role,
// that it is disabled or has no second factor any more ends its sessions. It
// returns Problems.
func (s *Service) UpdateUser(ctx context.Context, id globalid.User, c UserChange) (u *ent.User, err error) {
	var wrong Problems
	name, email, dropped := "", "", false
	if c.Name != nil {
		name = nameOf(&wrong, *c.Name)
	}
	if c.Email != nil {
		email = emailOf(&wrong, *c.Email)
	}
	err = s.change(ctx, "changing an account", id, func(tx *ent.Tx) error {
		before, err := tx.User.Query().Where(user.ID(id)).Modify(forUpdate).Only(ctx)
		if ent.IsNotFound(err) {
			wrong.Add("id", codeNotFound, noUser)
		} else if err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		update := tx.User.UpdateOneID(id)
		if c.Admin != nil {
			if !*c.Admin {
				err = keepAdmin(ctx, tx, id, "role")
			}
			update.SetRole(role(*c.Admin))
		}
		if c.Disabled != nil && err == nil {
			if *c.Disabled {
				err = keepAdmin(ctx, tx, id, "disabled")
			}
			update.SetDisabled(*c.Disabled)
		}
		if err != nil {
			return err
		}
		if err := apply(ctx, update, name, email); err != nil {
			return err
		}
		if dropped = c.DropFactor && before.HasSecondFactor(); dropped {
			if err := dropFactors(ctx, tx, id); err != nil {
				return err
			}
		}
		if u, err = tx.User.Get(ctx, id); err != nil {
			return err
		}
		if u.Role != before.Role || u.Disabled { // nobody keeps a token from before
			_, err = tx.Session.Delete().Where(session.UserID(id)).Exec(ctx)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if c.SendReset {
		s.sendReset(ctx, u.Email)
	}
	if dropped {
		s.notify(ctx, u.Email, factorOff)
	}
	return u, nil
}

// DeleteUser deletes an account on behalf of an administrator, with everything
// that it owns. It returns Problems.
func (s *Service) DeleteUser(ctx context.Context, id globalid.User) error {
	return s.remove(ctx, id, "id")
}

// SetAdmin makes an account an administrator's or not, and ends its sessions:
// nobody keeps a token from before. It returns ErrNotFound when there is no
// such account.
func (s *Service) SetAdmin(ctx context.Context, email string, admin bool) error {
	email, _ = normalEmail(email)
	return s.signOutAll(ctx, "setting a role", email, func(u *ent.UserUpdateOne) { u.SetRole(role(admin)) })
}

// signOutAll changes the account of an address, in normal form, and ends its
// sessions.
func (s *Service) signOutAll(ctx context.Context, what, email string, change func(*ent.UserUpdateOne)) error {
	id, err := s.db.User.Query().Where(user.Email(email)).OnlyID(ctx)
	if ent.IsNotFound(err) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("auth: finding the account: %w", err)
	}
	return s.change(ctx, what, id, func(tx *ent.Tx) error {
		update := tx.User.UpdateOneID(id)
		change(update)
		if err := update.Exec(ctx); err != nil {
			if ent.IsNotFound(err) { // deleted in between
				return ErrNotFound
			}
			return err
		}
		_, err := tx.Session.Delete().Where(session.UserID(id)).Exec(ctx)
		return err
	})
}

// SetPassword changes the password of an account and ends all its sessions. It
// returns ErrNotFound or Problems.
func (s *Service) SetPassword(ctx context.Context, email, password string) error {
	email, _ = normalEmail(email)
	var wrong Problems
	if checkPassword(&wrong, "password", password, email); wrong != nil {
		return wrong
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.signOutAll(ctx, "setting a password", email, func(u *ent.UserUpdateOne) { u.SetPasswordHash(hash) })
}

// Opens tells whether an account opens with a password, without signing in.
func (s *Service) Opens(ctx context.Context, email, password string) (bool, error) {
	email, _ = normalEmail(email)
	_, err := s.account(ctx, email, password)
	if _, disabled := errors.AsType[Problems](err); disabled || errors.Is(err, ErrCredentials) {
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
