package artwork

import "math"

// deadTree: bare branches across a huge moon, stones beneath.
func (c *canvas) deadTree() {
	c.stars(40, -100)
	x := c.in(-30, 30)
	c.fullMoon(x+c.side()*c.in(0, 90), -c.in(230, 270), c.in(180, 225))
	c.streaks(x, -c.in(130, 190), 3, mix(c.low, c.mid, .5), .4)
	c.ridge(c.newWave(), 40, 40, 4, c.land(.4, .6))
	ink := mix(c.ink, c.palette.top, .1).hex()
	s := c.side()
	// three passes by thickness: one path each instead of a stroke per branch
	var limbs [3][]float64
	var grow func(x, y, angle, length float64, level int)
	grow = func(x, y, angle, length float64, level int) {
		bend := c.in(-.35, .35)
		mx, my := polar(x, y, angle+bend, length*.55)
		ex, ey := polar(mx, my, angle-bend*.6, length*.5)
		k := min(level, 2)
		limbs[k] = append(limbs[k], x, y, mx, my, ex, ey)
		if level == 4 {
			return
		}
		n := 2
		if level < 2 {
			n = 3
		}
		for i := range n {
			spread := (float64(i) - float64(n-1)/2) * c.in(.62, .95)
			grow(ex, ey, angle*.92-turn/4*.08+spread, length*c.in(.58, .76), level+1)
		}
	}
	fx, fy := x+s*c.in(20, 70), 90.0
	c.swell(c.newWave(), 120, 26, c.fade(stop{0, c.haze(.85), 1}, stop{.5, c.ink, 1}))
	grow(fx-s*12, fy-130, -turn/4-s*.12, 128, 0)
	for i, w := range [...]float64{24, 13, 5} {
		c.begin()
		for k := 0; k < len(limbs[i]); k += 6 {
			l := limbs[i][k : k+6]
			c.move(l[0], l[1])
			c.quad(l[2], l[3], l[4], l[5])
		}
		c.stroke(ink, w, 1)
	}
	c.place(fx, fy, s, 1, 0)
	c.str(`<path d="M-70 44C-40 20 -30 -10 -26 -50C-24 -84 -26 -110 -24 -136H2C6 -100 8 -60 20 -20C28 6 50 30 84 44Z`)
	c.fill(ink, 1)
	c.close()
	c.begin()
	for i := range 4 {
		gx := -s*(150+125*float64(i)) + c.in(-16, 16)
		h := c.in(64, 104)
		w := h * .33
		gy := 124 + c.in(0, 22)
		if i%3 == 1 { // a cross
			c.box(gx-5, gy-h*1.3, 10, h*1.5)
			c.box(gx-w*.8, gy-h*1.02, w*1.6, 10)
			continue
		}
		c.move(gx-w, gy+9)
		c.op('v', -h+w)
		c.op('a', w, w, 0, 0, 1, 2*w, 0)
		c.op('v', h-w)
		c.shut()
	}
	c.fill(ink, 1)
	c.bats(-s*c.in(100, 240), -c.in(330, 430), 3+c.n(4), ink)
	c.mist(170, 60, .2)
}

const bat = "M0 6Q-5 -2 -6 -10L-2 -6H2L6 -10Q5 -2 0 6ZM-4 0Q-18 -16 -44 -12Q-34 -4 -34 6Q-26 2 -20 8Q-12 4 -4 8ZM4 0Q18 -16 44 -12Q34 -4 34 6Q26 2 20 8Q12 4 4 8Z"

func (c *canvas) bats(x, y float64, n int, paint string) {
	for range n {
		k := c.in(.5, 1.15)
		c.stamp(bat, x+c.in(-190, 190), y+c.in(-90, 90), k, k, paint, 1)
	}
}

