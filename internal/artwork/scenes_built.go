package artwork

import "math"

// temple: columns before the sun.
func (c *canvas) temple() {
	if c.dark {
		c.stars(44, -60)
	}
	x := c.in(-30, 30)
	c.luminary(x+c.in(-90, 90), -c.in(190, 290), c.in(165, 215))
	c.ridge(c.newWave(), -10, 60, 4, c.land(.2, .6))
	stone := mix(c.haze(.62), c.low, .1)
	shade := mix(stone, c.ink, .55)
	c.cover(96, c.bottom+9, c.fade(stop{0, mix(stone, c.ink, .45), 1}, stop{.5, c.ink, 1}), 1)
	n := 5 + c.n(2)
	gap := 520 / float64(n-1)
	column := c.gradient(0, 0, 1, 0, stop{0, mix(stone, c.low, .4), 1}, stop{.35, stone, 1}, stop{1, shade, 1})
	ruin := c.n(4) // the column that has fallen, if it is an inner one of the first half
	s := c.side()
	c.place(x, 0, s, 1, 0)
	for i := range n {
		cx := -260 + gap*float64(i)
		top := -250.0
		broken := ruin == 1 && i == n-1
		if broken {
			top = -c.in(60, 140)
		}
		c.poly(column, 1, cx-24, 60, cx-20, top, cx+20, top, cx+24, 60)
		c.begin()
		for _, d := range [...]float64{-10, 0, 10} {
			c.move(cx+d*1.1, 52)
			c.line(cx+d*.9, top+12)
		}
		c.stroke(shade.hex(), 3, .5)
		c.begin()
		c.box(cx-33, 52, 66, 16)
		if !broken {
			c.box(cx-32, top-12, 64, 16)
		}
		c.fill(stone.hex(), 1)
	}
	right := 310.0
	if ruin == 1 {
		right = 260 - gap*.6
	}
	c.rect(-310, -306, 310+right, 46, c.fade(stop{0, mix(stone, c.low, .2), 1}, stop{1, mix(stone, c.ink, .3), 1}), 1)
	c.begin()
	for tx := -290.0; tx < right-20; tx += 52 {
		c.box(tx, -292, 22, 24)
	}
	c.fill(shade.hex(), .8)
	if ruin == 1 {
		c.poly(stone.hex(), 1, -336, -306, -60, -396, 30, -366, 60, -330, right-30, -306)
	} else {
		c.poly(stone.hex(), 1, -336, -306, 0, -412, 336, -306)
		c.poly(shade.hex(), .75, -250, -318, 0, -394, 250, -318)
	}
	for i := range 4 {
		w := 330 + 46*float64(i)
		c.rect(-w, 66+30*float64(i), 2*w, 31, mix(stone, c.ink, .12+.22*float64(i)).hex(), 1)
	}
	c.close()
	c.birds(-s*c.in(280, 400), -c.in(330, 420), 4, c.haze(.8).hex())
	c.swell(c.newWave(), 240, 26, c.ink.hex())
}

