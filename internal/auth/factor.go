package auth

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"streamex/ent"
	"streamex/ent/predicate"
	"streamex/ent/recoverycode"
	"streamex/ent/schema/globalid"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/viewer"
)

const (
	// issuer is what apps show codes under.
	issuer = "StreamEx"
	// period is how long a code is shown, and drift how many periods a clock may
	// be off: RFC 6238 recommends both.
	period, drift = 30, 1
	// recoveryCodes is how many codes stand for a lost app.
	recoveryCodes = 10
	// maxCodeTries is how many wrong codes in a row lock the app's codes for
	// codeLock, as many again for twice as long, up to maxCodeLock: whoever knows
	// the password has some 2,000 of a million codes a year.
	maxCodeTries = 5
	codeLock     = 15 * time.Minute
	maxCodeLock  = 24 * time.Hour
)

const (
	hasFactor = "The second factor is on already: remove it first."
	noFactor  = "There is no second factor: set one up first."
	wrongCode = "The code is wrong or was used already."
)

// appCode is how apps make codes: RFC 6238's usual parameters, the only ones that
// all apps know.
var appCode = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Setup is what an app needs to show codes.
type Setup struct {
	Secret string // in base32, to type
	URI    string // the same and more, to show as a QR code
}

// SetUpSecondFactor gives the account of ctx a secret for an app that shows
// codes. Nothing asks for them before ConfirmSecondFactor. It returns Problems.
func (s *Service) SetUpSecondFactor(ctx context.Context, password string) (Setup, error) {
	if s.options.Key == nil {
		return Setup{}, problem("", codeAway, "This server has no key to seal second factors under.")
	}
	u, err := s.confirm(ctx, "password", password)
	if err != nil {
		return Setup{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: u.Email, Period: period, Digits: appCode.Digits, Algorithm: appCode.Algorithm})
	if err != nil {
		return Setup{}, fmt.Errorf("auth: making a secret: %w", err)
	}
	n, err := s.db.User.Update().Where(user.ID(u.ID), user.SecondFactorAtIsNil()).
		SetSecondFactor(s.options.Key.seal(key.Secret(), u.ID)).
		SetSecondFactorStep(0).SetSecondFactorFailures(0).ClearSecondFactorLockedUntil().Save(ctx)
	if err != nil {
		return Setup{}, fmt.Errorf("auth: setting a second factor up: %w", err)
	}
	if n == 0 {
		return Setup{}, problem("", codeConflict, hasFactor)
	}
	return Setup{key.Secret(), key.URL()}, nil
}

