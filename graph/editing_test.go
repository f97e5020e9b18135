package graph_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/ent/migrate"
	"streamex/ent/schema/globalid"
	"streamex/graph/graphtest"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// edited is a mutation of the catalogue: what is right, and all that can be
// wrong with it. In a catalogue of 10 titles, 1, 5 and 9 are series.
type edited struct {
	name string
	// node is what it is about: the argument that names it, and the id. "" for none.
	argument, node string
	versioned      bool   // it takes the version of the node
	keyed          bool   // it takes an idempotency key
	right          string // other arguments, right
	other          string // right as well, but not the same: of keyed ones
	shown          string // selection of the payload
	want           string // what it gives, as JSON
	entries        int    // in the audit log; 1 if 0
	wrong          map[string][]string
}

const titleShown = `slug name originalName synopsis year releasedOn maturity language genres{slug} artwork{color} editing{version name synopsis texts{language name synopsis} availableFrom availableUntil scene source edited}`

// wrongTitles are inputs of movies and series, with what is wrong.
func wrongTitles(create bool, more map[string][]string) map[string][]string {
	wrong := map[string][]string{
		`input:{name:" "}`:                                                                            {"BAD_USER_INPUT input.name"},
		fmt.Sprintf(`input:{name:%q}`, long(201)):                                                     {"BAD_USER_INPUT input.name"},
		`input:{name:"a\u0007b"}`:                                                                     {"BAD_USER_INPUT input.name"},
		fmt.Sprintf(`input:{name:"x",originalName:%q}`, long(201)):                                    {"BAD_USER_INPUT input.originalName"},
		fmt.Sprintf(`input:{name:"x",synopsis:%q}`, long(5001)):                                       {"BAD_USER_INPUT input.synopsis"},
		fmt.Sprintf(`input:{name:"x",texts:[{language:es,name:%q}]}`, long(201)):                      {"BAD_USER_INPUT input.texts.0.name"},
		`input:{name:"x",texts:[{language:es,name:"a"},{language:es,name:"b"}]}`:                      {"BAD_USER_INPUT input.texts.1.language"},
		fmt.Sprintf(`input:{name:"x",texts:[{language:en,synopsis:%q}]}`, long(5001)):                 {"BAD_USER_INPUT input.texts.0.synopsis"},
		`input:{name:"x",slug:"Not a slug"}`:                                                          {"BAD_USER_INPUT input.slug"},
		`input:{name:"x",slug:"-x"}`:                                                                  {"BAD_USER_INPUT input.slug"},
		`input:{name:"x",slug:""}`:                                                                    {"BAD_USER_INPUT input.slug"},
		`input:{name:"x",slug:"title-9"}`:                                                             {"CONFLICT input.slug"},
		`input:{name:"x",year:1869}`:                                                                  {"BAD_USER_INPUT input.year"},
		`input:{name:"x",year:2101}`:                                                                  {"BAD_USER_INPUT input.year"},
		`input:{name:"x",releasedOn:"1066-10-14"}`:                                                    {"BAD_USER_INPUT input.releasedOn"},
		`input:{name:"x",language:"nonsense"}`:                                                        {"BAD_USER_INPUT input.language"},
		`input:{name:"x",availableFrom:"0001-01-01T00:00:00Z"}`:                                       {"BAD_USER_INPUT input.availableFrom"},
		`input:{name:"x",availableFrom:"2031-01-01T00:00:00Z",availableUntil:"2030-01-01T00:00:00Z"}`: {"BAD_USER_INPUT input.availableUntil"},
		`input:{name:"x",genreIds:["` + id('G', 99) + `","` + id('T', 1) + `"]}`:                      {"NOT_FOUND input.genreIds.0", "NOT_FOUND input.genreIds.1"},
		`input:{name:"x",genreIds:["` + id('G', 1) + `","` + id('G', 1) + `"]}`:                       {"BAD_USER_INPUT input.genreIds.1"},
		`input:{name:"x",genreIds:[` + strings.Repeat(`"RzE",`, 21) + `]}`:                            {"BAD_USER_INPUT input.genreIds"},
		`input:{name:"x",scene:"Not a slug"}`:                                                         {"BAD_USER_INPUT input.scene"},
		// All problems at once.
		`input:{name:"",originalName:"` + long(201) + `",texts:[{language:en,name:"ok"},{language:es,name:"` + long(201) + `"}],slug:"?",year:1,language:"xx-",genreIds:["` + id('G', 99) + `"]}`: {
			"BAD_USER_INPUT input.name", "BAD_USER_INPUT input.originalName", "BAD_USER_INPUT input.texts.1.name", "BAD_USER_INPUT input.slug", "BAD_USER_INPUT input.year",
			"BAD_USER_INPUT input.language", "NOT_FOUND input.genreIds.0"},
	}
	if create {
		wrong[`input:{}`] = []string{"BAD_USER_INPUT input.name"}
	}
	maps.Copy(wrong, more)
	return wrong
}

