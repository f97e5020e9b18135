//go:build faults

package faults_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/profile"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/database"
)

// TestKilled kills the program while eight write: what they were told is there
// when it starts again, and what belongs together is whole.
func TestKilled(t *testing.T) {
	url := sqlite(t)
	p := serve(t, url, "--max-profiles", "1000000")
	l := prepareLoad(t, p, 8, writes...)
	total := 0
	each(t, func(n int) {
		before := l.counted("answered")
		l.start()
		require.Eventually(t, func() bool { return l.counted("answered") >= before+20 }, time.Minute, 5*time.Millisecond)
		time.Sleep(rand.N(200 * time.Millisecond)) // anywhere within a write
		p.kill()
		l.wait()
		p.start()
		answered := l.check(url)
		total += answered
		accounts := whole(t, url)
		say(t, "round %d: killed after %d answered writes: 0 lost; %d accounts, 0 half-written", n, answered, accounts)
	})
	say(t, "%d answered writes in all, 0 lost; answers: %v", total, l.count)
}

// whole checks an SQLite database, and that each account has its first profile
// and, where it signed up, its session. It returns how many accounts there are.
func whole(t *testing.T, url string) (accounts int) {
	t.Helper()
	with(t, url, func(ctx context.Context, db *database.DB) {
		var verdict string
		require.NoError(t, db.SQL().QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict))
		require.Equal(t, "ok", verdict)
		var dangling int
		require.NoError(t, db.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_foreign_key_check").Scan(&dangling))
		require.Zero(t, dangling)
		half, err := db.Client.User.Query().Where(user.Not(user.HasProfiles())).Count(ctx)
		require.NoError(t, err)
		require.Zero(t, half, "accounts without a profile")
		half, err = db.Client.User.Query().Where(user.PasswordHashNEQ("!"), user.Not(user.HasSessions()), user.EmailNEQ(admin)).Count(ctx)
		require.NoError(t, err)
		require.Zero(t, half, "accounts that signed up without a session")
		half, err = db.Client.Profile.Query().Where(profile.Not(profile.HasUser())).Count(ctx)
		require.NoError(t, err)
		require.Zero(t, half)
		half, err = db.Client.Session.Query().Where(session.Not(session.HasUser())).Count(ctx)
		require.NoError(t, err)
		require.Zero(t, half)
		accounts, err = db.Client.User.Query().Count(ctx)
		require.NoError(t, err)
	})
	return accounts
}
