package artwork

// scene draws everything between sky and vignette.
type scene func(*canvas)

// scenes by name. To add one: write its method in a scenes_ file, name it here, and list it under the genres it suits.
var scenes = map[string]scene{
	"ridges": (*canvas).ridges, "alps": (*canvas).alps, "dunes": (*canvas).dunes, "mesas": (*canvas).mesas,
	"forest": (*canvas).forest, "contours": (*canvas).contours, "aurora": (*canvas).aurora, "lone-tree": (*canvas).loneTree,
	"storybook": (*canvas).storybook, "road": (*canvas).road,
	"moonlit-sea": (*canvas).moonlitSea, "ship": (*canvas).ship, "paper-boats": (*canvas).paperBoats,
	"lighthouse": (*canvas).lighthouse, "deep": (*canvas).deep, "waves": (*canvas).waves,
	"skyline": (*canvas).skyline, "rain": (*canvas).rain, "blinds": (*canvas).blinds, "bridge": (*canvas).bridge,
	"facade": (*canvas).facade, "corridor": (*canvas).corridor, "stairwell": (*canvas).stairwell,
	"planet": (*canvas).planet, "orbit": (*canvas).orbit, "rocket": (*canvas).rocket, "eclipse": (*canvas).eclipse,
	"searchlights": (*canvas).searchlights, "balloons": (*canvas).balloons, "lanterns": (*canvas).lanterns,
	"dead-tree": (*canvas).deadTree, "haunted": (*canvas).haunted, "castle": (*canvas).castle,
	"keyhole": (*canvas).keyhole, "doorway": (*canvas).doorway,
	"temple": (*canvas).temple, "aqueduct": (*canvas).aqueduct, "portal": (*canvas).portal,
	"balcony": (*canvas).balcony, "stage": (*canvas).stage,
	"bauhaus": (*canvas).bauhaus, "party": (*canvas).party, "mobile": (*canvas).mobile,
	"monolith": (*canvas).monolith, "carnival": (*canvas).carnival,
}

// sceneNames in a fixed order: a map's own order is random.
var sceneNames = sortedKeys(scenes)

// neutral scenes fit any genre.
var neutral = []string{"ridges", "alps", "skyline", "moonlit-sea", "forest", "road", "eclipse", "waves", "bridge", "monolith", "lone-tree", "aurora", "portal"}

// genre is what a genre likes. A name listed twice is twice as likely; nothing listed means anything goes.
type genre struct {
	scenes, skies []string
	hours         []hour
}

