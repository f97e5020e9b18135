package artwork

import "math"

// ridges: hills behind hills, each paler than the one before it.
func (c *canvas) ridges() {
	if c.dark {
		c.stars(34, 0)
	}
	c.luminary(c.in(-60, 60), -c.in(250, 330), c.in(70, 125))
	if c.chance(50) {
		c.birds(c.side()*c.in(120, 260), -c.in(260, 380), 4+c.n(4), c.haze(.8).hex())
	}
	rough := 4 + c.n(2)
	for i := range 5 {
		depth := float64(i) / 4
		c.ridge(c.newWave(), -110+95*float64(i), 92-10*depth, rough, c.land(.06+.86*depth, .6))
	}
}

// alps: faceted peaks with snow, one side in the light.
func (c *canvas) alps() {
	c.stars(30, -200)
	side := c.side()
	c.luminary(side*c.in(230, 330), -c.in(370, 430), c.in(48, 80))
	for row := range 2 {
		depth := float64(row) * .55
		base := 40 + 130*float64(row)
		rock := c.haze(.2 + .5*depth)
		shade := c.fade(stop{0, rock, 1}, stop{1, mix(rock, c.ink, .45), 1})
		face := mix(rock, c.low, .34-.12*depth)
		lit := c.fade(stop{0, face, 1}, stop{1, mix(rock, c.ink, .2), 1})
		snow, snowShade := mix(c.sun, c.low, .2+.25*depth).hex(), mix(rock, c.sun, .4-.1*depth).hex()
		gap := 520 - 120*depth
		for x := -span + c.in(0, gap); x < span; x += gap * c.in(.6, 1.15) {
			h := c.in(230, 360) * (1 - .3*depth)
			if row == 0 && math.Abs(x) < 190 {
				h *= 1.45 // the hero peak
			}
			var jag [8]float64
			for i := range jag {
				jag[i] = c.in(-.04, .04) * h
			}
			w := h * .92
			if !c.seen(x-w, x+w) {
				continue
			}
			top := base - h
			c.poly(shade, 1, x, top, x+w*.3+jag[0], top+h*.34, x+w*.55+jag[1], top+h*.52, x+w, base+40, x-w, base+40, x-w*.5+jag[2], top+h*.5, x-w*.27+jag[3], top+h*.3)
			c.poly(lit, 1, x, top, x+side*(w*.3+jag[0]), top+h*.34, x+side*(w*.55+jag[1]), top+h*.52, x+side*w, base+40,
				x+side*(w*.22+jag[4]), base+40, x+side*(w*.02+jag[5]), top+h*.62, x+side*(w*.12+jag[6]), top+h*.36, x+side*jag[7]*.5, top+h*.2)
			c.poly(snowShade, 1, x, top, x-side*w*.21, top+h*.24, x-side*w*.13, top+h*.235, x-side*w*.07, top+h*.3, x, top+h*.2)
			c.poly(snow, 1, x, top, x+side*w*.24, top+h*.275, x+side*w*.16, top+h*.25, x+side*w*.11, top+h*.33, x+side*w*.04, top+h*.26, x, top+h*.2)
		}
		c.mist(base+20, 90, .34-.1*depth)
	}
	c.pines(c.newWave(), 205, 18, 50, 98, 34, c.ink.hex())
}