// aqueduct: two storeys of arches across a valley.
func (c *canvas) aqueduct() {
	if c.dark {
		c.stars(44, -60)
	}
	c.luminary(c.in(-140, 140), -c.in(190, 290), c.in(120, 180))
	c.ridge(c.newWave(), -60, 90, 4, c.land(.1, .6))
	c.ridge(c.newWave(), 30, 60, 4, c.land(.3, .6))
	stone := c.haze(.66)
	shift := c.in(-60, 60)
	tier := func(top, deck, foot, pitch, width float64, tone lab) {
		c.begin()
		c.box(c.left-9, top, c.right-c.left+18, foot-top)
		first := math.Floor((c.left-shift)/pitch)*pitch + shift
		for x := first; x < c.right+pitch; x += pitch {
			c.move(x-width/2, foot+1)
			c.op('V', deck+width/2)
			c.arc(width/2, width/2, 0, 1, x+width/2, deck+width/2)
			c.op('V', foot+1)
			c.shut()
		}
		c.str(`" fill-rule="evenodd`)
		c.fill(c.fade(stop{0, mix(tone, c.low, .2), 1}, stop{1, mix(tone, c.ink, .5), 1}), 1)
		c.begin() // the lit inner edge of each arch
		for x := first; x < c.right+pitch; x += pitch {
			c.move(x-width/2, foot)
			c.op('V', deck+width/2)
			c.arc(width/2, width/2, 0, 1, x, deck)
		}
		c.stroke(mix(tone, c.low, .55).hex(), 5, .7)
		c.cover(top-9, top+7, mix(tone, c.ink, .25).hex(), 1)
	}
	tier(-250, -222, -90, 104, 74, stone)
	tier(-96, -60, 300, 208, 162, mix(stone, c.ink, .12))
	c.mist(110, 90, .3)
	c.ridge(c.newWave(), 165, 44, 4, c.land(.82, .3))
	s := c.side()
	c.begin()
	for i := range 4 { // cypresses
		x, h := s*(200+95*float64(i))+c.in(-18, 18), c.in(130, 220)
		c.move(x, 190-h)
		c.quad(x+h*.17, 190-h*.35, x+h*.06, 200)
		c.op('H', x-h*.06)
		c.quad(x-h*.17, 190-h*.35, x, 190-h)
	}
	c.fill(c.ink.hex(), 1)
	c.swell(c.newWave(), 220, 26, c.ink.hex())
}

// portal: arches within arches, the innermost opens on the sun.
func (c *canvas) portal() {
	x, foot := c.in(-30, 30), 110.0
	n := 5 + c.n(2)
	arch := func(w float64) {
		h := w * 1.18
		c.move(x-w, c.bottom+9)
		c.op('V', foot-h*.72)
		c.arc(w, w*.98, 0, 1, x+w, foot-h*.72)
		c.op('V', c.bottom+9)
		c.shut()
	}
	c.cover(c.top-2, c.bottom+2, mix(c.palette.top, c.ink, .3).hex(), 1)
	for i := range n {
		t := float64(i) / float64(n)
		w := 720 - (720-175)*math.Pow(t, .75)
		tone := mix(mix(c.palette.top, c.mid, .25), mix(c.mid, c.low, t*.7), t)
		c.begin()
		arch(w + 13)
		c.fill(c.ink.hex(), .35)
		c.begin()
		arch(w)
		c.fill(c.gradient(0, 0, 1, 0, stop{0, mix(tone, c.low, .13), 1}, stop{1, mix(tone, c.ink, .25), 1}), 1)
	}
	c.clip(func() { arch(165) })
	c.cover(-600, c.bottom, c.fade(stop{0, mix(c.mid, c.low, .5), 1}, stop{.5, c.low, 1}, stop{1, mix(c.low, c.sun, .3), 1}), 1)
	c.glow(x, -110, 330, c.sun, .7)
	c.disc(x+c.in(-30, 30), -c.in(110, 150), c.in(64, 84), c.sun.hex(), 1)
	switch c.n(3) {
	case 0:
		c.ridge(c.newWave(), 10, 40, 4, c.haze(.3).hex())
		c.ridge(c.newWave(), 60, 26, 4, c.haze(.6).hex())
	case 1:
		c.water(14, x, 100, c.sun)
	default:
		c.swell(c.newWave(), 16, 26, c.haze(.25).hex())
		c.swell(c.newWave(), 60, 26, c.haze(.5).hex())
	}
	c.close()
	for i := range 4 {
		w := 175 + 62*float64(i)
		c.rect(x-w, foot+36*float64(i), 2*w, 37, mix(mix(c.mid, c.low, .3), c.ink, .3+.2*float64(i)).hex(), 1)
	}
	c.begin()
	c.person(x+c.in(-60, 60), foot+4, c.in(120, 150))
	c.fill(c.ink.hex(), 1)
}

