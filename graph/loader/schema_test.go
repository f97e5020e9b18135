package loader_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/ent"
	"streamex/graph"
	"streamex/graph/generated"
	"streamex/graph/loader"
	"streamex/graph/model"
	"streamex/graph/relay"
)

// values are the object types without a fetch behind them: they come with the
// object that has them.
var values = []string{"PageInfo", "Artwork", "UserError", "Expiry", "Preferences", "Text", "Removed", "Change", "JobCount"}

// holders are the objects that hold others, filled, with the fields that lead
// there.
var holders = map[string]struct {
	object interface{ Held(string) []any }
	fields []string
}{
	"PaymentMethodPayload": {&model.PaymentMethodPayload{
		PaymentMethod: &model.PaymentMethod{}, PaymentMethods: []*model.PaymentMethod{{}}}, []string{"paymentMethod", "paymentMethods"}},
	"RemovePaymentMethodPayload": {&model.RemovePaymentMethodPayload{PaymentMethods: []*model.PaymentMethod{{}}}, []string{"paymentMethods"}},
	"TitleConnection":            {connection[model.Title](&model.Movie{}), []string{"edges", "nodes"}},
	"EpisodeConnection":          {connection(&ent.Episode{}), []string{"edges", "nodes"}},
	"CreditConnection":           {connection(&ent.Credit{}), []string{"edges", "nodes"}},
	"PersonConnection":           {connection(&ent.Person{}), []string{"edges", "nodes"}},
	"CharacterConnection":        {connection(&ent.Character{}), []string{"edges", "nodes"}},
	"HomeRowConnection":          {connection(&model.HomeRow{}), []string{"edges", "nodes"}},
	"HomeItemConnection":         {connection(&model.HomeItem{}), []string{"edges", "nodes"}},
	"TitleEdge":                  {connection[model.Title](&model.Movie{}).Edges[0], []string{"node"}},
	"EpisodeEdge":                {connection(&ent.Episode{}).Edges[0], []string{"node"}},
	"CreditEdge":                 {connection(&ent.Credit{}).Edges[0], []string{"node"}},
	"PersonEdge":                 {connection(&ent.Person{}).Edges[0], []string{"node"}},
	"CharacterEdge":              {connection(&ent.Character{}).Edges[0], []string{"node"}},
	"HomeRowEdge":                {connection(&model.HomeRow{}).Edges[0], []string{"node"}},
	"HomeItemEdge":               {connection(&model.HomeItem{}).Edges[0], []string{"node"}},
	"UserConnection":             {connection(&ent.User{}), []string{"edges", "nodes"}},
	"UserEdge":                   {connection(&ent.User{}).Edges[0], []string{"node"}},
	"HomeRow":                    {&model.HomeRow{Reason: &model.TrendingNow{}}, []string{"reason"}},
	"HomeItem":                   {&model.HomeItem{Title: &model.Movie{}, Reason: &model.TrendingNow{}}, []string{"title", "reason"}},
	"BecauseYouWatched":          {&model.BecauseYouWatched{Title: &model.Movie{}}, []string{"title"}},
	"PopularInGenre":             {&model.PopularInGenre{Genre: &model.Genre{}}, []string{"genre"}},
	"SignInPayload":              {&model.SignInPayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"SelectProfilePayload":       {&model.SelectProfilePayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"UpdateAccountPayload":       {&model.UpdateAccountPayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"ChangePasswordPayload":      {&model.ChangePasswordPayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"RenameSessionPayload":       {&model.RenameSessionPayload{Session: &model.Session{}}, []string{"session"}},
	"ConfirmSecondFactorPayload": {&model.ConfirmSecondFactorPayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"RemoveSecondFactorPayload":  {&model.RemoveSecondFactorPayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"RevokeOtherSessionsPayload": {&model.RevokeOtherSessionsPayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"ProfilePayload":             {&model.ProfilePayload{Profile: &ent.Profile{}, Viewer: &model.Viewer{}}, []string{"profile", "viewer"}},
	"DeleteProfilePayload":       {&model.DeleteProfilePayload{Viewer: &model.Viewer{}}, []string{"viewer"}},
	"MoviePayload":               {&model.MoviePayload{Movie: &model.Movie{}}, []string{"movie"}},
	"SeriesPayload":              {&model.SeriesPayload{Series: &model.Series{}}, []string{"series"}},
	"SeasonPayload":              {&model.SeasonPayload{Season: &ent.Season{}}, []string{"season"}},
	"EpisodePayload":             {&model.EpisodePayload{Episode: &ent.Episode{}}, []string{"episode"}},
	"PersonPayload":              {&model.PersonPayload{Person: &ent.Person{}}, []string{"person"}},
	"CharacterPayload":           {&model.CharacterPayload{Character: &ent.Character{}}, []string{"character"}},
	"GenrePayload":               {&model.GenrePayload{Genre: &model.Genre{}}, []string{"genre"}},
	"TitlePayload":               {&model.TitlePayload{Title: &model.Movie{}}, []string{"title"}},
	"CreditsPayload":             {&model.CreditsPayload{Title: &model.Movie{}, Episode: &ent.Episode{}}, []string{"title", "episode"}},
	"DeletePayload":              {&model.DeletePayload{Node: &ent.Season{}}, []string{"node"}},
	"AuditEntryConnection":       {connection(&model.AuditEntry{}), []string{"edges", "nodes"}},
	"AuditEntryEdge":             {connection(&model.AuditEntry{}).Edges[0], []string{"node"}},
	"SearchConnection":           {&model.SearchConnection{Connection: connection[model.SearchHit](&ent.Person{}), Facets: &model.SearchFacets{}}, []string{"edges", "nodes", "facets"}},
	"SearchEdge":                 {connection[model.SearchHit](&ent.Person{}).Edges[0], []string{"node"}},
	"SearchFacets":               {&model.SearchFacets{Kinds: []*model.SearchKindFacet{{}}, Genres: []*model.SearchGenreFacet{{}}, Decades: []*model.SearchDecadeFacet{{}}}, []string{"kinds", "genres", "decades"}},
	"SearchGenreFacet":           {&model.SearchGenreFacet{Genre: &model.Genre{}}, []string{"genre"}},
	"JobConnection":              {connection(&ent.Job{}), []string{"edges", "nodes"}},
	"JobEdge":                    {connection(&ent.Job{}).Edges[0], []string{"node"}},
	"CancelJobPayload":           {&model.CancelJobPayload{Job: &ent.Job{}}, []string{"job"}},
	"MyListPayload":              {&model.MyListPayload{Title: &model.Movie{}}, []string{"title"}},
	"RatePayload":                {&model.RatePayload{Title: &model.Movie{}}, []string{"title"}},
	"RecordViewsPayload":         {&model.RecordViewsPayload{Results: []*model.ViewEventResult{{}}}, []string{"results"}},
	"ViewEventResult":            {&model.ViewEventResult{View: &ent.View{}}, []string{"view"}},
	"UserPayload":                {&model.UserPayload{User: &ent.User{}}, []string{"user"}},
}

func connection[T any](item T) *relay.Connection[T] {
	return relay.Page([]T{item}, 1, false, func(int, T) string { return "" })
}

// unfollowed are the fields of a schema that lead to objects, and would cost a
// statement per parent because no edge is declared for them.
func unfollowed(s *ast.Schema) []string {
	steps := loader.Steps()
	var found []string
	for _, def := range s.Types {
		if def.Kind != ast.Object || strings.HasPrefix(def.Name, "__") || def == s.Query || def == s.Mutation || def == s.Subscription {
			continue
		}
		for _, f := range def.Fields {
			name := def.Name + "." + f.Name
			held := slices.Contains(holders[def.Name].fields, f.Name)
			if s.Types[f.Type.Name()].IsLeafType() || slices.Contains(values, f.Type.Name()) || held || slices.Contains(steps, name) {
				continue
			}
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// Whoever adds a field that leads to objects declares its edge.
func TestEveryEdgeIsDeclared(t *testing.T) {
	s := generated.NewExecutableSchema(generated.Config{}).Schema()
	require.Empty(t, unfollowed(s), "declare these in loader.declare, or hold them")

	// What the walk knows is in the schema, so a name misspelt is found.
	numbered, edges := loader.NewPlan(s).Numbered()
	require.Equal(t, loader.Steps(), numbered)
	require.LessOrEqual(t, edges, 64, "edgeSet has a bit for each")

	for name, h := range holders {
		for _, f := range h.fields {
			require.NotNil(t, s.Types[name].Fields.ForName(f), "%s.%s", name, f)
			require.Len(t, h.object.Held(f), 1, "%s.%s", name, f)
		}
		require.Empty(t, h.object.Held("none"))
	}
	for _, name := range values {
		for _, f := range s.Types[name].Fields {
			require.True(t, s.Types[f.Type.Name()].IsLeafType(), "%s is more than a value", name)
		}
	}
}

// Neither may a field that leads to no object have a resolver of its own
// without an edge: it could hide a statement per parent.
func TestEveryResolverHasAnEdge(t *testing.T) {
	steps := loader.Steps()
	root := reflect.TypeFor[generated.ResolverRoot]()
	checked := 0
	for object := range root.Methods() {
		if slices.Contains([]string{"Query", "Mutation", "Subscription"}, object.Name) {
			continue
		}
		fields := object.Type.Out(0)
		for field := range fields.Methods() {
			name := []rune(field.Name)
			name[0] = unicode.ToLower(name[0])
			require.Contains(t, steps, object.Name+"."+string(name))
			checked++
		}
	}
	require.GreaterOrEqual(t, checked, 30)
}

// The check above finds what it is for.
func TestUndeclaredEdgeIsFound(t *testing.T) {
	s, err := gqlparser.LoadSchema(&ast.Source{Input: graph.SDL() + `
extend type Movie { sequels: [Movie!]! }
extend type Person { spouse: Person, born: Int }
type Award { title: Title! }`})
	require.NoError(t, err)
	require.Equal(t, []string{"Award.title", "Movie.sequels", "Person.spouse"}, unfollowed(s))
}
