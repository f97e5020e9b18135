package auth_test

import (
	"context"
	"encoding/base32"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/user"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/viewer"
)

// factored is an account with a second factor, on two replicas.
type factored struct {
	t        *testing.T
	db       *database.DB
	replicas [2]*auth.Service
	key      *auth.Key
	owner    context.Context // signed in on the first
	secret   string          // in the owner's app
	recovery []string

	mu  sync.Mutex
	now time.Time
}

func (f *factored) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *factored) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// code is what the app shows some periods from now.
func (f *factored) code(periods int) string {
	text, err := totp.GenerateCode(f.secret, f.clock().Add(time.Duration(periods)*30*time.Second))
	require.NoError(f.t, err)
	return text
}

// wrong is a code that the app does not show round now.
func (f *factored) wrong() string {
	shown := map[string]bool{}
	for p := -3; p <= 3; p++ {
		shown[f.code(p)] = true
	}
	for n := 0; ; n++ {
		if text := fmt.Sprintf("%06d", n); !shown[text] {
			return text
		}
	}
}

// signIn tries with a code on a replica and returns "" or the code of what is
// wrong.
func (f *factored) signIn(replica int, code string) string {
	_, _, err := f.replicas[replica].SignIn(f.t.Context(), "ana@example.com", password, "", code)
	return said(f.t, err)
}

// said is the code of the only problem, "" for none, "wait …" for too many tries.
func said(t *testing.T, err error) string {
	if often, ok := err.(*auth.TooMany); ok {
		return "wait " + often.Wait.String()
	}
	if problems, ok := err.(auth.Problems); ok && len(problems) == 1 {
		return problems[0].Code + " " + problems[0].Field
	}
	require.NoError(t, err)
	return ""
}

const wrongCode = "BAD_USER_INPUT code"

func newKey(t *testing.T) *auth.Key {
	key, err := auth.ParseKey(auth.NewKey())
	require.NoError(t, err)
	return key
}

func eachFactored(t *testing.T, test func(*testing.T, *factored)) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		f := &factored{t: t, db: dbtest.Open(t, url), key: newKey(t), now: time.Unix(2e9, 0)}
		for i, db := range []*database.DB{f.db, dbtest.Open(t, url)} {
			f.replicas[i] = auth.New(db.Client, auth.Options{Now: f.clock, Key: f.key})
		}
		household(t, f.replicas[0], f.db, "ana@example.com", false)
		_, v, err := f.replicas[0].SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		f.owner = viewer.NewContext(t.Context(), v)
		f.turnOn()
		test(t, f)
	})
}

func (f *factored) turnOn() {
	setup, err := f.replicas[0].SetUpSecondFactor(f.owner, password)
	require.NoError(f.t, err)
	f.secret = setup.Secret
	f.recovery, _, err = f.replicas[1].ConfirmSecondFactor(f.owner, f.code(0))
	require.NoError(f.t, err)
	f.pass(10 * time.Minute)
}

// A code is good in its own period and in the ones beside it, once, and not after
// a later one.
func TestCodes(t *testing.T) {
	eachFactored(t, func(t *testing.T, f *factored) {
		for _, c := range []struct {
			name string
			show []int // periods from now
			want []string
		}{
			{"in time", []int{0}, []string{""}},
			{"a clock behind", []int{-1}, []string{""}},
			{"a clock ahead", []int{1}, []string{""}},
			{"too late", []int{-2, -3, -100}, []string{wrongCode, wrongCode, wrongCode}},
			{"too early", []int{2, 3, 100}, []string{wrongCode, wrongCode, wrongCode}},
			{"twice", []int{0, 0}, []string{"", wrongCode}},
			{"in order", []int{-1, 0, 1}, []string{"", "", ""}},
			{"one before a later one", []int{1, 0, -1}, []string{"", wrongCode, wrongCode}},
		} {
			f.pass(10 * time.Minute)
			for i, periods := range c.show {
				require.Equal(t, c.want[i], f.signIn(i%2, f.code(periods)), "%s, %d", c.name, i)
			}
			f.pass(10 * time.Minute)
			require.Empty(t, f.signIn(0, f.code(0)), "the count starts anew")
		}
		f.pass(10 * time.Minute)
		text := f.code(0)
		for _, typed := range []string{f.wrong(), text[:5], text + "0", "", " ", strings.Repeat("1", 1<<20), "\x00\xff", "½½½", "12345a"} {
			if typed == "" {
				require.Equal(t, "SECOND_FACTOR_REQUIRED code", f.signIn(0, ""))
				continue
			}
			require.Equal(t, wrongCode, f.signIn(0, typed), "%.20q", typed)
			f.pass(time.Minute)
		}
		text = f.code(0)
		require.Empty(t, f.signIn(0, " "+text[:3]+" "+text[3:]+" "), "as people type it")
	})
}

