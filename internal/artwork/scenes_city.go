package artwork

import "math"

// skyline: three rows of towers, the nearer ones with lit windows.
func (c *canvas) skyline() {
	c.stars(40, -150)
	c.luminary(c.in(-120, 120), -c.in(240, 380), c.in(75, 125))
	c.glow(0, 40, 520, mix(c.low, c.sun, .3), .7)
	for row := range 3 {
		depth := float64(row) / 2
		tone := c.haze(.22 + .68*depth)
		paint := c.fade(stop{0, tone, 1}, stop{1, mix(tone, c.low, .22*(1-depth)), 1})
		var windows []float64
		c.begin()
		for x := -span; x < span; {
			w := c.in(52, 104) * (1 + .2*depth)
			h := c.in(150, 330) * (1.1 - .45*depth)
			if c.chance(16) {
				h *= 1.4
			}
			roof, lit := c.n(6), c.next()
			if c.seen(x, x+w) {
				foot := c.bottom + 9
				top := 70 + 50*float64(row) - h
				c.move(x, foot)
				c.op('V', top)
				switch roof {
				case 0: // a spire
					c.op('h', w*.3)
					c.op('v', -22)
					c.op('h', w*.17)
					c.op('v', -60)
					c.op('h', w*.06)
					c.op('v', 60)
					c.op('h', w*.17)
					c.op('v', 22)
					c.op('h', w*.3)
				case 1: // slanted
					c.op('l', w, -w*.35)
				case 2: // a step
					c.op('v', -18)
					c.op('h', w*.6)
					c.op('v', 18)
					c.op('h', w*.4)
				default:
					c.op('h', w)
				}
				c.op('V', foot)
				c.shut()
				if row > 0 {
					const bits = 63
					for i := range 21 { // each window's light is a bit of one draw, so culling cannot shift the stream
						if lit>>(i*3%bits)&7 < 2 {
							windows = append(windows, x+w*(.16+.24*float64(i%3)), top+20+26*float64(i/3))
						}
					}
				}
			}
			x += w + c.in(-9, -1)
		}
		c.fill(paint, 1)
		if len(windows) > 0 {
			c.begin()
			for i := 0; i < len(windows); i += 2 {
				c.move(windows[i]+4, windows[i+1])
				c.str("v12")
			}
			c.str(`" stroke-linecap="butt`)
			c.stroke(c.light.hex(), 8, .45+.4*depth)
		}
	}
}

