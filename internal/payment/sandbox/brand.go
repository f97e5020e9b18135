package sandbox

import (
	"slices"
	"strconv"

	"streamex/ent/paymentmethod"
)

// issuers are the ranges in which card numbers begin, the narrower ones first,
// with what the rest of the card looks like.
var issuers = []struct {
	from, to int // of equally many digits
	brand    paymentmethod.Brand
	lengths  []int
	code     int // digits of the security code
}{
	{2221, 2720, paymentmethod.BrandMASTERCARD, []int{16}, 3},
	{3528, 3589, paymentmethod.BrandJCB, []int{16, 17, 18, 19}, 3},
	{5018, 5018, paymentmethod.BrandMAESTRO, maestro, 3},
	{5020, 5020, paymentmethod.BrandMAESTRO, maestro, 3},
	{5038, 5038, paymentmethod.BrandMAESTRO, maestro, 3},
	{5893, 5893, paymentmethod.BrandMAESTRO, maestro, 3},
	{6011, 6011, paymentmethod.BrandDISCOVER, []int{16, 17, 18, 19}, 3},
	{6304, 6304, paymentmethod.BrandMAESTRO, maestro, 3},
	{6759, 6763, paymentmethod.BrandMAESTRO, maestro, 3},
	{300, 305, paymentmethod.BrandDINERS, []int{14, 15, 16, 17, 18, 19}, 3},
	{644, 649, paymentmethod.BrandDISCOVER, []int{16, 17, 18, 19}, 3},
	{34, 34, paymentmethod.BrandAMEX, []int{15}, 4},
	{36, 36, paymentmethod.BrandDINERS, []int{14, 15, 16, 17, 18, 19}, 3},
	{37, 37, paymentmethod.BrandAMEX, []int{15}, 4},
	{38, 39, paymentmethod.BrandDINERS, []int{16, 17, 18, 19}, 3},
	{51, 55, paymentmethod.BrandMASTERCARD, []int{16}, 3},
	{56, 58, paymentmethod.BrandMAESTRO, maestro, 3},
	{62, 62, paymentmethod.BrandUNIONPAY, []int{16, 17, 18, 19}, 3},
	{65, 65, paymentmethod.BrandDISCOVER, []int{16, 17, 18, 19}, 3},
	{4, 4, paymentmethod.BrandVISA, []int{13, 16, 19}, 3},
}

var maestro = []int{12, 13, 14, 15, 16, 17, 18, 19}

// issuer tells by its first digits what kind of card a number is: its brand,
// whether it may be that long, and how long its security code is. known is
// false for a number of none of the brands.
func issuer(number string) (brand paymentmethod.Brand, fits bool, code int, known bool) {
	for _, i := range issuers {
		n := len(strconv.Itoa(i.from))
		if len(number) < n {
			continue
		}
		if start, _ := strconv.Atoi(number[:n]); i.from <= start && start <= i.to {
			return i.brand, slices.Contains(i.lengths, len(number)), i.code, true
		}
	}
	return "", false, 0, false
}