// wrongEpisodes are inputs of episodes, with what is wrong, below a field.
func wrongEpisodes(before, after, at string) map[string][]string {
	wrong := make(map[string][]string)
	for input, problems := range map[string][]string{
		`{name:"x",number:-1}`:                     {"number"},
		`{name:"x",number:10001}`:                  {"number"},
		`{name:""}`:                                {"name"},
		`{name:"x",synopsis:"` + long(5001) + `"}`: {"synopsis"},
		`{name:"x",texts:[{language:es,name:"` + long(201) + `"}]}`: {"texts.0.name"},
		`{name:"x",airedOn:"1066-10-14"}`:                           {"airedOn"},
		`{name:"x",durationSeconds:0}`:                              {"durationSeconds"},
		`{name:"",number:-1,durationSeconds:172801}`:                {"number", "name", "durationSeconds"},
	} {
		for i := range problems {
			problems[i] = "BAD_USER_INPUT " + at + problems[i]
		}
		wrong[before+input+after] = problems
	}
	return wrong
}

func wrongCredits(credits bool) map[string][]string {
	wrong := make(map[string][]string)
	for credit, problems := range map[string][]string{
		`{role:DIRECTOR}`: {"BAD_USER_INPUT personId"},
		`{role:DIRECTOR,personId:"` + id('P', 1) + `",personName:"x"}`:                   {"BAD_USER_INPUT personId"},
		`{role:DIRECTOR,personId:"` + id('P', 999) + `"}`:                                {"NOT_FOUND personId"},
		`{role:DIRECTOR,personId:"` + id('T', 1) + `"}`:                                  {"NOT_FOUND personId"},
		`{role:DIRECTOR,personName:"` + long(201) + `"}`:                                 {"BAD_USER_INPUT personName"},
		`{role:DIRECTOR,personName:"x",job:"` + long(201) + `"}`:                         {"BAD_USER_INPUT job"},
		`{role:DIRECTOR,personName:"x",characterName:"y"}`:                               {"BAD_USER_INPUT characterId"},
		`{role:LEAD,personName:"x",characterName:"y",characterId:"` + id('C', 26) + `"}`: {"BAD_USER_INPUT characterId"},
		`{role:LEAD,personName:"x",characterId:"` + id('C', 50) + `"}`:                   {"NOT_FOUND characterId"}, // of another title
		`{role:OTHER,job:"` + long(201) + `",characterName:"` + long(201) + `"}`:         {"BAD_USER_INPUT characterName", "BAD_USER_INPUT job", "BAD_USER_INPUT personId", "BAD_USER_INPUT characterId"},
	} {
		at, before, after := "credit.", "credit:", ""
		if credits {
			at, before, after = "credits.1.", `credits:[{role:EDITOR,personName:"fine"},`, "]"
		}
		for i, p := range problems {
			problems[i] = strings.Replace(p, " ", " "+at, 1)
		}
		wrong[before+credit+after] = problems
	}
	return wrong
}

