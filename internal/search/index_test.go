package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/credit"
	"streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/title"
	"streamex/internal/catalog"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/search"
	"streamex/internal/viewer"
)

// writes changes a catalogue at random, as editing and importing do.
type writes struct {
	t *testing.T
	r *rand.Rand
}

var vocabulary = []string{"Árbol", "Kid", "Moon", "Rüdiger", "Ñandú", "The", "El", "Strange", "Стачка", "狂った", "Harbour", "Letter", "of", "de", "O'Hara", "1984"}

func (w writes) name() string {
	words := make([]string, 1+w.r.IntN(3))
	for i := range words {
		words[i] = vocabulary[w.r.IntN(len(vocabulary))]
	}
	return strings.Join(words, " ")
}

func pick[T any](w writes, list []T) T { return list[w.r.IntN(len(list))] }

// step does one change in a transaction, which is kept or not.
func (w writes) step(ctx context.Context, db *ent.Client) {
	tx, err := db.Tx(ctx)
	require.NoError(w.t, err)
	c := tx.Client()
	var changed search.Changed
	titles, series, people := c.Title.Query().Order(title.ByID()).IDsX(ctx), c.Series.Query().IDsX(ctx), c.Person.Query().IDsX(ctx)
	episodes, characters := c.Episode.Query().IDsX(ctx), c.Character.Query().IDsX(ctx)
	name := w.name()
	key := catalog.SortKey(name, "")
	switch n := w.r.IntN(20); {
	case n == 0 || n > 14 || len(titles) < 2:
		kind := title.KindMOVIE
		if w.r.IntN(2) == 0 {
			kind = title.KindSERIES
		}
		row := c.Title.Create().SetKind(kind).SetSlug(strconv.FormatInt(w.r.Int64(), 10)).SetName(name).SetSynopsis(w.name()).SetSortKey(key).SetSortKeyEs(key).SetPopularity(int64(w.r.IntN(5))).SaveX(ctx)
		if kind == title.KindSERIES {
			c.Series.Create().SetID(row.ID).SetTitleID(row.ID).ExecX(ctx)
			c.Season.Create().SetSeriesID(row.ID).SetNumber(1).ExecX(ctx)
		}
		changed.Titles = []globalid.Title{row.ID}
	case n == 1 || n == 14 || len(people) == 0:
		changed.People = []globalid.Person{c.Person.Create().SetName(name).SetSortKey(key).SaveX(ctx).ID}
	case n == 2 || n == 13 || len(characters) == 0:
		changed.Characters = []globalid.Character{c.Character.Create().SetTitleID(pick(w, titles)).SetName(name).SetSortKey(key).SaveX(ctx).ID}
	case n == 3 && len(series) > 0:
		s := pick(w, series)
		season := c.Season.Query().Where(season.SeriesID(s)).FirstIDX(ctx)
		changed.Episodes = []globalid.Episode{c.Episode.Create().SetSeriesID(s).SetSeasonID(season).SetOrdinal(1).SetName(name).SaveX(ctx).ID}
	case n == 4:
		id := pick(w, titles)
		c.Title.UpdateOneID(id).SetName(name).SetTexts(map[string]schema.Text{"es": {Name: w.name(), Synopsis: w.name()}}).SetOriginalName(w.name()).ExecX(ctx)
		changed.Titles = []globalid.Title{id}
	case n == 5:
		id := pick(w, people)
		c.Person.UpdateOneID(id).SetName(name).SetSortKey(key).ExecX(ctx)
		changed.People = []globalid.Person{id}
	case n == 6:
		id := pick(w, characters)
		c.Character.UpdateOneID(id).SetName(name).SetSortKey(key).ExecX(ctx)
		changed.Characters = []globalid.Character{id}
	case n == 7 && len(episodes) > 0:
		id := pick(w, episodes)
		e := c.Episode.UpdateOneID(id).SetSynopsis(w.name()).SaveX(ctx)
		c.Credit.Create().SetTitleID(e.SeriesID).SetEpisodeID(id).SetPersonID(pick(w, people)).SetRole(credit.RoleGUEST).ExecX(ctx)
		changed.Episodes = []globalid.Episode{id}
	case n == 8:
		c.Title.DeleteOneID(pick(w, titles)).ExecX(ctx)
	case n == 9:
		id := pick(w, people)
		c.Credit.Query().Where(credit.PersonID(id)).Select(credit.FieldTitleID).ScanX(ctx, &changed.Titles)
		for _, row := range c.Credit.Query().Where(credit.PersonID(id), credit.EpisodeIDNotNil()).AllX(ctx) {
			changed.Episodes = append(changed.Episodes, *row.EpisodeID)
		}
		c.Person.DeleteOneID(id).ExecX(ctx)
	case n == 10 && len(episodes) > 0:
		c.Episode.DeleteOneID(pick(w, episodes)).ExecX(ctx)
	default:
		id := pick(w, titles)
		row := c.Credit.Create().SetTitleID(id).SetPersonID(pick(w, people)).SetRole(credit.RoleLEAD).SetBilling(w.r.IntN(5))
		if own := c.Character.Query().Where(character.TitleID(id)).IDsX(ctx); len(own) > 0 {
			row.SetCharacterID(own[0])
		}
		row.ExecX(ctx)
		changed.Titles = []globalid.Title{id}
	}
	require.NoError(w.t, search.Refresh(ctx, c, changed))
	if w.r.IntN(10) == 0 {
		require.NoError(w.t, tx.Rollback())
	} else {
		require.NoError(w.t, tx.Commit())
	}
}

