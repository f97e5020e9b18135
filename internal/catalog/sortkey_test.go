package catalog_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/person"
	"streamex/internal/catalog"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

func TestSortKey(t *testing.T) {
	for _, c := range []struct{ name, language, want string }{
		{"The Kid", "en", "kid"},
		{"The Kid", "es", "the kid"},
		{"The Kid", "", "the kid"},
		{"A Trip to the Moon", "en", "trip to the moon"},
		{"An Andalusian Dog", "en", "andalusian dog"},
		{"Theodora", "en", "theodora"},
		{"El último", "es", "ultimo"},
		{"¡Armas al hombro!", "es", "armas al hombro"},
		{"Una página de locura", "es", "pagina de locura"},
		{"...Y el mundo marcha", "es", "y el mundo marcha"},
		{"The", "en", "the"},
		{"A", "en", "a"},
		{"The The", "en", "the"},
		{"J'accuse", "en", "jaccuse"},
		{"Hell’s Angels", "en", "hells angels"},
		{"20,000 Leagues", "en", "20 000 leagues"},
		{"D.O.A.", "en", "d o a"},
		{"Häxan", "en", "haxan"},
		{"Ñandú", "es", "nandu"},
		{"Броненосец «Потёмкин»", "en", "броненосец потемкин"},
		{"狂った一頁", "en", "狂った一頁"},
		{"Ｆｕｌｌ　ｗｉｄｔｈ", "en", "full width"},
		{"ﬁn", "en", "fin"},
		{"  spaces \t and\nlines  ", "en", "spaces and lines"},
		{"!!!", "en", ""},
		{"", "en", ""},
		{"x\x00y\xffz", "en", "x y z"},
	} {
		require.Equal(t, c.want, catalog.SortKey(c.name, c.language), "%q in %q", c.name, c.language)
	}
}

func TestSortKeyIsBounded(t *testing.T) {
	for _, name := range []string{strings.Repeat("é", 500), strings.Repeat("頁", 500), strings.Repeat("ﷺ", 500), strings.Repeat("a ", 500)} {
		key := catalog.SortKey(name, "en")
		require.LessOrEqual(t, len(key), 120)
		require.Greater(t, len(key), 100)
		require.True(t, utf8.ValidString(key))
	}
}

// FuzzSortKey: a key is its own key, and valid.
func FuzzSortKey(f *testing.F) {
	for _, name := range []string{"The Kid", "¡Ñandú!", "İstanbul", "ẞ", "Ǆ", "a\u0301\u0301", "ﷺ", "\xff\x00", "K", "ᾳ", strings.Repeat("x y", 60), "\u1e9b\u0323", "ͅ", "\xf6Ӂ"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		key := catalog.SortKey(name, "")
		require.Equal(t, key, catalog.SortKey(key, ""), "of %q", name)
		require.True(t, utf8.ValidString(key))
		require.LessOrEqual(t, len(key), 120)
		require.NotContains(t, key, "\x00")
		require.Equal(t, strings.Join(strings.Fields(key), " "), key)
	})
}

// TestSortKeysOrderAlikeEverywhere: in Go and in both databases.
func TestSortKeysOrderAlikeEverywhere(t *testing.T) {
	names := []string{"Zorro", "zebra", "Ábel", "abel", "A B", "AB", "a-b", "10 Days", "9 Days", "Ñu", "Nu", "Óscar", "Øre", "Straße", "Strasse", "Земля", "Аэлита", "狂った一頁", "頁", "_", "É", "e", "~", "", "𝔘", "ﬀ", "\U0001F600 face", "İ", "ı", "i"}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		var rows []*ent.Person
		for i, name := range names {
			name = fmt.Sprintf("%s %d", name, i%3)
			rows = append(rows, db.Client.Person.Create().SetName(name).SetSortKey(catalog.SortKey(name, "")).SaveX(t.Context()))
		}
		slices.SortFunc(rows, func(a, b *ent.Person) int {
			return cmp.Or(strings.Compare(a.SortKey, b.SortKey), cmp.Compare(a.ID, b.ID))
		})
		stored := db.Client.Person.Query().Order(person.BySortKey(), person.ByID()).AllX(t.Context())
		require.Len(t, stored, len(rows))
		for i := range rows {
			require.Equal(t, rows[i].ID, stored[i].ID, "place %d: %q, not %q", i, rows[i].SortKey, stored[i].SortKey)
		}
	})
}