// balcony: a window over the moonlit sea, with balustrade and climbing leaves.
func (c *canvas) balcony() {
	c.stars(50, -60)
	s := c.side()
	c.luminary(-s*c.in(20, 110), -c.in(200, 280), c.in(90, 140))
	c.ridge(c.newWave(), -14, 26, 3, c.haze(.25).hex())
	c.water(0, -s*60, 200, mix(c.sun, c.low, .2))
	inner := mix(c.ink, c.palette.top, .25)
	const w, pitch = 330.0, 790.0
	arches := func() {
		for i := -1.0; i < 2; i++ {
			if x := i * pitch; c.seen(x-w, x+w) {
				c.move(x-w, c.bottom+9)
				c.op('V', -270)
				c.arc(w, w*.9, 0, 1, x+w, -270)
				c.op('V', c.bottom+9)
			}
		}
	}
	c.begin() // the wall with its arches
	c.box(c.left-9, c.top-9, c.right-c.left+18, c.bottom-c.top+18)
	arches()
	c.str(`" fill-rule="evenodd`)
	c.fill(c.gradient(0, 0, .2, 1, stop{0, mix(inner, c.mid, .3), 1}, stop{.7, mix(inner, c.ink, .4), 1}), 1)
	c.begin()
	arches()
	c.stroke(mix(c.low, c.sun, .3).hex(), 7, .55)
	ink := c.ink.hex()
	c.str(`<g fill="`)
	c.str(ink)
	c.str(`">`)
	c.str(`<defs><path id="b" d="M-13 0h26v-10h-7q-2 -14 6 -28q9 -20 -2 -36q-6 -8 -4 -24h7v-10h-26v10h7q2 16 -4 24q-11 16 -2 36q8 14 6 28h-7z"/></defs>`)
	for i := -18.0; i < 19; i++ {
		x := i * 65
		if arch := math.Abs(x - math.Round(x/pitch)*pitch); arch < w-10 && c.seen(x-20, x+20) {
			c.use("b", x, 120, 1)
		}
	}
	c.close()
	rail := c.fade(stop{0, mix(c.low, c.ink, .55), 1}, stop{1, c.ink, 1})
	for i := -1.0; i < 2; i++ {
		c.rect(i*pitch-w, -6, 2*w, 22, rail, 1)
		c.rect(i*pitch-w, 116, 2*w, c.bottom, ink, 1)
	}
	x := s * c.in(20, 60)
	c.begin()
	c.person(x-38, 118, 240)
	c.person(x+36, 118, 218)
	c.fill(ink, 1)
	c.begin() // her dress
	c.points(x+22, 0, x+50, 0, x+84, 118, x, 118)
	c.fill(ink, 1)
	// leaves along one side of the arch
	c.str(`<g fill="`)
	c.str(mix(c.haze(.8), c.ink, .3).hex())
	c.str(`">`)
	for i := range 13 {
		y := -550 + 46*float64(i)
		edge := w
		if y < -270 {
			edge = w * math.Sqrt(max(0, 1-(y+270)*(y+270)/(w*w*.81)))
		}
		for range 2 {
			c.str("<circle")
			c.attr("cx", s*(edge+c.in(-20, 16)))
			c.attr("cy", y+c.in(-22, 22))
			c.attr("r", c.in(13, 27))
			c.str("/>")
		}
	}
	c.close()
}