// dunes: a striped sun and sand with a knife-sharp crest.
func (c *canvas) dunes() {
	c.stars(26, -220)
	x, y, r := c.in(-60, 60), -c.in(180, 240), c.in(140, 190)
	c.glow(x, y, r*2.2, mix(c.sun, c.low, .5), .7)
	disc := c.fade(stop{0, c.sun, 1}, stop{1, mix(c.accent, c.low, .7), 1})
	c.begin()
	for i := range 8 { // slices of the disc, the gaps growing downwards
		y1 := -1 + float64(i)*.26
		y2 := y1 + .26 - .022*float64(i)
		if i == 0 {
			y1 = -.9999
		}
		if y2 = min(y2, .999); y1 >= y2 {
			break
		}
		w1, w2 := math.Sqrt(1-y1*y1)*r, math.Sqrt(1-y2*y2)*r
		c.move(x-w1, y+y1*r)
		c.op('H', x+w1)
		c.arc(r, r, 0, 1, x+w2, y+y2*r)
		c.op('H', x-w2)
		c.arc(r, r, 0, 1, x-w1, y+y1*r)
		c.shut()
	}
	c.fill(disc, 1)
	side := c.side()
	for i := range 4 {
		depth := float64(i) / 3
		base := 25 + 105*float64(i)
		tone := c.haze(.18 + .62*depth)
		face := c.fade(stop{0, mix(tone, c.low, .42-.2*depth), 1}, stop{.7, tone, 1})
		shade := c.fade(stop{0, mix(tone, c.ink, .45), 1}, stop{.6, mix(tone, c.ink, .2), 1})
		peak, h := side*c.in(60, 380), c.in(110, 170)
		c.begin()
		c.move(c.left-9, base)
		c.cubic(peak-520, base-10, peak-260, base-h*.3, peak, base-h)
		c.cubic(peak+120, base-h*.45, peak+420, base-30, max(c.right, peak+500)+9, base-10)
		c.op('V', c.bottom+9)
		c.op('H', c.left-9)
		c.shut()
		c.fill(face, 1)
		c.begin()
		c.move(peak, base-h)
		c.cubic(peak+120, base-h*.45, peak+420, base-30, max(c.right, peak+500)+9, base-10)
		c.op('V', base+150)
		c.op('H', peak+60)
		c.cubic(peak-150, base+90, peak+210, base+10, peak, base-h)
		c.fill(shade, 1)
		side = -side
	}
}

// mesas: buttes, a low sun and saguaros.
func (c *canvas) mesas() {
	if c.dark {
		c.stars(34, -100)
	}
	c.luminary(c.in(-130, 130), -c.in(110, 260), c.in(110, 165))
	c.streaks(c.in(-200, 200), -c.in(330, 420), 3, mix(c.low, c.sun, .2), .25)
	for row := range 3 {
		depth := float64(row) / 2
		base := -8 + 44*float64(row)
		tone := c.haze(.12 + .55*depth)
		rock := c.fade(stop{0, mix(tone, c.low, .12), 1}, stop{1, mix(tone, c.ink, .25), 1})
		gap := 520 - 40*depth
		lines := mix(tone, c.ink, .35).hex()
		for x := -span + c.in(0, gap); x < span; x += gap * c.in(.65, 1.5) {
			w, h := c.in(60, 180), c.in(120, 265)*(1-.15*depth)
			step, lean := c.in(.6, .85), c.in(.03, .1)*w
			left, right := c.in(.2, .5)*w, c.in(.2, .5)*w
			if math.Abs(x) < w && row > 0 {
				continue // keep the sun free
			}
			if !c.seen(x-w*2.2, x+w*2.2) {
				continue
			}
			top, talus := base-h, base-h*.32
			c.begin()
			c.points(x-w-left-h*.5, base+4, x-w-lean*2, talus, x-w-lean, top+h*.12, x-w+left*.5, top+h*.1, x-w+left*.55, top, x+w*step, top+3, x+w*step+4, top+h*.14, x+w, top+h*.16, x+w+lean*2, talus+8, x+w+right+h*.5, base+4)
			c.fill(rock, 1)
			c.begin()
			for _, k := range [...]float64{.3, .42, .5} {
				c.move(x-w+8, top+h*k)
				c.op('h', w*c.in(.5, 1.5))
			}
			c.stroke(lines, 3, .5)
		}
		c.cover(base, c.bottom+9, c.fade(stop{0, mix(tone, c.low, .2), 1}, stop{.5, mix(tone, c.ink, .6), 1}), 1)
	}
	c.swell(c.newWave(), 150, 26, c.fade(stop{0, c.haze(.9), 1}, stop{.5, c.ink, 1}))
	s := c.side()
	c.saguaro(s*c.in(260, 340), 165, c.in(2.3, 2.9)*s)
	c.saguaro(-s*c.in(250, 420), 160, c.in(1.1, 1.6)*s)
	c.saguaro(s*c.in(90, 160), 155, -c.in(.7, 1)*s)
}

func (c *canvas) saguaro(x, y, size float64) {
	c.place(x, y, size, math.Abs(size), 0)
	c.str(`<path d="M0 9V-96M0 -34H-18Q-29 -34 -29 -45V-66M0 -50H16Q27 -50 27 -61V-84`)
	c.stroke(mix(c.ink, c.haze(.7), .15).hex(), 14, 1)
	c.close()
}