var edits = []edited{
	{
		name: "createMovie", keyed: true,
		right: `input:{name:"  The   Glass Harbour ",originalName:"Puerto",synopsis:"Two\nlines",texts:[{language:es,name:"El puerto de cristal",synopsis:"Dos"},{language:en}],` +
			`releasedOn:"2027-03-01",maturity:AGE_12,language:"pt-br",availableFrom:"2020-01-01T00:00:00Z",genreIds:["` + id('G', 3) + `","` + id('G', 1) + `"],durationSeconds:5400}`,
		other: `input:{name:"Another"}`,
		shown: `movie{` + titleShown + ` durationSeconds video{state} inMyList}`,
		want: `{"movie":{"slug":"the-glass-harbour-2027","name":"The Glass Harbour","originalName":"Puerto","synopsis":"Two\nlines","year":2027,"releasedOn":"2027-03-01","maturity":"AGE_12","language":"pt-BR",
			"genres":[{"slug":"genre-3"},{"slug":"genre-1"}],"artwork":{"color":"COLOR"},"editing":{"version":1,"name":"The Glass Harbour","synopsis":"Two\nlines","texts":[{"language":"es","name":"El puerto de cristal","synopsis":"Dos"}],
			"availableFrom":"2020-01-01T00:00:00Z","availableUntil":null,"scene":"genre-3","source":null,"edited":[]},"durationSeconds":5400,"video":{"state":"MISSING"},"inMyList":false},"userErrors":[]}`,
		wrong: wrongTitles(true, map[string][]string{
			`input:{name:"x",durationSeconds:0}`:      {"BAD_USER_INPUT input.durationSeconds"},
			`input:{name:"x",durationSeconds:172801}`: {"BAD_USER_INPUT input.durationSeconds"},
		}),
	},
	{
		name: "updateMovie", argument: "id", node: id('T', 2), versioned: true,
		right: `input:{name:"New name",originalName:null,texts:null,slug:"new-name",year:null,availableUntil:"2090-01-01T00:00:00Z",genreIds:["` + id('G', 9) + `"],durationSeconds:60}`,
		shown: `movie{` + titleShown + ` durationSeconds video{state} inMyList}`,
		want: `{"movie":{"slug":"new-name","name":"New name","originalName":null,"synopsis":"What number 2 is about.","year":null,"releasedOn":null,"maturity":"AGE_12","language":"en",
			"genres":[{"slug":"genre-9"}],"artwork":{"color":"COLOR"},"editing":{"version":2,"name":"New name","synopsis":"What number 2 is about.","texts":[],
			"availableFrom":null,"availableUntil":"2090-01-01T00:00:00Z","scene":"genre-3","source":null,"edited":[]},"durationSeconds":60,"video":{"state":"READY"},"inMyList":false},"userErrors":[]}`,
		wrong: wrongTitles(false, map[string][]string{`input:{durationSeconds:0}`: {"BAD_USER_INPUT input.durationSeconds"}, `input:{name:null}`: {"BAD_USER_INPUT input.name"}}),
	},
	{
		name: "createSeries", keyed: true, entries: 5,
		right: `input:{name:"Ámbar",year:2026,status:ENDED},seasons:[{number:1,name:"First",episodes:[{name:"One",number:1,texts:[{language:es,name:"Uno"}]},{name:"Two",number:2,durationSeconds:60}]},{number:null}]`,
		other: `input:{name:"Ámbar",year:2026,status:ENDED},seasons:[{number:1}]`,
		shown: `series{` + titleShown + ` status seasonCount episodeCount seasons{number name editing{version} episodes(first:3){nodes{number name durationSeconds video{state} editing{version texts{language name}}}}} nextEpisode{name}}`,
		want: `{"series":{"slug":"ambar-2026","name":"Ámbar","originalName":null,"synopsis":null,"year":2026,"releasedOn":null,"maturity":"ALL","language":null,"genres":[],"artwork":{"color":"COLOR"},
			"editing":{"version":1,"name":"Ámbar","synopsis":null,"texts":[],"availableFrom":null,"availableUntil":null,"scene":null,"source":null,"edited":[]},"status":"ENDED","seasonCount":2,"episodeCount":2,
			"seasons":[{"number":1,"name":"First","editing":{"version":1},"episodes":{"nodes":[{"number":1,"name":"One","durationSeconds":null,"video":{"state":"MISSING"},"editing":{"version":1,"texts":[{"language":"es","name":"Uno"}]}},
			{"number":2,"name":"Two","durationSeconds":60,"video":{"state":"MISSING"},"editing":{"version":1,"texts":[]}}]}},{"number":null,"name":null,"editing":{"version":1},"episodes":{"nodes":[]}}],"nextEpisode":{"name":"One"}},"userErrors":[]}`,
		wrong: wrongTitles(true, func() map[string][]string {
			more := wrongEpisodes(`input:{name:"x"},seasons:[{episodes:[{name:"fine"},`, `]}]`, "seasons.0.episodes.1.")
			maps.Copy(more, map[string][]string{
				`input:{name:"x"},seasons:[{number:-1},{number:10001}]`:                             {"BAD_USER_INPUT seasons.0.number", "BAD_USER_INPUT seasons.1.number"},
				`input:{name:"x"},seasons:[{number:1},{number:1}]`:                                  {"CONFLICT seasons.1.number"},
				`input:{name:"x"},seasons:[{name:"` + long(201) + `"}]`:                             {"BAD_USER_INPUT seasons.0.name"},
				`input:{name:"x"},seasons:[` + strings.Repeat("{}", 101) + `]`:                      {"BAD_USER_INPUT seasons"},
				`input:{name:"x"},seasons:[{episodes:[` + strings.Repeat(`{name:"x"}`, 201) + `]}]`: {"BAD_USER_INPUT seasons.0.episodes"},
				`input:{year:1},seasons:[{number:-1,episodes:[{}]}]`:                                {"BAD_USER_INPUT input.name", "BAD_USER_INPUT input.year", "BAD_USER_INPUT seasons.0.number", "BAD_USER_INPUT seasons.0.episodes.0.name"},
			})
			return more
		}()),
	},
	{
		name: "updateSeries", argument: "id", node: id('T', 5), versioned: true,
		right: `input:{status:RETURNING,maturity:AGE_16}`,
		shown: `series{name status maturity editing{version}}`,
		want:  `{"series":{"name":"The Hidden Harbour 5","status":"RETURNING","maturity":"AGE_16","editing":{"version":2}},"userErrors":[]}`,
		wrong: wrongTitles(false, nil),
	},
	{
		name: "createSeason", argument: "seriesId", node: id('T', 5), keyed: true, entries: 2,
		right: `input:{number:3,name:"Third"},episodes:[{name:"One",number:1}]`,
		other: `input:{number:4}`,
		shown: `season{number name series{slug} episodes{nodes{name}} editing{version}}`,
		want:  `{"season":{"number":3,"name":"Third","series":{"slug":"title-5"},"episodes":{"nodes":[{"name":"One"}]},"editing":{"version":1}},"userErrors":[]}`,
		wrong: func() map[string][]string {
			wrong := wrongEpisodes(`input:{},episodes:[`, `]`, "episodes.0.")
			maps.Copy(wrong, map[string][]string{
				`input:{number:1}`:                 {"CONFLICT input.number"},
				`input:{number:-1}`:                {"BAD_USER_INPUT input.number"},
				`input:{name:"` + long(201) + `"}`: {"BAD_USER_INPUT input.name"},
				`input:{},episodes:[` + strings.Repeat(`{name:"x"}`, 201) + `]`:  {"BAD_USER_INPUT episodes"},
				`input:{number:1,name:"` + long(201) + `"},episodes:[{name:""}]`: {"BAD_USER_INPUT input.name", "BAD_USER_INPUT episodes.0.name", "CONFLICT input.number"},
			})
			return wrong
		}(),
	},
	{
		name: "updateSeason", argument: "id", node: id('S', 13), versioned: true,
		right: `input:{number:7,name:null}`,
		shown: `season{number name editing{version}}`,
		want:  `{"season":{"number":7,"name":null,"editing":{"version":2}},"userErrors":[]}`,
		wrong: map[string][]string{
			`input:{number:2}`: {"CONFLICT input.number"},
			`input:{number:10001,name:"` + long(201) + `"}`: {"BAD_USER_INPUT input.number", "BAD_USER_INPUT input.name"},
		},
	},
	{
		name: "createEpisode", argument: "seasonId", node: id('S', 14), keyed: true,
		right: `input:{name:"Extra",number:6,airedOn:"2020-02-29"}`,
		other: `input:{name:"Extra",number:6,airedOn:"2020-02-28"}`,
		shown: `episode{number name airedOn season{number} series{slug} video{state} editing{version}}`,
		want:  `{"episode":{"number":6,"name":"Extra","airedOn":"2020-02-29","season":{"number":2},"series":{"slug":"title-5"},"video":{"state":"MISSING"},"editing":{"version":1}},"userErrors":[]}`,
		wrong: func() map[string][]string {
			wrong := wrongEpisodes("input:", "", "input.")
			wrong[`input:{}`] = []string{"BAD_USER_INPUT input.name"}
			return wrong
		}(),
	},
	{
		name: "updateEpisode", argument: "id", node: id('E', 204), versioned: true,
		right: `seasonId:"` + id('S', 14) + `",input:{number:null,texts:[{language:en,name:"Moved"}]}`,
		shown: `episode{number name season{id} editing{version name}}`,
		want:  `{"episode":{"number":null,"name":"Moved","season":{"id":"` + id('S', 14) + `"},"editing":{"version":2,"name":"Episode 2"}},"userErrors":[]}`,
		wrong: func() map[string][]string {
			wrong := wrongEpisodes("input:", "", "input.")
			wrong[`seasonId:"`+id('S', 1)+`",input:{}`] = []string{"NOT_FOUND seasonId"} // of another series
			wrong[`seasonId:"`+id('T', 1)+`",input:{number:-1}`] = []string{"BAD_USER_INPUT input.number", "NOT_FOUND seasonId"}
			return wrong
		}(),
	},
	{
		name: "createPerson", keyed: true,
		right: `input:{name:"Zoë Zimt",birthYear:1900,deathYear:1980}`,
		other: `input:{name:"Zoë Zimt"}`,
		shown: `person{name credits{nodes{id}} editing{version birthYear deathYear}}`,
		want:  `{"person":{"name":"Zoë Zimt","credits":{"nodes":[]},"editing":{"version":1,"birthYear":1900,"deathYear":1980}},"userErrors":[]}`,
		wrong: map[string][]string{
			`input:{}`: {"BAD_USER_INPUT input.name"},
			`input:{name:"` + long(201) + `",birthYear:0}`:   {"BAD_USER_INPUT input.name", "BAD_USER_INPUT input.birthYear"},
			`input:{name:"x",birthYear:1900,deathYear:1899}`: {"BAD_USER_INPUT input.deathYear"},
			`input:{name:"x",deathYear:2101}`:                {"BAD_USER_INPUT input.deathYear"},
		},
	},
	{
		name: "updatePerson", argument: "id", node: id('P', 3), versioned: true,
		right: `input:{name:"Somebody Else",birthYear:1901}`,
		shown: `person{name editing{version birthYear}}`,
		want:  `{"person":{"name":"Somebody Else","editing":{"version":2,"birthYear":1901}},"userErrors":[]}`,
		wrong: map[string][]string{
			`input:{name:"",birthYear:0}`: {"BAD_USER_INPUT input.name", "BAD_USER_INPUT input.birthYear"},
		},
	},
	{
		name: "createCharacter", argument: "titleId", node: id('T', 2), keyed: true,
		right: `input:{name:"The Stranger"}`,
		other: `input:{name:"The Strangers"}`,
		shown: `character{name credits{nodes{id}} editing{version}}`,
		want:  `{"character":{"name":"The Stranger","credits":{"nodes":[]},"editing":{"version":1}},"userErrors":[]}`,
		wrong: map[string][]string{
			`input:{}`:                         {"BAD_USER_INPUT input.name"},
			`input:{name:"` + long(201) + `"}`: {"BAD_USER_INPUT input.name"},
		},
	},
	{
		name: "updateCharacter", argument: "id", node: id('C', 6), versioned: true,
		right: `input:{name:"Renamed"}`,
		shown: `character{name editing{version}}`,
		want:  `{"character":{"name":"Renamed","editing":{"version":2}},"userErrors":[]}`,
		wrong: map[string][]string{`input:{name:null}`: {"BAD_USER_INPUT input.name"}},
	},
	{
		name: "createGenre", keyed: true,
		right: `input:{names:[{language:es,name:"Cine quinqui"}]}`,
		other: `input:{names:[{language:en,name:"Cine quinqui"}]}`,
		shown: `genre{slug name editing{version position texts{language name}}}`,
		want:  `{"genre":{"slug":"cine-quinqui","name":"Cine quinqui","editing":{"version":1,"position":21,"texts":[{"language":"es","name":"Cine quinqui"}]}},"userErrors":[]}`,
		wrong: map[string][]string{
			`input:{}`:         {"BAD_USER_INPUT input.names"},
			`input:{names:[]}`: {"BAD_USER_INPUT input.names"},
			`input:{names:[{language:es,name:""}],slug:"?",position:-1}`:                   {"BAD_USER_INPUT input.names.0.name", "BAD_USER_INPUT input.slug", "BAD_USER_INPUT input.position"},
			`input:{names:[{language:es,name:"a"},{language:es,name:"b"}],slug:"genre-1"}`: {"BAD_USER_INPUT input.names.1.language", "CONFLICT input.slug"},
			`input:{names:[{language:es,name:"` + long(61) + `"}]}`:                        {"BAD_USER_INPUT input.names.0.name"},
		},
	},
	{
		name: "updateGenre", argument: "id", node: id('G', 4), versioned: true,
		right: `input:{names:[{language:en,name:"Fourth"}],slug:"fourth",position:0}`,
		shown: `genre{slug name editing{version position}}`,
		want:  `{"genre":{"slug":"fourth","name":"Fourth","editing":{"version":2,"position":0}},"userErrors":[]}`,
		wrong: map[string][]string{
			`input:{names:null}`:                    {"BAD_USER_INPUT input.names"},
			`input:{slug:"genre-5",position:10001}`: {"BAD_USER_INPUT input.position", "CONFLICT input.slug"},
		},
	},
	{
		name: "setGenres", argument: "titleId", node: id('T', 3), versioned: true,
		right: `genreIds:["` + id('G', 7) + `","` + id('G', 2) + `"]`,
		shown: `title{genres{slug} ...on Movie{editing{version}}}`,
		want:  `{"title":{"genres":[{"slug":"genre-7"},{"slug":"genre-2"}],"editing":{"version":2}},"userErrors":[]}`,
		wrong: map[string][]string{
			`genreIds:["` + id('G', 99) + `","` + id('G', 1) + `","` + id('G', 1) + `"]`: {"NOT_FOUND genreIds.0", "BAD_USER_INPUT genreIds.2"},
			`genreIds:[` + strings.Repeat(`"RzE",`, 21) + `]`:                            {"BAD_USER_INPUT genreIds"},
		},
	},
	{
		name: "setCredits", argument: "id", node: id('T', 6), versioned: true, entries: 3,
		right: `credits:[{personName:"Nova",role:DIRECTOR,job:"and pilot"},{personName:"Nova",role:LEAD,characterName:"Captain"},{personId:"` + id('P', 1) + `",role:SUPPORTING,characterId:"` + id('C', 26) + `"}]`,
		shown: `title{slug credits{nodes{person{name} role billing job character{name}}} ...on Movie{editing{version}}} episode{id}`,
		want: `{"title":{"slug":"title-6","credits":{"nodes":[{"person":{"name":"Nova"},"role":"DIRECTOR","billing":0,"job":"and pilot","character":null},
			{"person":{"name":"Nova"},"role":"LEAD","billing":1,"job":null,"character":{"name":"Captain"}},
			{"person":{"name":"PERSON1"},"role":"SUPPORTING","billing":2,"job":null,"character":{"name":"CHARACTER26"}}]},"editing":{"version":2}},"episode":null,"userErrors":[]}`,
		wrong: wrongCredits(true),
	},
	{
		name: "addCredit", argument: "id", node: id('E', 203), versioned: true,
		right: `credit:{personId:"` + id('P', 2) + `",role:WRITER}`,
		shown: `title{slug} episode{editing{version}}`,
		want:  `{"title":{"slug":"title-5"},"episode":{"editing":{"version":2}},"userErrors":[]}`,
		wrong: func() map[string][]string {
			wrong := wrongCredits(false)
			maps.DeleteFunc(wrong, func(c string, _ []string) bool { return strings.Contains(c, id('C', 26)) }) // of another title
			return wrong
		}(),
	},
	{name: "removeCredit", argument: "id", node: id('D', 46), shown: `title{slug ...on Movie{editing{version}}}`, want: `{"title":{"slug":"title-8","editing":{"version":2}},"userErrors":[]}`},
	{name: "deleteMovie", argument: "id", node: id('T', 4), versioned: true, shown: deleted,
		want: `{"deletedId":"` + id('T', 4) + `","removed":[{"kind":"CHARACTER","count":5},{"kind":"CREDIT","count":6},{"kind":"VIEW","count":1},{"kind":"LIST_ITEM","count":1},{"kind":"RATING","count":1}],"node":null,"userErrors":[]}`},
	{name: "deleteEpisode", argument: "id", node: id('E', 203), versioned: true, shown: deleted,
		want: `{"deletedId":"` + id('E', 203) + `","removed":[{"kind":"CREDIT","count":2},{"kind":"VIEW","count":1}],"node":null,"userErrors":[]}`},
	{name: "deleteSeason", argument: "id", node: id('S', 13), versioned: true, shown: deleted,
		want: `{"deletedId":"` + id('S', 13) + `","removed":[{"kind":"EPISODE","count":3},{"kind":"VIEW","count":3}],"node":null,"userErrors":[]}`},
	{name: "deleteSeries", argument: "id", node: id('T', 9), versioned: true, shown: deleted,
		want: `{"deletedId":"` + id('T', 9) + `","removed":[{"kind":"SEASON","count":3},{"kind":"EPISODE","count":11},{"kind":"CHARACTER","count":5},{"kind":"CREDIT","count":7},{"kind":"VIEW","count":11},{"kind":"LIST_ITEM","count":1},{"kind":"RATING","count":1}],"node":null,"userErrors":[]}`},
	{name: "deletePerson", argument: "id", node: id('P', 5), versioned: true, shown: deleted,
		want: `{"deletedId":"` + id('P', 5) + `","removed":[{"kind":"CREDIT","count":3}],"node":null,"userErrors":[]}`},
	{name: "deleteCharacter", argument: "id", node: id('C', 1), versioned: true, shown: deleted,
		want: `{"deletedId":"` + id('C', 1) + `","removed":[{"kind":"PART","count":1}],"node":null,"userErrors":[]}`},
	{name: "deleteGenre", argument: "id", node: id('G', 8), versioned: true, shown: deleted, right: `replacement:"` + id('G', 1) + `"`,
		want: `{"deletedId":"` + id('G', 8) + `","removed":[{"kind":"TITLE_GENRE","count":2}],"node":null,"userErrors":[]}`,
		wrong: map[string][]string{
			``:                                  {"CONFLICT replacement"},
			`force:false`:                       {"CONFLICT replacement"},
			`replacement:"` + id('G', 8) + `"`:  {"NOT_FOUND replacement"},
			`replacement:"` + id('G', 99) + `"`: {"NOT_FOUND replacement"},
			`force:true,replacement:"` + id('T', 1) + `"`: {"NOT_FOUND replacement"},
		}},
}

