package artwork

// Scene names the scene a seed draws, which the picture itself does not tell.
func Scene(seed, genre string) string {
	_, name, _ := sketch(seed, genreOf(genre))
	return name
}

// SceneNames and GenreNames are all there are.
var (
	SceneNames = sceneNames
	GenreNames = sortedKeys(genres)
)

// UnknownNames are the scenes and skies that a genre lists but nobody defines.
func UnknownNames() (unknown []string) {
	for _, g := range genres {
		for _, name := range g.scenes {
			if _, ok := scenes[name]; !ok {
				unknown = append(unknown, name)
			}
		}
		for _, name := range g.skies {
			if _, ok := skies[name]; !ok {
				unknown = append(unknown, name)
			}
		}
	}
	for _, name := range neutral {
		if _, ok := scenes[name]; !ok {
			unknown = append(unknown, name)
		}
	}
	for _, name := range genreAliases {
		if _, ok := genres[name]; !ok {
			unknown = append(unknown, name)
		}
	}
	return unknown
}
