package edit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/ent/auditentry"
	"streamex/ent/credit"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/catalog"
	"streamex/internal/catalog/edit"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/input"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

// desk is where an administrator edits.
type desk struct {
	*testing.T
	ctx  context.Context
	all  *ent.Client // not kept to the policy
	edit *edit.Service
}

func each(t *testing.T, test func(desk)) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		admin := db.Client.User.Create().SetEmail("root@example.com").SetName("Root").SetPasswordHash("!").SaveX(t.Context()).ID
		ctx := viewer.NewContext(t.Context(), viewer.Viewer{User: admin, Admin: true, Maturity: viewer.Adult, Language: "en"})
		test(desk{t, ctx, db.Client, edit.New(policy.Guard(db.NewClient()), db.Dialect())})
	})
}

func to[T any](v T) edit.Value[T] { return edit.Value[T]{Set: true, To: &v} }

func (d desk) movie(name string) globalid.Title {
	d.Helper()
	id, err := d.edit.CreateTitle(d.ctx, title.KindMOVIE, edit.Title{Name: to(name)}, nil, nil)
	require.NoError(d, err)
	return id
}

// entries are the changes of a node, the first one first: action, before, after.
func (d desk) entries(node fmt.Stringer) (list []string) {
	for _, e := range d.all.AuditEntry.Query().Where(auditentry.Node(node.String())).Order(auditentry.ByID()).AllX(d.ctx) {
		require.Equal(d, viewer.From(d.ctx).User, *e.UserID)
		list = append(list, fmt.Sprintf("%s %s %s %s", e.Action, e.Label, compact(e.Before), compact(e.After)))
	}
	return list
}

// compact is JSON without spaces and in the order of names, whatever database
// kept it.
func compact(text json.RawMessage) string {
	var v any
	if len(text) == 0 || json.Unmarshal(text, &v) != nil {
		return "-"
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// Whatever is written is in the audit log: what changed, as it was and as it is,
// and nothing else.
func TestAuditLog(t *testing.T) {
	each(t, func(d desk) {
		id, err := d.edit.CreatePerson(d.ctx, edit.Person{Name: to("Ida"), BirthYear: to(1900)}, nil)
		require.NoError(d, err)
		require.NoError(d, d.edit.UpdatePerson(d.ctx, id, 1, edit.Person{Name: to("Ida"), BirthYear: edit.Value[int]{Set: true}, DeathYear: to(1970)}))
		require.NoError(d, d.edit.UpdatePerson(d.ctx, id, 2, edit.Person{Name: to(" Ida ")})) // says the same
		_, err = d.edit.DeletePerson(d.ctx, id, 2)
		require.NoError(d, err)
		require.Equal(d, []string{
			`CREATE Ida - {"birthYear":1900,"name":"Ida"}`,
			`UPDATE Ida {"birthYear":1900,"deathYear":null} {"birthYear":null,"deathYear":1970}`,
			`DELETE Ida {"deathYear":1970,"name":"Ida"} -`,
		}, d.entries(id))

		genre, err := d.edit.CreateGenre(d.ctx, edit.Genre{Names: to([]edit.Text{{Language: "en", Name: "Noir"}})}, nil)
		require.NoError(d, err)
		movie := d.movie("Night")
		require.NoError(d, d.edit.SetGenres(d.ctx, movie, 1, []globalid.Genre{genre}))
		name, part := "Eva", "The Stranger"
		require.NoError(d, d.edit.SetCredits(d.ctx, parsed(movie), 2, []edit.Credit{{PersonName: &name, Role: credit.RoleLEAD, CharacterName: &part}}))
		list := d.entries(movie)
		require.Len(d, list, 3)
		require.Equal(d, `UPDATE Night {"genres":null} {"genres":["noir"]}`, list[1])
		require.Regexp(d, `^UPDATE Night {"credits":null} {"credits":\[{"character":"The Stranger","characterId":"[\w-]+","person":"Eva","personId":"[\w-]+","role":"LEAD"}\]}$`, list[2])
	})
}

func parsed(id fmt.Stringer) globalid.Global {
	g, err := globalid.Parse(id.String())
	if err != nil {
		panic(err)
	}
	return g
}

// What an administrator changed of an imported row is remembered by name; of a
// row made here there is nothing to remember.
func TestEditedFieldsOfImportedRows(t *testing.T) {
	each(t, func(d desk) {
		imported := d.all.Title.Create().SetKind(title.KindMOVIE).SetSlug("m").SetName("M").SetSortKey("m").SetSortKeyEs("m").SetSource("imdb").SetExternalID("tt1").SaveX(d.ctx)
		d.all.Movie.Create().SetID(imported.ID).SetTitleID(imported.ID).ExecX(d.ctx)
		d.all.Video.Create().SetTitleID(imported.ID).ExecX(d.ctx)
		require.NoError(d, d.edit.UpdateTitle(d.ctx, title.KindMOVIE, imported.ID, 1, edit.Title{Name: to("M"), Synopsis: to("New"), Duration: to(60)}))
		genre, err := d.edit.CreateGenre(d.ctx, edit.Genre{Names: to([]edit.Text{{Language: "en", Name: "Noir"}})}, nil)
		require.NoError(d, err)
		require.NoError(d, d.edit.SetGenres(d.ctx, imported.ID, 2, []globalid.Genre{genre}))
		name := "Eva"
		require.NoError(d, d.edit.AddCredit(d.ctx, parsed(imported.ID), 3, edit.Credit{PersonName: &name, Role: credit.RoleWRITER}))
		row := d.all.Title.GetX(d.ctx, imported.ID)
		require.Equal(d, []string{"credits", "durationSeconds", "genres", "synopsis"}, row.Edited)
		require.Equal(d, 4, row.Version)

		own := d.movie("Own")
		require.NoError(d, d.edit.UpdateTitle(d.ctx, title.KindMOVIE, own, 1, edit.Title{Name: to("Other")}))
		require.Empty(d, d.all.Title.GetX(d.ctx, own).Edited)
	})
}

// Of those who change the same version at the same time one is heard, and the
// others are told.
func TestOneOfManyIsHeard(t *testing.T) {
	each(t, func(d desk) {
		id := d.movie("Start")
		const many = 8
		errs := make([]error, many)
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				errs[i] = d.edit.UpdateTitle(d.ctx, title.KindMOVIE, id, 1, edit.Title{Name: to(fmt.Sprintf("Name %d", i))})
			})
		}
		all.Wait()
		heard := 0
		for _, err := range errs {
			if err == nil {
				heard++
				continue
			}
			require.Equal(d, input.Problems{{Field: "version", Code: input.Conflict, Message: "Somebody else changed it since: look at it again."}}, err)
		}
		require.Equal(d, 1, heard)
		require.Equal(d, 2, d.all.Title.GetX(d.ctx, id).Version)
		require.Len(d, d.entries(id), 2)
	})
}

