package artwork

import (
	"math"
	"strconv"
)

// canvas writes SVG in world units, which are the same for every shape: the origin is the focal point on the horizon,
// y grows downwards, and a wide picture is 1000 units high. A shape is only a window into that world (left, right, top,
// bottom), so a poster shows the same scene as the card.
type canvas struct {
	buf                      []byte
	defs                     []byte // gradients, kept apart so that one can be defined while a path is open
	left, right, top, bottom float64
	*random
	palette
	gradients []struct{ body, ref string }
	ids       int
}

// str appends markup as it is.
func (c *canvas) str(s string) { c.buf = append(c.buf, s...) }

// num appends a number with at most one decimal, and none from 20 up, where a tenth of a unit is invisible. The tiny
// bias keeps values that are ties on paper from rounding differently where a compiler fuses multiply and add.
func (c *canvas) num(v float64) {
	if math.Abs(v) >= 20 {
		c.buf = strconv.AppendInt(c.buf, int64(math.Floor(v+.5+1e-6)), 10)
		return
	}
	n := int64(math.Floor(v*10 + .5 + 1e-6))
	if n < 0 {
		c.buf, n = append(c.buf, '-'), -n
	}
	if n >= 10 || n == 0 {
		c.buf = strconv.AppendInt(c.buf, n/10, 10)
	}
	if n%10 != 0 {
		c.buf = append(c.buf, '.', byte('0'+n%10))
	}
}

// fraction appends a number between 0 and 1, or a scale, in hundredths.
func (c *canvas) fraction(v float64) {
	n := int64(math.Floor(v*100 + .5 + 1e-6))
	if n < 0 {
		c.buf, n = append(c.buf, '-'), -n
	}
	c.buf = strconv.AppendInt(c.buf, n/100, 10)
	if n %= 100; n != 0 {
		c.buf = append(c.buf, '.', byte('0'+n/10))
		if n%10 != 0 {
			c.buf = append(c.buf, byte('0'+n%10))
		}
	}
}

func (c *canvas) attr(name string, v float64) {
	c.str(" ")
	c.str(name)
	c.str(`="`)
	c.num(v)
	c.str(`"`)
}

// end closes an element with its paint: a hex colour or a url(#…) of a gradient.
func (c *canvas) end(paint string, opacity float64) {
	c.str(` fill="`)
	c.str(paint)
	c.str(`"`)
	c.opacity(opacity)
	c.str("/>")
}

func (c *canvas) opacity(v float64) {
	if v < 1 {
		c.str(` opacity="`)
		c.fraction(v)
		c.str(`"`)
	}
}

func (c *canvas) disc(x, y, r float64, paint string, opacity float64) {
	c.str("<circle")
	c.attr("cx", x)
	c.attr("cy", y)
	c.attr("r", r)
	c.end(paint, opacity)
}

func (c *canvas) ellipse(x, y, rx, ry float64, paint string, opacity float64) {
	c.str("<ellipse")
	c.attr("cx", x)
	c.attr("cy", y)
	c.attr("rx", rx)
	c.attr("ry", ry)
	c.end(paint, opacity)
}

func (c *canvas) rect(x, y, w, h float64, paint string, opacity float64) {
	c.str("<rect")
	c.attr("x", x)
	c.attr("y", y)
	c.attr("width", w)
	c.attr("height", h)
	c.end(paint, opacity)
}

// cover fills the window from y down to y2.
func (c *canvas) cover(y, y2 float64, paint string, opacity float64) {
	c.rect(c.left-2, y, c.right-c.left+4, y2-y, paint, opacity)
}

// Paths: begin, then commands, then fill or stroke.

func (c *canvas) begin() { c.str(`<path d="`) }

func (c *canvas) op(letter byte, args ...float64) {
	c.buf = append(c.buf, letter)
	for i, v := range args {
		if i > 0 && v > -.06 { // a minus sign separates by itself
			c.buf = append(c.buf, ' ')
		}
		c.num(v)
	}
}