const deleted = `deletedId removed{kind count} node{id}`

func (e edited) ask(node string, version int, key, arguments string) string {
	var args []string
	if e.argument != "" {
		args = append(args, fmt.Sprintf("%s:%q", e.argument, node))
	}
	if e.versioned {
		args = append(args, fmt.Sprintf("version:%d", version))
	}
	if key != "" {
		args = append(args, fmt.Sprintf("idempotencyKey:%q", key))
	}
	if arguments != "" {
		args = append(args, arguments)
	}
	return "mutation{" + e.name + "(" + strings.Join(args, ",") + "){" + e.shown + " userErrors{code path}}}"
}

// payload is what a mutation gave, with its problems as "CODE path".
func payload(t *testing.T, s *graphtest.Server, who int, query string) (text string, problems []string) {
	t.Helper()
	var data map[string]json.RawMessage
	s.Ask(t, who, query, nil).Data(t, &data)
	require.Len(t, data, 1)
	for _, value := range data {
		text = string(value)
	}
	var errors struct {
		UserErrors []struct {
			Code string
			Path []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &errors))
	for _, e := range errors.UserErrors {
		problems = append(problems, e.Code+" "+strings.Join(e.Path, "."))
	}
	return text, problems
}

// Each mutation of the catalogue by everybody, with what is right and with all
// that can be wrong. What is refused changes nothing.
func TestEdits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := graphtest.New(t, db, 10)
		fill := strings.NewReplacer("PERSON1", db.Client.Person.GetX(t.Context(), 1).Name, "CHARACTER26", db.Client.Character.GetX(t.Context(), 26).Name)
		for _, e := range edits {
			t.Run(e.name, func(t *testing.T) {
				before := dump(t, db)
				same := func(what string) {
					t.Helper()
					require.Equal(t, before, dump(t, db), what)
				}
				for who, code := range map[int]string{graphtest.Nobody: "UNAUTHENTICATED", graphtest.Keen: "FORBIDDEN", graphtest.Kid: "FORBIDDEN", graphtest.Other: "FORBIDDEN"} {
					errs := s.Ask(t, who, e.ask(e.node, 1, "", e.right), nil).Errors(t)
					require.NotEmpty(t, errs)
					require.Equal(t, code, errs[0].Extensions.Code)
				}
				same("refused")
				for arguments, problems := range e.wrong {
					text, found := payload(t, s, graphtest.Admin, e.ask(e.node, 1, "", arguments))
					require.Equal(t, problems, found, "%.200s %s", arguments, text)
				}
				same("wrong")
				if e.argument != "" {
					for _, node := range []string{id('T', 9999), id('S', 9999), id('E', 9999), id('P', 9999), id('C', 9999), id('G', 9999), id('D', 9999), id('U', 1)} {
						text, found := payload(t, s, graphtest.Admin, e.ask(node, 1, "", e.right))
						require.Contains(t, found, "NOT_FOUND "+e.argument, text)
						require.NotContains(t, found, "CONFLICT version", text)
					}
				}
				version := 1
				if e.versioned {
					version = versionOf(t, s, e.node)
					for _, stale := range []int{version - 1, version + 1} {
						text, found := payload(t, s, graphtest.Admin, e.ask(e.node, stale, "", e.right))
						require.Equal(t, []string{"CONFLICT version"}, found)
						if strings.HasPrefix(e.name, "delete") {
							require.Contains(t, text, `"node":{"id":"`+e.node+`"}`)
						} else {
							require.Contains(t, text, fmt.Sprintf(`"version":%d`, version), "the node as it is comes along")
						}
					}
				}
				same("unknown or stale")
				entries := db.Client.AuditEntry.Query().CountX(t.Context())
				var preview []any
				had := make(map[string]int)
				deletes := strings.HasPrefix(e.name, "delete")
				if deletes {
					preview = ask[[]any](t, s, fmt.Sprintf("{deletionPreview(id:%q){kind count}}", e.node), "deletionPreview")
					for kind, table := range tableOf {
						had[kind] = rows(t, db, table)
					}
				}
				key := ""
				if e.keyed {
					key = "key of " + e.name
				}

				got, _ := payload(t, s, graphtest.Admin, e.ask(e.node, version, key, e.right))
				color := field[string](t, strings.Replace(got, "{", `{"none":"",`, 1), "none")
				for _, kind := range []string{"movie", "series"} {
					if strings.HasPrefix(got, `{"`+kind+`":{"slug"`) {
						color = field[string](t, got, kind, "artwork", "color")
					}
				}
				require.JSONEq(t, strings.ReplaceAll(fill.Replace(e.want), "COLOR", color), got)
				require.Equal(t, entries+max(1, e.entries), db.Client.AuditEntry.Query().CountX(t.Context()))
				require.NotEqual(t, before, dump(t, db))

				if deletes {
					removed := field[[]any](t, got, "removed")
					require.Equal(t, preview, removed)
					for _, r := range removed {
						r := r.(map[string]any)
						if table, whole := tableOf[r["kind"].(string)]; whole {
							require.EqualValues(t, r["count"], had[r["kind"].(string)]-rows(t, db, table), r["kind"])
						}
					}
				}

				before = dump(t, db)
				if e.keyed {
					again, _ := payload(t, s, graphtest.Admin, e.ask(e.node, version, key, e.right))
					require.Equal(t, got, again)
					_, found := payload(t, s, graphtest.Admin, e.ask(e.node, version, key, e.other))
					require.Equal(t, []string{"CONFLICT idempotencyKey"}, found)
					for _, bad := range []string{long(101), "a\tb"} {
						_, found = payload(t, s, graphtest.Admin, e.ask(e.node, version, bad, e.other))
						require.Equal(t, []string{"BAD_USER_INPUT idempotencyKey"}, found)
					}
					same("twice with the same key")
				}
				switch {
				case deletes:
					_, found := payload(t, s, graphtest.Admin, e.ask(e.node, version, "", e.right))
					require.Equal(t, "NOT_FOUND "+e.argument, found[len(found)-1])
					same("deleted twice")
				case e.versioned && e.name != "addCredit" && e.name != "setCredits": // which would name somebody new
					_, found := payload(t, s, graphtest.Admin, e.ask(e.node, version, "", e.right))
					require.Equal(t, []string{"CONFLICT version"}, found)
					again, _ := payload(t, s, graphtest.Admin, e.ask(e.node, version+1, "", e.right))
					require.Equal(t, got, again)
					same("what says the same")
				}
			})
		}
		orphans(t, db)
	})
}