// forest: rows of pines walking out of the fog.
func (c *canvas) forest() {
	c.stars(26, -250)
	c.luminary(c.in(-170, 170), -c.in(330, 400), c.in(70, 110))
	c.ridge(c.newWave(), -150, 100, 4, c.land(.08, .6))
	for i := range 4 {
		depth := float64(i) / 3
		size := 70 + 78*float64(i)
		c.pines(c.newWave(), -30+85*float64(i), 26, size*.75, size*1.35, 48+44*float64(i), c.land(.22+.74*depth, .5))
		if i < 3 {
			c.mist(30+85*float64(i), 80, .3-.08*depth)
		}
	}
}

// contours: terraces of a map cut from paper, with a dotted route.
func (c *canvas) contours() {
	c.cover(c.top-2, c.bottom+2, c.fade(stop{0, mix(c.palette.top, c.mid, .3), 1}, stop{1, mix(c.palette.top, c.ink, .4), 1}), 1)
	const n, levels = 16, 9
	var a, b [n]float64
	w1, w2 := c.newWave(), c.newWave()
	for i := range n { // one outline far out, one close in; between them the levels blend, so lines never cross
		t := math.Abs(float64(i)-n/2) * 190
		a[i], b[i] = 1+.26*w1.at(t+float64(i)*40*math.Sin(float64(i)*math.Pi/n), 2), 1+.34*w2.at(t*1.2, 2)
	}
	x0, y0 := c.in(-90, 90), -c.in(190, 260)
	dx, dy := c.in(-140, 140), c.in(-60, 90)
	tilt := c.in(0, turn)
	for l := range levels {
		t := float64(l) / (levels - 1)
		r := 760*(1-t) + 62*t
		at := func(i int) (float64, float64) {
			i = (i + n) % n
			angle := tilt + float64(i)*turn/n
			x, y := polar(0, 0, angle, r*(a[i]*(1-t)+b[i]*t))
			return x0 + x*1.25 + dx*(1-t), y0 + y*.85 + dy*(1-t)
		}
		outline := func(lift float64) {
			c.begin()
			px, py := at(-1)
			qx, qy := at(0)
			c.move((px+qx)/2, (py+qy)/2+lift)
			for i := range n {
				qx, qy = at(i)
				nx, ny := at(i + 1)
				c.quad(qx, qy+lift, (qx+nx)/2, (qy+ny)/2+lift)
			}
		}
		tone := mix(mix(c.palette.top, c.mid, min(1, t*1.7+.12)), c.low, max(0, t*1.5-.5))
		if l > 0 {
			outline(13)
			c.fill(c.ink.hex(), .3)
		}
		outline(0)
		c.fill(tone.hex(), 1)
	}
	c.begin()
	ex, ey := c.side()*c.in(430, 520), c.in(60, 140)
	c.move(ex, ey)
	c.cubic(ex*.3, ey+60, ex*.9, -260, x0, y0)
	c.str(`" stroke-dasharray="1 20`)
	c.stroke(c.sun.hex(), 8, .95)
	c.disc(ex, ey, 13, c.sun.hex(), 1)
	c.disc(x0, y0, 24, c.accent.hex(), 1)
	c.disc(x0, y0, 9, c.sun.hex(), 1)
}

// aurora: curtains of light over a lake.
func (c *canvas) aurora() {
	c.cover(c.top-2, c.bottom+2, c.ink.hex(), .35)
	c.stars(60, -60)
	for i := range 2 {
		bright := mix(c.low, [...]lab{c.sun, c.accent}[i], .25).lit(.84)
		paint := c.fade(stop{0, bright, 0}, stop{.6, bright, .22}, stop{.9, bright, .8 - .25*float64(i)}, stop{1, bright, 0})
		band := string('a' + rune(i))
		for k, ray := range [...]string{"M0 0v-300h35v300z", "M0 0v-410h35v410z"} { // a short and a long ray, used many times
			c.str(`<defs><path id="`)
			c.str(band)
			c.str([...]string{"0", "1"}[k])
			c.str(`" d="`)
			c.str(ray)
			c.fill(paint, 1)
			c.str(`</defs>`)
		}
		w, u := c.newWave(), c.newWave()
		lift := 100 + 170*float64(i)
		for x := math.Floor(c.left/34)*34 - 68; x < c.right; x += 34 {
			ray := band + "0"
			if u.at(x*4, 3) > 0 {
				ray = band + "1"
			}
			c.use(ray, x, -lift-85*w.at(x*.85, 1), 1)
		}
	}
	c.ridge(c.newWave(), -62, 60, 5, c.land(.5, .5))
	c.ridge(c.newWave(), -12, 34, 4, c.haze(.75).hex())
	c.water(0, 0, 420, mix(c.low, c.sun, .3))
	s := c.side()
	c.begin()
	for i := range 9 {
		h := c.in(150, 330) * (1 - float64(i)*.07)
		c.pine(s*(500-float64(i)*52+c.in(-14, 14)), 190+float64(i)*9, h)
	}
	c.fill(c.ink.hex(), 1)
	c.swell(c.newWave(), 232, 26, c.ink.hex())
}

