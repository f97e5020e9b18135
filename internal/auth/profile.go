package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamex/ent"
	"streamex/ent/profile"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/viewer"
)

const (
	// maxPINTries is how many wrong PINs in a row lock a profile.
	maxPINTries = 5
	// pinLock is how long it stays locked: the account's password opens it still.
	pinLock = 15 * time.Minute
)

// Proof is what somebody shows to be let through: one of them is enough where
// one is asked for.
type Proof struct {
	PIN      string // of the profile
	Password string // of the account
}

// SelectProfile makes the session of ctx watch with a profile of its account,
// and returns the viewer that it is from now on. A profile with a PIN needs it,
// and so does leaving a child's profile for another person's: one without a PIN
// then needs the account's password. It returns ErrNotFound for a profile of
// another account as for one that does not exist, Problems and *TooMany.
func (s *Service) SelectProfile(ctx context.Context, id globalid.Profile, proof ...Proof) (viewer.Viewer, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() || v.Session == 0 {
		return viewer.Viewer{}, ErrNotFound
	}
	p, err := s.profileOf(ctx, id)
	if err != nil {
		return viewer.Viewer{}, err
	}
	if id != v.Profile { // who watches with it already has shown enough
		var shown Proof
		if len(proof) > 0 {
			shown = proof[0]
		}
		if err := s.unlock(ctx, p, shown); err != nil {
			return viewer.Viewer{}, err
		}
	}
	err = s.change(ctx, "selecting the profile", v.User, func(tx *ent.Tx) error {
		n, err := tx.Session.Update().Where(session.ID(v.Session), session.UserID(v.User)).SetProfileID(id).Save(ctx)
		if ent.IsConstraintError(err) || err == nil && n == 0 { // deleted, or signed out, in between
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return viewer.Viewer{}, err
	}
	v.Admin = v.Admin && !p.Child
	v.Profile, v.Child, v.Maturity, v.Language = p.ID, p.Child, p.Maturity, string(p.Language)
	return v, nil
}

// unlock lets the session of ctx over to p when proof is enough.
func (s *Service) unlock(ctx context.Context, p *ent.Profile, proof Proof) error {
	leaving := viewer.From(ctx).Child && !p.Child
	switch {
	case p.PinHash == "" && !leaving:
		return nil
	case proof.Password != "":
		_, err := s.confirm(ctx, "password", proof.Password)
		return err
	case p.PinHash == "":
		return problem("password", codePassword, "To leave kids mode, give the account's password.")
	case proof.PIN == "":
		return problem("pin", codePIN, "This profile needs its PIN.")
	}
	return s.tryPIN(ctx, p, proof.PIN)
}

// tryPIN checks a PIN. The try is counted before it is looked at, so that those
// at the same time are too.
func (s *Service) tryPIN(ctx context.Context, p *ent.Profile, pin string) error {
	now := s.now()
	err := s.inTx(ctx, "counting a PIN", func(tx *ent.Tx) error {
		row, err := tx.Profile.Query().Where(profile.ID(p.ID)).Modify(forUpdate).Only(ctx)
		if err != nil {
			return err
		}
		update, failures := row.Update(), row.PinFailures+1
		switch until := row.PinLockedUntil; {
		case until != nil && now.Before(*until):
			return &TooMany{until.Sub(now)}
		case until != nil: // it was locked once: a new count
			failures = 1
			update.ClearPinLockedUntil()
		}
		if failures >= maxPINTries {
			update.SetPinLockedUntil(now.Add(pinLock))
		}
		return update.SetPinFailures(failures).Exec(ctx)
	})
	if err != nil {
		return err
	}
	ok := false
	if len(pin) <= maxPIN {
		if ok, err = s.matches(ctx, pin, p.PinHash); err != nil {
			return err
		}
	}
	if !ok {
		return problem("pin", codeInput, "The PIN is wrong.")
	}
	err = s.db.Profile.Update().Where(profile.ID(p.ID)).SetPinFailures(0).ClearPinLockedUntil().Exec(ctx)
	if err != nil {
		return fmt.Errorf("auth: forgetting wrong PINs: %w", err)
	}
	return nil
}

// ProfileChange is what a profile shall be; nil stays as it is or, of a new
// one, is the default.
type ProfileChange struct {
	Name     *string
	Avatar   *profile.Avatar
	Language *profile.Language
	Maturity *int
	Child    *bool

	SetPIN bool    // whether PIN is to be set
	PIN    *string // nil removes it

	Autoplay                        *bool
	SetSubtitleLanguage             bool // whether SubtitleLanguage is to be set
	SetAudioLanguage                bool
	SubtitleLanguage, AudioLanguage *string

	// Password of the account: needed for what would let a restricted person
	// further.
	Password string
}

const (
	minPIN, maxPIN = 4, 8 // digits
	// childMaturity is the highest limit of a child's profile, and its default.
	childMaturity = 12
)

// CreateProfile adds a profile to the account of ctx. It returns Problems.
func (s *Service) CreateProfile(ctx context.Context, c ProfileChange) (p *ent.Profile, err error) {
	v := viewer.From(ctx)
	p = &ent.Profile{Avatar: profile.DefaultAvatar, Language: profile.Language(v.Language), Maturity: viewer.Adult, Preferences: schema.Preferences{Autoplay: true}}
	if c.Child != nil && *c.Child {
		p.Maturity = childMaturity
	}
	if c.Name == nil {
		c.Name = new(string)
	}
	wrong := c.apply(p)
	if p.Maturity > v.Maturity {
		if err := s.permit(ctx, &wrong, c.Password, "A higher age limit than this profile's needs the account's password."); err != nil {
			return nil, err
		}
	}
	if wrong != nil {
		return nil, wrong
	}
	if err := s.hashPIN(ctx, p, c); err != nil {
		return nil, err
	}
	err = s.change(ctx, "creating a profile", v.User, func(tx *ent.Tx) error {
		// Whoever creates another at the same time waits here.
		if _, err := tx.User.Query().Where(user.ID(v.User)).Modify(forUpdate).OnlyID(ctx); err != nil {
			return err
		}
		taken, err := tx.Profile.Query().Where(profile.UserID(v.User)).Select(profile.FieldAvatar).Strings(ctx)
		if err != nil {
			return err
		}
		if c.Avatar == nil {
			p.Avatar = freeAvatar(taken)
		}
		if len(taken) >= s.options.MaxProfiles {
			return problem("", codeConflict, fmt.Sprintf("An account has at most %d profiles.", s.options.MaxProfiles))
		}
		p, err = tx.Profile.Create().SetUserID(v.User).SetName(p.Name).SetAvatar(p.Avatar).SetLanguage(p.Language).
			SetMaturity(p.Maturity).SetChild(p.Child).SetPreferences(p.Preferences).SetPinHash(p.PinHash).Save(ctx)
		return err
	})
	return p, err
}

// avatars in the order in which profiles get them.
var avatars = []profile.Avatar{profile.AvatarGreen, profile.AvatarViolet, profile.AvatarOrange, profile.AvatarBlue, profile.AvatarPink, profile.AvatarTeal}

// freeAvatar is the first one that is not taken, if there is one.
func freeAvatar(taken []string) profile.Avatar {
	for _, a := range avatars {
		if !slices.Contains(taken, string(a)) {
			return a
		}
	}
	return profile.DefaultAvatar
}

// UpdateProfile changes a profile of the account of ctx. A higher age limit, the
// end of kids mode and another PIN need the account's password. It returns
// Problems.
func (s *Service) UpdateProfile(ctx context.Context, id globalid.Profile, c ProfileChange) (p *ent.Profile, err error) {
	before, err := s.profileOf(ctx, id)
	if errors.Is(err, ErrNotFound) {
		wrong := c.apply(new(ent.Profile))
		wrong.Add("id", codeNotFound, noProfile)
		return nil, wrong
	}
	if err != nil {
		return nil, err
	}
	after := *before
	wrong := c.apply(&after)
	if c.frees(before, &after) {
		if err := s.permit(ctx, &wrong, c.Password, whyFree); err != nil {
			return nil, err
		}
	}
	if wrong != nil {
		return nil, wrong
	}
	if err := s.hashPIN(ctx, &after, c); err != nil {
		return nil, err
	}
	err = s.change(ctx, "changing a profile", before.UserID, func(tx *ent.Tx) error {
		// Only what was asked for is written; preferences are one value.
		row, err := tx.Profile.Query().Where(profile.ID(id)).Modify(forUpdate).Only(ctx)
		if ent.IsNotFound(err) { // deleted in between
			return problem("id", codeNotFound, noProfile)
		}
		if err != nil {
			return err
		}
		old := *row
		_ = c.apply(row)                            // nothing is wrong: it was looked at above
		if c.Password == "" && c.frees(&old, row) { // what was no step further is one by now
			return problem("password", codePassword, whyFree)
		}
		update := tx.Profile.UpdateOne(row).SetName(row.Name).SetAvatar(row.Avatar).SetLanguage(row.Language).
			SetMaturity(row.Maturity).SetChild(row.Child).SetPreferences(row.Preferences)
		if c.SetPIN {
			update.SetPinHash(after.PinHash).SetPinFailures(0).ClearPinLockedUntil()
		}
		p, err = update.Save(ctx)
		return err
	})
	return p, err
}

const (
	noProfile = "There is no such profile."
	whyFree   = "A higher age limit, the end of kids mode and another PIN need the account's password."
)

// frees tells whether the change lets somebody further than before.
func (c ProfileChange) frees(before, after *ent.Profile) bool {
	return after.Maturity > before.Maturity || before.Child && !after.Child || c.SetPIN
}

// permit asks for the account's password.
func (s *Service) permit(ctx context.Context, wrong *Problems, password, why string) error {
	if password == "" {
		wrong.Add("password", codePassword, why)
		return nil
	}
	_, err := s.confirm(ctx, "password", password)
	return wrong.Join(err)
}

// apply writes the change into p and returns what is wrong with it.
func (c ProfileChange) apply(p *ent.Profile) (wrong Problems) {
	if c.Name != nil {
		p.Name = nameOf(&wrong, *c.Name)
	}
	if c.Avatar != nil {
		p.Avatar = *c.Avatar
	}
	if c.Language != nil {
		p.Language = *c.Language
	}
	if c.Child != nil {
		if *c.Child && !p.Child {
			p.Maturity = min(p.Maturity, childMaturity)
		}
		p.Child = *c.Child
	}
	if c.Maturity != nil {
		p.Maturity = *c.Maturity
	}
	if p.Child && p.Maturity > childMaturity {
		wrong.Add("maturity", codeInput, fmt.Sprintf("The age limit of a child's profile is at most %d.", childMaturity))
	}
	if c.SetPIN && c.PIN != nil {
		digits := strings.Trim(*c.PIN, "0123456789") == ""
		if n := len(*c.PIN); !digits || n < minPIN || n > maxPIN {
			wrong.Add("pin", codeInput, "A PIN has 4 to 8 digits.")
		}
	}
	if c.Autoplay != nil {
		p.Preferences.Autoplay = *c.Autoplay
	}
	if c.SetSubtitleLanguage {
		p.Preferences.SubtitleLanguage = wrong.Language("preferences.subtitleLanguage", c.SubtitleLanguage)
	}
	if c.SetAudioLanguage {
		p.Preferences.AudioLanguage = wrong.Language("preferences.audioLanguage", c.AudioLanguage)
	}
	return wrong
}

// hashPIN puts the hash of another PIN into p.
func (s *Service) hashPIN(ctx context.Context, p *ent.Profile, c ProfileChange) (err error) {
	if !c.SetPIN {
		return nil
	}
	p.PinHash = ""
	if c.PIN != nil {
		p.PinHash, err = s.hash(ctx, *c.PIN)
	}
	return err
}

// DeleteProfile deletes a profile of the account of ctx with its history, and
// signs out the other devices that watch with it. The last one stays. A profile
// with a PIN, and whoever's own profile is restricted, needs the account's
// password. It returns Problems.
func (s *Service) DeleteProfile(ctx context.Context, id globalid.Profile, password string) error {
	v := viewer.From(ctx)
	p, err := s.profileOf(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return problem("id", codeNotFound, noProfile)
	}
	if err != nil {
		return err
	}
	if p.PinHash != "" || v.Maturity < viewer.Adult {
		var wrong Problems
		if err := s.permit(ctx, &wrong, password, "To delete this profile, give the account's password."); err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
	}
	return s.change(ctx, "deleting a profile", v.User, func(tx *ent.Tx) error {
		if _, err := tx.User.Query().Where(user.ID(v.User)).Modify(forUpdate).OnlyID(ctx); err != nil {
			return err
		}
		others, err := tx.Profile.Query().Where(profile.UserID(v.User), profile.IDNEQ(id)).Count(ctx)
		if err != nil {
			return err
		}
		if others == 0 {
			return problem("id", codeConflict, "The last profile cannot be deleted.")
		}
		// A session without a profile is not in kids mode: a child's device must not become one.
		if _, err := tx.Session.Delete().Where(session.ProfileID(id), session.IDNEQ(v.Session)).Exec(ctx); err != nil {
			return err
		}
		n, err := tx.Profile.Delete().Where(profile.ID(id), profile.UserID(v.User)).Exec(ctx)
		if err == nil && n == 0 { // somebody was faster
			return problem("id", codeNotFound, noProfile)
		}
		return err
	})
}
