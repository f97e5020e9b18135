package auth_test

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/schema/globalid"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/viewer"
)

// inbox keeps letters.
type inbox chan string

func (b inbox) Send(_ context.Context, _, _, text string) error { b <- text; return nil }

// Whatever changes an account, its profiles or its sessions tells so, and what is
// refused does not.
func TestChangesAreTold(t *testing.T) {
	const email = "ana@example.com"
	name, other, yes := "Berta", "berta@example.com", true
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		letters := make(inbox, 1)
		s := auth.New(db.Client, auth.Options{Mail: letters})
		own, _ := household(t, s, db, email, false)
		require.NoError(t, s.Create(t.Context(), auth.Account{Email: "root@example.com", Password: password, Admin: true}))
		in := func(ctx context.Context) (context.Context, viewer.Viewer) {
			_, v, err := s.SignIn(ctx, email, password, "", "")
			require.NoError(t, err)
			return viewer.NewContext(t.Context(), v), v
		}
		ctx, v := in(t.Context())
		wake, stop, err := db.Listen(t.Context(), database.Account(v.User))
		require.NoError(t, err)
		defer stop()
		told := func(what string, err error) {
			t.Helper()
			require.NoError(t, err, what)
			select {
			case <-wake:
			case <-time.After(20 * time.Second):
				require.Fail(t, "nobody was told", what)
			}
		}

		told("signing in", func() error { _, _, err := s.SignIn(t.Context(), email, password, "", ""); return err }())
		_, err = s.SelectProfile(ctx, own.ID)
		told("choosing a profile", err)
		_, err = s.RenameSession(ctx, v.Session, "TV")
		told("renaming a session", err)
		_, second := in(t.Context())
		told("signing in", nil)
		told("revoking a session", s.RevokeSession(ctx, second.Session))
		_, _, err = s.SignIn(t.Context(), email, password, "", "")
		told("signing in", err)
		_, err = s.RevokeOtherSessions(ctx)
		told("revoking the others", err)
		again, _ := in(t.Context())
		told("signing in", nil)
		told("signing out", s.SignOut(again))
		again, _ = in(t.Context())
		told("signing in", nil)
		_, _, err = s.SignIn(again, "root@example.com", password, "", "") // ends the session before
		told("signing in to another account", err)

		told("changing the account", s.UpdateAccount(ctx, auth.AccountChange{Name: &name}))
		p, err := s.CreateProfile(ctx, auth.ProfileChange{Name: &name, Password: password})
		told("creating a profile", err)
		_, err = s.UpdateProfile(ctx, p.ID, auth.ProfileChange{Name: &other})
		told("changing a profile", err)
		told("deleting a profile", s.DeleteProfile(ctx, p.ID, password))
		_, err = s.ChangePassword(ctx, password, "a quite different one")
		told("another password", err)
		told("setting a password", s.SetPassword(t.Context(), email, password))
		ctx, v = in(t.Context())
		told("signing in", nil)
		require.NoError(t, s.RequestPasswordReset(t.Context(), email))
		token := regexp.MustCompile(`#(\S+)`).FindStringSubmatch(<-letters)[1]
		s.Wait()
		told("resetting the password", s.ResetPassword(t.Context(), token, password))
		told("setting a role", s.SetAdmin(t.Context(), email, true))
		_, err = s.UpdateUser(t.Context(), v.User, auth.UserChange{Disabled: &yes})
		told("disabling it", err)

		// What was refused is told nobody.
		_, err = s.SelectProfile(ctx, globalid.Profile(1<<40))
		require.Error(t, err)
		require.Error(t, s.RevokeSession(ctx, globalid.Session(1<<40)))
		require.ErrorIs(t, s.SetAdmin(t.Context(), "nobody@example.com", true), auth.ErrNotFound)
		require.ErrorIs(t, s.SetPassword(t.Context(), "nobody@example.com", password), auth.ErrNotFound)
		require.Error(t, s.DeleteProfile(ctx, globalid.Profile(1<<40), ""))
		marker, stopMarker, err := db.Listen(t.Context(), "marker")
		require.NoError(t, err)
		defer stopMarker()
		tx, err := db.Client.Tx(t.Context())
		require.NoError(t, err)
		require.NoError(t, database.Publish(t.Context(), tx, "marker"))
		require.NoError(t, tx.Commit())
		<-marker
		select {
		case <-wake:
			require.Fail(t, "somebody was told")
		default:
		}
		told("deleting the account", s.DeleteUser(t.Context(), v.User))
	})
}

// A stream that looks at its session does not make it last.
func TestAgainIsNoUse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Now()
		s := auth.New(db.Client, auth.Options{Now: func() time.Time { return now }})
		household(t, s, db, "ana@example.com", false)
		token, v, err := s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		r := with(t, "Authorization", "Bearer "+token)
		before := db.Client.Session.GetX(t.Context(), v.Session)
		now = now.Add(time.Hour)
		again, err := s.Again(r)
		require.NoError(t, err)
		require.Equal(t, v, again)
		require.Equal(t, before.LastUsedAt, db.Client.Session.GetX(t.Context(), v.Session).LastUsedAt)
		_, err = s.Viewer(r)
		require.NoError(t, err)
		require.NotEqual(t, before.LastUsedAt, db.Client.Session.GetX(t.Context(), v.Session).LastUsedAt)
	})
}
