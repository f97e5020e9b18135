package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"streamex/ent"
	"streamex/ent/passwordreset"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/viewer"
)

// resetLifetime is how long the token of a letter is good for.
const resetLifetime = 30 * time.Minute

// RequestPasswordReset sends a letter with a token to the owner of an address,
// if it has an account. The answer and its work are the same for any address:
// what is different happens after it. It returns Problems, and *TooMany when
// somebody asks too often.
func (s *Service) RequestPasswordReset(ctx context.Context, email string) error {
	var wrong Problems
	email = emailOf(&wrong, email)
	if err := s.throttle.letters.take(s.now(), client(ctx).address); err != nil {
		return err
	}
	if wrong != nil {
		return wrong
	}
	if err := s.throttle.letter.take(s.now(), email); err != nil {
		return err
	}
	s.sendReset(ctx, email)
	return nil
}

// sendReset sends a letter to the owner of an address, if it has an account.
func (s *Service) sendReset(ctx context.Context, email string) {
	language := viewer.From(ctx).Language
	s.write(ctx, func(ctx context.Context) error { return s.reset(ctx, email, language) })
}

// reset makes a token for the account of an address, if there is one, and sends
// it. A token sent before is good no more.
func (s *Service) reset(ctx context.Context, email, language string) error {
	if s.options.Mail == nil {
		return errors.New("auth: there is no mailer")
	}
	token, hash := newToken()
	found := false
	err := s.inTx(ctx, "resetting a password", func(tx *ent.Tx) error {
		id, err := tx.User.Query().Where(user.Email(email), user.Disabled(false)).Modify(forUpdate).OnlyID(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		if _, err := tx.PasswordReset.Delete().Where(passwordreset.Or(passwordreset.UserID(id), passwordreset.ExpiresAtLTE(s.now()))).Exec(ctx); err != nil {
			return err
		}
		return tx.PasswordReset.Create().SetUserID(id).SetTokenHash(hash).SetExpiresAt(s.now().Add(resetLifetime)).Exec(ctx)
	})
	if err != nil || !found {
		return err
	}
	// Behind the #, where neither servers nor their logs see it.
	link := s.options.URL + "/reset-password#" + url.PathEscape(token)
	l := forgotten.in(language)
	return s.options.Mail.Send(ctx, email, l.subject, fmt.Sprintf(l.text, link))
}

// ResetPassword gives the account that a letter's token was sent to another
// password and ends all its sessions. The token is good once. It returns
// Problems, and *TooMany when somebody tries too often.
func (s *Service) ResetPassword(ctx context.Context, token, password string) error {
	address := client(ctx).address
	if err := s.throttle.token.take(s.now(), address); err != nil {
		return err
	}
	var wrong Problems
	hash, ok := tokenHash(token)
	account := new(ent.User)
	if ok {
		var err error
		if account, err = s.resetting(ctx, hash); err != nil {
			return err
		}
	}
	if account.ID == 0 {
		wrong.Add("token", codeInput, outOfDate)
	} else {
		s.throttle.token.giveBack(address)
	}
	if checkPassword(&wrong, "password", password, account.Email); wrong != nil {
		return wrong
	}
	passwordHash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, "resetting a password", account.ID, func(tx *ent.Tx) error {
		// The account first, as when a letter is sent: they must not wait for each other.
		if err := tx.User.Update().Where(user.ID(account.ID)).SetPasswordHash(passwordHash).Exec(ctx); err != nil {
			return err
		}
		n, err := tx.PasswordReset.Delete().Where(passwordreset.TokenHash(hash)).Exec(ctx)
		if err == nil && n == 0 { // somebody was faster
			return problem("token", codeInput, outOfDate)
		}
		if err == nil {
			_, err = tx.Session.Delete().Where(session.UserID(account.ID)).Exec(ctx)
		}
		return err
	})
}

const outOfDate = "This letter is out of date: ask for another one."

// resetting returns the account that a token was sent to, an empty one if there
// is none.
func (s *Service) resetting(ctx context.Context, hash []byte) (*ent.User, error) {
	row, err := s.db.PasswordReset.Query().Where(passwordreset.TokenHash(hash), passwordreset.ExpiresAtGT(s.now())).WithUser().Only(ctx)
	if ent.IsNotFound(err) {
		return new(ent.User), nil
	}
	if err != nil {
		return nil, fmt.Errorf("auth: finding a letter: %w", err)
	}
	return row.Edges.User, nil
}
