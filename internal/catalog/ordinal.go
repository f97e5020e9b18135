package catalog

// Places of an episode in its series: seasons are wider apart than any season
// is long.
const (
	seasonWidth = 100_000
	unnumbered  = 90_000 // seasons and episodes without a number come behind those with one
	specials    = 99_999 // and the specials behind everything
	lastEpisode = seasonWidth - 1
)

// Ordinal is an episode's place in its whole series: the order in which it is
// watched. A nil number means that the season or the episode has none.
func Ordinal(season, episode *int) int {
	place := func(n *int, limit int) int {
		if n == nil {
			return unnumbered
		}
		return min(*n, limit)
	}
	s := place(season, unnumbered-1)
	if season != nil && *season == 0 {
		s = specials
	}
	return s*seasonWidth + min(place(episode, unnumbered-1), lastEpisode)
}
