package artwork

import "math"

// moonlitSea: a path of light to a large moon, headlands, one sail.
func (c *canvas) moonlitSea() {
	if c.dark {
		c.stars(44, -80)
	}
	c.luminary(0, -c.in(110, 290), c.in(110, 170))
	c.streaks(c.in(-150, 150), -c.in(90, 200), 3, mix(c.low, c.mid, .3), .35)
	c.water(0, 0, 300, mix(c.sun, c.low, .15))
	s, shore := c.side(), c.n(3)
	for i := range 2 - shore {
		depth := .35 + .35*float64(i)
		y, reach, h := 14+34*float64(i), 210.0-110*float64(i), 130+40*float64(i)
		c.begin()
		c.move(s*span, y)
		c.op('H', s*(reach+90*float64(i)))
		c.cubic(s*(reach+150), y-20, s*(reach+160), y-h*.7, s*(reach+260), y-h)
		c.cubic(s*(reach+360), y-h*1.2, s*(reach+430), y-h*1.05, s*(reach+560), y-h*1.5)
		c.quad(s*(reach+700), y-h*2, s*span, y-h*2.1)
		c.shut()
		c.fill(c.haze(depth).hex(), 1)
		s = -s
	}
	switch shore {
	case 1: // rocks stand in the sea
		for i := range 4 {
			x, y := s*c.in(250, 330)+s*float64(i)*120, 30-7*float64(i)
			h, w := c.in(90, 230), c.in(26, 56)
			c.poly(c.fade(stop{0, c.haze(.72 - .12*float64(i)), 1}, stop{1, c.haze(.9 - .12*float64(i)), 1}), 1,
				x-w*1.5, y, x-w*1.1, y-h*.35, x-w*.6, y-h*.5, x-w*.4, y-h*.92, x+w*.1, y-h, x+w*.5, y-h*.86, x+w*.65, y-h*.45, x+w*1.2, y-h*.3, x+w*1.5, y)
		}
	case 2: // a pier, and somebody at its end
		ink := c.ink.hex()
		c.begin()
		c.points(-s*40, 70, s*span, 76, s*span, 92, -s*40, 82)
		for i := range 12 {
			c.box(s*(-20+92*float64(i))-6, 88, 12, 102)
		}
		c.fill(ink, 1)
		c.begin()
		c.person(-s*c.in(-40, 5), 76, c.in(130, 150))
		c.fill(ink, 1)
		return
	}
	c.place(s*-c.in(70, 150), 62, 1.5, 1.5, 0)
	c.str(`<path d="M-24 0Q0 9 26 0L20 11H-18zM-2 -4V-62Q22 -34 22 -4zM-6 -4V-50Q-20 -24 -22 -4z`)
	c.fill(c.ink.hex(), 1)
	c.close()
}

// ship: a square-rigger on layered waves.
func (c *canvas) ship() {
	if c.dark {
		c.stars(36, -50)
	}
	c.luminary(c.in(-120, 120), -c.in(200, 280), c.in(130, 190))
	c.cloud(-c.in(300, 520), -c.in(150, 330), c.in(220, 320), mix(c.low, c.sun, .25).hex(), .4)
	c.cloud(c.in(300, 520), -c.in(200, 380), c.in(180, 280), mix(c.low, c.sun, .25).hex(), .4)
	c.swell(c.newWave(), 40, 26, c.land(.25, .6))
	ink, sail := c.haze(.92).hex(), c.fade(stop{0, mix(c.sun, c.low, .2), 1}, stop{1, mix(c.low, c.mid, .55), 1})
	s := c.side()
	c.place(c.in(-40, 40), 88, 1.3*s, 1.3, c.in(-5, 5))
	c.str(`<path d="M-170 -62C-150 -10 -130 0 -100 6H120C150 0 164 -30 176 -56L150 -52L140 -36H-96L-112 -60zM150 -50L246 -96L248 -91L158 -42z`)
	c.fill(ink, 1)
	c.str(`<path d="M-92 -40V-290M14 -40V-330M100 -40V-276M14 -326L176 -52M100 -270L240 -94M-92 -286L-160 -60`)
	c.stroke(ink, 4, 1)
	c.str(`<path d="`)
	for i, m := range [...]float64{-92, 14, 100} {
		size := [...]float64{.86, 1, .82}[i]
		for k, y := range [...]float64{-62, -148, -222} {
			w := (74 - 14*float64(k)) * size
			h := (76 - 10*float64(k)) * size
			y *= size * 1.02
			c.move(m-w*.5, y)
			c.quad(m-w*.3, y-h*.5, m-w*.44, y-h)
			c.op('h', w*.88)
			c.quad(m+w*.86, y-h*.45, m+w*.5, y)
			c.quad(m, y-h*.14, m-w*.5, y)
		}
	}
	c.fill(sail, 1)
	c.str(`<path d="M160 -62L112 -240Q168 -150 226 -92z`)
	c.fill(sail, .9)
	c.str(`<path d="M14 -330v-26q20 -6 34 4q-16 4 -34 12z`)
	c.fill(c.accent.hex(), 1)
	c.close()
	for i := range 3 {
		c.swell(c.newWave(), 108+76*float64(i), 30, c.land(.5+.22*float64(i), .4))
	}
	c.birds(-s*c.in(260, 360), -c.in(260, 400), 4, ink)
}