// rain: a street between dark fronts, a lamp, a figure with an umbrella.
func (c *canvas) rain() {
	x := c.in(-30, 30)
	c.glow(x, -70, 520, mix(c.low, c.light, .35), .85)
	s := c.side()
	// rows of house fronts narrowing towards the light
	for i := range 4 {
		depth := .14 + .22*float64(i)
		tone := c.haze(depth)
		gap := 60 + 90*float64(i)
		h := 190 + 160*float64(i)
		c.begin()
		for _, d := range [...]float64{-1, 1} {
			w := c.in(80, 130) + 40*float64(i)
			far := gap + w + c.in(0, 50)
			step := c.in(20, 60)
			c.points(x+d*gap, 80, x+d*gap, -h+step, x+d*(gap+w*.45), -h+step, x+d*(gap+w*.45), -h, x+d*far, -h, x+d*far, -h-30, x+d*1400, -h-30, x+d*1400, 80)
		}
		c.fill(c.fade(stop{0, tone, 1}, stop{1, mix(tone, c.low, .25-.2*depth), 1}), 1)
		if i > 0 {
			c.begin()
			for _, d := range [...]float64{-1, 1} {
				for range 7 {
					wx, wy := gap+c.in(18, 100+70*float64(i)), -h+c.in(80, h*.8)
					wy = math.Floor(wy/44) * 44
					c.box(x+d*math.Floor(wx/30)*30-6, wy, 13, 24)
				}
			}
			c.fill(c.light.hex(), .25+.2*float64(i))
		}
	}
	c.cover(70, c.bottom+9, c.fade(stop{0, mix(c.low, c.mid, .5).dim(.7), 1}, stop{.4, c.haze(.85), 1}, stop{1, c.ink, 1}), 1)
	shine := c.fade(stop{0, c.light, .55}, stop{1, c.light, 0})
	c.poly(shine, 1, x-70, 70, x+70, 70, x+170, 330, x-170, 330)
	// the lamp and its cone
	lx := x + s*c.in(150, 200)
	c.glow(lx-s*46, -236, 190, c.light, .8)
	c.poly(c.fade(stop{0, c.light, .55}, stop{1, c.light, .04}), 1, lx-s*46-14, -232, lx-s*46+14, -232, lx-s*46+150, 130, lx-s*46-150, 130)
	ink := c.ink.hex()
	c.begin()
	c.move(lx, 140)
	c.op('V', -226)
	c.op('q', 0, -34, -s*46, -34)
	c.stroke(ink, 9, 1)
	c.poly(ink, 1, lx-s*46-25, -232, lx-s*46-9, -264, lx-s*46+9, -264, lx-s*46+25, -232)
	c.disc(lx-s*46, -230, 12, "#fff", 1)
	// the figure under an umbrella
	px := x - s*c.in(10, 60)
	c.begin()
	c.person(px, 150, 200)
	c.fill(ink, 1)
	c.place(px+s*22, -50, 1.5, 1.5, 0)
	c.str(`<path d="M-74 0Q-66 -52 0 -56Q66 -52 74 0Q60 -12 49 0Q37 -12 25 0Q12 -12 0 0Q-12 -12 -25 0Q-37 -12 -49 0Q-60 -12 -74 0ZM-2 -64h4V86h-4z`)
	c.fill(c.accent.dim(.78).hex(), 1)
	c.close()
	c.ellipse(px, 152, 70, 7, ink, .7)
	c.begin()
	slant := c.in(.1, .22) * s
	for range 46 {
		rx, ry, l := c.in(-900, 900), c.in(-640, 260), c.in(26, 70)
		if c.seen(rx, rx) {
			c.move(rx, ry)
			c.op('l', -l*slant, l)
		}
	}
	c.stroke(mix(c.low, c.sun, .5).hex(), 2, .38)
}

// blinds: slats of light across a wall, and someone in a hat waiting.
func (c *canvas) blinds() {
	c.cover(c.top-2, c.bottom+2, c.gradient(0, 0, 1, 1, stop{0, mix(c.palette.top, c.ink, .35), 1}, stop{.5, mix(c.mid, c.palette.top, .5), 1}, stop{1, mix(c.palette.top, c.ink, .6), 1}), 1)
	s := c.side()
	glare := mix(c.light, c.sun, .4)
	c.glow(s*60, -230, 560, glare, .4)
	skew := c.in(.16, .3) * s
	n := 9 + c.n(3)
	pitch := 600 / float64(n)
	half := c.in(330, 420)
	bar := c.gradient(0, 0, 1, 0, stop{0, glare, .25}, stop{.35, glare, .95}, stop{.7, glare, .9}, stop{1, glare, .15})
	c.begin()
	for i := range n {
		y, h := -540+pitch*float64(i), pitch*.56
		for _, pane := range [...][2]float64{{-half, -14}, {14, half}} { // the window bar between the panes
			c.points(pane[0], y-pane[0]*skew, pane[1], y-pane[1]*skew, pane[1], y+h-pane[1]*skew, pane[0], y+h-pane[0]*skew)
		}
	}
	c.fill(bar, 1)
	x := s * c.in(60, 150)
	c.place(x, 60, 1.75*s, 1.75, 0)
	c.str(`<path d="M-210 240C-206 120 -190 60 -140 38C-100 22 -52 12 -40 -8C-34 -24 -36 -40 -42 -52C-52 -64 -58 -84 -57 -106L-57 -124C-80 -128 -110 -134 -124 -144C-108 -152 -86 -152 -68 -154C-66 -182 -64 -214 -52 -232C-40 -250 -24 -246 -4 -238C14 -246 34 -250 44 -232C56 -212 58 -184 60 -154C80 -152 104 -154 118 -162C112 -144 88 -130 62 -124C64 -112 64 -104 62 -98C68 -90 74 -82 72 -76C70 -72 64 -72 63 -68C64 -60 62 -44 54 -38C46 -34 34 -36 30 -30C28 -18 32 -6 44 4C66 22 110 28 142 44C190 68 204 130 208 240Z`)
	c.fill(c.gradient(0, 0, 1, 0, stop{0, c.ink, 1}, stop{1, mix(c.ink, c.palette.top, .35), 1}), 1)
	c.str(`<path d="M-68 -154C-30 -146 24 -146 60 -154L61 -170C24 -162 -30 -162 -67 -170Z`)
	c.fill(mix(c.ink, c.accent, .5).hex(), 1)
	c.str(`<path d="M62 -98C68 -90 74 -82 72 -76C70 -72 64 -72 63 -68C64 -60 62 -44 54 -38`)
	c.stroke(glare.hex(), 2.6, .7)
	c.close()
	if c.chance(60) { // smoke
		c.begin()
		c.move(x+s*150, 20)
		c.op('c', s*60, -90, -s*70, -140, s*10, -240)
		c.op('s', -s*20, -170, s*40, -260)
		c.stroke(glare.hex(), 5, .35)
	}
}

