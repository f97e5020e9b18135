package auth_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/viewer"
)

const password = "correct horse battery"

// household opens an account and adds a child's profile to the one it has.
func household(t *testing.T, s *auth.Service, db *database.DB, email string, admin bool) (own, child *ent.Profile) {
	t.Helper()
	require.NoError(t, s.Create(t.Context(), auth.Account{Email: email, Password: password, Name: "Ana", Admin: admin, Language: "es"}))
	own = db.Client.Profile.Query().Order(ent.Desc("id")).FirstX(t.Context())
	child = db.Client.Profile.Create().SetUserID(own.UserID).SetName("Leo").SetChild(true).SetMaturity(7).SaveX(t.Context())
	return own, child
}

// ask sends r through the middleware and returns who it was found to be.
func ask(s *auth.Service, r *http.Request) (v viewer.Viewer, w *httptest.ResponseRecorder) {
	w = httptest.NewRecorder()
	s.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { v = viewer.From(r.Context()) })).ServeHTTP(w, r)
	return v, w
}

func with(t *testing.T, header, value string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil).WithContext(t.Context())
	r.Header.Set(header, value)
	return r
}

func TestSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Now()
		s := auth.New(db.Client, auth.Options{Now: func() time.Time { return now }})
		own, child := household(t, s, db, "ana@example.com", true)
		foreign, _ := household(t, s, db, "bob@example.com", false)

		token, v, err := s.SignIn(t.Context(), "  ANA@Example.com ", password, "tv\x00\n\xff", "")
		require.NoError(t, err)
		require.Len(t, token, 43)
		want := viewer.Viewer{User: own.UserID, Admin: true, Session: v.Session, Maturity: viewer.Adult, Language: "en"}
		require.Equal(t, want, v)
		row := db.Client.Session.GetX(t.Context(), v.Session)
		require.Equal(t, "tv", row.Device)
		require.NotContains(t, string(row.TokenHash), token)

		// Found again by header and by cookie, in one statement.
		r := with(t, "Authorization", "Bearer "+token)
		ctx, statements := database.WithCounter(r.Context())
		v, _ = ask(s, r.WithContext(ctx))
		require.Equal(t, want, v)
		require.Equal(t, 1, statements.N())
		v, _ = ask(s, with(t, "Cookie", "streamex_session="+token))
		require.Equal(t, want, v)

		// A profile of somebody else answers like one that does not exist.
		ctx = viewer.NewContext(t.Context(), v)
		for _, id := range []globalid.Profile{foreign.ID, 1 << 40, 0, -1} {
			_, err = s.SelectProfile(ctx, id)
			require.ErrorIs(t, err, auth.ErrNotFound)
		}
		_, err = s.SelectProfile(t.Context(), own.ID) // nobody is signed in
		require.ErrorIs(t, err, auth.ErrNotFound)
		selected, err := s.SelectProfile(ctx, child.ID)
		require.NoError(t, err)
		want.Profile, want.Child, want.Admin, want.Maturity, want.Language = child.ID, true, false, 7, "en"
		require.Equal(t, want, selected)
		v, _ = ask(s, with(t, "Authorization", "Bearer "+token))
		require.Equal(t, want, v)

		// A deleted profile leaves the session without one.
		db.Client.Profile.DeleteOne(child).ExecX(t.Context())
		v, _ = ask(s, with(t, "Authorization", "Bearer "+token))
		require.Zero(t, v.Profile)
		require.Equal(t, viewer.Adult, v.Maturity)

		// Another role ends the sessions.
		require.True(t, v.Admin)
		require.NoError(t, s.SetAdmin(t.Context(), "ana@example.com", false))
		v, _ = ask(s, with(t, "Authorization", "Bearer "+token))
		require.False(t, v.SignedIn())

		// Signing in again ends the session before; signing out ends this one.
		token, v, err = s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		require.False(t, v.Admin)
		second, v2, err := s.SignIn(viewer.NewContext(t.Context(), v), "ana@example.com", password, "", "")
		require.NoError(t, err)
		v, _ = ask(s, with(t, "Authorization", "Bearer "+token))
		require.False(t, v.SignedIn())
		require.NoError(t, s.SignOut(viewer.NewContext(t.Context(), v2)))
		v, _ = ask(s, with(t, "Authorization", "Bearer "+second))
		require.False(t, v.SignedIn())
		require.NoError(t, s.SignOut(t.Context()))

		// A session ends 30 days after its last use, and is swept at the next sign-in.
		third, v, err := s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		seen := func(after time.Duration, statements int) bool {
			now = now.Add(after)
			ctx, counter := database.WithCounter(t.Context())
			v, _ := ask(s, with(t, "Authorization", "Bearer "+third).WithContext(ctx))
			require.Equal(t, statements, counter.N())
			return v.SignedIn()
		}
		const day = 24 * time.Hour
		require.True(t, seen(time.Minute-time.Second, 1), "a use is written once a minute")
		require.True(t, seen(time.Second, 2))
		require.True(t, seen(time.Second, 1))
		row = db.Client.Session.GetX(t.Context(), v.Session)
		require.Equal(t, now.Add(-time.Second).UnixMicro(), row.LastUsedAt.UnixMicro())
		require.Equal(t, now.Add(30*day-time.Second).UnixMicro(), row.ExpiresAt.UnixMicro())
		require.True(t, seen(30*day-2*time.Second, 2))
		require.False(t, seen(30*day, 1))

		// However much it is used, it ends after 180 days.
		third, v, err = s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		for range 8 {
			require.True(t, seen(20*day, 2))
		}
		require.Equal(t, now.Add(20*day).UnixMicro(), db.Client.Session.GetX(t.Context(), v.Session).ExpiresAt.UnixMicro())
		require.True(t, seen(20*day-time.Second, 2))
		require.False(t, seen(time.Second, 1))
		_, _, err = s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		require.Equal(t, 1, db.Client.Session.Query().CountX(t.Context()))

		// A new password ends all of them.
		require.ErrorContains(t, s.SetPassword(t.Context(), "ana@example.com", "short"), "8 to 256")
		require.ErrorIs(t, s.SetPassword(t.Context(), "eve@example.com", password), auth.ErrNotFound)
		require.NoError(t, s.SetPassword(t.Context(), "Ana@example.com", "another password"))
		require.Zero(t, db.Client.Session.Query().CountX(t.Context()))
		_, _, err = s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.ErrorIs(t, err, auth.ErrCredentials)

		require.ErrorIs(t, s.SetAdmin(t.Context(), "eve@example.com", true), auth.ErrNotFound)
		require.Equal(t, auth.Problems{{Field: "email", Code: "CONFLICT", Message: "This e-mail address has an account already."}},
			s.Create(t.Context(), auth.Account{Email: "ANA@example.com", Password: password}))
		require.Equal(t, auth.Problems{{Field: "email", Code: "BAD_USER_INPUT", Message: "This is not a valid e-mail address."}},
			s.Create(t.Context(), auth.Account{Email: "nobody", Password: password}))
	})
}

