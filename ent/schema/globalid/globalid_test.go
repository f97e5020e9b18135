package globalid_test

import (
	"encoding/base64"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent/schema/globalid"
)

// number is what every kind of number can do.
type number interface {
	~int64
	String() string
}

type decoder[T number] interface {
	*T
	UnmarshalGQL(any) error
}

// kinds are all kinds of number, with their letter.
func kinds() map[globalid.Kind]func(*testing.T, globalid.Kind) {
	return map[globalid.Kind]func(*testing.T, globalid.Kind){
		globalid.KindTitle:     check[globalid.Title],
		globalid.KindSeason:    check[globalid.Season],
		globalid.KindEpisode:   check[globalid.Episode],
		globalid.KindVideo:     check[globalid.Video],
		globalid.KindPerson:    check[globalid.Person],
		globalid.KindCharacter: check[globalid.Character],
		globalid.KindCredit:    check[globalid.Credit],
		globalid.KindGenre:     check[globalid.Genre],
		globalid.KindUser:      check[globalid.User],
		globalid.KindSession:   check[globalid.Session],
		globalid.KindProfile:   check[globalid.Profile],
		globalid.KindView:      check[globalid.View],
	}
}

// check takes numbers of a kind there and back, and refuses them to all others.
func check[T number, P decoder[T]](t *testing.T, kind globalid.Kind) {
	for _, n := range []int64{1, 35, 36, 1295, 1 << 20, 1 << 53, math.MaxInt64} {
		id := T(n)
		g, err := globalid.Parse(id.String())
		require.NoError(t, err)
		require.Equal(t, kind, g.Kind)
		require.Equal(t, id.String(), g.String())
		got, err := globalid.Of[T](g, kind)
		require.NoError(t, err)
		require.Equal(t, id, got)

		var decoded T
		require.NoError(t, P(&decoded).UnmarshalGQL(id.String()))
		require.Equal(t, id, decoded)
		for other := range kinds() {
			wrong, err := globalid.Of[T](g, other)
			if other == kind {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, globalid.ErrInvalid)
			require.Zero(t, wrong)
			decoded = 7
			require.ErrorIs(t, P(&decoded).UnmarshalGQL(globalid.Global{Kind: other, Rest: g.Rest}.String()), globalid.ErrInvalid)
			require.Zero(t, decoded)
		}
	}
	for _, v := range []any{nil, 1, int64(1), true, []any{}, map[string]any{}, "", "1"} {
		var decoded T
		require.ErrorIs(t, P(&decoded).UnmarshalGQL(v), globalid.ErrInvalid, "%v", v)
	}
}

func TestKinds(t *testing.T) {
	require.Len(t, kinds(), 12)
	for kind, check := range kinds() {
		t.Run(string(rune(kind)), func(t *testing.T) { check(t, kind) })
	}
	// A row of the home page has no number.
	require.NotContains(t, kinds(), globalid.KindHomeRow)
}

func TestMarshal(t *testing.T) {
	var b strings.Builder
	globalid.Title(1).MarshalGQL(&b)
	require.Equal(t, `"VDE"`, b.String())
	b.Reset()
	globalid.Global{Kind: globalid.KindTitle, Rest: "1"}.MarshalGQL(&b)
	require.Equal(t, `"VDE"`, b.String())
	b.Reset()
	globalid.View(math.MaxInt64).MarshalGQL(&b)
	require.Equal(t, `"`+globalid.View(math.MaxInt64).String()+`"`, b.String())
}

func raw(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":               "",
		"one letter":            raw("T"),
		"a bare number":         "1",
		"plain text":            "Title:1",
		"no base64":             "!!!!",
		"the other alphabet":    "VD//",
		"padding":               base64.URLEncoding.EncodeToString([]byte("T1")),
		"loose bits at the end": "VDF",
		"a line break":          "VD\nE",
		"a space":               " VDE",
		"NUL behind":            "VDE\x00",
		"an unknown kind":       raw("X1"),
		"a small letter":        raw("t1"),
		"zero":                  raw("T0"),
		"negative":              raw("T-1"),
		"a sign":                raw("T+1"),
		"a leading zero":        raw("T01"),
		"upper case":            raw("TZ"),
		"an underscore":         raw("T1_0"),
		"a space inside":        raw("T 1"),
		"beyond 64 bits":        raw("T1y2p0ij32e8e8"),
		"far beyond":            raw("Tzzzzzzzzzzzzzzzzzzzz"),
		"no number":             raw("T!"),
		"a NUL inside":          raw("T1\x00"),
		"a row without a name":  raw("H"),
		"a row with a space":    raw("Hg 1"),
		"a row with a NUL":      raw("Hg.1\x00"),
		"a row beyond ASCII":    raw("Hé"),
		"too long":              raw("H" + strings.Repeat("a", 48)),
		"huge":                  strings.Repeat("VDEx", 1<<18),
	} {
		g, err := globalid.Parse(text)
		require.ErrorIs(t, err, globalid.ErrInvalid, name)
		require.Zero(t, g, name)
	}
	_, err := globalid.Of[globalid.Title](globalid.Global{}, 0)
	require.ErrorIs(t, err, globalid.ErrInvalid)
}

// FuzzParse: what is read is written back letter by letter, so that a node has
// one identifier only.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "VDE", "T1", globalid.Title(1).String(), globalid.View(math.MaxInt64).String(), raw("Hg.1"), raw("Hb.zz"), raw("T01"), "VD==", "\x00", "VDE\n", strings.Repeat("A", 65)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := globalid.Parse(s)
		if err != nil {
			require.ErrorIs(t, err, globalid.ErrInvalid)
			require.Zero(t, g)
			return
		}
		require.Equal(t, s, g.String())
		again, err := globalid.Parse(g.String())
		require.NoError(t, err)
		require.Equal(t, g, again)
		id, err := globalid.Of[globalid.Title](g, globalid.KindTitle)
		if g.Kind == globalid.KindTitle {
			require.NoError(t, err)
			require.Positive(t, int64(id))
			require.Equal(t, s, id.String())
		} else {
			require.ErrorIs(t, err, globalid.ErrInvalid)
		}
	})
}

// FuzzString: every number that a row can have is read back as it was.
func FuzzString(f *testing.F) {
	for _, n := range []int64{1, 35, 36, 1 << 32, math.MaxInt64} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n int64) {
		var got globalid.Person
		err := got.UnmarshalGQL(globalid.Person(n).String())
		if n <= 0 { // no row has it
			require.ErrorIs(t, err, globalid.ErrInvalid)
			return
		}
		require.NoError(t, err)
		require.EqualValues(t, n, got)
	})
}
