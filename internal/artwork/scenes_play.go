package artwork

import "math"

// bauhaus: a board of bold shapes.
func (c *canvas) bauhaus() {
	const cell = 300.0
	tones := []lab{mix(c.palette.top, c.ink, .2), c.mid, c.low, c.sun, c.accent, mix(c.mid, c.low, .5), mix(c.accent, c.palette.top, .55)}
	for row := -4; row < 3; row++ {
		for col := -5; col <= 5; col++ {
			bg := c.n(len(tones))
			fg := (bg + 1 + c.n(len(tones)-1)) % len(tones)
			if math.Abs(tones[bg].l-tones[fg].l) < .16 { // neighbours in lightness would read as mud
				fg = (fg + 1) % len(tones)
			}
			third := (fg + 2 + c.n(2)) % len(tones)
			kind, flip := c.n(8), c.n(4)
			x, y := float64(col)*cell-cell/2, float64(row)*cell+40
			if !c.seen(x, x+cell) || y > c.bottom || y+cell < c.top {
				continue
			}
			a, b := tones[bg].hex(), tones[fg].hex()
			c.rect(x-.5, y-.5, cell+1, cell+1, a, 1)
			c.place(x+cell/2, y+cell/2, 1, 1, float64(flip)*90)
			const h = cell / 2
			switch kind {
			case 0:
				c.disc(0, 0, h*.72, b, 1)
				c.disc(0, 0, h*.3, a, 1)
			case 1:
				c.begin()
				c.move(-h, -h)
				c.op('H', h)
				c.arc(2*h, 2*h, 0, 1, -h, h)
				c.fill(b, 1)
			case 2:
				c.begin()
				c.move(-h, -h)
				c.op('H', h)
				c.arc(2*h, 2*h, 0, 1, -h, h)
				c.fill(b, 1)
				c.begin()
				c.move(-h, -h)
				c.op('H', 0)
				c.arc(h, h, 0, 1, -h, 0)
				c.fill(tones[third].hex(), 1)
			case 3:
				c.poly(b, 1, -h, -h, h, h, -h, h)
			case 4:
				c.begin()
				for i := range 4 {
					c.box(-h, -h+float64(i)*h/2, cell, h/4)
				}
				c.fill(b, 1)
			case 5: // half discs
				c.begin()
				c.move(-h, 0)
				c.arc(h, h, 0, 1, h, 0)
				c.move(-h, h)
				c.arc(h, h, 0, 1, h, h)
				c.fill(b, 1)
			case 6:
				c.poly(b, 1, 0, -h, h, 0, 0, h, -h, 0)
				c.disc(0, 0, h*.34, tones[third].hex(), 1)
			default: // a leaf
				c.begin()
				c.move(-h, -h)
				c.arc(2*h, 2*h, 0, 1, h, h)
				c.arc(2*h, 2*h, 0, 1, -h, -h)
				c.fill(b, 1)
			}
			c.close()
		}
	}
	c.cover(-60, c.bottom+9, c.fade(stop{0, c.ink, 0}, stop{.7, c.ink, .55}, stop{1, c.ink, .6}), 1)
}

// party: strings of lamps and balloons on a warm evening.
func (c *canvas) party() {
	c.stars(34, -150)
	c.glow(0, 40, 620, mix(c.low, c.light, .3), .6)
	tones := []lab{c.accent, mix(c.low, c.sun, .3), c.light, mix(c.mid, c.low, .4)}
	c.ridge(c.newWave(), 40, 36, 3, c.land(.3, .5))
	c.symbol("w", func() {
		c.disc(0, 16, 46, c.radial(stop{0, c.light, .9}, stop{.3, c.light, .35}, stop{1, c.light, 0}), 1)
		c.disc(0, 16, 11, mix(c.light, c.sun, .6).hex(), 1)
	})
	for i := range 3 {
		y0, y1, sag := -c.in(470, 600)+90*float64(i), -c.in(470, 600)+90*float64(i), c.in(90, 190)
		x0, x1 := -1150.0, 1150.0
		mid := c.in(-200, 200)
		at := func(t float64) (float64, float64) { // two catenaries meeting at a pole out of sight
			u := t * 2
			a, b, ya := x0, mid, y0
			if t > .5 {
				u, a, b, ya = t*2-1, mid, x1, y1
			}
			return a + (b-a)*u, ya + sag*4*u*(1-u) - 40*t
		}
		c.begin() // a parabola is a quadratic Bézier curve
		c.move(x0, y0)
		xm, ym := at(.5)
		c.quad((x0+xm)/2, (y0+ym)/2+2*sag, xm, ym)
		x2, y2 := at(1)
		c.quad((xm+x2)/2, (ym+y2)/2+2*sag, x2, y2)
		c.stroke(c.ink.hex(), 3, .8)
		for k := range 25 {
			x, y := at((float64(k) + .5) / 25)
			tone := tones[(k+i)%4]
			if !c.seen(x-40, x+40) {
				continue
			}
			if i == 1 { // bunting
				c.poly(tone.hex(), 1, x-22, y-2, x+22, y-2, x, y+48)
				continue
			}
			c.use("w", x, y, 1)
		}
	}
	s := c.side()
	for i := range 7 {
		x := s*(-30+52*math.Sin(float64(i)*2.4)*1.6) + c.in(-10, 10)
		y := -60 - 34*float64(i) + c.in(-10, 10)
		tone := tones[(i+1)%4]
		c.begin()
		c.move(x, y+66)
		c.quad(x, 60, s*-30, 170)
		c.stroke(mix(c.sun, c.ink, .3).hex(), 2.4, .8)
		c.ellipse(x, y, 52, 64, c.gradient(0, 0, 1, 1, stop{0, mix(tone, c.sun, .45), 1}, stop{.4, tone, 1}, stop{1, mix(tone, c.ink, .5), 1}), 1)
		c.poly(mix(tone, c.ink, .4).hex(), 1, x-8, y+74, x, y+62, x+8, y+74)
	}
	for range 26 { // confetti
		x, y := c.in(-620, 620), c.in(-420, 200)
		c.begin()
		dx, dy := polar(0, 0, c.in(0, turn), 12)
		c.move(x, y)
		c.op('l', dx, dy)
		c.stroke(tones[c.n(4)].hex(), 6, .85)
	}
	c.swell(c.newWave(), 185, 22, c.fade(stop{0, c.haze(.85), 1}, stop{.5, c.ink, 1}))
}

