// Package artwork draws a title's picture from its slug: same slug, same picture, on every machine.
package artwork

// Shape is the window through which a picture is seen. All shapes of one seed show the same scene.
type Shape int

// The shapes that pages show.
const (
	Poster   Shape = iota // 2:3, 400 × 600
	Card                  // 16:9, 640 × 360
	Backdrop              // 16:9, 1600 × 900, focal point right of the middle: the name stands on the left
)

// frame is a shape's size, where in it the focal point and the horizon are, how far the focal point may wander, and the
// pixels of one world unit.
type frame struct{ width, height, focus, wander, horizon, scale float64 }

func (s Shape) frame() frame {
	switch s {
	case Card:
		return frame{640, 360, .5, .15, .66, .36}
	case Backdrop:
		return frame{1600, 900, .64, .08, .66, .9}
	default:
		return frame{400, 600, .5, .06, .63, .46}
	}
}

// SVG draws the picture of a seed, usually a title's slug. The genre, a slug like "horror", makes some scenes and colours
// likelier; an unknown or empty one allows all. The lower third is dark enough for a white name.
func SVG(seed, genre string, shape Shape) []byte {
	likes := genreOf(genre)
	p, scene, r := sketch(seed, likes)
	f := shape.frame()
	focus := f.width * (f.focus + float64(f.wander*r.in(-1, 1)))
	horizon := f.height * f.horizon
	c := &canvas{
		buf:  make([]byte, 0, 8<<10),
		defs: make([]byte, 0, 4<<10),
		left: -focus / f.scale, right: (f.width - focus) / f.scale,
		top: -horizon / f.scale, bottom: (f.height - horizon) / f.scale,
		random: r, palette: p,
	}
	c.str(`<svg xmlns="http://www.w3.org/2000/svg"`)
	c.str(` viewBox="0 0 `)
	c.num(f.width)
	c.str(" ")
	c.num(f.height)
	c.str(`"`)
	c.attr("width", f.width)
	c.attr("height", f.height)
	c.str(` stroke-linecap="round" stroke-linejoin="round">`)
	c.place(focus, horizon, f.scale, f.scale, 0)
	c.sky()
	scenes[scene](c)
	c.vignette()
	c.str("</g><defs>")
	c.buf = append(c.buf, c.defs...)
	c.str("</defs></svg>")
	return c.buf
}

// Dominant is the colour to show while the picture loads, as "#rrggbb".
func Dominant(seed, genre string) string {
	p, _, _ := sketch(seed, genreOf(genre))
	return mix(p.mid, p.ink, .3).hex()
}

// sketch decides what is drawn in which colours. Both are drawn before any detail, so Dominant needs no picture.
func sketch(seed string, likes genre) (palette, string, *random) {
	r := newRandom("streamex artwork 1", seed)
	p := newPalette(r, likes)
	names := likes.scenes
	if len(names) == 0 {
		names = sceneNames
	} else if r.chance(8) { // a little surprise, but none out of tone
		names = neutral
	}
	return p, names[r.n(len(names))], r
}

// sky paints the gradient from zenith to just under the horizon.
func (c *canvas) sky() {
	c.cover(c.top-2, c.bottom+2, c.gradient(0, 0, c.in(-.15, .15), .72,
		stop{0, c.palette.top, 1}, stop{.28, mix(c.palette.top, c.mid, .5), 1}, stop{.55, c.mid, 1},
		stop{.8, mix(c.mid, c.low, .55), 1}, stop{1, c.low, 1}), 1)
}

// vignette darkens the part behind the name, and a little the very top, where navigation and badges are.
func (c *canvas) vignette() {
	c.cover(c.top-2, c.bottom+2, c.fade(
		stop{0, c.ink, .25}, stop{.2, c.ink, 0}, stop{.54, c.ink, 0}, stop{.8, c.ink, .46}, stop{1, c.ink, .86}), 1)
}