// haunted: a crooked house on a hill, two windows awake.
func (c *canvas) haunted() {
	c.stars(44, -100)
	s := c.side()
	c.fullMoon(-s*c.in(40, 140), -c.in(280, 340), c.in(150, 200))
	c.streaks(s*100, -c.in(160, 240), 3, mix(c.low, c.mid, .5), .35)
	c.ridge(c.newWave(), 60, 60, 5, c.land(.4, .6))
	x := s * c.in(30, 90)
	hill := c.fade(stop{0, c.haze(.9), 1}, stop{.5, c.ink, 1})
	c.begin()
	c.move(c.left-9, 200)
	c.cubic(x-420, 190, x-260, -10, x-120, -14)
	c.op('H', x+140)
	c.cubic(x+260, -10, x+330, 180, c.right+9, 190)
	c.op('V', c.bottom+9)
	c.op('H', c.left-9)
	c.fill(hill, 1)
	ink := mix(c.ink, c.palette.top, .12).hex()
	c.place(x, -8, s*1.12, 1.12, 0)
	c.str(`<path d="M-104 10V-104L-118 -100L-96 -142V-172H-84V-160L-46 -206L-10 -158V-236L-24 -232L12 -322L16 -352L20 -322L56 -232L44 -236V-140L60 -144L96 -190L128 -134L116 -138V10Z`)
	c.fill(ink, 1)
	c.str(`<path d="M5 -214q11 -18 22 0v34H5zM-82 -86h26v38h-26zM-40 -86h26v38h-26z`)
	c.fill(c.light.hex(), 1)
	c.str(`<path d="M62 -96h24v36H62zM2 -92h26v40H2z`)
	c.fill(c.light.hex(), .35)
	c.str(`<path d="M16 -214v34M5 -196h22M-69 -86v38M-82 -68h26M-27 -86v38M-40 -68h26`)
	c.stroke(ink, 3, 1)
	c.str(`<path d="M52 10V-28q12 -16 24 0V10z`)
	c.fill(mix(c.light, c.accent, .5).hex(), .8)
	c.close()
	c.glow(x, -120, 180, c.light, .22)
	c.begin() // fence and path
	for i := range 18 {
		fx := -s*(150+38*float64(i)) + x
		fy := 6 + 170*(1-math.Exp(-float64(i)*.22)) + c.in(-4, 4)
		c.move(fx, fy+34)
		c.op('l', c.in(-5, 5), -62)
	}
	c.stroke(ink, 6, 1)
	c.begin()
	c.move(x+s*66, 0)
	c.cubic(x-s*40, 60, x+s*170, 110, x-s*60, 330)
	c.op('h', s*180)
	c.cubic(x+s*230, 130, x+s*20, 70, x+s*80, 0)
	c.fill(c.fade(stop{0, mix(c.light, c.low, .4), .55}, stop{1, c.low, 0}), 1)
	c.bats(-s*c.in(60, 240), -c.in(300, 420), 4+c.n(4), ink)
	c.mist(150, 70, .18)
}