func (c *canvas) move(x, y float64)                      { c.op('M', x, y) }
func (c *canvas) line(x, y float64)                      { c.op('L', x, y) }
func (c *canvas) quad(x1, y1, x, y float64)              { c.op('Q', x1, y1, x, y) }
func (c *canvas) cubic(x1, y1, x2, y2, x, y float64)     { c.op('C', x1, y1, x2, y2, x, y) }
func (c *canvas) arc(rx, ry, large, sweep, x, y float64) { c.op('A', rx, ry, 0, large, sweep, x, y) }
func (c *canvas) shut()                                  { c.str("Z") }

func (c *canvas) fill(paint string, opacity float64) {
	c.str(`"`)
	c.end(paint, opacity)
}

func (c *canvas) stroke(paint string, width, opacity float64) {
	c.str(`" fill="none" stroke="`)
	c.str(paint)
	c.str(`"`)
	c.attr("stroke-width", width)
	c.opacity(opacity)
	c.str("/>")
}

// poly is a filled polygon of x, y pairs.
func (c *canvas) poly(paint string, opacity float64, xy ...float64) {
	c.begin()
	c.points(xy...)
	c.fill(paint, opacity)
}

// points adds a closed polygon to the open path.
func (c *canvas) points(xy ...float64) {
	c.trace(xy...)
	c.shut()
}

// trace adds an open polygon of x, y pairs. Its steps are relative, which are shorter, and lead from rounded point to
// rounded point, so that errors do not add up.
func (c *canvas) trace(xy ...float64) {
	grain := 1.0
	if len(xy) < 14 && max(math.Abs(xy[0]), math.Abs(xy[1]), math.Abs(xy[2]), math.Abs(xy[3])) < 100 {
		grain = .1 // a small detail, perhaps in an enlarged group
	}
	var lastX, lastY float64
	for i := 0; i+1 < len(xy); i += 2 {
		x, y := math.Floor(xy[i]/grain+.5+1e-6), math.Floor(xy[i+1]/grain+.5+1e-6)
		letter := byte('l')
		switch i {
		case 0:
			letter = 'M'
		case 2:
		default: // the command goes on
			letter = ' '
			if x < lastX {
				letter = 0
			}
		}
		dx, dy := (x-lastX)*grain, (y-lastY)*grain
		if letter != 0 {
			c.buf = append(c.buf, letter)
		}
		c.num(dx)
		if dy > -.06 {
			c.buf = append(c.buf, ' ')
		}
		c.num(dy)
		lastX, lastY = x, y
	}
}

// box adds a closed rectangle to the open path, with relative commands, which are shorter.
func (c *canvas) box(x, y, w, h float64) {
	c.move(x, y)
	c.op('h', w)
	c.op('v', h)
	c.op('h', -w)
	c.shut()
}

// place opens a group whose origin is x, y; close ends it.
func (c *canvas) place(x, y, scaleX, scaleY, turn float64) {
	c.str(`<g transform="translate(`)
	c.num(x)
	c.str(" ")
	c.num(y)
	c.str(`)`)
	if turn != 0 {
		c.str(`rotate(`)
		c.num(turn)
		c.str(`)`)
	}
	if scaleX != 1 || scaleY != 1 {
		c.str(`scale(`)
		c.fraction(scaleX)
		c.str(" ")
		c.fraction(scaleY)
		c.str(`)`)
	}
	c.str(`">`)
}

func (c *canvas) close() { c.str("</g>") }

// stamp fills ready-made path data at a place.
func (c *canvas) stamp(d string, x, y, scaleX, scaleY float64, paint string, opacity float64) {
	c.place(x, y, scaleX, scaleY, 0)
	c.str(`<path d="`)
	c.str(d)
	c.fill(paint, opacity)
	c.close()
}

