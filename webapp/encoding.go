package webapp

import (
	"cmp"
	"strconv"
	"strings"
)

// Content codings that the build leaves behind, by file extension.
const (
	identity = ""
	brotli   = "br"
	gzipped  = "gzip"
)

// negotiate picks what an Accept-Encoding header likes best among the offers, of equals the first
// (RFC 9110, 12.5.3). A header that rules everything out gets the unencoded form.
func negotiate(header string, offers ...string) string {
	best, bestQuality := identity, quality(header, identity)
	for _, offer := range offers {
		// An encoded form wins over an equally liked unencoded one, but not over an earlier offer.
		if q := quality(header, offer); q > 0 && (q > bestQuality || q == bestQuality && best == identity) {
			best, bestQuality = offer, q
		}
	}
	return best
}

// quality is how much a header likes a coding, from 0 (not at all) to 1.
func quality(header, coding string) float64 {
	name := cmp.Or(coding, "identity")
	any, hasAny := 0.0, false
	for item := range strings.SplitSeq(header, ",") {
		token, params, _ := strings.Cut(item, ";")
		switch token = strings.TrimSpace(token); {
		case strings.EqualFold(token, name):
			return weight(params)
		case token == "*":
			any, hasAny = weight(params), true
		}
	}
	switch {
	case hasAny:
		return any
	case coding == identity:
		return 0.0005 // allowed unless ruled out, liked less than anything that is named
	default:
		return 0
	}
}

// weight reads "q=0.5". A broken weight counts as 0: the unencoded form is always understood.
func weight(params string) float64 {
	value, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