// The codes are those of RFC 6238, appendix B: the last six of its eight digits.
func TestCodesOfTheRFC(t *testing.T) {
	eachFactored(t, func(t *testing.T, f *factored) {
		secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
		id := f.db.Client.User.Query().OnlyIDX(t.Context())
		f.db.Client.User.UpdateOneID(id).SetSecondFactor(f.key.Seal(secret, id)).SetSecondFactorStep(0).ExecX(t.Context())
		f.pass(-f.clock().Sub(time.Unix(0, 0)))
		f.replicas[0] = auth.New(f.db.Client, auth.Options{Now: f.clock, Key: f.key}) // which counted nothing in the future
		for _, c := range []struct {
			at   int64
			code string
		}{{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}} {
			f.pass(time.Unix(c.at, 0).Sub(f.clock()))
			require.Empty(t, f.signIn(0, c.code), c.code)
		}
	})
}

// However many come at once with the same code, to whichever replica, one gets in.
func TestCodesAtOnce(t *testing.T) {
	eachFactored(t, func(t *testing.T, f *factored) {
		for _, text := range []string{f.code(0), f.recovery[0]} {
			var all sync.WaitGroup
			var mu sync.Mutex
			opened := 0
			for i := range 10 {
				all.Go(func() {
					_, _, err := f.replicas[i%2].SignIn(t.Context(), "ana@example.com", password, "", text)
					_, often := err.(*auth.TooMany) // wrong codes in a row lock the app's
					_, wrong := err.(auth.Problems)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						opened++
					} else if !often && !wrong {
						t.Error(err)
					}
				})
			}
			all.Wait()
			require.Equal(t, 1, opened)
			f.pass(time.Hour)
		}
	})
}

// Wrong codes lock the app's for longer and longer, on all replicas, but not the
// recovery codes.
func TestCodesAreNotGuessed(t *testing.T) {
	eachFactored(t, func(t *testing.T, f *factored) {
		for i, lock := range []string{"15m0s", "30m0s", "1h0m0s", "2h0m0s", "4h0m0s", "8h0m0s", "16h0m0s", "24h0m0s", "24h0m0s"} {
			for j := range 5 {
				require.Equal(t, wrongCode, f.signIn(j%2, f.wrong()))
			}
			for replica := range 2 {
				require.Equal(t, "wait "+lock, f.signIn(replica, f.code(0)), "not even the right one")
			}
			if i == 0 {
				require.Empty(t, f.signIn(1, f.recovery[0]))
			}
			wait, err := time.ParseDuration(lock)
			require.NoError(t, err)
			f.pass(wait - time.Second)
			require.Equal(t, "wait 1s", f.signIn(0, f.code(0)))
			f.pass(time.Second)
		}
		require.Empty(t, f.signIn(0, f.code(0)))
		for range 5 {
			require.Equal(t, wrongCode, f.signIn(0, f.wrong()))
		}
		require.Equal(t, "wait 15m0s", f.signIn(0, f.code(0)), "a right one ended the count")
	})
}