// loneTree: a broad crown on a hill before a huge sun, with a swing.
func (c *canvas) loneTree() {
	if c.dark {
		c.stars(34, 0)
	}
	x := c.in(-40, 40)
	c.luminary(x+c.in(-60, 60), -c.in(170, 230), c.in(165, 205))
	c.ridge(c.newWave(), -20, 50, 3, c.land(.2, .5))
	ink := c.haze(.93).hex()
	c.begin()
	c.move(c.left-9, 190)
	c.cubic(x-420, 150, x-220, 50, x, 48)
	c.cubic(x+220, 50, x+420, 150, c.right+9, 200)
	c.op('V', c.bottom+9)
	c.op('H', c.left-9)
	c.fill(c.fade(stop{0, c.haze(.88), 1}, stop{.5, c.ink, 1}), 1)
	s := c.side()
	c.place(x, 56, s, 1, 0)
	c.str(`<path d="M-26 4C-10 -20 -14 -80 -20 -120L-92 -190L-84 -196L-16 -146L-10 -230H2L4 -150L30 -170L120 -215L124 -206L40 -150C14 -128 10 -100 12 -70C13 -30 20 -12 34 4Z`)
	c.fill(ink, 1)
	c.str(`<g fill="`)
	c.str(ink)
	c.str(`">`)
	for range 15 {
		a, d := c.in(0, turn), c.in(.25, 1)
		px, py := polar(0, 0, a, d)
		c.str("<circle")
		c.attr("cx", px*150)
		c.attr("cy", -262+py*72)
		c.attr("r", 74-34*d+c.in(0, 14))
		c.str("/>")
	}
	c.str(`<path d="M118 -200V-46M150 -200V-46`)
	c.stroke(ink, 3, 1)
	c.rect(110, -48, 48, 7, ink, 1)
	c.close()
	c.close()
	c.birds(-s*c.in(250, 330), -c.in(330, 400), 5, ink)
}

// storybook: round hills with stripes of light, round trees and a cottage.
func (c *canvas) storybook() {
	if c.dark {
		c.stars(30, -150)
	}
	s := c.side()
	c.luminary(s*c.in(140, 280), -c.in(300, 390), c.in(75, 110))
	for range 4 {
		c.cloud(c.in(-620, 620), -c.in(210, 520), c.in(120, 230), mix(c.low, c.sun, .35).hex(), .55)
	}
	for i := range 3 {
		depth := float64(i) / 2
		tone := c.haze(.02 + .74*depth)
		tone = mix(tone, c.mid, .3*(1-depth))
		bright := mix(tone, mix(c.low, c.sun, .1), .5-.3*depth)
		hill := c.fade(stop{0, bright, 1}, stop{.5, tone, 1})
		leaf := mix(c.accent, c.ink, .08+.14*float64(i))
		crown := c.gradient(0, 0, 1, .6, stop{0, mix(leaf, c.sun, .2), 1}, stop{1, mix(leaf, c.ink, .55), 1})
		foot := 170 + 100*float64(i)
		for x := -span + c.in(0, 400); x < span; x += c.in(440, 600) {
			rx, ry := c.in(340, 460), c.in(230, 300)-26*float64(i)
			trees, at := c.n(3), c.in(-.4, .1)
			if !c.seen(x-rx, x+rx) {
				continue
			}
			for k := range trees {
				t := at + .24*float64(k)
				h := c.in(80, 135) * (.7 + .4*depth)
				tx, ty := x+t*rx, foot-ry*math.Sqrt(1-t*t)+8
				c.rect(tx-h*.04, ty-h*.5, h*.08, h*.5, c.haze(.85).hex(), 1)
				c.ellipse(tx, ty-h*.66, h*.3, h*.4, crown, 1)
			}
			c.ellipse(x, foot, rx, ry, hill, 1)
		}
		if i == 0 {
			c.cottage(-s*c.in(60, 150), 12, 1.35)
		}
	}
	c.cover(170, c.bottom+9, c.fade(stop{0, c.ink, 0}, stop{.4, c.ink, .75}, stop{1, c.ink, 1}), 1)
}