// The same request many times at once creates one title, and titles of the same
// name at once get slugs of their own.
func TestCreatingAtOnce(t *testing.T) {
	each(t, func(d desk) {
		const many = 6
		made := make([]globalid.Title, many)
		errs := make([]error, many)
		at := func(do func(i int) (globalid.Title, error)) {
			var all sync.WaitGroup
			for i := range many {
				all.Go(func() { made[i], errs[i] = do(i) })
			}
			all.Wait()
			for _, err := range errs {
				require.NoError(d, err)
			}
		}
		key := "the same"
		at(func(int) (globalid.Title, error) {
			return d.edit.CreateTitle(d.ctx, title.KindMOVIE, edit.Title{Name: to("One")}, nil, &key)
		})
		for _, id := range made {
			require.Equal(d, made[0], id)
		}
		require.Equal(d, 1, d.all.Title.Query().CountX(d.ctx))
		for range many { // one after the other: the first free number
			d.movie("Some Name")
		}
		slugs := d.all.Title.Query().Where(title.Name("Some Name")).Order(title.ByID()).Select(title.FieldSlug).StringsX(d.ctx)
		require.Equal(d, []string{"some-name", "some-name-2", "some-name-3", "some-name-4", "some-name-5", "some-name-6"}, slugs)
	})
}

// A key is remembered for a week.
func TestKeysAreForgotten(t *testing.T) {
	each(t, func(d desk) {
		key := "k"
		first, err := d.edit.CreatePerson(d.ctx, edit.Person{Name: to("Ida")}, &key)
		require.NoError(d, err)
		again, err := d.edit.CreatePerson(d.ctx, edit.Person{Name: to("Ida")}, &key)
		require.NoError(d, err)
		require.Equal(d, first, again)
		old := d.all.EditRequest.Query().OnlyX(d.ctx)
		d.all.EditRequest.DeleteOne(old).ExecX(d.ctx)
		d.all.EditRequest.Create().SetUserID(old.UserID).SetKey(key).SetFingerprint(old.Fingerprint).SetNode(old.Node).SetCreatedAt(time.Now().Add(-8 * 24 * time.Hour)).ExecX(d.ctx)
		again, err = d.edit.CreatePerson(d.ctx, edit.Person{Name: to("Ida")}, &key)
		require.NoError(d, err)
		require.NotEqual(d, first, again)
		require.Equal(d, 1, d.all.EditRequest.Query().CountX(d.ctx))
	})
}

