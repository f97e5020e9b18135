package demo

// Read and LoadAt let tests look at the embedded catalogue and fix the clock.
var (
	Read   = read
	LoadAt = load
)

// Entry and Texts are the catalogue's.
type (
	Entry  = titleEntry
	Texts  = texts
	Credit = creditEntry
)