// castle: towers on a crag among clouds.
func (c *canvas) castle() {
	c.stars(50, -80)
	s := c.side()
	c.luminary(-s*c.in(120, 250), -c.in(300, 400), c.in(80, 150))
	cloud := mix(c.low, c.sun, .25)
	c.cloud(-s*c.in(330, 480), -c.in(60, 150), c.in(260, 360), cloud.hex(), .4)
	c.cloud(s*c.in(330, 480), -c.in(180, 300), c.in(220, 320), cloud.hex(), .35)
	c.ridge(c.newWave(), -30, 90, 5, c.land(.15, .6))
	c.ridge(c.newWave(), 50, 60, 5, c.land(.4, .6))
	x := s * c.in(10, 50)
	stone := c.haze(.72)
	wall := c.gradient(0, 0, 1, 0, stop{0, mix(stone, c.low, .16), 1}, stop{1, mix(stone, c.ink, .5), 1})
	roof := c.gradient(0, 0, 1, 0, stop{0, mix(c.accent, c.ink, .35), 1}, stop{1, mix(c.accent, c.ink, .7), 1})
	c.place(x, 0, 1.12, 1.12, 0)
	type tower struct{ x, w, foot, top, roof float64 }
	towers := []tower{{-132, 40, 40, -96 - c.in(0, 40), 74}, {132, 40, 40, -90 - c.in(0, 50), 70}, {-66, 46, 20, -190 - c.in(0, 50), 96}, {70, 44, 20, -176 - c.in(0, 60), 92}, {4, 66, 10, -268 - c.in(0, 46), 128}}
	c.begin()
	for _, t := range towers {
		c.box(t.x-t.w/2, t.top, t.w, t.foot-t.top)
		c.points(t.x-t.w/2-7, t.top+16, t.x-t.w/2-7, t.top-6, t.x+t.w/2+7, t.top-6, t.x+t.w/2+7, t.top+16)
	}
	c.points(-150, 60, -150, -60, -134, -60, -134, -48, -118, -48, -118, -60, -102, -60, -102, -48, -86, -48, -86, -60, -70, -60, -70, -48, 70, -48, 70, -60, 86, -60, 86, -48, 102, -48, 102, -60, 118, -60, 118, -48, 134, -48, 134, -60, 150, -60, 150, 60)
	c.fill(wall, 1)
	c.begin()
	for _, t := range towers {
		c.points(t.x-t.w/2-13, t.top-4, t.x, t.top-t.roof, t.x+t.w/2+13, t.top-4)
	}
	c.fill(roof, 1)
	c.begin()
	for i, t := range towers {
		c.move(t.x-4, t.top+44)
		c.op('v', -12)
		c.op('a', 4.5, 5, 0, 0, 1, 9, 0)
		c.op('v', 12)
		c.shut()
		if i > 1 {
			c.box(t.x-t.w*.28, t.top+78, 7, 13)
			c.box(t.x+t.w*.12, t.top+104, 7, 13)
		}
	}
	c.move(-15, 10)
	c.op('v', -22)
	c.op('a', 15, 18, 0, 0, 1, 30, 0)
	c.op('v', 22)
	c.shut()
	c.fill(c.light.hex(), 1)
	c.begin()
	for i, t := range towers {
		if i == 4 || i == 2 {
			c.box(t.x-1.5, t.top-t.roof-36, 3, 42)
			c.move(t.x, t.top-t.roof-36)
			c.op('q', s*18, -6, s*34, 4)
			c.op('q', -s*12, 4, -s*34, 14)
			c.shut()
		}
	}
	c.fill(c.accent.hex(), 1)
	c.close()
	// the crag: its left half catches the light
	c.begin()
	pts := []float64{-230, 60, -196, 26, -150, 10, -80, 2, 40, 4, 120, 10, 190, 14, 236, 52, 300, 130, 360, 240, 420, 480}
	c.move(x-440, 480)
	c.line(x-380, 250)
	c.line(x-290, 140)
	for i := 0; i < len(pts); i += 2 {
		c.line(x+pts[i]+c.in(-7, 7), pts[i+1]+c.in(-5, 5))
	}
	c.fill(c.fade(stop{0, c.haze(.85), 1}, stop{.55, c.ink, 1}), 1)
	c.begin()
	for _, f := range [...]float64{-170, -60, 60, 150} {
		fx := x + f + c.in(-20, 20)
		c.points(fx, 16, fx-c.in(40, 70), 60+c.in(20, 60), fx-c.in(10, 30), 120+c.in(0, 60), fx+c.in(10, 26), 90)
	}
	c.fill(mix(c.haze(.8), c.low, .2).hex(), .45)
	c.birds(s*c.in(180, 280), -c.in(330, 430), 4, c.haze(.9).hex())
	c.mist(140, 90, .34)
	c.pines(c.newWave(), 235, 26, 70, 130, 46, c.ink.hex())
}

