package artwork

import "math"

// space replaces the sky by a darker one with stars all over and a nebula.
func (c *canvas) space() {
	c.cover(c.top-2, c.bottom+2, c.gradient(0, 0, .4, 1, stop{0, mix(c.palette.top, c.ink, .5), 1}, stop{.5, mix(c.palette.top, c.mid, .45), 1}, stop{1, mix(c.palette.top, c.ink, .3), 1}), 1)
	c.glow(c.in(-500, -150), c.in(-500, 0), c.in(420, 620), c.mid, .75)
	c.glow(c.in(150, 600), c.in(-600, -100), c.in(320, 520), mix(c.low, c.mid, .5), .5)
	c.stars(100, c.bottom)
}

// sphere is a planet with bands, lit from one side.
func (c *canvas) sphere(x, y, r, tilt float64, base, band lab) {
	c.clip(func() {
		c.move(x-r, y)
		c.arc(r, r, 1, 1, x+r, y)
		c.arc(r, r, 1, 1, x-r, y)
	})
	c.disc(x, y, r, base.hex(), 1)
	c.place(x, y, 1, 1, tilt)
	for i := range 5 {
		h := r * c.in(.05, .2)
		by := -r*.85 + r*.38*float64(i) + c.in(-.06, .06)*r
		tone := mix(base, band, c.in(.25, .9))
		c.begin()
		c.move(-r, by)
		c.op('q', r, r*.16, 2*r, 0)
		c.op('v', h)
		c.op('q', -r, r*.16, -2*r, 0)
		c.shut()
		c.fill(tone.hex(), .8)
	}
	c.close()
	c.disc(x-r*.2, y-r*.25, r*1.42, c.radial(stop{0, c.ink, 0}, stop{.52, c.ink, 0}, stop{.8, c.ink, .72}, stop{1, c.ink, .92}), 1)
	c.close()
}

// planet: a ringed giant and its moons.
func (c *canvas) planet() {
	c.space()
	x, y, r := c.in(-40, 40), -c.in(190, 240), c.in(175, 235)
	tilt := c.side() * c.in(10, 30)
	c.glow(x, y, r*2, mix(c.low, c.mid, .4), .6)
	base, band := mix(c.mid, c.low, .45), mix(c.low, c.sun, .3)
	rings := 1 + c.n(3)
	half := func(sweep float64) {
		c.place(x, y, 1, 1, tilt)
		for i := range rings + 1 {
			rx := r * (1.42 + .2*float64(i))
			c.begin()
			c.move(-rx, 0)
			c.arc(rx, rx*.24, 0, sweep, rx, 0)
			c.stroke(mix(c.sun, c.low, .25*float64(i)).hex(), r*(.1-.022*float64(i)), .9-.16*float64(i))
		}
		c.close()
	}
	ringed := c.chance(85)
	if ringed {
		half(1)
	}
	c.sphere(x, y, r, tilt, base, band)
	if ringed {
		half(0)
	}
	for range 1 + c.n(3) {
		a, d := c.in(-2.9, -.2), r*c.in(1.7, 2.3)
		mx, my := polar(x, y, a, d)
		c.disc(mx, my*.8-20, c.in(14, 38), c.gradient(0, 0, 1, .8, stop{0, mix(c.accent, c.sun, .4), 1}, stop{.4, mix(c.accent, c.low, .4), 1}, stop{.9, c.ink, 1}), 1)
	}
	if c.chance(50) {
		c.ridge(c.newWave(), 175, 60, 5, c.land(.85, .2))
	}
}