// Before a profile was chosen a session sees what the account's youngest may, an
// administrator's all.
func TestSessionWithoutProfile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := auth.New(db.Client, auth.Options{})
		for email, c := range map[string]struct {
			admin bool
			limit int
		}{"ana@example.com": {false, 7}, "root@example.com": {true, viewer.Adult}} {
			own, child := household(t, s, db, email, c.admin)
			token, v, err := s.SignIn(t.Context(), email, password, "", "")
			require.NoError(t, err)
			require.Equal(t, c.limit, v.Maturity)
			seen := func() viewer.Viewer {
				v, _ := ask(s, with(t, "Authorization", "Bearer "+token))
				return v
			}
			require.Equal(t, v, seen())
			_, err = s.SelectProfile(viewer.NewContext(t.Context(), v), own.ID)
			require.NoError(t, err)
			require.Equal(t, viewer.Adult, seen().Maturity)
			db.Client.Profile.DeleteOne(own).ExecX(t.Context())
			require.Equal(t, c.limit, seen().Maturity, "its profile is gone")
			db.Client.Profile.DeleteOne(child).ExecX(t.Context())
			require.Equal(t, c.admin, seen().Maturity == viewer.Adult, "without any profile there is nothing to see")
		}
		token, v, err := s.SignUp(t.Context(), auth.Account{Email: "bob@example.com", Password: password}, "")
		require.NoError(t, err)
		require.Equal(t, viewer.Adult, v.Maturity, "who lives alone sees all at once")
		v, _ = ask(s, with(t, "Authorization", "Bearer "+token))
		require.Equal(t, viewer.Adult, v.Maturity)
	})
}

func TestSignInRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := auth.New(db.Client, auth.Options{})
		household(t, s, db, "ana@example.com", false)
		db.Client.User.Create().SetEmail("locked@example.com").SetName("x").SetPasswordHash("!").ExecX(t.Context())
		for name, c := range map[string][2]string{
			"wrong password":    {"ana@example.com", "wrong password"},
			"unknown":           {"eve@example.com", password},
			"locked":            {"locked@example.com", "!"},
			"empty":             {"", ""},
			"no password":       {"ana@example.com", ""},
			"NUL":               {"ana@example.com\x00", password},
			"NUL in password":   {"ana@example.com", "\x00"},
			"not UTF-8":         {"\xff\xfe@example.com", "\xff"},
			"huge address":      {strings.Repeat("a", 1<<20) + "@example.com", password},
			"huge password":     {"ana@example.com", strings.Repeat("a", 1<<20)},
			"SQL":               {"' OR 1=1 --@x", password},
			"password and more": {"ana@example.com", password + "x"},
		} {
			t.Run(name, func(t *testing.T) {
				token, v, err := s.SignIn(t.Context(), c[0], c[1], "", "")
				require.ErrorIs(t, err, auth.ErrCredentials)
				require.Equal(t, auth.ErrCredentials.Error(), err.Error())
				require.Empty(t, token)
				require.Zero(t, v)
			})
		}
		require.Zero(t, db.Client.Session.Query().CountX(t.Context()))
	})
}