// paperBoats: folded boats riding round waves.
func (c *canvas) paperBoats() {
	if c.dark {
		c.stars(36, -60)
	}
	c.luminary(c.in(-240, 240), -c.in(270, 360), c.in(90, 140))
	for range 3 {
		c.cloud(c.in(-600, 600), -c.in(170, 480), c.in(140, 250), mix(c.low, c.sun, .45).hex(), .6)
	}
	s := c.side()
	sizes := [...]float64{.95, 2, 1.05}
	xs := [...]float64{-s * c.in(290, 350), s * c.in(-40, 60), s * c.in(300, 370)}
	for i := range 4 {
		depth := float64(i) / 3
		y := -95 + 92*float64(i)
		tone := mix(c.haze(.1+.75*depth), c.mid, .3*(1-depth))
		if i < 3 {
			k := [...]int{0, 2, 1}[i]
			c.paperBoat(xs[k], y+20, sizes[k]*(1+.2*depth), c.in(-8, 8))
		}
		shift := c.in(0, 120)
		width := 110 + 26*float64(i)
		c.begin()
		x := math.Floor((c.left-shift)/width)*width - width + shift
		c.move(x, y)
		for x < c.right {
			c.op('q', width/2, 34, width, 0)
			x += width
		}
		c.op('V', c.bottom+9)
		c.op('H', c.left-400)
		c.shut()
		c.fill(c.fade(stop{0, mix(tone, c.low, .3-.2*depth), 1}, stop{.5, tone, 1}), 1)
	}
}

func (c *canvas) paperBoat(x, y, size, tilt float64) {
	paper := mix(c.sun, c.low, .08)
	c.place(x, y, size, size, tilt)
	c.poly(mix(paper, c.mid, .28).hex(), 1, -42, -48, 0, -150, 42, -48)
	c.poly(mix(paper, c.mid, .5).hex(), 1, 0, -150, 42, -48, 0, -48)
	c.poly(paper.hex(), 1, -128, -74, -78, 10, 78, 10, 0, -48)
	c.poly(mix(paper, c.mid, .2).hex(), 1, 128, -74, 78, 10, -78, 10, 0, -48)
	c.poly(mix(paper, c.mid, .1).hex(), 1, 0, -48, -78, 10, 78, 10)
	c.close()
}