// ConfirmSecondFactor turns the second factor of the account of ctx on with the
// first code of its app. It ends all other sessions, and returns the recovery
// codes and a new token for this session. It returns Problems, and *TooMany
// after too many wrong codes.
func (s *Service) ConfirmSecondFactor(ctx context.Context, text string) (codes []string, token string, err error) {
	u, err := s.spend(ctx, "turning a second factor on", viewer.From(ctx).User, text, func(u *ent.User) error {
		switch {
		case u.HasSecondFactor():
			return problem("", codeConflict, hasFactor)
		case len(u.SecondFactor) == 0:
			return problem("", codeConflict, noFactor)
		}
		return nil
	}, func(tx *ent.Tx, u *ent.User) error {
		if err := tx.User.UpdateOneID(u.ID).SetSecondFactorAt(s.now()).Exec(ctx); err != nil {
			return err
		}
		if codes, err = renewRecoveryCodes(ctx, tx, u.ID); err != nil {
			return err
		}
		token, err = s.renew(ctx, tx)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	s.notify(ctx, u.Email, factorOn)
	return codes, token, nil
}

// RemoveSecondFactor turns the second factor of the account of ctx off. It
// needs the password and a code. It returns Problems and *TooMany.
func (s *Service) RemoveSecondFactor(ctx context.Context, password, text string) error {
	u, err := s.proven(ctx, "removing a second factor", password, text, func(tx *ent.Tx, u *ent.User) error {
		return removeFactors(ctx, tx, user.ID(u.ID))
	})
	if err == nil {
		s.notify(ctx, u.Email, factorOff)
	}
	return err
}

// RenewRecoveryCodes returns new recovery codes for the account of ctx in place
// of those so far. It needs the password and a code. It returns Problems and
// *TooMany.
func (s *Service) RenewRecoveryCodes(ctx context.Context, password, text string) (codes []string, err error) {
	_, err = s.proven(ctx, "renewing recovery codes", password, text, func(tx *ent.Tx, u *ent.User) error {
		codes, err = renewRecoveryCodes(ctx, tx, u.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// DropSecondFactor turns the second factor of an account off and ends its
// sessions, for an owner who lost app and recovery codes. It returns ErrNotFound
// when there is no such account.
func (s *Service) DropSecondFactor(ctx context.Context, email string) error {
	email, _ = normalEmail(email)
	return s.inTx(ctx, "dropping a second factor", func(tx *ent.Tx) error {
		id, err := tx.User.Query().Where(user.Email(email)).Modify(forUpdate).OnlyID(ctx)
		if ent.IsNotFound(err) {
			return ErrNotFound
		}
		if err == nil {
			err = dropFactors(ctx, tx, id)
		}
		return err
	})
}

// DropSecondFactors turns all second factors off and ends the sessions of their
// accounts, for an operator who lost the key. It returns how many there were.
func (s *Service) DropSecondFactors(ctx context.Context) (n int, err error) {
	err = s.inTx(ctx, "dropping second factors", func(tx *ent.Tx) error {
		ids, err := tx.User.Query().Where(user.SecondFactorAtNotNil()).Order(user.ByID()).Modify(forUpdate).IDs(ctx)
		if err == nil {
			n, err = len(ids), dropFactors(ctx, tx, ids...)
		}
		return err
	})
	return n, err
}

// CheckKey returns ErrKey when the key is not the one that the second factors in
// the database were sealed under.
func (s *Service) CheckKey(ctx context.Context) error {
	u, err := s.db.User.Query().Where(user.SecondFactorAtNotNil()).Order(user.ByID()).First(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("auth: checking the key: %w", err)
	}
	_, err = s.options.Key.open(u.SecondFactor, u.ID)
	return err
}

// proven runs do for the account of ctx, which has a second factor, when the
// password and a code are right.
func (s *Service) proven(ctx context.Context, what, password, text string, do func(*ent.Tx, *ent.User) error) (*ent.User, error) {
	u, try, err := s.prove(ctx, "password", password)
	if err != nil {
		return nil, err
	}
	u, err = s.spend(ctx, what, u.ID, text, func(u *ent.User) error {
		if !u.HasSecondFactor() {
			return problem("", codeConflict, noFactor)
		}
		return nil
	}, do)
	if err == nil {
		try.opened()
	}
	return u, err
}

// spend runs do in the transaction that spends a code of an account, where may
// finds the account fit for it. A wrong code is counted all the same.
func (s *Service) spend(ctx context.Context, what string, id globalid.User, text string, may func(*ent.User) error, do func(*ent.Tx, *ent.User) error) (u *ent.User, err error) {
	var refused error
	err = s.change(ctx, what, id, func(tx *ent.Tx) error {
		if u, err = tx.User.Query().Where(user.ID(id)).Modify(forUpdate).Only(ctx); err != nil {
			return err
		}
		if err := may(u); err != nil {
			return err
		}
		if refused, err = s.tryCode(ctx, tx, u, text); refused != nil || err != nil {
			return err
		}
		return do(tx, u)
	})
	if err == nil {
		err = refused
	}
	return u, err
}

// tryCode spends a code: six digits of an app, else a recovery code. The row of
// u must be locked, so that one code at a time is looked at and each is good
// once. refused says why it is not good; the transaction goes on to keep the
// count of wrong ones.
func (s *Service) tryCode(ctx context.Context, tx *ent.Tx, u *ent.User, text string) (refused, err error) {
	text = compact(text)
	if len(text) != appCode.Digits.Length() {
		return s.tryRecoveryCode(ctx, tx, u, text)
	}
	now := s.now()
	if until := u.SecondFactorLockedUntil; until != nil && now.Before(*until) {
		return &TooMany{until.Sub(now)}, nil
	}
	secret, err := s.options.Key.open(u.SecondFactor, u.ID)
	if err != nil {
		return nil, err
	}
	update := tx.User.UpdateOneID(u.ID)
	if step, ok := stepOf(secret, text, now, u.SecondFactorStep); ok {
		return nil, update.SetSecondFactorStep(step).SetSecondFactorFailures(0).ClearSecondFactorLockedUntil().Exec(ctx)
	}
	failures := u.SecondFactorFailures + 1
	if locks := failures / maxCodeTries; failures%maxCodeTries == 0 {
		update.SetSecondFactorLockedUntil(now.Add(min(codeLock<<min(locks-1, 10), maxCodeLock)))
	}
	return problem("code", codeInput, wrongCode), update.SetSecondFactorFailures(failures).Exec(ctx)
}

// stepOf finds the time step whose code a text is: the present one or a
// neighbour, and later than the last one that was accepted.
func stepOf(secret, text string, now time.Time, last int64) (step int64, ok bool) {
	present := now.Unix() / period
	for step := max(present-drift, last+1); step <= present+drift; step++ {
		if ok, err := hotp.ValidateCustom(text, uint64(step), secret, appCode); ok && err == nil {
			return step, true
		}
	}
	return 0, false
}

// tryRecoveryCode spends a recovery code. Wrong ones lock nothing: nobody guesses
// 80 bits.
func (s *Service) tryRecoveryCode(ctx context.Context, tx *ent.Tx, u *ent.User, text string) (refused, err error) {
	n, err := tx.RecoveryCode.Delete().Where(recoverycode.UserID(u.ID), recoverycode.CodeHash(digest([]byte(text)))).Exec(ctx)
	if err == nil && n == 0 {
		refused = problem("code", codeInput, wrongCode)
	}
	return refused, err
}

// compact is a code without what people type for their eyes.
func compact(text string) string {
	if len(text) > 100 {
		return "" // nobody's
	}
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(text))
}

// renewRecoveryCodes gives an account new recovery codes. They are 80 random
// bits each, so that a plain hash keeps them: there is no list to try.
func renewRecoveryCodes(ctx context.Context, tx *ent.Tx, id globalid.User) ([]string, error) {
	if _, err := tx.RecoveryCode.Delete().Where(recoverycode.UserID(id)).Exec(ctx); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	rows := make([]*ent.RecoveryCodeCreate, recoveryCodes)
	for i := range codes {
		text := rand.Text()[:16] // of 32 signs
		rows[i] = tx.RecoveryCode.Create().SetUserID(id).SetCodeHash(digest([]byte(text)))
		codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	}
	return codes, tx.RecoveryCode.CreateBulk(rows...).Exec(ctx)
}

// dropFactors removes second factors and ends the sessions of their accounts,
// which is told to their streams.
func dropFactors(ctx context.Context, tx *ent.Tx, ids ...globalid.User) error {
	of := user.IDIn(ids...)
	if err := removeFactors(ctx, tx, of); err != nil {
		return err
	}
	if _, err := tx.Session.Delete().Where(session.HasUserWith(of)).Exec(ctx); err != nil {
		return err
	}
	for _, id := range ids {
		if err := database.Publish(ctx, tx, database.Account(id)); err != nil {
			return err
		}
	}
	return nil
}

// removeFactors removes second factors, confirmed or not.
func removeFactors(ctx context.Context, tx *ent.Tx, of predicate.User) error {
	if _, err := tx.RecoveryCode.Delete().Where(recoverycode.HasUserWith(of)).Exec(ctx); err != nil {
		return err
	}
	return tx.User.Update().Where(of).ClearSecondFactor().ClearSecondFactorAt().
		SetSecondFactorStep(0).SetSecondFactorFailures(0).ClearSecondFactorLockedUntil().Exec(ctx)
}