func (c *canvas) cottage(x, y, size float64) {
	c.place(x, y, size, size, 0)
	c.str(`<path d="M22 -88h14v40h-14z`)
	c.fill(c.haze(.9).hex(), 1)
	c.str(`<path d="M-44 0V-46H44V0z`)
	c.fill(mix(c.low, c.sun, .5).dim(.9).hex(), 1)
	c.str(`<path d="M-58 -42L0 -96L58 -42z`)
	c.fill(mix(c.accent, c.ink, .25).hex(), 1)
	c.str(`<path d="M-30 -32h18v16h-18zM12 -32h18v16h-18z`)
	c.fill(c.light.hex(), 1)
	c.str(`<path d="M-7 0v-30a7 7 0 0 1 14 0v30z`)
	c.fill(c.haze(.9).hex(), 1)
	c.close()
}

// road: an empty road to the vanishing point, with telegraph poles.
func (c *canvas) road() {
	if c.dark {
		c.stars(40, -60)
	}
	x := c.in(-30, 30)
	c.luminary(x+c.in(-30, 30), -c.in(60, 130), c.in(105, 150))
	c.streaks(x+c.in(-200, 200), -c.in(300, 400), 3, mix(c.low, c.sun, .3), .22)
	c.ridge(c.newWave(), -34, 46, 4, c.land(.25, .5))
	ground := mix(c.mid, c.ink, .5)
	c.cover(0, c.bottom+9, c.fade(stop{0, mix(ground, c.low, .3), 1}, stop{.6, mix(ground, c.ink, .5), 1}), 1)
	b := c.bottom + 20
	bend := c.in(-1, 1) * 130
	c.begin() // a gentle bend near the horizon
	c.move(x-5, 0)
	c.cubic(x-12+bend*.1, 25, x-60+bend, 60, x-420+bend*.4, b)
	c.line(x+420+bend*.4, b)
	c.cubic(x+60+bend, 60, x+12+bend*.1, 25, x+5, 0)
	c.fill(c.fade(stop{0, mix(c.low, c.mid, .5), 1}, stop{.25, c.haze(.6), 1}, stop{1, c.ink, 1}), 1)
	c.begin()
	for _, t := range [...]float64{.28, .42, .6, .82} { // along the middle of the same curve
		y1, y2 := roadAt(t, 25, 60, b), roadAt(t+.07, 25, 60, b)
		x1, x2 := x+roadAt(t, bend*.1, bend, bend*.4), x+roadAt(t+.07, bend*.1, bend, bend*.4)
		w1, w2 := 1+t*t*7, 1+(t+.07)*(t+.07)*7
		c.points(x1-w1, y1, x1+w1, y1, x2+w2, y2, x2-w2, y2)
	}
	c.fill(c.light.hex(), .85)
	s := c.side()
	ink := c.ink.hex()
	var wx, wy [6]float64
	for i := range 6 { // poles stand at regular distances, so their sizes fall as 1/n
		k := 1 / (1 + float64(i)*.75)
		px, py, h := x+s*500*k, 190*k, 520*k
		wx[i], wy[i] = px, py-h*.93
		c.begin()
		c.move(px, py)
		c.op('v', -h)
		c.move(px-h*.13, py-h*.93)
		c.op('h', h*.26)
		c.stroke(ink, 15*k, 1)
	}
	c.begin()
	for _, end := range [...]float64{-.11, .11} {
		c.move(wx[0]+end*520+s*420, wy[0]-80)
		for i := range wx {
			k := 1 / (1 + float64(i)*.75)
			c.op('S', wx[i]+end*520*k+s*60*k, wy[i]+34*k, wx[i]+end*520*k, wy[i]-8*k)
		}
	}
	c.stroke(ink, 2.6, .8)
}

// roadAt is one coordinate of a Bézier curve from 0.
func roadAt(t, p1, p2, p3 float64) float64 {
	u := 1 - t
	return float64(3*u*u*t*p1) + float64(3*u*t*t*p2) + float64(t*t*t*p3)
}