// mobile: mid-century discs and leaves hanging in balance.
func (c *canvas) mobile() {
	c.cover(c.top-2, c.bottom+2, c.gradient(0, 0, .3, 1, stop{0, mix(c.mid, c.palette.top, .25), 1}, stop{.6, mix(c.mid, c.low, .45), 1}, stop{1, c.mid, 1}), 1)
	c.disc(c.in(-380, -220), -c.in(120, 300), c.in(210, 300), mix(c.mid, c.palette.top, .35).hex(), .55)
	c.disc(c.in(220, 420), -c.in(260, 460), c.in(150, 240), mix(c.low, c.sun, .35).hex(), .5)
	c.disc(c.in(80, 300), c.in(0, 160), c.in(130, 200), c.palette.top.hex(), .35)
	tones := []lab{c.ink, c.accent, c.sun, mix(c.palette.top, c.ink, .3), c.light, c.accent}
	wire := c.ink.hex()
	type hang struct{ x, y, size float64 }
	var ends []hang
	var balance func(x, y, reach float64, level int)
	balance = func(x, y, reach float64, level int) {
		share := c.in(.4, .6)
		s := c.side()
		tilt := c.in(-.16, .16)
		lx, rx := x-reach*share, x+reach*(1-share)
		ly, ry := y+reach*share*tilt, y-reach*(1-share)*tilt
		c.move(lx, ly)
		c.quad(x, y-26, rx, ry)
		for _, e := range [...][2]float64{{lx, ly}, {rx, ry}} {
			drop := c.in(70, 150)
			c.move(e[0], e[1])
			c.op('v', drop)
			deeper := e[0] == lx == (s > 0)
			if level < 3 && deeper || level == 0 {
				balance(e[0], e[1]+drop, reach*c.in(.5, .64), level+1)
			} else {
				ends = append(ends, hang{e[0], e[1] + drop, reach * c.in(.22, .32)})
			}
		}
	}
	c.begin()
	x := c.in(-30, 30)
	c.move(x, c.top-9)
	c.op('V', -510)
	balance(x, -510, c.in(660, 760), 0)
	c.stroke(wire, 4.5, 1)
	first := c.n(len(tones))
	for i, e := range ends {
		tone := tones[(first+i)%len(tones)].hex()
		size := max(40, min(e.size, 100))
		switch c.n(3) {
		case 0:
			c.disc(e.x, e.y+size, size, tone, 1)
		case 1:
			c.begin()
			c.move(e.x, e.y)
			c.op('q', size*1.5, size*.7, size*.5, size*2.1)
			c.op('q', -size*1.7, -size*.5, -size*.5, -size*2.1)
			c.shut()
			c.fill(tone, 1)
		default:
			c.begin()
			c.move(e.x-size, e.y+size*.5)
			c.op('q', size*.3, -size*.9, size, -size*.5)
			c.op('q', size*1.2, size*.3, size*.8, size*1.2)
			c.op('q', -size*1.4, size*.7, -size*1.8, -size*.7)
			c.shut()
			c.fill(tone, 1)
		}
	}
}