// bridge: a suspension bridge over fog and water.
func (c *canvas) bridge() {
	c.stars(40, -160)
	s := c.side()
	c.luminary(-s*c.in(90, 230), -c.in(250, 350), c.in(80, 125))
	c.ridge(c.newWave(), -40, 50, 4, c.land(.22, .6))
	if c.chance(55) { // the town on the other shore
		var xy []float64
		for x := -span; x < span; {
			w, y := c.in(24, 62), -c.in(40, 210)*(.5+.5*math.Exp(-(x+s*150)*(x+s*150)/120000))
			if c.seen(x-w, x+2*w) {
				xy = append(xy, x, y, x+w, y)
			}
			x += w
		}
		xy = append(xy, c.right+70, 40, c.left-70, 40)
		c.poly(c.land(.3, .7), 1, xy...)
	}
	c.mist(-20, 90, .4)
	c.water(20, -s*160, 200, mix(c.sun, c.low, .3))
	deck, towerTop := -62.0, -c.in(340, 430)
	x1 := s * c.in(130, 250)
	x2 := x1 - s*c.in(680, 860)
	steel := c.haze(.85)
	if c.chance(45) {
		steel = mix(lch(.6, .17, 30), c.ink, .4)
	}
	body := c.fade(stop{0, steel, 1}, stop{1, mix(steel, c.ink, .55), 1})
	hang := func(y, t float64) float64 { return y + (deck-14-y)*(1-(2*t-1)*(2*t-1)) } // a parabola between towers
	c.begin()
	for i := range 24 {
		t := (float64(i) + .5) / 24
		x := x1 + (x2-x1)*t
		c.move(x, hang(towerTop, t))
		c.op('V', deck)
	}
	for i := range 12 {
		t := (float64(i) + .7) / 12
		c.move(x1-(x2-x1)*t*.55, towerTop+(deck-towerTop)*(1-(1-t)*(1-t)))
		c.op('V', deck)
	}
	c.stroke(steel.hex(), 2.4, .7)
	c.begin()
	c.move(x2, towerTop)
	c.quad((x1+x2)/2, 2*(deck-14)-towerTop, x1, towerTop)
	c.quad(x1-(x2-x1)*.275, deck, x1-(x2-x1)*.55, deck)
	c.move(x2, towerTop)
	c.quad(x2+(x2-x1)*.275, deck, x2+(x2-x1)*.55, deck)
	c.stroke(steel.hex(), 7, 1)
	for _, x := range [...]float64{x1, x2} {
		if !c.seen(x-60, x+60) {
			continue
		}
		c.begin()
		for _, d := range [...]float64{-34, 18} {
			c.points(x+d, towerTop-8, x+d+16, towerTop-8, x+d+20, 70, x+d-4, 70)
		}
		for k := range 4 {
			c.box(x-34, towerTop+6+float64(k)*(deck-30-towerTop)*.3, 68, 18)
		}
		c.fill(body, 1)
		c.poly(c.haze(.95).hex(), 1, x-66, 90, x-56, 50, x+56, 50, x+66, 90)
	}
	c.cover(deck, deck+17, steel.hex(), 1)
	c.cover(deck+17, deck+25, mix(steel, c.ink, .6).hex(), 1)
	c.begin()
	for x := -1200.0; x < 1200; x += 88 {
		if c.seen(x, x) {
			c.move(x, deck-12)
			c.str("h0")
		}
	}
	c.stroke(c.light.hex(), 7, 1)
	c.mist(70, 70, .22)
}