var genres = map[string]genre{
	"action": {
		[]string{"skyline", "bridge", "road", "searchlights", "rocket", "monolith", "dunes", "corridor", "eclipse", "alps"},
		[]string{"crimson", "ember", "cobalt", "teal", "electric", "royal", "coral", "violet"}, []hour{blueHour, dusk, dusk}},
	"adventure": {
		[]string{"ship", "ship", "alps", "ridges", "waves", "deep", "castle", "balloons", "dunes", "aqueduct", "moonlit-sea", "aurora", "mesas"},
		[]string{"teal", "lagoon", "desert", "peach", "emerald", "royal", "coral", "boreal", "violet", "sapphire"}, []hour{blueHour, dusk, dusk, dawn}},
	"animation": {
		[]string{"storybook", "storybook", "balloons", "paper-boats", "planet", "castle", "deep", "carnival", "lanterns", "rocket", "party", "lone-tree"},
		[]string{"peach", "orchid", "lagoon", "coral", "ultra", "rose", "electric", "violet", "boreal", "sapphire"}, []hour{blueHour, dusk, dusk, dawn}},
	"comedy": {
		[]string{"bauhaus", "bauhaus", "party", "party", "mobile", "carnival", "balloons", "road", "skyline", "waves", "paper-boats", "facade"},
		[]string{"peach", "coral", "orchid", "electric", "ultra", "royal", "rose", "plum", "cobalt", "lagoon"}, []hour{dusk, dusk, dawn}},
	"crime": {
		[]string{"rain", "rain", "blinds", "skyline", "bridge", "facade", "stairwell", "doorway", "road", "corridor", "lighthouse"},
		[]string{"steel", "teal", "crimson", "lagoon", "sapphire", "plum", "ice", "ember"}, []hour{night, blueHour, blueHour}},
	"documentary": {
		[]string{"contours", "contours", "aurora", "deep", "alps", "orbit", "ridges", "forest", "lone-tree", "temple", "waves", "eclipse"},
		[]string{"emerald", "lagoon", "boreal", "teal", "ice", "desert", "sapphire", "peach", "coral"}, []hour{blueHour, dusk, dawn}},
	"drama": {
		[]string{"lone-tree", "ridges", "bridge", "road", "facade", "moonlit-sea", "portal", "forest", "skyline", "waves", "mobile", "lanterns", "balcony", "alps"},
		[]string{"violet", "rose", "royal", "plum", "peach", "teal", "lagoon", "cobalt", "coral", "sapphire", "orchid"}, nil},
	"family": {
		[]string{"storybook", "balloons", "paper-boats", "carnival", "lone-tree", "lanterns", "castle", "party", "deep", "lighthouse"},
		[]string{"peach", "orchid", "lagoon", "coral", "rose", "boreal", "violet", "emerald"}, []hour{blueHour, dusk, dawn, dawn}},
	"fantasy": {
		[]string{"castle", "castle", "monolith", "lanterns", "portal", "forest", "eclipse", "aurora", "ship", "moonlit-sea", "alps"},
		[]string{"ultra", "orchid", "boreal", "rose", "violet", "electric", "emerald", "royal", "plum"}, []hour{night, blueHour, dusk}},
	"film-noir": {
		[]string{"blinds", "blinds", "rain", "rain", "facade", "stairwell", "doorway", "bridge", "corridor", "skyline", "keyhole"},
		[]string{"noir", "noir", "steel", "steel", "ice", "teal"}, []hour{night, blueHour}},
	"history": {
		[]string{"temple", "temple", "aqueduct", "aqueduct", "portal", "castle", "ship", "dunes", "lone-tree", "ridges", "balcony"},
		[]string{"desert", "peach", "plum", "royal", "amber", "ember", "teal", "coral"}, []hour{blueHour, dusk, dusk, dawn}},
	"horror": {
		[]string{"dead-tree", "dead-tree", "haunted", "haunted", "forest", "eclipse", "doorway", "keyhole", "corridor", "moonlit-sea", "lighthouse", "stairwell", "facade", "castle", "ship", "rain"},
		[]string{"crimson", "emerald", "steel", "ice", "plum", "ultra", "sapphire", "ember"}, []hour{night, night, blueHour}},
	"musical": {
		[]string{"stage", "stage", "stage", "skyline", "party", "carnival", "mobile", "bauhaus", "lanterns", "balcony", "monolith"},
		[]string{"ultra", "electric", "orchid", "royal", "cobalt", "rose", "coral", "plum", "violet"}, []hour{blueHour, dusk}},
	"mystery": {
		[]string{"keyhole", "keyhole", "lighthouse", "lighthouse", "doorway", "stairwell", "forest", "facade", "haunted", "portal", "rain", "moonlit-sea"},
		[]string{"lagoon", "emerald", "steel", "orchid", "sapphire", "ice", "teal", "plum", "boreal"}, []hour{night, blueHour, blueHour}},
	"romance": {
		[]string{"moonlit-sea", "moonlit-sea", "balcony", "balcony", "lanterns", "carnival", "lone-tree", "bridge", "rain", "ridges", "paper-boats", "waves"},
		[]string{"rose", "violet", "orchid", "plum", "peach", "coral", "royal", "ultra"}, []hour{blueHour, dusk, dusk, dawn}},
	"science-fiction": {
		[]string{"planet", "planet", "orbit", "orbit", "rocket", "rocket", "eclipse", "monolith", "skyline", "corridor", "dunes", "aurora"},
		[]string{"electric", "ultra", "cobalt", "boreal", "sapphire", "violet", "lagoon", "ember", "orchid"}, []hour{night, blueHour, dusk}},
	"sport": {
		[]string{"searchlights", "road", "alps", "stage", "bauhaus", "waves", "skyline", "contours", "ridges"},
		[]string{"cobalt", "electric", "coral", "royal", "emerald", "ember"}, []hour{blueHour, dusk}},
	"thriller": {
		[]string{"corridor", "corridor", "stairwell", "stairwell", "doorway", "facade", "road", "rain", "bridge", "blinds", "eclipse", "keyhole"},
		[]string{"crimson", "teal", "steel", "lagoon", "cobalt", "sapphire", "ember", "emerald", "plum"}, []hour{night, blueHour, dusk}},
	"war": {
		[]string{"searchlights", "searchlights", "searchlights", "ridges", "bridge", "lone-tree", "road", "eclipse", "dead-tree", "ship", "alps"},
		[]string{"ember", "crimson", "teal", "steel", "amber", "desert", "royal"}, []hour{night, blueHour, dusk}},
	"western": {
		[]string{"mesas", "mesas", "mesas", "dunes", "road", "lone-tree", "ridges", "eclipse", "haunted", "alps", "dead-tree", "forest", "bridge"},
		[]string{"desert", "desert", "ember", "peach", "royal", "coral", "plum", "crimson"}, []hour{blueHour, dusk, dusk, dawn}},
}

// genreAliases are other slugs for the same liking.
var genreAliases = map[string]string{
	"anime": "animation", "biography": "drama", "children": "family", "kids": "family", "historical": "history", "music": "musical", "nature": "documentary",
	"noir": "film-noir", "sci-fi": "science-fiction", "scifi": "science-fiction", "science-fiction-fantasy": "science-fiction", "short": "drama", "sports": "sport",
	"suspense": "thriller",
}

// genreOf is the liking of a slug; the zero genre likes everything.
func genreOf(slug string) genre {
	if name, ok := genreAliases[slug]; ok {
		slug = name
	}
	return genres[slug]
}