// A right password alone takes nothing off the count of wrong codes, and shows
// no place to be the owner's.
func TestWrongCodesCountLikeWrongPasswords(t *testing.T) {
	eachFactored(t, func(t *testing.T, f *factored) {
		for range 10 {
			require.Equal(t, "SECOND_FACTOR_REQUIRED code", f.signIn(0, ""))
			require.Equal(t, wrongCode, f.signIn(0, "AAAA-AAAA-AAAA-AAAA"))
		}
		require.Equal(t, "wait 1m0s", f.signIn(0, ""))
		require.Equal(t, "wait 1m0s", f.signIn(0, f.code(0)))
		f.pass(time.Minute)
		require.Equal(t, "SECOND_FACTOR_REQUIRED code", f.signIn(0, ""))
		require.Empty(t, f.signIn(0, f.code(0)))
	})
}

func TestRecoveryCodes(t *testing.T) {
	eachFactored(t, func(t *testing.T, f *factored) {
		require.Len(t, f.recovery, 10)
		seen := map[string]bool{}
		for _, text := range f.recovery {
			require.Regexp(t, `^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$`, text) // 80 bits
			require.False(t, seen[text])
			seen[text] = true
		}
		require.Empty(t, f.signIn(0, f.recovery[0]))
		require.Equal(t, wrongCode, f.signIn(1, f.recovery[0]))
		require.Empty(t, f.signIn(1, strings.ToLower(strings.ReplaceAll(f.recovery[1], "-", ""))))
		require.Equal(t, 8, f.db.Client.RecoveryCode.Query().CountX(t.Context()))

		// Another account's are none.
		household(t, f.replicas[0], f.db, "bob@example.com", false)
		_, v, err := f.replicas[0].SignIn(t.Context(), "bob@example.com", password, "", "")
		require.NoError(t, err)
		bob := viewer.NewContext(t.Context(), v)
		setup, err := f.replicas[0].SetUpSecondFactor(bob, password)
		require.NoError(t, err)
		shown, err := totp.GenerateCode(setup.Secret, f.clock())
		require.NoError(t, err)
		_, _, err = f.replicas[0].ConfirmSecondFactor(bob, f.recovery[2])
		require.Equal(t, wrongCode, said(t, err))
		_, _, err = f.replicas[0].ConfirmSecondFactor(bob, shown)
		require.NoError(t, err)
		_, _, err = f.replicas[0].SignIn(t.Context(), "bob@example.com", password, "", f.recovery[2])
		require.Equal(t, wrongCode, said(t, err))

		// New ones take the place of the old ones.
		_, err = f.replicas[0].RenewRecoveryCodes(f.owner, password, "AAAAAAAAAAAAAAAA")
		require.Equal(t, wrongCode, said(t, err))
		_, err = f.replicas[0].RenewRecoveryCodes(f.owner, "a wrong one", f.recovery[2])
		require.Equal(t, "BAD_USER_INPUT password", said(t, err))
		renewed, err := f.replicas[0].RenewRecoveryCodes(f.owner, password, f.recovery[2])
		require.NoError(t, err)
		require.Len(t, renewed, 10)
		require.Equal(t, 20, f.db.Client.RecoveryCode.Query().CountX(t.Context()))
		require.Equal(t, wrongCode, f.signIn(0, f.recovery[3]))
		require.Empty(t, f.signIn(0, renewed[3]))
	})
}