// tableOf is where what goes with a node is, by its kind.
var tableOf = map[string]string{
	"SEASON": "seasons", "EPISODE": "episodes", "CHARACTER": "characters", "CREDIT": "credits", "VIEW": "views", "LIST_ITEM": "list_items", "RATING": "ratings",
}

func rows(t *testing.T, db *database.DB, table string) (n int) {
	t.Helper()
	require.NoError(t, db.SQL().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n))
	return n
}

// ask is what an administrator is answered, below a path.
func ask[T any](t *testing.T, s *graphtest.Server, query string, path ...string) T {
	t.Helper()
	var data json.RawMessage
	s.Ask(t, graphtest.Admin, query, nil).Data(t, &data)
	return field[T](t, string(data), path...)
}

// versionOf is the version of a node of the catalogue.
func versionOf(t *testing.T, s *graphtest.Server, node string) int {
	t.Helper()
	var data struct {
		Node struct{ Editing struct{ Version int } }
	}
	var kinds []string
	for _, kind := range []string{"Movie", "Series", "Season", "Episode", "Person", "Character", "Genre"} {
		kinds = append(kinds, "...on "+kind+"{editing{version}}")
	}
	s.Ask(t, graphtest.Admin, fmt.Sprintf("{node(id:%q){%s}}", node, strings.Join(kinds, " ")), nil).Data(t, &data)
	return data.Node.Editing.Version
}