// facade: a dark front of windows; one is lit, and somebody stands in it.
func (c *canvas) facade() {
	wall := mix(c.palette.top, c.ink, .25)
	c.cover(c.top-2, c.bottom+2, c.gradient(0, 0, .5, 1, stop{0, mix(wall, c.mid, .45), 1}, stop{.6, wall, 1}, stop{1, c.ink, 1}), 1)
	const w, h, gapX, gapY = 124.0, 186.0, 215.0, 275.0
	pane := c.fade(stop{0, mix(c.mid, c.low, .25).dim(.75), 1}, stop{1, mix(c.palette.top, c.ink, .3), 1})
	warm := c.fade(stop{0, mix(c.light, c.sun, .4), 1}, stop{1, mix(c.light, c.accent, .3), 1})
	ledge, frame := mix(wall, c.low, .18).hex(), mix(c.ink, wall, .2).hex()
	c.symbol("w", func() {
		c.rect(-w/2-9, -9, w+18, h+14, frame, 1)
		c.rect(-w/2, 0, w, h, pane, 1)
		c.begin()
		c.move(0, 0)
		c.op('v', h)
		c.move(-w/2, h*.42)
		c.op('h', w)
		c.stroke(frame, 6, 1)
		c.rect(-w/2-20, h+4, w+40, 13, ledge, 1)
	})
	lamps := c.n(11)
	for row := -3; row < 3; row++ {
		y := float64(row)*gapY - 265
		if y > c.bottom || y+h+40 < c.top {
			continue
		}
		c.cover(y+h+44, y+h+53, mix(wall, c.ink, .5).hex(), .7)
		for col := -6; col <= 6; col++ {
			x := float64(col) * gapX
			if !c.seen(x-w, x+w) {
				continue
			}
			c.use("w", x, y, 1)
			if ((col*7+row*13)%19+19)%19 == lamps {
				c.rect(x-w/2, y, w, h, c.light.hex(), .5)
			}
		}
	}
	y := -265.0
	c.glow(0, y+h/2, 360, c.light, .75)
	c.rect(-w/2, y, w, h, warm, 1)
	c.clip(func() { c.box(-w/2, y, w, h) })
	c.begin()
	switch c.n(4) {
	case 0: // two talk
		c.person(-32, y+h+70, 215)
		c.person(34, y+h+74, 200)
	case 1: // a cat on the sill
		c.str("M-36 ")
		c.num(y + h + 4)
		c.str("c-6-40 4-64 24-76c-8-10-8-30-4-44l14 12h16l14-12c4 16 4 34-6 46c16 18 16 40 14 62c20 8 34 2 34-14c0-10 8-10 8 0c2 26-22 34-44 26z")
	default:
		c.person(c.in(-12, 12), y+h+80, 240)
	}
	c.fill(c.ink.hex(), 1)
	c.close()
	c.begin() // curtains
	c.points(-w/2, y, -w/2+34, y, -w/2+16, y+h, -w/2, y+h)
	c.points(w/2, y, w/2-34, y, w/2-16, y+h, w/2, y+h)
	c.fill(mix(c.accent, c.ink, .3).hex(), .85)
}