// orbit: dawn over the rim of a world, seen from space.
func (c *canvas) orbit() {
	c.space()
	x, r := c.in(-160, 160), c.in(1300, 1700)
	rim := c.in(-30, 30)
	s := c.side()
	air := mix(c.low, c.sun, .3)
	sx := x + s*c.in(80, 220)
	sy := rim + r - math.Sqrt(r*r-(sx-x)*(sx-x)) - 22
	c.glow(sx, sy, 620, c.low, .9)
	c.glow(sx, sy, 300, c.sun, 1)
	c.disc(x, rim+r, r+34, c.low.hex(), .18)
	c.disc(x, rim+r, r+15, air.hex(), .3)
	c.disc(sx, sy, 62, "#fff", 1)
	c.disc(x, rim+r, r+5, air.hex(), 1)
	c.disc(x, rim+r, r, mix(c.palette.top, c.ink, .55).hex(), 1)
	c.clip(func() {
		c.move(x-r, rim+r)
		c.arc(r, r, 1, 1, x+r, rim+r)
		c.arc(r, r, 1, 1, x-r, rim+r)
	})
	c.glow(sx, sy+20, 460, c.low, .75)
	c.begin()
	for range 26 { // city lights
		c.move(x+c.in(-520, 520), rim+c.in(110, 300))
		c.str("h0")
	}
	c.stroke(c.light.hex(), 4, .7)
	c.close()
	c.sphere(-s*c.in(150, 300), -c.in(300, 420), c.in(60, 120), 20*s, mix(c.mid, c.low, .5), mix(c.accent, c.low, .4))
	if c.chance(60) { // a station
		c.place(s*c.in(60, 260), -c.in(230, 400), 1.1, 1.1, c.in(-30, 30))
		c.str(`<path d="M-8 -30h16v60h-16zM-70 -20h50v18h-50zM-70 4h50v18h-50zM20 -20h50v18h-50zM20 4h50v18h-50zM-20 -2h40v5h-40z`)
		c.fill(mix(c.sun, c.mid, .35).hex(), 1)
		c.close()
	}
}

// rocket: lift-off on a column of light.
func (c *canvas) rocket() {
	c.stars(80, 60)
	s := c.side()
	c.luminary(-s*c.in(210, 330), -c.in(330, 450), c.in(60, 120))
	x, y := s*c.in(-10, 40), -c.in(220, 300)
	flame := mix(c.light, c.sun, .5)
	c.glow(x, y+150, 420, mix(flame, c.accent, .35), .7)
	c.begin()
	c.move(x-17, y+112)
	c.cubic(x-22, y+240, x-60, 0, x-110, 130)
	c.op('H', x+110)
	c.cubic(x+60, 0, x+22, y+240, x+17, y+112)
	c.fill(c.fade(stop{0, flame, 1}, stop{.3, mix(flame, c.low, .5), .85}, stop{1, c.low, .35}), 1)
	c.ridge(c.newWave(), 20, 44, 4, c.land(.35, .5))
	for row := range 2 {
		tone := mix(mix(c.low, c.sun, .4), c.mid, .3+.4*float64(row))
		c.str(`<g fill="`)
		c.str(c.fade(stop{0, tone, 1}, stop{1, mix(tone, c.ink, .75), 1}))
		c.str(`">`)
		for i := range 11 {
			d := (float64(i) - 5) / 5
			c.str("<circle")
			c.attr("cx", x+d*(360+60*float64(row))+c.in(-24, 24))
			c.attr("cy", 130+70*float64(row)+math.Abs(d)*40+c.in(-20, 20))
			c.attr("r", 105-52*math.Abs(d)+c.in(-14, 20))
			c.str("/>")
		}
		c.close()
	}
	hull := mix(c.sun, c.low, .15)
	c.place(x, y, 1.35, 1.35, s*c.in(0, 4))
	c.str(`<path d="M-15 66Q0 150 15 66z`)
	c.fill("#fff", 1)
	fin := c.gradient(0, 0, 1, 0, stop{0, c.accent, 1}, stop{1, mix(c.accent, c.ink, .5), 1})
	c.str(`<path d="M-24 10L-58 66V96L-22 72zM24 10L58 66V96L22 72z`)
	c.fill(fin, 1)
	c.str(`<path d="M0 -120C34 -84 40 -20 24 72H-24C-40 -20 -34 -84 0 -120Z`)
	c.fill(c.gradient(0, 0, 1, 0, stop{0, hull, 1}, stop{.45, hull, 1}, stop{1, mix(hull, c.ink, .6), 1}), 1)
	c.str(`<path d="M0 -120C13 -106 22 -88 27 -66H-27C-22 -88 -13 -106 0 -120Z`)
	c.fill(fin, 1)
	c.disc(0, -26, 15, mix(c.palette.top, c.ink, .3).hex(), 1)
	c.disc(-3, -29, 9, mix(c.low, c.mid, .5).hex(), 1)
	c.str(`<path d="M-4 30h8v66h-8z`)
	c.fill(fin, 1)
	c.close()
}