// monolith: glowing triangles, one inside the other.
func (c *canvas) monolith() {
	c.stars(70, 0)
	x := c.in(-30, 30)
	foot := 70.0
	c.glow(x, -160, 640, mix(c.low, c.mid, .25), .75)
	n := 4 + c.n(3)
	h := c.in(560, 620)
	wide := c.in(.44, .58)
	round := c.chance(30)
	for i := range n {
		t := float64(i) / float64(n-1)
		k := 1 - .76*t
		tone := mix(mix(c.palette.top, c.mid, t*1.1), c.low, max(0, t*1.4-.45))
		if i == 0 {
			tone = mix(c.palette.top, c.ink, .15)
		}
		paint := c.fade(stop{0, mix(tone, c.low, .12), 1}, stop{1, mix(tone, c.palette.top, .4), 1})
		if round {
			w := h * wide * k * .62
			c.begin()
			c.move(x-w, foot+70)
			c.op('V', foot-h*k*.62)
			c.arc(w, w, 0, 1, x+w, foot-h*k*.62)
			c.op('V', foot+70)
			c.fill(paint, 1)
			continue
		}
		c.poly(paint, 1, x, foot-h*k, x+h*wide*k, foot+30*k, x-h*wide*k, foot+30*k)
	}
	if !round && c.chance(60) {
		c.glow(x, foot-h, 150, c.sun, .9)
		c.disc(x, foot-h, 9, "#fff", 1)
	}
	for i := range 3 {
		c.ridge(c.newWave(), 60+75*float64(i), 44, 3, c.land(.4+.27*float64(i), .45))
	}
	c.begin()
	c.person(x+c.in(-50, 50), 92, 58)
	c.fill(c.ink.hex(), 1)
}

// carnival: a Ferris wheel with lamps, tents at its foot.
func (c *canvas) carnival() {
	c.stars(44, -100)
	s := c.side()
	c.luminary(-s*c.in(280, 380), -c.in(380, 440), c.in(50, 80))
	x, y, r := s*c.in(0, 40), -c.in(215, 240), c.in(225, 255)
	c.glow(x, y+60, 560, mix(c.low, c.light, .4), .65)
	c.ridge(c.newWave(), 50, 40, 4, c.land(.3, .5))
	tones := []lab{c.accent, mix(c.low, c.sun, .3), c.light}
	n := 12 + 2*c.n(2)
	a0 := c.in(0, turn)
	steel := c.haze(.8).hex()
	c.begin()
	c.points(x-14, y, x-120, 150, x-100, 150, x, y+30, x+100, 150, x+120, 150, x+14, y)
	c.fill(c.ink.hex(), 1)
	c.begin()
	for i := range n {
		px, py := polar(x, y, a0+float64(i)*turn/float64(n), r)
		c.move(x, y)
		c.line(px, py)
	}
	for _, k := range [...]float64{1, .9, .34} {
		c.move(x-r*k, y)
		c.arc(r*k, r*k, 1, 1, x+r*k, y)
		c.arc(r*k, r*k, 1, 1, x-r*k, y)
	}
	c.stroke(steel, 5, 1)
	c.begin()
	for i := range n * 3 {
		px, py := polar(x, y, a0+float64(i)*turn/float64(n*3), r*.95)
		c.move(px, py)
		c.str("h0")
	}
	c.stroke(mix(c.light, c.sun, .5).hex(), 9, 1)
	c.disc(x, y, 24, tones[0].hex(), 1)
	c.disc(x, y, 9, c.light.hex(), 1)
	c.symbol("w", func() {
		c.str(`<path d="M-20 4A20 20 0 0 1 20 4ZM-22 12H22Q20 34 0 35Q-20 34 -22 12ZM-17 2h4v14h-4zM13 2h4v14h-4z"/>`)
	})
	for i := range n {
		px, py := polar(x, y, a0+float64(i)*turn/float64(n), r)
		c.use("w", px, py, 1, "fill", tones[i%3].hex())
	}
	for i := range 2 {
		c.symbol([...]string{"t0", "t1"}[i], func() { c.tent(tones[1-i]) })
	}
	for i := range 4 {
		tx := -s * (160 + 170*float64(i))
		if i == 3 {
			tx = s * c.in(260, 310)
		}
		c.use([...]string{"t0", "t1"}[i%2], tx+c.in(-20, 20), 165, c.in(.9, 1.25))
	}
	c.swell(c.newWave(), 178, 12, c.fade(stop{0, c.haze(.9), 1}, stop{.5, c.ink, 1}))
}

func (c *canvas) tent(stripe lab) {
	c.str(`<path d="M-74 -70H74L68 20H-68ZM0 -136L86 -70Q72 -56 57 -70Q43 -56 29 -70Q14 -56 0 -70Q-14 -56 -29 -70Q-43 -56 -57 -70Q-72 -56 -86 -70Z`)
	c.fill(mix(c.sun, c.mid, .25).hex(), 1)
	c.str(`<path d="M0 -136L29 -70Q14 -56 0 -70Q-14 -56 -29 -70ZM0 -136L-57 -70Q-72 -56 -86 -70ZM0 -136L57 -70Q72 -56 86 -70ZM-14 -66h28V20h-28zM-62 -66h24V20h-24zM38 -66h24V20h-24z`)
	c.fill(mix(stripe, c.ink, .15).hex(), 1)
	c.str(`<path d="M-2 -134v-26l26 8l-22 8v10z`)
	c.fill(c.accent.hex(), 1)
}
