package loader_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"streamex/graph/loader"
	"streamex/graph/relay"
	"streamex/internal/catalog"
)

// lists are all shapes of cursors.
var lists = []loader.List{
	loader.RowList, loader.ItemList, loader.CreditList, loader.PersonCreditList, loader.CharacterCreditList, loader.EpisodeList, loader.SimilarList,
	loader.PersonList, loader.CharacterList,
	loader.TitleList(catalog.Order{Column: catalog.ByPopularity}), loader.TitleList(catalog.Order{Column: catalog.ByYear}),
	loader.TitleList(catalog.Order{Column: catalog.ByAdded}), loader.TitleList(catalog.Order{Column: "sort_key"}), loader.TitleList(catalog.Order{Column: "sort_key_es"}),
}

// No text makes a list panic, a text is a cursor of one list at most, and what
// was read is what a cursor of ours holds.
func FuzzCursor(f *testing.F) {
	for _, l := range lists {
		f.Add(relay.Encode(l.Name, 1))
		f.Add(relay.Encode(l.Name, 1, 2))
		f.Add(relay.Encode(l.Name, "a", 2))
	}
	f.Add("")
	f.Add("W10")
	f.Add(relay.Encode("rows", -1))
	f.Add(relay.Encode("credits", "1", "2"))
	f.Fuzz(func(t *testing.T, cursor string) {
		of := 0
		for _, l := range lists {
			p, err := l.Read(cursor)
			if err != nil {
				require.ErrorIs(t, err, relay.ErrCursor)
				continue
			}
			of++
			require.True(t, p.Set)
			require.False(t, strings.ContainsRune(p.Text, 0))
			require.True(t, utf8.ValidString(p.Text))
		}
		require.LessOrEqual(t, of, 1, cursor)
	})
}

// What a cursor was made of comes back.
func FuzzCursorRoundTrip(f *testing.F) {
	f.Add("batalla 2", int64(1), int64(1<<62))
	f.Add("", int64(0), int64(-1))
	f.Add("ñ \"<>\u2028😀", int64(1<<53+1), int64(7))
	f.Fuzz(func(t *testing.T, text string, n, id int64) {
		if strings.ContainsRune(text, 0) || !utf8.ValidString(text) || len(text) > 200 {
			t.Skip("sort keys are none of these")
		}
		p, err := loader.PersonList.Read(relay.Encode(loader.PersonList.Name, text, id))
		require.NoError(t, err)
		require.Equal(t, loader.Place{Set: true, Text: text, ID: id}, p)
		p, err = loader.CreditList.Read(relay.Encode(loader.CreditList.Name, n, id))
		require.NoError(t, err)
		require.Equal(t, loader.Place{Set: true, Number: n, ID: id}, p)
		p, err = loader.ItemList.Read(relay.Encode(loader.ItemList.Name, n))
		if n < 0 {
			require.ErrorIs(t, err, relay.ErrCursor)
			return
		}
		require.NoError(t, err)
		require.Equal(t, loader.Place{Set: true, Number: n}, p)
	})
}