// eclipse: a black sun with its corona.
func (c *canvas) eclipse() {
	c.cover(c.top-2, c.bottom+2, c.fade(stop{0, c.ink, .55}, stop{1, c.ink, .25}), 1)
	c.stars(80, 0)
	x, y, r := c.in(-40, 40), -c.in(215, 265), c.in(140, 200)
	hot := mix(c.sun, c.low, .3)
	c.glow(x, y, r*2.9, mix(c.low, c.mid, .3), .9)
	c.glow(x, y, r*1.75, hot, 1)
	c.begin()
	for i := range 22 {
		a := (float64(i) + c.in(-.4, .4)) * turn / 22
		x1, y1 := polar(x, y, a-.05, r)
		x2, y2 := polar(x, y, a, r*c.in(1.35, 2.2))
		x3, y3 := polar(x, y, a+.05, r)
		c.points(x1, y1, x2, y2, x3, y3)
	}
	c.fill(hot.hex(), .22)
	c.disc(x, y, r*1.025, c.sun.hex(), 1)
	c.disc(x+r*.012, y+r*.012, r, mix(c.ink, c.palette.top, .15).hex(), 1)
	a := c.in(-1.2, -.3)
	dx, dy := polar(x, y, a, r*1.01)
	c.glow(dx, dy, r*.42, c.sun, 1)
	c.disc(dx, dy, r*.07, "#fff", 1)
	for i := range 3 {
		c.ridge(c.newWave(), 70+75*float64(i), 55, 5, c.land(.55+.2*float64(i), .3))
	}
	if c.chance(60) {
		c.begin()
		c.person(x+c.in(-60, 60), 78, 74)
		c.fill(c.ink.hex(), 1)
	}
}

// searchlights: beams feel for planes above hills with wire.
func (c *canvas) searchlights() {
	c.stars(36, -150)
	c.glow(0, 80, 640, mix(c.low, c.accent, .25), .7)
	n := 4 + c.n(2)
	light := mix(c.sun, c.light, .4)
	for i := range n {
		x := (float64(i)-float64(n-1)/2)*c.in(210, 270) + c.in(-30, 30)
		a := -turn/4 + c.in(-.55, .55) - x*.0006
		ax, ay := polar(x, 120, a-.055, 1150)
		bx, by := polar(x, 120, a+.055, 1150)
		c.poly(c.fade(stop{0, light, 0}, stop{.35, light, .22}, stop{1, light, .8}), 1, x-4, 120, ax, ay, bx, by, x+4, 120)
	}
	ink := c.ink.hex()
	s := c.side()
	px, py := c.in(-150, 150), -c.in(300, 400)
	for i := range 3 + c.n(3) {
		k := 1.0 - .12*float64(i)
		d := float64((i+1)/2) * (1 - 2*float64(i%2))
		c.place(px+d*125, py+math.Abs(d)*62*-1+c.in(-8, 8), k*s*1.1, k*1.1, -6)
		c.str(`<path d="M-44 -3Q-10 -9 30 -6L44 -20L48 -20L46 0Q20 7 -20 7Q-40 6 -44 -3ZM-14 -2L14 22H22L6 -2ZM-10 -7L8 -24H14L6 -7Z`)
		c.fill(mix(c.ink, c.mid, .15).hex(), 1)
		c.close()
	}
	c.ridge(c.newWave(), 50, 50, 4, c.land(.35, .6))
	c.ridge(c.newWave(), 100, 34, 4, c.land(.58, .6))
	c.mist(150, 70, .22)
	c.begin() // posts and coils of wire on the near hill, against the glow
	for x := -1170.0; x < 1200; x += 165 {
		y := 128 + 22*math.Sin(x*.004)
		if c.seen(x-100, x+170) {
			c.move(x, y+90)
			c.op('l', c.in(-12, 12), -165)
			for k := range 4 {
				c.move(x+float64(k)*41+4, y+10)
				c.op('a', 32, 44, 0, 1, 1, 38, 5)
			}
		}
	}
	c.stroke(ink, 6, 1)
	c.swell(c.newWave(), 205, 20, ink)
}

// balloons: hot-air balloons over soft hills.
func (c *canvas) balloons() {
	if c.dark {
		c.stars(40, 0)
	}
	s := c.side()
	c.luminary(-s*c.in(170, 300), -c.in(180, 330), c.in(80, 130))
	for range 3 {
		c.cloud(c.in(-650, 650), -c.in(60, 420), c.in(150, 280), mix(c.low, c.sun, .4).hex(), .5)
	}
	for i := range 3 {
		c.swell(c.newWave(), 20+72*float64(i), 60, c.land(.15+.35*float64(i), .5))
	}
	c.balloonSymbols()
	c.balloon(-s*c.in(380, 470), -c.in(150, 260), .5, 1)
	c.balloon(-s*c.in(200, 270), -c.in(60, 130), .34, 2)
	c.balloon(s*c.in(280, 330), -c.in(90, 180), .66, 0)
	c.balloon(s*c.in(-10, 50), -c.in(300, 350), 1.3, c.n(3))
	c.swell(c.newWave(), 235, 40, c.land(.92, .2))
}