// orphans requires that no row points to one that is not there: through the
// columns that are foreign keys, and those that look like one.
func orphans(t *testing.T, db *database.DB) {
	t.Helper()
	checked := 0
	for _, table := range migrate.Tables {
		points := make(map[string]string)
		for _, c := range table.Columns {
			if name, ok := strings.CutSuffix(c.Name, "_id"); ok {
				for _, other := range migrate.Tables {
					if strings.TrimSuffix(other.Name, "s") == name || other.Name == name {
						points[c.Name] = other.Name
					}
				}
			}
		}
		for _, fk := range table.ForeignKeys {
			points[fk.Columns[0].Name] = fk.RefTable.Name
		}
		for column, parent := range points {
			var n int
			require.NoError(t, db.SQL().QueryRowContext(t.Context(), fmt.Sprintf(
				`SELECT COUNT(*) FROM "%s" c WHERE c."%s" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "%s" p WHERE p.id = c."%s")`, table.Name, column, parent, column)).Scan(&n))
			require.Zero(t, n, "%s.%s", table.Name, column)
			checked++
		}
	}
	require.Greater(t, checked, 30)
	// A title is a movie or a series, and what plays has one video.
	for what, query := range map[string]string{
		"titles without a kind":   "SELECT COUNT(*) FROM titles t WHERE (t.kind = 'MOVIE') <> EXISTS (SELECT 1 FROM movies m WHERE m.id = t.id) OR (t.kind = 'SERIES') <> EXISTS (SELECT 1 FROM series s WHERE s.id = t.id)",
		"movies without a video":  "SELECT COUNT(*) FROM movies m WHERE NOT EXISTS (SELECT 1 FROM videos v WHERE v.title_id = m.id AND v.episode_id IS NULL)",
		"episodes without one":    "SELECT COUNT(*) FROM episodes e WHERE NOT EXISTS (SELECT 1 FROM videos v WHERE v.episode_id = e.id AND v.title_id = e.series_id)",
		"episodes of two series":  "SELECT COUNT(*) FROM episodes e JOIN seasons s ON s.id = e.season_id WHERE s.series_id <> e.series_id",
		"characters of elsewhere": "SELECT COUNT(*) FROM credits c JOIN characters h ON h.id = c.character_id WHERE h.title_id <> c.title_id",
	} {
		var n int
		require.NoError(t, db.SQL().QueryRowContext(t.Context(), query).Scan(&n))
		require.Zero(t, n, what)
	}
	if db.Dialect() == dialect.SQLite {
		rows, err := db.SQL().QueryContext(t.Context(), "PRAGMA foreign_key_check")
		require.NoError(t, err)
		defer rows.Close()
		require.False(t, rows.Next())
		require.NoError(t, rows.Err())
	}
}

