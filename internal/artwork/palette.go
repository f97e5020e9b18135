package artwork

import (
	"maps"
	"slices"
)

// hues is one curated sky: hue and chroma at the zenith, half-way and at the horizon, and the hue of the one loud detail.
type hues struct {
	top, mid, low [2]float64
	accent        float64
}

// skies are picked by hand so that neighbours on the way down mix without mud: no dark olive, no grey brown.
var skies = map[string]hues{
	"violet":   {[2]float64{285, .11}, [2]float64{330, .16}, [2]float64{45, .14}, 195},
	"lagoon":   {[2]float64{262, .09}, [2]float64{232, .11}, [2]float64{195, .11}, 45},
	"rose":     {[2]float64{278, .11}, [2]float64{312, .15}, [2]float64{5, .13}, 60},
	"ember":    {[2]float64{340, .10}, [2]float64{18, .16}, [2]float64{62, .14}, 200},
	"emerald":  {[2]float64{235, .07}, [2]float64{190, .09}, [2]float64{162, .12}, 55},
	"desert":   {[2]float64{8, .11}, [2]float64{36, .15}, [2]float64{78, .13}, 200},
	"royal":    {[2]float64{266, .14}, [2]float64{335, .13}, [2]float64{75, .13}, 30},
	"crimson":  {[2]float64{355, .09}, [2]float64{18, .17}, [2]float64{32, .17}, 62},
	"ice":      {[2]float64{262, .09}, [2]float64{245, .10}, [2]float64{220, .06}, 20},
	"ultra":    {[2]float64{292, .14}, [2]float64{300, .19}, [2]float64{338, .16}, 190},
	"boreal":   {[2]float64{272, .10}, [2]float64{215, .10}, [2]float64{165, .13}, 330},
	"peach":    {[2]float64{345, .11}, [2]float64{20, .15}, [2]float64{60, .12}, 250},
	"cobalt":   {[2]float64{264, .17}, [2]float64{285, .15}, [2]float64{22, .14}, 58},
	"plum":     {[2]float64{315, .11}, [2]float64{350, .15}, [2]float64{68, .14}, 220},
	"steel":    {[2]float64{262, .035}, [2]float64{255, .05}, [2]float64{235, .04}, 60},
	"amber":    {[2]float64{295, .06}, [2]float64{15, .09}, [2]float64{62, .11}, 230},
	"electric": {[2]float64{300, .14}, [2]float64{268, .18}, [2]float64{212, .12}, 350},
	"teal":     {[2]float64{238, .08}, [2]float64{222, .09}, [2]float64{60, .12}, 35},
	"orchid":   {[2]float64{268, .12}, [2]float64{290, .15}, [2]float64{318, .13}, 55},
	"coral":    {[2]float64{300, .10}, [2]float64{5, .16}, [2]float64{40, .14}, 180},
	"sapphire": {[2]float64{272, .13}, [2]float64{258, .16}, [2]float64{240, .11}, 60},
	"noir":     {[2]float64{275, .02}, [2]float64{268, .03}, [2]float64{262, .025}, 55},
}

// skyNames in a fixed order: a map's own order is random.
var skyNames = sortedKeys(skies)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// hour is how light zenith, middle and horizon are.
type hour [3]float64

var (
	night    = hour{.15, .28, .48}
	blueHour = hour{.18, .36, .62}
	dusk     = hour{.22, .45, .76}
	dawn     = hour{.31, .57, .86}
)

// palette is all the colours of one picture.
type palette struct {
	top, mid, low lab // the sky from zenith to horizon
	sun           lab // sun or moon
	light         lab // lamps and lit windows
	accent        lab // the one loud detail
	ink           lab // the nearest silhouettes, and the shade behind the name
	dark          bool
}

// newPalette draws a palette from those the genre likes.
func newPalette(r *random, likes genre) palette {
	names := likes.skies
	if len(names) == 0 || r.chance(12) { // now and then against type
		names = skyNames
	}
	k := skies[names[r.n(len(names))]]
	hours := likes.hours
	if len(hours) == 0 {
		hours = []hour{night, blueHour, blueHour, dusk, dusk, dusk, dawn}
	}
	at := hours[r.n(len(hours))]
	shift, lift := r.in(-9, 9), r.in(-.015, .025)
	tone := func(i int, hc [2]float64) lab {
		h := hc[0] + shift
		if dim := .76 - at[i]; dim > 0 && h > 34 && h < 110 {
			h -= (h - 34) * min(1, dim*5) // dim yellow is olive and dim orange is brown: redden them as embers do
		}
		return lch(at[i]+lift, hc[1], h)
	}
	p := palette{
		top: tone(0, k.top), mid: tone(1, k.mid), low: tone(2, k.low),
		ink:    lch(.125, min(k.top[1], .04), k.top[0]+shift),
		light:  lch(.88, .13, 82),
		accent: lch(.69, .17, k.accent+shift*.4),
		dark:   at == night || at == blueHour,
	}
	if p.dark {
		p.sun = lch(.95, min(k.low[1], .035), k.low[0]+shift)
	} else {
		p.sun = lch(.94, min(k.low[1], .085), k.low[0]+shift+6)
	}
	return p
}

// haze is the colour of a silhouette at a depth: 0 is on the horizon and full of air, 1 is right here.
func (p palette) haze(depth float64) lab {
	far := p.air()
	return mix(far.lit(far.l*.74), p.ink, depth)
}

// air is the colour between sky and land. Where horizon and sky are complementary, half-way would be grey, so it stays
// with the sky.
func (p palette) air() lab {
	if float64(p.low.a*p.mid.a)+float64(p.low.b*p.mid.b) < 0 {
		return mix(p.low, p.mid, .85)
	}
	return mix(p.low, p.mid, .55)
}