func (c *canvas) balloon(x, y, size float64, scheme int) {
	a := [...]lab{c.accent, mix(c.sun, c.low, .1), mix(c.mid, c.accent, .3)}[scheme]
	b := [...]lab{mix(c.sun, c.low, .15), mix(c.accent, c.mid, .25), mix(c.light, c.low, .2)}[scheme]
	c.place(x, y, size, size, 0)
	c.str(`<use href="#h" fill="`)
	c.str(a.hex())
	c.str(`"/><use href="#g" fill="`)
	c.str(b.hex())
	c.str(`"/><use href="#h" fill="`)
	c.str(c.gradient(0, 0, 1, .35, stop{0, c.sun, .28}, stop{.45, c.ink, 0}, stop{1, c.ink, .6}))
	c.str(`"/><use href="#k"/>`)
	c.close()
}

// balloonSymbols are the hull, its gores, and the basket.
func (c *canvas) balloonSymbols() {
	c.str(`<defs><path id="h" d="M0 -130C-75 -130 -118 -80 -118 -22C-118 40 -56 84 -26 124H26C56 84 118 40 118 -22C118 -80 75 -130 0 -130Z"/>`)
	c.str(`<path id="g" d="M0 -130C-60 -118 -84 -70 -84 -22C-84 36 -40 86 -20 124H-9C-24 84 -42 34 -42 -22C-42 -70 -26 -118 0 -130ZM0 -130C60 -118 84 -70 84 -22C84 36 40 86 20 124H9C24 84 42 34 42 -22C42 -70 26 -118 0 -130Z"/>`)
	c.str(`<path id="k" d="M-25 122l10 36h3l-9-36zM25 122l-10 36h-3l9-36zM-16 156H16L12 184H-12Z" fill="`)
	c.str(mix(c.ink, c.accent, .18).hex())
	c.str(`"/></defs>`)
}

// lanterns: paper lights rising from a lake.
func (c *canvas) lanterns() {
	c.cover(c.top-2, c.bottom+2, c.ink.hex(), .3)
	c.stars(44, 0)
	c.ridge(c.newWave(), -60, 90, 4, c.land(.25, .6))
	c.ridge(c.newWave(), -10, 50, 4, c.land(.55, .5))
	warm := mix(c.light, c.low, .15)
	c.water(24, 0, 380, warm)
	s := c.side()
	glow := c.radial(stop{0, warm, .8}, stop{.4, warm, .28}, stop{1, warm, 0})
	paper := c.fade(stop{0, mix(c.light, c.accent, .35), 1}, stop{.55, mix(c.light, c.sun, .3), 1}, stop{1, c.sun, 1})
	c.symbol("w", func() {
		c.disc(0, 0, 110, glow, 1)
		c.str(`<path d="M-30 34L-40 -30Q-38 -48 0 -50Q38 -48 40 -30L30 34Q0 44 -30 34Z`)
		c.fill(paper, 1)
	})
	for i := range 19 {
		k := .16 + .055*float64(i)*c.in(.6, 1)
		a := float64(i) * 2.4 // the golden angle spreads them without clusters
		x, y := polar(s*40, 0, a, 120+95*math.Sqrt(float64(19-i)))
		y = -260 + y*.55
		if i >= 16 { // three near ones
			x, y = s*[...]float64{-240, 210, 10}[i-16]+c.in(-40, 40), -[...]float64{190, 330, 260}[i-16]+c.in(-30, 30)
			k = [...]float64{.95, 1.05, 1.5}[i-16]
		}
		c.use("w", x, y, k)
	}
	c.begin()
	bx := -s * c.in(60, 130)
	c.move(bx-120, 118)
	c.op('q', 120, 44, 240, 0)
	c.op('q', -30, 50, -70, 52)
	c.op('h', -100)
	c.op('q', -40, -2, -70, -52)
	c.person(bx-20, 150, 96)
	c.person(bx+22, 150, 88)
	c.fill(c.ink.hex(), 1)
}