func TestHashingGivesUpWithItsContext(t *testing.T) {
	s := auth.New(nil, auth.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	release := s.Occupy()
	cancel()
	_, err := s.Hash(ctx, password)
	require.ErrorIs(t, err, context.Canceled)
	synctest.Test(t, func(t *testing.T) { // nobody waits for ever
		full := auth.New(nil, auth.Options{})
		full.Occupy()
		_, err := full.Hash(t.Context(), password)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	release()
	hash, err := s.Hash(t.Context(), password)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"), hash)
}

func TestStrangers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := auth.New(db.Client, auth.Options{})
		token := strings.Repeat("A", 43)
		for _, c := range []struct{ header, value, language string }{
			{"Authorization", "Bearer " + token, "en"},
			{"Authorization", "Bearer ", "en"},
			{"Authorization", "Bearer \x00", "en"},
			{"Authorization", "Bearer " + strings.Repeat("A", 1<<20), "en"},
			{"Authorization", "Basic YTpi", "en"},
			{"Cookie", "streamex_session=" + token, "en"},
			{"Cookie", "streamex_session=%%%", "en"},
			{"Accept-Language", "es", "es"},
			{"Accept-Language", "es-MX,es;q=0.9,en;q=0.8", "es"},
			{"Accept-Language", "en-GB,en;q=0.9,es;q=0.1", "en"},
			{"Accept-Language", "de, fr;q=0.9", "en"},
			{"Accept-Language", "de, es;q=0.5", "es"},
			{"Accept-Language", ";;;q=", "en"},
			{"Accept-Language", strings.Repeat("es-", 5000), "en"},
		} {
			v, w := ask(s, with(t, c.header, c.value))
			require.Equal(t, viewer.Viewer{Maturity: 12, Language: c.language}, v, "%s: %.40s", c.header, c.value)
			require.Equal(t, 200, w.Code)
		}
	})
}

func TestDatabaseAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := auth.New(db.Client, auth.Options{TraceID: func(context.Context) string { return "trace" }})
		require.NoError(t, db.Close())
		_, w := ask(s, with(t, "Authorization", "Bearer "+strings.Repeat("A", 43)))
		require.Equal(t, 503, w.Code)
		require.JSONEq(t, `{"errors":[{"message":"the database is away, try again soon","extensions":{"code":"UNAVAILABLE","traceId":"trace"}}]}`, w.Body.String())
		v, w := ask(s, httptest.NewRequest("GET", "/", nil)) // who shows no token needs no database
		require.Equal(t, 200, w.Code)
		require.False(t, v.SignedIn())
	})
}

func TestCookie(t *testing.T) {
	plain, trusting := auth.New(nil, auth.Options{}), auth.New(nil, auth.Options{TrustProxy: true})
	for name, c := range map[string]struct {
		service *auth.Service
		prepare func(*http.Request)
		cookie  string
		web     bool
	}{
		"plain":        {plain, func(*http.Request) {}, "streamex_session=T; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax", false},
		"browser":      {plain, func(r *http.Request) { r.Header.Set("Origin", "http://x") }, "streamex_session=T; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax", true},
		"other header": {plain, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }, "streamex_session=T; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax", true},
		"cookie":       {plain, func(r *http.Request) { r.Header.Set("Cookie", "a=b") }, "streamex_session=T; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax", true},
		"TLS":          {plain, func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, "__Host-streamex_session=T; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax", false},
		"any proxy":    {plain, func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") }, "streamex_session=T; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax", false},
		"our proxy":    {trusting, func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") }, "__Host-streamex_session=T; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/graphql", nil)
			c.prepare(r)
			w := httptest.NewRecorder()
			c.service.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				auth.ClearToken(r.Context())
				auth.SetToken(r.Context(), "T")
				require.Equal(t, c.web, auth.WebClient(r.Context()))
			})).ServeHTTP(w, r)
			require.Equal(t, []string{c.cookie}, w.Header().Values("Set-Cookie"))
		})
	}
	auth.SetToken(t.Context(), "T") // outside of a request
	require.False(t, auth.WebClient(t.Context()))
}