// symbol keeps what draw draws under an id, for use. Paint may be left to the user.
func (c *canvas) symbol(id string, draw func()) {
	c.str(`<defs><g id="`)
	c.str(id)
	c.str(`">`)
	draw()
	c.str(`</g></defs>`)
}

// use draws a symbol at a place, at a size.
func (c *canvas) use(id string, x, y, size float64, attributes ...string) {
	c.str(`<use href="#`)
	c.str(id)
	c.str(`"`)
	if size == 1 {
		c.attr("x", x)
		c.attr("y", y)
	} else {
		c.str(` transform="translate(`)
		c.num(x)
		c.str(" ")
		c.num(y)
		c.str(`)scale(`)
		c.fraction(size)
		c.str(`)"`)
	}
	for i := 0; i+1 < len(attributes); i += 2 {
		c.str(" ")
		c.str(attributes[i])
		c.str(`="`)
		c.str(attributes[i+1])
		c.str(`"`)
	}
	c.str("/>")
}

// stop is one colour of a gradient.
type stop struct {
	at      float64
	color   lab
	opacity float64
}

func (c *canvas) stops(stops []stop) {
	for _, s := range stops {
		c.str(`<stop`)
		if s.at > 0 {
			c.str(` offset="`)
			c.fraction(s.at)
			c.str(`"`)
		}
		c.str(` stop-color="`)
		c.str(s.color.hex())
		c.str(`"`)
		if s.opacity < 1 {
			c.str(` stop-opacity="`)
			c.fraction(s.opacity)
			c.str(`"`)
		}
		c.str("/>")
	}
}

func (c *canvas) id() (id, ref string) {
	c.ids++
	id = "s" + strconv.Itoa(c.ids)
	return id, "url(#" + id + ")"
}

// fade defines a gradient from top to bottom of whatever it fills.
func (c *canvas) fade(stops ...stop) (ref string) { return c.gradient(0, 0, 0, 1, stops...) }

// gradient defines a linear gradient along x1, y1 to x2, y2 of whatever it fills.
func (c *canvas) gradient(x1, y1, x2, y2 float64, stops ...stop) (ref string) {
	return c.define("linearGradient", func() {
		for i, v := range [4]float64{x1, y1, x2, y2} {
			if v == float64(i%3/2) { // what SVG assumes anyway: 0, 0, 1, 0
				continue
			}
			c.str([4]string{` x1="`, ` y1="`, ` x2="`, ` y2="`}[i])
			c.fraction(v)
			c.str(`"`)
		}
	}, stops)
}

// radial defines a gradient from the middle of whatever it fills outwards.
func (c *canvas) radial(stops ...stop) (ref string) {
	return c.define("radialGradient", func() {}, stops)
}

// define adds a gradient to defs unless the same is there already.
func (c *canvas) define(element string, attributes func(), stops []stop) (ref string) {
	c.buf, c.defs = c.defs, c.buf
	defer func() { c.buf, c.defs = c.defs, c.buf }()
	start := len(c.buf)
	attributes()
	c.str(">")
	c.stops(stops)
	c.str("</")
	c.str(element)
	c.str(">")
	body := string(c.buf[start:])
	c.buf = c.buf[:start]
	for _, g := range c.gradients {
		if g.body == body {
			return g.ref
		}
	}
	id, ref := c.id()
	c.gradients = append(c.gradients, struct{ body, ref string }{body, ref})
	c.str("<")
	c.str(element)
	c.str(` id="`)
	c.str(id)
	c.str(`"`)
	c.str(body)
	return ref
}

// clip opens a group shown only inside the path that draw adds; close ends it.
func (c *canvas) clip(draw func()) {
	id, ref := c.id()
	c.str(`<clipPath id="`)
	c.str(id)
	c.str(`"><path d="`)
	draw()
	c.str(`"/></clipPath><g clip-path="`)
	c.str(ref)
	c.str(`">`)
}

// seen tells whether anything between x1 and x2 is in the window.
func (c *canvas) seen(x1, x2 float64) bool { return x2 > c.left && x1 < c.right }