// Whatever is deleted in whatever order, while other things come, nothing is
// left that hangs on it.
func TestDeletionsLeaveNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		s := graphtest.New(t, db, 120)
		tables := map[string]struct {
			table  string
			kind   globalid.Kind
			create func(parent int64) string
			parent string
		}{
			"Movie": {"movies", globalid.KindTitle, func(int64) string { return `createMovie(input:{name:"M"})` }, ""},
			"Series": {"series", globalid.KindTitle, func(int64) string {
				return `createSeries(input:{name:"S"},seasons:[{number:1,episodes:[{name:"E",number:1}]}])`
			}, ""},
			"Season": {"seasons", globalid.KindSeason, func(p int64) string {
				return fmt.Sprintf(`createSeason(seriesId:%q,input:{},episodes:[{name:"E"},{name:"F"}])`, id('T', p))
			}, "series"},
			"Episode":   {"episodes", globalid.KindEpisode, func(p int64) string { return fmt.Sprintf(`createEpisode(seasonId:%q,input:{name:"E"})`, id('S', p)) }, "seasons"},
			"Person":    {"persons", globalid.KindPerson, func(int64) string { return `createPerson(input:{name:"P"})` }, ""},
			"Character": {"characters", globalid.KindCharacter, func(p int64) string { return fmt.Sprintf(`createCharacter(titleId:%q,input:{name:"C"})`, id('T', p)) }, "titles"},
			"Genre":     {"genres", globalid.KindGenre, func(int64) string { return `createGenre(input:{names:[{language:es,name:"G"}]})` }, ""},
		}
		pick := func(table string) (row int64, ok bool) {
			n := rows(t, db, table)
			if n == 0 {
				return 0, false
			}
			require.NoError(t, db.SQL().QueryRowContext(t.Context(), fmt.Sprintf("SELECT id FROM %s ORDER BY id LIMIT 1 OFFSET %d", table, random.IntN(n))).Scan(&row))
			return row, true
		}
		stored := func(table string, row int64) (version int) {
			require.NoError(t, db.SQL().QueryRowContext(t.Context(), fmt.Sprintf("SELECT version FROM %s WHERE id = %d", table, row)).Scan(&version))
			return version
		}
		kinds := slices.Sorted(maps.Keys(tables))
		done := make(map[string]int)
		for n := 0; n < steps; {
			kind := kinds[random.IntN(len(kinds))]
			k := tables[kind]
			var query string
			switch what := random.IntN(10); {
			case what < 3: // something new
				parent := int64(0)
				if k.parent != "" {
					var ok bool
					if parent, ok = pick(k.parent); !ok {
						continue
					}
				}
				query = k.create(parent)
			case what < 4: // credits
				of, ok := pick("titles")
				person, someone := pick("persons")
				if !ok || !someone {
					continue
				}
				query = fmt.Sprintf(`setCredits(id:%q,version:%d,credits:[{personId:%q,role:LEAD,characterName:"C"},{personName:"N",role:DIRECTOR}])`,
					id('T', of), stored("titles", of), id('P', person))
			default:
				row, ok := pick(k.table)
				if !ok {
					continue
				}
				versions := map[string]string{"movies": "titles", "series": "titles"}[k.table]
				query = fmt.Sprintf(`delete%s(id:%q,version:%d)`, kind, id(k.kind, row), stored(cmp.Or(versions, k.table), row))
				if kind == "Genre" {
					by, _ := pick("genres")
					if by != row && random.IntN(2) == 0 {
						query = strings.TrimSuffix(query, ")") + fmt.Sprintf(`,replacement:%q)`, id('G', by))
					} else {
						query = strings.TrimSuffix(query, ")") + ",force:true)"
					}
				}
			}
			_, problems := payload(t, s, graphtest.Admin, "mutation{"+query+"{userErrors{code path}}}")
			require.Empty(t, problems, query)
			name, _, _ := strings.Cut(query, "(")
			done[name]++
			n++
		}
		t.Log(done)
		require.Len(t, done, 15, "each mutation was among them")
		orphans(t, db)
	})
}