// index is what can be found: all documents, and what words lead to.
func index(t *testing.T, db *database.DB) (all []string) {
	rows, err := db.SQL().QueryContext(t.Context(), `SELECT id, COALESCE(title_id, 0), COALESCE(of_title, 0), COALESCE(of_episode, 0), COALESCE(of_person, 0), COALESCE(of_character, 0), names, people, body FROM search_documents ORDER BY id`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var n [6]int64
		var names, people, body string
		require.NoError(t, rows.Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &names, &people, &body))
		all = append(all, fmt.Sprint(n, names, people, body))
	}
	require.NoError(t, rows.Err())
	ctx := viewer.NewContext(t.Context(), viewer.Viewer{Maturity: viewer.Adult})
	for _, word := range vocabulary {
		for _, text := range []string{word, word + "x"} {
			a, err := search.Find(ctx, db.Client, search.Query{Text: text, First: search.MaxHits, Count: true})
			require.NoError(t, err)
			all = append(all, fmt.Sprint(text, len(a.Hits), a.Hits[:min(30, len(a.Hits))], a.Kinds))
		}
	}
	return all
}

// After whatever was written, the index is what it would be if it were built anew.
func TestIndexFollowsWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := writes{t, rand.New(rand.NewPCG(1, 2))}
		for i := range 300 {
			w.step(t.Context(), db.Client)
			if i%100 == 99 {
				followed := index(t, db)
				require.Greater(t, len(followed), 60)
				require.NoError(t, search.Rebuild(t.Context(), db.Client))
				require.Equal(t, index(t, db), followed, "after %d", i)
			}
		}
	})
}

// A catalogue without an index, as a migration leaves it, gets one, also when
// that was interrupted; one that has it is left alone.
func TestFill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := writes{t, rand.New(rand.NewPCG(3, 4))}
		for range 100 {
			w.step(t.Context(), db.Client)
		}
		require.NoError(t, search.Rebuild(t.Context(), db.Client))
		want := index(t, db)
		for _, lost := range []string{"DELETE FROM search_documents", "DELETE FROM search_documents WHERE id % 3 = 0 OR of_title IS NOT NULL"} {
			_, err := db.SQL().ExecContext(t.Context(), lost)
			require.NoError(t, err)
			require.NoError(t, search.Fill(t.Context(), db.Client))
			require.Equal(t, want, index(t, db))
		}
		ctx, counter := database.WithCounter(t.Context())
		require.NoError(t, search.Fill(ctx, db.Client))
		require.Equal(t, 1, counter.N())
	})
}
