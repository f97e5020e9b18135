package relay_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/graph/relay"
)

func TestPage(t *testing.T) {
	cursor := func(i int, item string) string { return relay.Encode("list", i, item) }
	c := relay.Page([]string{"a", "b", "c"}, 2, true, cursor)
	require.Equal(t, []string{"a", "b"}, c.Nodes)
	require.True(t, c.PageInfo.HasNextPage)
	require.True(t, c.PageInfo.HasPreviousPage)
	require.Equal(t, cursor(0, "a"), *c.PageInfo.StartCursor())
	require.Equal(t, cursor(1, "b"), *c.PageInfo.EndCursor())
	require.Equal(t, cursor(1, "b"), c.Edges[1].Cursor())

	m := relay.Map(c, func(s string) int { return int(s[0]) })
	require.Equal(t, []int{'a', 'b'}, m.Nodes)
	require.Equal(t, cursor(1, "b"), m.Edges[1].Cursor())
	require.Equal(t, int('b'), m.Edges[1].Node)

	empty := relay.Page([]string{}, 2, false, cursor)
	require.Empty(t, empty.Edges)
	require.False(t, empty.PageInfo.HasNextPage)
	require.Nil(t, empty.PageInfo.StartCursor())
	require.Nil(t, empty.PageInfo.EndCursor())
}

func TestDecodeRefuses(t *testing.T) {
	var s string
	var n int64
	for name, cursor := range map[string]string{
		"empty": "", "no base64": "!", "padded": relay.Encode("list", "a", 1) + "=", "no JSON": "eHg", "other list": relay.Encode("other", "a", 1),
		"too few": relay.Encode("list", "a"), "too many": relay.Encode("list", "a", 1, 2), "wrong types": relay.Encode("list", 1, "a"),
		"null": relay.Encode("list", nil, 1), "NUL": relay.Encode("list", "a\x00", 1), "fraction": relay.Encode("list", "a", 1.5),
	} {
		require.ErrorIs(t, relay.Decode(cursor, "list", &s, &n), relay.ErrCursor, name)
	}
	require.NoError(t, relay.Decode(relay.Encode("list", "ñ😀", -5), "list", &s, &n))
	require.Equal(t, "ñ😀", s)
	require.EqualValues(t, -5, n)
}
