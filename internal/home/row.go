// Package home composes the home page of a profile: which shelves, in which
// order, and references to the titles on each. It reads references only; the
// API loads what they point to, each kind of node once.
package home

import (
	"strconv"
	"strings"

	"streamex/ent/schema/globalid"
)

// Kind is what a row is about.
type Kind string

// The kinds of row, as the API names them.
const (
	ContinueWatching  Kind = "CONTINUE_WATCHING"
	NextUp            Kind = "NEXT_UP"
	MyList            Kind = "MY_LIST"
	Trending          Kind = "TRENDING"
	Recommended       Kind = "RECOMMENDED"
	BecauseYouWatched Kind = "BECAUSE_YOU_WATCHED"
	New               Kind = "NEW"
	Genre             Kind = "GENRE"
	TopRated          Kind = "TOP_RATED"
)

// letters are the kinds inside identifiers.
var letters = map[Kind]string{
	ContinueWatching: "c", NextUp: "u", MyList: "l", Trending: "t", Recommended: "r",
	BecauseYouWatched: "b", New: "n", Genre: "g", TopRated: "s",
}

// Ref points to a title on a shelf.
type Ref struct {
	Title globalid.Title
	Rank  int // place in the row's ranking, from 1; the page leaves out some
}

// Row is a shelf of the active profile.
type Row struct {
	Kind  Kind
	Genre globalid.Genre // of a Genre row
	Seed  globalid.Title // of a BecauseYouWatched row

	refs []Ref
	more bool // the ranking goes on behind refs
	page bool // refs were chosen together with the other rows of the page
}

// ID identifies the row among those of the active profile.
func (r *Row) ID() globalid.Global {
	return globalid.Global{Kind: globalid.KindHomeRow, Rest: letters[r.Kind] + "." + strconv.FormatInt(max(int64(r.Genre), int64(r.Seed)), 36)}
}

// ParseRow finds the row behind an identifier. It returns globalid.ErrInvalid
// when there can be none.
func ParseRow(g globalid.Global) (*Row, error) {
	letter, arg, ok := strings.Cut(g.Rest, ".")
	n, err := strconv.ParseInt(arg, 36, 64)
	if g.Kind != globalid.KindHomeRow || !ok || err != nil || n < 0 {
		return nil, globalid.ErrInvalid
	}
	for kind, l := range letters {
		if l != letter {
			continue
		}
		r := &Row{Kind: kind}
		switch kind {
		case Genre:
			r.Genre = globalid.Genre(n)
		case BecauseYouWatched:
			r.Seed = globalid.Title(n)
		}
		if r.ID() != g || (n == 0) == (kind == Genre || kind == BecauseYouWatched) {
			break
		}
		return r, nil
	}
	return nil, globalid.ErrInvalid
}

var headings = map[Kind]map[string]string{
	ContinueWatching:  {"en": "Continue watching", "es": "Seguir viendo"},
	NextUp:            {"en": "Next episodes", "es": "Próximos episodios"},
	MyList:            {"en": "My list", "es": "Mi lista"},
	Trending:          {"en": "Trending now", "es": "Tendencias"},
	Recommended:       {"en": "Recommended for you", "es": "Recomendado para ti"},
	BecauseYouWatched: {"en": "Because you watched %s", "es": "Porque viste %s"},
	New:               {"en": "New on StreamEx", "es": "Novedades en StreamEx"},
	TopRated:          {"en": "Best rated", "es": "Los mejor valorados"},
	Genre:             {"en": "%s", "es": "%s"},
}

// Heading is the row's heading in a language; about names its genre or the
// title that it starts from.
func (r *Row) Heading(language, about string) string {
	return strings.Replace(headings[r.Kind][language], "%s", about, 1)
}
