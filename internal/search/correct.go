package search

import (
	"unicode/utf8"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"streamex/internal/database"
)

// maxWord bounds the words that are kept to correct others by, in characters.
const maxWord = 40

// slips is how many errors a word may have.
func slips(letters int) int {
	switch {
	case letters < 4 || letters > maxWord:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}

// distance counts the letters to add, leave out, replace or swap with the next
// one to make b of a; limit+1 when there are more than limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var before, last, row [maxWord + 4]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			best = min(best, row[j])
		}
		if best > limit {
			return limit + 1
		}
		before, last = last, row
	}
	return min(last[len(b)], limit+1)
}

// writeCandidates writes a query for the known words that a word may be meant
// to be: those of about its length that keep its beginning or its end, or have two
// letters swapped. An error in a word leaves its first or its second half as it
// was, unless it swaps the letters between them, so one error is always found;
// of two, those that leave the first or the last three letters.
//
// Plan: ranges of search_words_beginning, points of search_words_end, and the
// primary key.
func writeCandidates(b *sql.Builder, word string) {
	w := []rune(word)
	n := len(w)
	first, last := w[:n/2], w[n/2:]
	lengths := [5]any{n - 1, n, n + 1, n, n} // always five, so that the statement is the same
	if slips(n) == 2 {
		first, last = w[:3], w[n-3:]
		lengths = [5]any{n - 2, n - 1, n, n + 1, n + 2}
	}
	swapped := make([]string, 0, n)
	for i := range n - 1 {
		w[i], w[i+1] = w[i+1], w[i]
		swapped = append(swapped, string(w))
		w[i], w[i+1] = w[i+1], w[i]
	}
	of := func(b *sql.Builder) {
		b.WriteString("LENGTH(word) IN (").Args(lengths[:]...).WriteString(")")
	}
	database.Write(b, "SELECT word FROM search_words WHERE ? AND word >= ? AND word < ? UNION SELECT word FROM search_words WHERE ? AND ? UNION SELECT word FROM search_words WHERE ?",
		of, string(first), string(first)+"\U0010FFFF",
		of, func(b *sql.Builder) {
			if b.Dialect() == dialect.Postgres {
				database.Write(b, "RIGHT(word, 2) = ? AND RIGHT(word, ?) = ?", string(w[n-2:]), len(last), string(last))
			} else {
				database.Write(b, "SUBSTR(word, -2) = ? AND SUBSTR(word, ?) = ?", string(w[n-2:]), -len(last), string(last))
			}
		},
		func(b *sql.Builder) { writeAmong(b, "word", swapped) })
}

// corrected are the choices for a word among the candidates.
func corrected(word string, candidates []string) (found []choice) {
	w := []rune(word)
	limit := slips(len(w))
	for _, c := range candidates {
		if c == word || utf8.RuneCountInString(c) > len(w)+limit {
			continue
		}
		if d := distance(w, []rune(c), limit); d <= limit {
			found = append(found, choice{word: c, corrections: d})
		}
	}
	return found
}
