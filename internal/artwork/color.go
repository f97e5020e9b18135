package artwork

import "math"

// lab is a colour in OKLab: mixing there keeps hues clean, where mixing in sRGB would pass through mud.
type lab struct{ l, a, b float64 }

// lch is the colour of lightness l (0 to 1), chroma c (0 to about 0.3) and hue h in degrees.
func lch(l, c, h float64) lab {
	sin, cos := math.Sincos(h * math.Pi / 180)
	return lab{l, float64(c * cos), float64(c * sin)}
}

// mix goes from x (t = 0) to y (t = 1).
func mix(x, y lab, t float64) lab {
	at := func(p, q float64) float64 { return p + float64((q-p)*t) }
	return lab{at(x.l, y.l), at(x.a, y.a), at(x.b, y.b)}
}

// lit is the colour at another lightness.
func (x lab) lit(l float64) lab { return lab{l, x.a, x.b} }

// dim scales lightness, and chroma with it: a dark colour holds little chroma.
func (x lab) dim(f float64) lab { return lab{x.l * f, x.a * f, x.b * f} }

// hex is the colour as "#rrggbb". What sRGB cannot show gives up chroma until it fits, which keeps the hue.
func (x lab) hex() string {
	rgb, ok := x.srgb()
	for i := 0; i < 14 && !ok; i++ {
		x.a, x.b = x.a*.9, x.b*.9
		rgb, ok = x.srgb()
	}
	const digits = "0123456789abcdef"
	out := [7]byte{'#'}
	for i, v := range rgb {
		n := int(math.Floor(float64(gamma(v)*255) + .5 + 1e-6))
		out[1+2*i], out[2+2*i] = digits[n>>4], digits[n&15]
	}
	return string(out[:])
}

// srgb is linear light, and whether it fits.
func (x lab) srgb() (rgb [3]float64, ok bool) {
	l := x.l + float64(0.3963377774*x.a) + float64(0.2158037573*x.b)
	m := x.l - float64(0.1055613458*x.a) - float64(0.0638541728*x.b)
	s := x.l - float64(0.0894841775*x.a) - float64(1.2914855480*x.b)
	l, m, s = l*l*l, m*m*m, s*s*s
	rgb = [3]float64{
		float64(4.0767416621*l) - float64(3.3077115913*m) + float64(0.2309699292*s),
		float64(2.6097574011*m) - float64(1.2684380046*l) - float64(0.3413193965*s),
		float64(1.7076147010*s) - float64(0.0041960863*l) - float64(0.7034186147*m),
	}
	ok = true
	for _, v := range rgb {
		ok = ok && v >= -0.002 && v <= 1.002
	}
	return rgb, ok
}

func gamma(v float64) float64 {
	v = min(max(v, 0), 1)
	if v <= 0.0031308 {
		return v * 12.92
	}
	return float64(1.055*math.Pow(v, 1/2.4)) - 0.055
}