// lighthouse: its beam cuts the fog.
func (c *canvas) lighthouse() {
	c.stars(44, -60)
	s := c.side()
	x := s * c.in(90, 150)
	lampY := -330.0
	c.glow(x, lampY, 420, c.light, .55)
	beam := mix(c.light, c.sun, .5)
	for _, d := range [...]float64{-s, s} {
		x2 := 0.0
		if d < 0 {
			x2 = 1
		}
		tilt := c.in(-50, 40)
		c.poly(c.gradient(x2, 0, 1-x2, 0, stop{0, beam, .85}, stop{1, beam, 0}), 1, x, lampY-7, x+d*1250, lampY-170+tilt, x+d*1250, lampY+80+tilt, x, lampY+7)
	}
	c.mist(-40, 110, .4)
	c.water(0, x, 130, beam)
	c.begin()
	c.move(x+s*900, 60)
	c.op('H', x-s*210)
	for _, p := range [...][2]float64{{-150, 24}, {-110, 20}, {-84, -16}, {-20, -22}, {90, -18}, {150, 10}, {250, 4}, {330, -30}, {470, -40}, {900, -70}} {
		c.line(x+s*p[0], p[1]+c.in(-6, 6))
	}
	c.fill(c.fade(stop{0, c.haze(.75), 1}, stop{.5, c.ink, 1}), 1)
	c.place(x, -10, 1, 1, 0)
	body := mix(c.low, c.sun, .45).dim(.86)
	c.poly(c.gradient(0, 0, 1, 0, stop{0, body, 1}, stop{1, mix(body, c.ink, .75), 1}), 1, -36, 0, -22, -282, 22, -282, 36, 0)
	c.begin()
	for i := range 3 {
		y1, y2 := -30-92*float64(i), -76-92*float64(i)
		w1, w2 := 36+y1*.05, 36+y2*.05
		c.points(-w1, y1, w1, y1, w2, y2, -w2, y2)
	}
	c.fill(c.gradient(0, 0, 1, 0, stop{0, c.accent.dim(.85), 1}, stop{1, mix(c.accent, c.ink, .75), 1}), 1)
	ink := c.ink.hex()
	c.str(`<path d="M-34 -282h68v9h-68zM-20 -345h40v7h-40zM-24 -343Q0 -372 24 -343zM-2 -366h4v-18h-4zM-19 -340h3v60h-3zM16 -340h3v60h-3z`)
	c.fill(ink, 1)
	c.rect(-16, -338, 32, 56, c.light.hex(), 1)
	c.disc(0, -318, 13, "#fff", 1)
	c.str(`<path d="M-5 -200h10v18h-10zM-5 -108h10v18h-10z`)
	c.fill(ink, .8)
	c.close()
	c.mist(70, 60, .16)
}

// deep: a whale in shafts of light.
func (c *canvas) deep() {
	c.cover(c.top-2, c.bottom+2, c.fade(stop{0, mix(c.low, c.sun, .25), 1}, stop{.2, mix(c.low, c.mid, .5), 1}, stop{.5, mix(c.mid, c.palette.top, .4), 1}, stop{.85, mix(c.palette.top, c.ink, .5), 1}), 1)
	ray := c.fade(stop{0, c.sun, .5}, stop{1, c.sun, 0})
	x0 := c.in(-250, 250)
	for i := range 7 {
		x := x0 + (float64(i)-3)*c.in(90, 150)
		w, far := c.in(14, 46), (float64(i)-3)*c.in(100, 150)
		c.poly(ray, .35+.07*float64(i%4), x-w*.5, c.top-9, x+w*.5, c.top-9, x+far+w*2.4, 180, x+far-w*2.4, 180)
	}
	s := c.side()
	whale := c.fade(stop{0, mix(c.mid, c.ink, .62), 1}, stop{1, mix(c.palette.top, c.ink, .8), 1})
	c.place(0, -c.in(210, 270), 2.35*s, 2.35, -c.in(2, 10))
	c.str(`<path d="M-150 2C-146 -34 -96 -52 -38 -48C24 -44 74 -22 116 -12C136 -8 150 -20 172 -42C178 -30 172 -12 160 -2C172 4 184 14 186 28C160 26 144 14 126 8C92 20 52 34 10 38C2 56 -16 72 -40 76C-36 60 -34 48 -36 40C-90 40 -144 30 -150 2Z`)
	c.fill(whale, 1)
	c.str(`<path d="M-146 8C-120 14 -80 16 -46 12M-140 18C-118 24 -86 26 -56 24M-128 27C-110 32 -88 33 -66 33`)
	c.stroke(mix(c.mid, c.low, .3).hex(), 1.4, .6)
	c.disc(-98, -6, 3.2, mix(c.low, c.sun, .3).hex(), 1)
	c.close()
	c.begin()
	for range 11 { // a shoal
		x, y, k := -s*c.in(150, 420), c.in(10, 120), c.in(9, 15)*s
		c.move(x-k, y)
		c.op('q', k, -math.Abs(k)*.8, 2*k, 0)
		c.op('l', k*.7, -math.Abs(k)*.4)
		c.op('v', math.Abs(k)*.8)
		c.op('l', -k*.7, -math.Abs(k)*.4)
		c.op('q', -k, math.Abs(k)*.8, -2*k, 0)
	}
	c.fill(mix(c.low, c.mid, .55).hex(), .9)
	for range 14 { // bubbles
		c.disc(s*c.in(-430, -330)+c.in(-30, 30), -c.in(150, 560), c.in(3, 10), c.sun.hex(), c.in(.25, .6))
	}
	c.begin() // weed: tapering ribbons
	for i := range 15 {
		x := -690 + 100*float64(i) + c.in(-34, 34)
		h, lean := c.in(90, 250), c.in(-40, 40)
		if math.Abs(x) < 150 {
			h *= .45
		}
		c.move(x-10, 260)
		c.op('c', -lean, -h*.4, lean*1.5, -h*.6, lean*.4, -h)
		c.op('c', lean*1.2+14, h*.5, 8-lean, h*.6, 20-lean*.4, h)
	}
	c.fill(mix(c.palette.top, c.ink, .6).hex(), 1)
	c.ridge(c.newWave(), 215, 36, 4, c.ink.hex())
}