// stage: curtains, beams and somebody in the light.
func (c *canvas) stage() {
	c.cover(c.top-2, c.bottom+2, c.fade(stop{0, mix(c.palette.top, c.ink, .55), 1}, stop{.6, mix(c.palette.top, c.mid, .5), 1}, stop{1, c.ink, 1}), 1)
	c.glow(0, -60, 560, mix(c.mid, c.low, .4), .7)
	n := 3 + c.n(3)
	for i := range n {
		t := float64(i)/float64(n-1)*2 - 1
		tone := mix([...]lab{c.light, c.accent, c.sun, c.low}[(i+c.n(2))%4], c.sun, .4)
		x, to := t*c.in(330, 470), -t*c.in(20, 150)
		c.poly(c.fade(stop{0, tone, .8}, stop{1, tone, .1}), .9, x-10, c.top-20, x+10, c.top-20, to+125, 135, to-125, 135)
	}
	c.cover(120, c.bottom+9, c.fade(stop{0, mix(c.mid, c.ink, .45), 1}, stop{.7, c.ink, 1}), 1)
	c.ellipse(0, 142, 250, 32, c.radial(stop{0, c.sun, .95}, stop{.6, c.light, .6}, stop{1, c.light, .1}), 1)
	ink := c.ink.hex()
	x := c.in(-25, 25)
	switch c.n(3) {
	case 0: // a singer
		c.begin()
		c.person(x, 148, 260)
		c.points(x+30, 30, x-30, 30, x-62, 148, x+62, 148)
		c.fill(ink, 1)
		c.begin()
		c.move(x+58, 148)
		c.op('V', -74)
		c.op('l', -16, -14)
		c.move(x+38, 148)
		c.op('h', 40)
		c.stroke(ink, 6, 1)
		c.disc(x+38, -92, 12, ink, 1)
	case 1: // a dancing pair
		c.place(x, 148, 2.5, 2.5, 0)
		c.str(`<path d="M-22 -96a8 9 0 1 1 .1 0zM16 -90a7.5 8.5 0 1 1 .1 0zM-28 -92Q-16 -96 -12 -84L14 -80L30 -104L34 -101L22 -72L18 -46L46 -4Q24 -14 6 -4L8 -48L-8 -66L-6 -40L-2 0H-10L-18 -38L-30 0H-38L-30 -44L-34 -74L-54 -98L-50 -101Z`)
		c.fill(ink, 1)
		c.close()
	default: // a grand piano and its player
		c.place(x, 148, 2.3, 2.3, 0)
		c.str(`<path d="M-70 -44H50Q62 -44 60 -34L58 -28H-66ZM-58 -28h6L-56 0h-5zM44 -28h6L54 0h-5zM-6 -28h5v28h-5zM-58 -46L44 -104Q62 -92 56 -72L52 -46Z`)
		c.fill(ink, 1)
		c.str(`<path d="M-56 -46L46 -102`)
		c.stroke(mix(c.sun, c.low, .3).hex(), 1.6, .8)
		c.str(`<path d="M-92 -66a8 9 0 1 1 .1 0zM-101 -62Q-88 -68 -84 -54L-68 -46L-70 -41L-88 -45L-88 -26L-72 -22L-72 0H-78L-80 -16H-104Q-106 -44 -101 -62ZM-110 -18h34v4h-34zM-96 -14h4V0h-4z`)
		c.fill(ink, 1)
		c.close()
	}
	cloth := mix(c.accent, c.ink, .38)
	if c.chance(60) {
		cloth = mix(lch(.42, .16, 22), c.ink, .15)
	}
	folds := c.gradient(0, 0, 1, 0, stop{0, mix(cloth, c.ink, .65), 1}, stop{.4, cloth, 1}, stop{.62, mix(cloth, c.light, .12), 1}, stop{1, mix(cloth, c.ink, .7), 1})
	edge := min(-c.left, c.right) + 9
	for _, d := range [...]float64{-1, 1} {
		outer := c.right + 9
		if d < 0 {
			outer = -c.left + 9
		}
		hem := min(edge, 540) - 130
		k := (outer - hem) / 5
		for i := range 5 {
			x1 := hem + float64(i)*k
			c.begin()
			c.move(d*(x1+30), c.top-9)
			c.quad(d*(x1+40), -80, d*x1, 165)
			c.op('q', d*k*.55, 22, d*(k+14), 0)
			c.quad(d*(x1+k+40), -80, d*(x1+k+44), c.top-9)
			c.shut()
			c.fill(folds, 1)
		}
	}
	c.begin()
	c.move(c.left-9, c.top-9)
	c.op('V', c.top+70)
	for x := c.left - 9; x < c.right; x += 150 {
		c.op('q', 75, 62, 150, 0)
	}
	c.op('V', c.top-9)
	c.fill(c.fade(stop{0, mix(cloth, c.ink, .6), 1}, stop{1, mix(cloth, c.light, .06), 1}), 1)
}
