package artwork

import "math"

// Things that many scenes share: lights in the sky, land, water and weather.

const turn = 2 * math.Pi

// span bounds every scene sideways: no window reaches further from the focal point.
const span = 1300.0

// polar is the point at an angle (radians, clockwise from the right) and distance.
func polar(x, y, angle, distance float64) (float64, float64) {
	sin, cos := math.Sincos(angle)
	return x + float64(distance*cos), y + float64(distance*sin)
}

// stars scatters n stars from the top of the window down to y. One path per brightness, each star a zero-length line
// with a round cap: a third of the bytes of circles.
func (c *canvas) stars(n int, y float64) {
	for i := range 3 {
		c.begin()
		for range n >> i {
			c.move(c.in(c.left, c.right), c.top+float64((y-c.top)*c.unit()))
			c.str("h0")
		}
		c.stroke("#fff", 2.4+float64(i)*1.7, .4+.25*float64(i))
	}
}

// glow is soft light round a point, falling off like a bell: a straight fall would show its rim.
func (c *canvas) glow(x, y, r float64, color lab, opacity float64) {
	c.disc(x, y, r, c.radial(stop{0, color, opacity}, stop{.22, color, opacity * .68}, stop{.45, color, opacity * .32}, stop{.7, color, opacity * .09}, stop{1, color, 0}), 1)
}

// luminary is the sun or the moon of the hour, with its glow; the seed chooses how it is drawn.
func (c *canvas) luminary(x, y, r float64) {
	if c.dark {
		c.moon(x, y, r)
	} else {
		c.sunDisc(x, y, r)
	}
}

// sunDisc melts into the haze at its lower edge.
func (c *canvas) sunDisc(x, y, r float64) {
	c.glow(x, y, r*3.2, mix(c.sun, c.low, .4), .75)
	c.disc(x, y, r, c.fade(stop{0, c.sun, 1}, stop{1, mix(c.sun, c.low, .75), 1}), 1)
}

// moon is full with soft seas, or a crescent.
func (c *canvas) moon(x, y, r float64) {
	c.glow(x, y, r*3, mix(c.sun, c.low, .5), .6)
	if r < 110 && c.chance(35) {
		s := c.side()
		c.begin()
		c.move(x-s*r*.3, y-r*.95)
		c.arc(r, r, 1, (1+s)/2, x+s*r*.75, y+r*.65)
		c.arc(r*.92, r*.92, 1, (1-s)/2, x-s*r*.3, y-r*.95)
		c.fill(c.sun.hex(), 1)
		return
	}
	c.fullMoon(x, y, r)
}

func (c *canvas) fullMoon(x, y, r float64) {
	c.disc(x, y, r, c.gradient(0, 0, .6, 1, stop{0, c.sun, 1}, stop{1, mix(c.sun, c.low, .45), 1}), 1)
	c.str(`<g fill="`)
	c.str(mix(c.low, c.mid, .4).hex())
	c.str(`" opacity=".22">`)
	a := c.in(0, turn)
	for i, k := range [...]float64{.34, .22, .16, .12, .1} {
		px, py := polar(x, y, a+float64(i)*2.2, r*(.34+.1*float64(i)))
		c.str("<circle")
		c.attr("cx", px)
		c.attr("cy", py)
		c.attr("r", r*k)
		c.str("/>")
	}
	c.close()
}

// wave is a line made of octaves of sines, drawn from the seed.
type wave struct{ frequency, phase [6]float64 }

func (c *canvas) newWave() (w wave) {
	for i := range w.phase {
		w.phase[i] = c.in(0, turn)
		w.frequency[i] = c.in(.8, 1.25) * math.Pow(1.9, float64(i)) * turn / 1500
	}
	return w
}

// at is between about -1 and 1; rough is how many octaves take part.
func (w wave) at(x float64, rough int) (y float64) {
	amp, sum := 1.0, 0.0
	for i := range rough {
		y += float64(amp * math.Sin(float64(x*w.frequency[i])+w.phase[i]))
		sum += amp
		amp *= .55
	}
	return y / sum * 1.3
}

// ridge fills the land under a jagged line round height y, down to the bottom of the window.
func (c *canvas) ridge(w wave, y, amp float64, rough int, paint string) {
	const step = 36
	var xy []float64
	for x := math.Floor(c.left/step) * step; x < c.right+step; x += step {
		xy = append(xy, x, y-float64(amp*w.at(x, rough)))
	}
	c.begin()
	c.trace(xy...)
	c.op('V', c.bottom+9)
	c.op('H', c.left-step)
	c.shut()
	c.fill(paint, 1)
}

// swell fills the land or water under a smooth line. Quadratic curves through the middles of samples are smooth for free.
func (c *canvas) swell(w wave, y, amp float64, paint string) {
	const step = 120
	at := func(x float64) float64 { return y - float64(amp*w.at(x, 2)) }
	x := math.Floor(c.left/step)*step - step
	c.begin()
	c.move(x+step/2, (at(x)+at(x+step))/2)
	for x < c.right {
		x += step
		c.quad(x, at(x), x+step/2, (at(x)+at(x+step))/2)
	}
	c.op('V', c.bottom+9)
	c.op('H', c.left-2*step)
	c.shut()
	c.fill(paint, 1)
}

