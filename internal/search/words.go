package search

import (
	"slices"
	"strings"

	"streamex/internal/catalog"
)

const (
	// MaxText bounds the text of a search, in characters.
	MaxText = 200
	// maxWords bounds the words that are looked for: the first ones.
	maxWords = 10
)

// small are words that say too little to be required. They still count where
// a whole name is compared.
var small = map[string]bool{
	"a": true, "an": true, "and": true, "in": true, "of": true, "on": true, "the": true, "to": true,
	"al": true, "de": true, "del": true, "el": true, "en": true, "la": true, "las": true, "lo": true, "los": true, "un": true, "una": true, "y": true,
}

// question is a text as it is looked for.
type question struct {
	text  string   // all of it, normalised
	words []string // those that every hit has
	// open tells that the last word may go on: it is what is being typed.
	open bool
}

// ask reads a text; it has no words when there is nothing to look for.
func ask(text string) question {
	q := question{text: catalog.Plain(text, 4*MaxText)}
	all := strings.Fields(q.text)
	for i, w := range all {
		if !small[w] && !slices.Contains(q.words, w) && len(q.words) < maxWords {
			q.words = append(q.words, w)
			q.open = i == len(all)-1
		}
	}
	if len(q.words) == 0 {
		q.words = all[:min(len(all), maxWords)]
		q.open = len(q.words) == len(all)
	}
	return q
}

// choice is a way to read a word: as it is, or corrected.
type choice struct {
	word        string
	corrections int
	open        bool
}

// pattern finds the word in a row of names or people.
func (c choice) pattern() string {
	if c.open {
		return " " + c.word
	}
	return " " + c.word + " "
}
