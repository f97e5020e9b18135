package dbtest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/internal/database"
)

// spy is a test that only notes how it would have ended.
type spy struct {
	testing.TB
	failed, skipped string
}

func (*spy) Helper()                           {}
func (s *spy) Skip(args ...any)                { s.skipped = fmt.Sprint(args...); panic(s) }
func (s *spy) Fatalf(text string, args ...any) { s.failed = fmt.Sprintf(text, args...); panic(s) }

func (s *spy) run(t *testing.T) {
	defer func() { require.Equal(t, s, recover(), "it neither failed nor skipped") }()
	Postgres(s)
}

func TestWithoutPostgres(t *testing.T) {
	real := postgres
	defer func() { postgres = real }()
	postgres = func() (*server, error) { return nil, errors.New("none here") }
	t.Setenv(sqliteOnly, "")
	s := &spy{}
	s.run(t)
	require.Contains(t, s.failed, "NOT tested")
	require.Contains(t, s.failed, "none here")

	t.Setenv(sqliteOnly, "1")
	s = &spy{}
	s.run(t)
	require.Contains(t, s.skipped, "not tested")
	require.Empty(t, s.failed)
}

// TestEachIsFresh: what one test writes, no other sees.
func TestEachIsFresh(t *testing.T) {
	for range 2 {
		Each(t, func(t *testing.T, db *database.DB) {
			require.Zero(t, db.Client.Genre.Query().CountX(t.Context()))
			db.Client.Genre.Create().SetSlug("a").SetNames(map[string]string{}).ExecX(t.Context())
		})
		EachEmptyURL(t, func(t *testing.T, url string) {
			_, err := Open(t, url).Client.Genre.Query().Count(t.Context())
			require.Error(t, err, "it has no tables yet")
		})
	}
}