// land is a paint for a silhouette at a depth that lightens into mist towards its foot.
func (c *canvas) land(depth, mist float64) string {
	tone := c.haze(depth)
	return c.fade(stop{0, tone, 1}, stop{.9, mix(tone, c.haze(max(0, depth-.35)), mist), 1})
}

// mist is a band of light fog, fading upwards and downwards.
func (c *canvas) mist(y, h, opacity float64) {
	air := mix(c.low, c.sun, .15)
	c.cover(y-h, y+h, c.fade(stop{0, air, 0}, stop{.55, air, opacity}, stop{1, air, 0}), 1)
}

// birds are a loose flock.
func (c *canvas) birds(x, y float64, n int, paint string) {
	c.begin()
	for range n {
		bx, by, s := x+c.in(-150, 150), y+c.in(-60, 60), c.in(8, 17)
		c.move(bx-s, by-s*.35)
		c.op('q', s*.6, -s*.3, s, s*.45)
		c.op('q', s*.4, -s*.75, s, -s*.45)
	}
	c.stroke(paint, 3.2, .9)
}

// cloud is a flat-bottomed heap, w wide.
func (c *canvas) cloud(x, y, w float64, paint string, opacity float64) {
	c.stamp("M-50 0a15 15 0 0 1 4-29 24 24 0 0 1 42-14 20 20 0 0 1 34 10 17 17 0 0 1 18 33z", x, y, w/100, w/100, paint, opacity)
}

// streaks are long thin clouds with round ends.
func (c *canvas) streaks(x, y float64, n int, color lab, opacity float64) {
	c.begin()
	for i := range n {
		sx, w := x+c.in(-420, 420), c.in(90, 330)
		c.move(sx-w/2, y+float64(i)*24)
		c.op('h', w)
	}
	c.stroke(color.hex(), 11, opacity)
}

// water fills from the horizon down and lays the light of something at x on it.
func (c *canvas) water(y, x, width float64, light lab) {
	c.cover(y, c.bottom+9, c.fade(stop{0, c.air().dim(.84), 1}, stop{.3, mix(c.mid, c.ink, .35), 1}, stop{1, c.ink, 1}), 1)
	for band := range 2 {
		c.begin()
		for i := range 11 {
			depth := float64(i) / 11
			w := width * (.25 + depth*1.1) * c.in(.35, 1)
			dx := c.in(-.3, .3) * width * (.4 + depth)
			if i%2 == band {
				c.move(x+dx-w/2, y+9+depth*depth*230+float64(i)*5)
				c.op('h', w)
			}
		}
		c.stroke(light.hex(), 4.5+float64(band)*2.5, .75-.3*float64(band))
	}
}

// pine adds one tree to the open path; foot at x, y.
func (c *canvas) pine(x, y, h float64) {
	w, t := h*.22, h/3
	c.move(x, y-h)
	if h < 100 { // too small for branches to be seen
		c.op('l', w, h)
		c.op('h', -2*w)
		c.shut()
		return
	}
	c.op('l', w*.6, t)
	c.op('h', -w*.25)
	c.op('l', w*.5, t)
	c.op('h', -w*.3)
	c.line(x+w, y)
	c.op('h', -2*w)
	c.op('l', w*.45, -t)
	c.op('h', -w*.3)
	c.op('l', w*.5, -t)
	c.op('h', -w*.25)
	c.shut()
}

// pines is a row of trees on one line, on ground that reaches to the bottom.
func (c *canvas) pines(w wave, y, amp, low, high, gap float64, paint string) {
	c.begin()
	for x := -span; x < span; x += c.in(.6, 1.5) * gap {
		h := c.in(low, high)
		if c.seen(x-h, x+h) {
			c.pine(x, y-float64(amp*w.at(x, 2))+8, h)
		}
	}
	c.fill(paint, 1)
	c.swell(w, y, amp, paint)
}

// person adds a standing figure in a coat to the open path; feet at x, y. It runs counter-clockwise.
func (c *canvas) person(x, y, h float64) {
	k := h / 100
	at := func(px, py float64) { c.line(x+px*k, y+py*k) }
	c.move(x-6*k, y-92.5*k)
	c.op('a', 6*k, 7.5*k, 0, 1, 0, 12*k, 0)
	c.op('a', 6*k, 7.5*k, 0, 1, 0, -12*k, 0)
	c.move(x-3.5*k, y-87*k)
	c.cubic(x-4*k, y-81*k, x-13*k, y-82*k, x-14*k, y-73*k)
	at(-16, -47)
	c.quad(x-15.5*k, y-42*k, x-12.5*k, y-44*k)
	at(-12, -31)
	at(-9, -30)
	at(-9, 0)
	at(-2, 0)
	at(0, -29)
	at(2.5, 0)
	at(9.5, 0)
	at(9, -30)
	at(12, -31)
	at(12.5, -44)
	c.quad(x+15.5*k, y-42*k, x+16*k, y-47*k)
	at(14, -73)
	c.cubic(x+13*k, y-82*k, x+4*k, y-81*k, x+3.5*k, y-87*k)
	c.shut()
}
