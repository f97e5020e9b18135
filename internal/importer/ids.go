package importer

import (
	"slices"
	"strconv"
)

// A source's ids, such as tt0111161, are numbers behind two letters, of seven
// digits or more. As numbers, millions of them fit into memory.

// parseID reads an id with the given letters in front.
func parseID(b []byte, letters string) (uint32, bool) {
	if len(b) < len(letters)+7 || len(b) > len(letters)+9 || string(b[:len(letters)]) != letters {
		return 0, false
	}
	digits := b[len(letters):]
	if len(digits) > 7 && digits[0] == '0' { // is written otherwise
		return 0, false
	}
	n := uint32(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint32(c-'0')
	}
	return n, n > 0
}

func formatID(letters string, n uint32) string {
	b := make([]byte, 0, 12)
	b = append(b, letters...)
	for limit := uint32(1_000_000); limit > n && limit > 1; limit /= 10 {
		b = append(b, '0')
	}
	return string(strconv.AppendUint(b, uint64(n), 10))
}

// set is a set of ids: a bit for each up to the highest.
type set []uint64

func (s set) has(n uint32) bool { return int(n>>6) < len(s) && s[n>>6]&(1<<(n&63)) != 0 }

// add tells whether the id is new.
func (s *set) add(n uint32) bool {
	for int(n>>6) >= len(*s) {
		*s = append(*s, make([]uint64, int(n>>6)+1-len(*s))...)
	}
	is := s.has(n)
	(*s)[n>>6] |= 1 << (n & 63)
	return !is
}

// idMap leads from a source's ids to ours, in eight bytes each. It is filled,
// then sorted, then asked.
type idMap struct{ pairs []uint64 }

func (m *idMap) put(n uint32, id int64) bool {
	if id <= 0 || id>>32 != 0 {
		return false
	}
	m.pairs = append(m.pairs, uint64(n)<<32|uint64(id))
	return true
}

func (m *idMap) sort() { slices.Sort(m.pairs) }

func (m *idMap) get(n uint32) (int64, bool) {
	i, _ := slices.BinarySearch(m.pairs, uint64(n)<<32)
	if i == len(m.pairs) || uint32(m.pairs[i]>>32) != n {
		return 0, false
	}
	return int64(m.pairs[i] & (1<<32 - 1)), true
}