// waves: rows of scales, as on a woodblock print, under a bold sun.
func (c *canvas) waves() {
	if c.dark {
		c.stars(36, -100)
	}
	r := c.in(170, 225)
	y := -c.in(150, 250)
	x := c.in(-120, 120)
	c.glow(x, y, r*2.4, mix(c.sun, c.low, .5), .7)
	c.disc(x, y, r, c.fade(stop{0, c.sun, 1}, stop{1, mix(c.sun, mix(c.low, c.mid, .2), .8), 1}), 1)
	c.streaks(x+c.side()*260, -c.in(260, 360), 3, mix(c.low, c.sun, .3), .4)
	switch side := c.side(); c.n(4) {
	case 0: // a snow-capped volcano before the sun
		x, h := side*c.in(60, 190), c.in(330, 410)
		rock := mix(c.haze(.3), c.mid, .3)
		c.begin()
		c.move(x-h*1.7, 40)
		c.quad(x-h*.5, -h*.35, x-h*.13, -h)
		c.op('h', h*.26)
		c.quad(x+h*.5, -h*.35, x+h*1.7, 40)
		c.fill(c.fade(stop{0, rock, 1}, stop{1, mix(rock, c.low, .35), 1}), 1)
		c.begin()
		c.move(x-h*.13, -h)
		c.op('h', h*.26)
		c.quad(x+h*.22, -h*.84, x+h*.34, -h*.66)
		for _, d := range [...][2]float64{{.2, -.74}, {.13, -.6}, {.03, -.73}, {-.08, -.57}, {-.17, -.73}, {-.34, -.66}} {
			c.line(x+h*d[0], h*d[1])
		}
		c.quad(x-h*.22, -h*.84, x-h*.13, -h)
		c.fill(mix(c.sun, c.low, .12).hex(), 1)
	case 1: // a junk
		c.place(side*c.in(40, 160), -62, side*1.7, 1.7, c.in(-6, 6))
		c.str(`<path d="M-70 -26Q-50 6 -20 8H40Q66 2 82 -34Q40 -16 0 -18Q-40 -18 -70 -26ZM-4 -18V-150H2V-18ZM46 -22V-100H50V-22Z`)
		c.fill(c.haze(.95).hex(), 1)
		c.str(`<path d="M-2 -146Q50 -140 58 -118L50 -34Q20 -30 -34 -34Q-44 -100 -2 -146ZM52 -98Q82 -92 86 -76L80 -38H54Z`)
		c.fill(mix(c.accent, c.ink, .22).hex(), 1)
		c.str(`<path d="M-34 -62Q16 -56 54 -62M-34 -90Q16 -84 56 -90M-22 -118Q16 -112 57 -116`)
		c.stroke(c.haze(.95).hex(), 3, .7)
		c.close()
	}
	r = c.in(92, 128)
	deep, foam := mix(c.mid, c.ink, .45), mix(c.low, c.sun, .3)
	c.symbol("w", func() {
		for i, k := range [...]float64{1, .9, .68, .6, .36, .28} {
			tone := foam
			if i%2 == 1 {
				tone = mix(deep, c.low, .12*float64(i))
			}
			c.disc(0, 0, r*k, tone.hex(), 1)
		}
	})
	row := 0
	for wy := 10.0; wy < c.bottom+r*.6; wy += r * .52 {
		shift := r * float64(row%2)
		first := math.Floor((c.left-shift)/(2*r))*2*r + shift
		for wx := first; wx < c.right+r; wx += 2 * r {
			c.use("w", wx, wy, 1)
		}
		row++
	}
	c.cover(-r, c.bottom+9, c.fade(stop{.08, c.ink, 0}, stop{.8, c.ink, .6}, stop{1, c.ink, .7}), 1)
}