// What was changed, moved or sealed under another key opens nothing, and the
// error tells of no secret. Recovery codes need no key.
func TestKey(t *testing.T) {
	eachFactored(t, func(t *testing.T, f *factored) {
		ctx := t.Context()
		u := f.db.Client.User.Query().OnlyX(ctx)
		sealed := u.SecondFactor
		require.NotContains(t, string(sealed), f.secret)
		require.NotEqual(t, sealed, f.key.Seal(f.secret, u.ID), "the same secret never looks the same")
		require.NoError(t, f.replicas[0].CheckKey(ctx))

		fails := func(s *auth.Service, why string) {
			t.Helper()
			_, _, err := s.SignIn(ctx, "ana@example.com", password, "", f.code(0))
			require.ErrorIs(t, err, auth.ErrKey, why)
			require.NotContains(t, err.Error(), f.secret)
			require.ErrorIs(t, s.CheckKey(ctx), auth.ErrKey, why)
		}
		for _, i := range []int{0, 11, 12, len(sealed) / 2, len(sealed) - 1} { // nonce, text, tag
			broken := append([]byte{}, sealed...)
			broken[i] ^= 1
			f.db.Client.User.UpdateOne(u).SetSecondFactor(broken).ExecX(ctx)
			fails(f.replicas[0], "changed")
		}
		for _, broken := range [][]byte{{}, sealed[:20], append(append([]byte{}, sealed...), 0), f.key.Seal(f.secret, u.ID+1)} {
			f.db.Client.User.UpdateOne(u).SetSecondFactor(broken).ExecX(ctx)
			fails(f.replicas[0], "not whole, or another account's")
		}
		f.db.Client.User.UpdateOne(u).SetSecondFactor(sealed).ExecX(ctx)
		other := auth.New(f.db.Client, auth.Options{Now: f.clock, Key: newKey(t)})
		fails(other, "another key")
		without := auth.New(f.db.Client, auth.Options{Now: f.clock})
		fails(without, "no key")
		require.Zero(t, f.db.Client.User.GetX(ctx, u.ID).SecondFactorFailures, "our fault is not counted as theirs")
		_, _, err := other.SignIn(ctx, "ana@example.com", password, "", f.recovery[0])
		require.NoError(t, err)
		_, err = without.SetUpSecondFactor(f.owner, password)
		require.Equal(t, "UNAVAILABLE ", said(t, err))

		// The way out for who lost the key.
		n, err := without.DropSecondFactors(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.NoError(t, other.CheckKey(ctx))
		require.Empty(t, f.signIn(0, ""))
		require.Zero(t, f.db.Client.RecoveryCode.Query().CountX(ctx))
	})
	for _, text := range []string{"", "x", "secret", auth.NewKey()[:43], auth.NewKey() + "AAAA", strings.Repeat("A", 1<<20)} {
		_, err := auth.ParseKey(text)
		require.ErrorContains(t, err, "32 bytes in base64")
		if text != "" && text != "x" {
			require.NotContains(t, err.Error(), text)
		}
	}
}

// What happens to an account between its password and its session counts.
func TestSignInSeesTheAccountAsItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := auth.New(db.Client, auth.Options{})
		found := func() {} // is called once, when the account was
		db.Client.User.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
			return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
				v, err := next.Query(ctx, q)
				once := found
				found = func() {}
				once()
				return v, err
			})
		}))
		for name, change := range map[string]func(*ent.UserUpdate) *ent.UserUpdate{
			"disabled":      func(u *ent.UserUpdate) *ent.UserUpdate { return u.SetDisabled(true) },
			"otherpassword": func(u *ent.UserUpdate) *ent.UserUpdate { return u.SetPasswordHash("!") },
			"deleted":       nil,
		} {
			email := name + "@example.com"
			require.NoError(t, s.Create(t.Context(), auth.Account{Email: email, Password: password}))
			found = func() {
				if change == nil {
					db.Client.User.Delete().Where(user.Email(email)).ExecX(t.Context())
					return
				}
				change(db.Client.User.Update().Where(user.Email(email))).ExecX(t.Context())
			}
			_, _, err := s.SignIn(t.Context(), email, password, "", "")
			require.ErrorIs(t, err, auth.ErrCredentials, name)
		}
		require.Zero(t, db.Client.Session.Query().CountX(t.Context()))
	})
}