// keyhole: what is seen through it.
func (c *canvas) keyhole() {
	y, r := -c.in(270, 300), c.in(180, 205)
	half, foot := r*c.in(.7, .85), 130.0
	s := c.side()
	c.clip(func() {
		c.move(-r*.42, y+r*.9)
		c.arc(r, r, 1, 1, r*.42, y+r*.9)
		c.line(half, foot)
		c.op('H', -half)
		c.shut()
	})
	c.cover(y-r, foot, c.fade(stop{0, mix(c.mid, c.low, .15), 1}, stop{.6, c.low, 1}, stop{1, mix(c.low, c.sun, .4), 1}), 1)
	c.glow(0, y+r, r*1.9, c.sun, .6)
	c.disc(-s*r*.25, y-r*.05, r*.42, c.sun.hex(), 1)
	switch c.n(3) {
	case 0: // someone walks away
		c.ridge(c.newWave(), 10, 26, 3, c.haze(.3).hex())
		c.poly(c.haze(.55).hex(), 1, -half*2, foot, -half*2, 60, half*2, 60, half*2, foot)
		c.poly(mix(c.low, c.sun, .3).hex(), .7, -6, 60, 6, 60, 80, foot, -80, foot)
		c.begin()
		c.person(s*4, 90, 150)
		c.fill(c.ink.hex(), 1)
	case 1: // stairs
		for i := range 6 {
			w := half * (1.25 - .17*float64(i))
			c.rect(-w, foot-24-27*float64(i), 2*w, 28, c.haze(.9-.13*float64(i)).hex(), 1)
		}
		c.begin()
		c.person(0, foot-156, 120)
		c.fill(c.ink.hex(), 1)
	default: // an eye of a hill with a tree
		c.ridge(c.newWave(), 0, 30, 3, c.haze(.3).hex())
		c.ellipse(0, 150, 190, 110, c.haze(.8).hex(), 1)
		c.begin()
		for i := range 5 {
			c.pine(-70+34*float64(i)+c.in(-8, 8), 66-c.in(0, 18), c.in(70, 150))
		}
		c.fill(c.haze(.92).hex(), 1)
	}
	c.close()
	// the door round the hole
	door := mix(c.palette.top, c.mid, .3)
	c.begin()
	c.box(c.left-9, c.top-9, c.right-c.left+18, c.bottom-c.top+18)
	c.move(-r*.42, y+r*.9)
	c.arc(r, r, 1, 1, r*.42, y+r*.9)
	c.line(half, foot)
	c.op('H', -half)
	c.shut()
	c.str(`" fill-rule="evenodd`)
	c.fill(c.gradient(0, 0, .4, 1, stop{0, mix(door, c.mid, .3), 1}, stop{.45, mix(door, c.ink, .25), 1}, stop{.9, c.ink, 1}), 1)
	c.begin()
	for i := range 12 {
		x := -1210 + 220*float64(i)
		if c.seen(x, x) && math.Abs(x) > 260 {
			c.move(x, c.top)
			c.op('V', c.bottom)
		}
	}
	c.stroke(c.ink.hex(), 7, .45)
	rim := func(w, o float64, tone lab) {
		c.begin()
		c.move(-r*.42, y+r*.9)
		c.arc(r, r, 1, 1, r*.42, y+r*.9)
		c.line(half, foot)
		c.op('H', -half)
		c.shut()
		c.stroke(tone.hex(), w, o)
	}
	rim(110, .3, c.ink)
	rim(64, .9, mix(mix(c.light, c.accent, .4), c.ink, .55))
	rim(34, .6, mix(mix(c.light, c.accent, .4), c.ink, .25))
	rim(9, 1, mix(c.light, c.low, .4))
	c.poly(c.fade(stop{0, mix(c.low, c.sun, .4), .5}, stop{1, c.low, 0}), 1, -half, foot+6, half, foot+6, half*2.4, foot+230, -half*2.4, foot+230)
}

// doorway: a door left ajar throws its light across the floor.
func (c *canvas) doorway() {
	wall := mix(c.palette.top, c.ink, .35)
	c.cover(c.top-2, 90, c.gradient(0, 0, 1, .3, stop{0, wall, 1}, stop{.5, mix(wall, c.mid, .5), 1}, stop{1, mix(wall, c.ink, .4), 1}), 1)
	c.cover(90, c.bottom+9, c.fade(stop{0, mix(wall, c.mid, .25), 1}, stop{.6, c.ink, 1}), 1)
	light := mix(c.light, c.sun, .4)
	s := c.side()
	const w, h = 92.0, 480.0
	c.glow(0, -160, 520, mix(light, c.low, .3), .6)
	c.poly(c.fade(stop{0, light, .9}, stop{1, light, 0}), 1, -w, 90, w, 90, w+s*330+150, c.bottom+40, -w+s*330-150, c.bottom+40)
	c.rect(-w-20, 90-h-20, 2*w+40, h+20, mix(c.ink, wall, .3).hex(), 1)
	c.rect(-w, 90-h, 2*w, h, c.fade(stop{0, mix(light, c.low, .25), 1}, stop{1, light, 1}), 1)
	// the leaf, swung into the room
	leaf := mix(c.accent, c.ink, .55)
	c.poly(c.gradient(0, 0, 1, 0, stop{0, leaf, 1}, stop{1, mix(leaf, c.ink, .55), 1}), 1, -s*w, 90-h, -s*(w+128), 90-h-52, -s*(w+128), 150, -s*w, 90)
	c.begin()
	for _, y := range [...][2]float64{{-350, -190}, {-140, 40}} {
		c.points(-s*(w+22), y[0], -s*(w+106), y[0]-26, -s*(w+106), y[1]+10, -s*(w+22), y[1])
	}
	c.stroke(mix(leaf, light, .25).hex(), 4, .8)
	c.disc(-s*(w+114), -116, 10, light.hex(), 1)
	px := s * c.in(-14, 26)
	c.poly(c.fade(stop{0, c.ink, .85}, stop{1, c.ink, .1}), 1, px-24, 104, px+24, 104, px+s*250+70, c.bottom+20, px+s*250-60, c.bottom+20)
	c.begin()
	c.person(px, 112, c.in(330, 380))
	c.fill(c.ink.hex(), 1)
}