// corridor: doorframes receding to a bright end, and a figure in it.
func (c *canvas) corridor() {
	c.cover(c.top-2, c.bottom+2, mix(c.palette.top, c.ink, .6).hex(), 1)
	x, y := c.in(-40, 40), -190.0
	arched, slim := c.chance(45), c.in(.8, 1.15)
	frame := func(k float64) (foot float64) {
		w, h := 105*k*slim, 150*k
		c.begin()
		c.move(x-w, y+h*.95)
		if arched {
			c.op('V', y-h*.55)
			c.arc(w, w*.9, 0, 1, x+w, y-h*.55)
		} else {
			c.op('V', y-h)
			c.op('H', x+w)
		}
		c.op('V', y+h*.95)
		c.shut()
		return y + h*.95
	}
	const n = 9
	scale := func(i float64) float64 { return 6.6 * math.Pow(.74, i) } // equal steps shrink by a constant factor
	for i := range n {
		t := float64(i) / (n - 1)
		tone := mix(mix(c.palette.top, c.mid, min(1, t*1.5+.2)), mix(c.low, c.sun, .2), max(0, t*1.8-.8))
		frame(scale(float64(i)))
		c.fill(mix(tone, c.ink, .5-.2*t).hex(), 1) // the reveal, then the wall behind it
		frame(scale(float64(i) + .35))
		c.fill(c.fade(stop{0, tone, 1}, stop{.7, tone, 1}, stop{1, mix(tone, c.ink, .35), 1}), 1)
	}
	end := mix(c.sun, c.light, .3)
	k := scale(n - .3)
	c.glow(x, y, 300, end, .6)
	foot := frame(k)
	c.fill(end.hex(), 1)
	w := 105 * k * slim
	c.poly(c.fade(stop{0, end, .85}, stop{1, end, 0}), 1, x-w, foot, x+w, foot, x+w*6, foot+330, x-w*6, foot+330)
	px := x + c.in(-.3, .3)*w
	h := 215 * k
	c.poly(c.fade(stop{0, c.ink, .9}, stop{1, c.ink, 0}), 1, px-h*.08, foot+14, px+h*.08, foot+14, px+60, foot+300, px-30, foot+300)
	c.begin()
	c.person(px, foot+16, h)
	c.fill(c.ink.hex(), 1)
}

// stairwell: looking down a spiral staircase.
func (c *canvas) stairwell() {
	x, y := c.in(-40, 40), -c.in(170, 220)
	c.cover(c.top-2, c.bottom+2, mix(c.ink, c.palette.top, .5).hex(), 1)
	dir := c.side()
	start := c.in(0, turn)
	const n, per = 75, 18.0
	shrink := math.Pow(.52, 1/per)
	type step struct{ ax, ay, bx, by, r float64 }
	var steps [n + 1]step
	for i := range steps {
		a := start + dir*float64(i)*turn/per
		s := &steps[i]
		s.r = 2100 * math.Pow(shrink, float64(i))
		s.ax, s.ay = polar(x, y, a, s.r)
		s.bx, s.by = polar(x, y, a, s.r*.57)
	}
	seen := func(p, q step) bool {
		return min(p.ax, q.ax, p.bx, q.bx) < c.right && max(p.ax, q.ax, p.bx, q.bx) > c.left &&
			min(p.ay, q.ay, p.by, q.by) < c.bottom && max(p.ay, q.ay, p.by, q.by) > c.top
	}
	const flight = 3 // treads of one colour, in one path
	for i := 0; i < n; i += flight {
		t := max(0, (float64(i)-14)/(n-14))
		tone := mix(mix(c.palette.top, c.mid, min(1, t*1.6+.2)), mix(c.low, c.sun, .3), max(0, t*1.7-.6))
		c.begin()
		for k := i; k < min(i+flight, n); k++ {
			if p, q := steps[k], steps[k+1]; seen(p, q) {
				c.points(p.ax, p.ay, q.ax, q.ay, q.bx, q.by, p.bx, p.by)
			}
		}
		c.fill(tone.hex(), 1)
	}
	c.begin() // the risers: the shaded edge of each tread
	for i := range n {
		if p, q := steps[i], steps[i+1]; seen(p, q) {
			const f = .42
			c.points(p.ax, p.ay, p.ax+(q.ax-p.ax)*f, p.ay+(q.ay-p.ay)*f, p.bx+(q.bx-p.bx)*f, p.by+(q.by-p.by)*f, p.bx, p.by)
		}
	}
	c.fill(c.ink.hex(), .55)
	c.glow(x, y, 260, mix(c.light, c.sun, .5), .9)
	for _, rail := range [...]struct {
		width, opacity float64
		tone           lab
	}{{20, .55, c.ink}, {7, 1, mix(c.low, c.sun, .45)}} {
		c.begin() // smooth through all inner corners
		c.move(steps[0].bx, steps[0].by)
		for i := 1; i < n-8; i++ {
			p, q := steps[i], steps[i+1]
			c.quad(p.bx, p.by, (p.bx+q.bx)/2, (p.by+q.by)/2)
		}
		c.stroke(rail.tone.hex(), rail.width, rail.opacity)
	}
}
