package auth_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

func TestPasswordsThatAnybodyGuesses(t *testing.T) {
	for _, p := range []string{
		"password", "Password1", "P@ssw0rd!", "12345678", "1234567890", "qwertyuiop", "Qwerty123!", "iloveyou2024", "contraseña", "Contrasena1", "teamo2024",
		"football99", "!dragon!!", "monkeymonkey", "aaaaaaaaaaaa", "abababab", "realmadrid", "Barcelona1", "1q2w3e4r", "trustno1", "michael1985", "letmein!", "ſuperman1",
	} {
		require.True(t, auth.Common(p), p)
	}
	for _, p := range []string{
		password, "streamex-demo", "another password", "Tr0ub4dor&3", "zebra lamp ocean", "dragon rides bicycle", "xkq7-vvtm", "contraseña de mi abuela",
	} {
		require.False(t, auth.Common(p), p)
	}
	s := auth.New(nil, auth.Options{})
	for p, why := range map[string]string{
		"": "8 to 256", "1234567": "8 to 256", strings.Repeat("ñ", 257): "8 to 256", strings.Repeat("x", 1<<20): "8 to 256", "password": "too common",
	} {
		_, err := s.Hash(t.Context(), p)
		require.ErrorContains(t, err, why)
	}
	_, err := s.Hash(t.Context(), strings.Repeat("ñandú ", 42)) // 252 characters in more bytes
	require.NoError(t, err)
}

// A hash of lesser cost is made anew when its password is shown.
func TestHashesAreRenewed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := auth.New(db.Client, auth.Options{})
		old, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 1 << 10, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
		require.NoError(t, err)
		u := db.Client.User.Create().SetEmail("ana@example.com").SetName("Ana").SetPasswordHash(old).SaveX(t.Context())
		_, _, err = s.SignIn(t.Context(), "ana@example.com", "wrong password", "", "")
		require.ErrorIs(t, err, auth.ErrCredentials)
		require.Equal(t, old, db.Client.User.GetX(t.Context(), u.ID).PasswordHash)
		_, _, err = s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		renewed := db.Client.User.GetX(t.Context(), u.ID).PasswordHash
		require.True(t, strings.HasPrefix(renewed, "$argon2id$v=19$m=19456,t=2,p=1$"), renewed)
		_, _, err = s.SignIn(t.Context(), "ana@example.com", password, "", "")
		require.NoError(t, err)
		require.Equal(t, renewed, db.Client.User.GetX(t.Context(), u.ID).PasswordHash)
	})
}

// An account keeps the devices that it used last.
func TestDevicesAreBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := auth.New(db.Client, auth.Options{})
		own, _ := household(t, s, db, "ana@example.com", false)
		first, _, err := s.SignIn(t.Context(), "ana@example.com", password, "first", "")
		require.NoError(t, err)
		for range 55 {
			db.Client.Session.Create().SetUserID(own.UserID).SetTokenHash([]byte(t.Name() + strings.Repeat("x", db.Client.Session.Query().CountX(t.Context())))).
				SetExpiresAt(own.CreatedAt.AddDate(1, 0, 0)).SetLastUsedAt(own.CreatedAt.AddDate(0, 0, -1)).ExecX(t.Context())
		}
		_, _, err = s.SignIn(t.Context(), "ana@example.com", password, "last", "")
		require.NoError(t, err)
		require.Equal(t, 50, db.Client.Session.Query().CountX(t.Context()))
		v, _ := ask(s, with(t, "Authorization", "Bearer "+first))
		require.True(t, v.SignedIn())
	})
}

func TestDeviceOf(t *testing.T) {
	for agent, name := range map[string]string{
		"": "", "curl/8.5.0": "", "okhttp/4.12 Android": "Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                   "Chrome on macOS",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":        "Samsung Internet on Android",
	} {
		require.Equal(t, name, auth.DeviceOf(agent))
	}
}

func TestNetwork(t *testing.T) {
	for address, network := range map[string]string{
		"192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.1": "192.0.2.1/32",
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		require.Equal(t, network, auth.Network(netip.MustParseAddr(address)))
	}
	require.Empty(t, auth.Network(netip.Addr{}))
}