// Episodes keep the order in which they are watched when numbers change, and
// names are found and ordered by what they are now.
func TestWhatFollows(t *testing.T) {
	each(t, func(d desk) {
		one := edit.Episode{Name: to("E"), Number: to(1)}
		id, err := d.edit.CreateTitle(d.ctx, title.KindSERIES, edit.Title{Name: to("The Ñandú"), Texts: to([]edit.Text{{Language: "es", Name: "El ñandú"}})},
			[]edit.NewSeason{{Season: edit.Season{Number: to(1)}, Episodes: []edit.Episode{one}}, {Season: edit.Season{Number: to(0)}, Episodes: []edit.Episode{one}}}, nil)
		require.NoError(d, err)
		row := d.all.Title.GetX(d.ctx, id)
		require.Equal(d, []string{"nandu", "nandu", "the-nandu"}, []string{row.SortKey, row.SortKeyEs, row.Slug})
		seasons := d.all.Season.Query().Order(ent.Asc("id")).AllX(d.ctx)
		require.NoError(d, d.edit.UpdateSeason(d.ctx, seasons[0].ID, 1, edit.Season{Number: to(4)}))
		four, none := 4, 0
		for _, e := range d.all.Episode.Query().AllX(d.ctx) {
			season := &four
			if e.SeasonID == seasons[1].ID {
				season = &none
			}
			require.Equal(d, catalog.Ordinal(season, e.Number), e.Ordinal)
			require.NoError(d, d.edit.UpdateEpisode(d.ctx, e.ID, 1, edit.Episode{Number: to(9)}, nil))
			nine := 9
			require.Equal(d, catalog.Ordinal(season, &nine), d.all.Episode.GetX(d.ctx, e.ID).Ordinal)
		}
		require.NoError(d, d.edit.UpdateTitle(d.ctx, title.KindSERIES, id, 1, edit.Title{Name: to("A Zebra"), Texts: edit.Value[[]edit.Text]{Set: true}}))
		row = d.all.Title.GetX(d.ctx, id)
		require.Equal(d, []string{"zebra", "a zebra", "the-nandu"}, []string{row.SortKey, row.SortKeyEs, row.Slug}, "an address stays")
	})
}

// Credits that stay in a list keep their ids, whatever place they get.
func TestCreditsKeepTheirIDs(t *testing.T) {
	each(t, func(d desk) {
		movie := d.movie("M")
		a, b := "A", "B"
		require.NoError(d, d.edit.SetCredits(d.ctx, parsed(movie), 1, []edit.Credit{{PersonName: &a, Role: credit.RoleLEAD}, {PersonName: &b, Role: credit.RoleLEAD}}))
		before := d.all.Credit.Query().Order(credit.ByBilling()).AllX(d.ctx)
		require.Len(d, before, 2)
		part := "Somebody"
		require.NoError(d, d.edit.SetCredits(d.ctx, parsed(movie), 2, []edit.Credit{
			{Person: &before[1].PersonID, Role: credit.RoleLEAD}, {Person: &before[1].PersonID, Role: credit.RoleDIRECTOR}, {Person: &before[0].PersonID, Role: credit.RoleLEAD, CharacterName: &part}}))
		after := d.all.Credit.Query().Order(credit.ByBilling()).AllX(d.ctx)
		require.Len(d, after, 3)
		require.Equal(d, before[1].ID, after[0].ID)
		require.NotEqual(d, before[0].ID, after[2].ID, "another part is another credit")
		require.Equal(d, []int{0, 1, 2}, []int{after[0].Billing, after[1].Billing, after[2].Billing})
		of, err := d.edit.RemoveCredit(d.ctx, after[1].ID)
		require.NoError(d, err)
		require.Equal(d, parsed(movie), of)
		require.Equal(d, 2, d.all.Credit.Query().CountX(d.ctx))
	})
}

// Nobody else writes, even past the schema.
func TestOnlyAdministratorsEdit(t *testing.T) {
	each(t, func(d desk) {
		ctx := viewer.NewContext(d.ctx, viewer.Viewer{User: viewer.From(d.ctx).User, Maturity: viewer.Adult})
		_, err := d.edit.CreatePerson(ctx, edit.Person{Name: to("Ida")}, nil)
		require.ErrorIs(d, err, policy.ErrAdmin)
		require.Zero(d, d.all.Person.Query().CountX(d.ctx))
	})
}
