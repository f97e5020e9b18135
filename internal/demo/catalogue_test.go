package demo_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"streamex/internal/catalog"
	"streamex/internal/demo"
)

// lastRenewed is the last year whose films lost their copyright in the United
// States when nobody renewed it. (What was published until 1930 is free by its
// age.)
const lastRenewed = 1963

// withoutNotice are later films that were published without a valid notice of
// copyright.
var withoutNotice = []string{"night-of-the-living-dead-1968", "santa-claus-conquers-the-martians-1964", "the-last-man-on-earth-1964"}

func catalogue(t *testing.T) (films, series []demo.Entry, genres []string) {
	t.Helper()
	list, titles, err := demo.Read()
	require.NoError(t, err)
	for _, g := range list {
		genres = append(genres, g.Slug)
		both(t, g.Slug, g.Names)
	}
	for _, e := range titles {
		if len(e.Seasons) > 0 {
			series = append(series, e)
		} else {
			films = append(films, e)
		}
	}
	return films, series, genres
}

// both checks that a text is there in both languages, and clean.
func both(t *testing.T, where string, texts demo.Texts) {
	t.Helper()
	require.Len(t, texts, 2, where)
	for _, language := range []string{"en", "es"} {
		text := texts[language]
		require.NotEmpty(t, text, where)
		require.Equal(t, strings.Join(strings.Fields(text), " "), text, where)
		require.False(t, strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }), where)
	}
}

// sentences checks a synopsis: whole sentences, in two languages.
func sentences(t *testing.T, where string, texts demo.Texts, longest int) {
	t.Helper()
	both(t, where, texts)
	require.NotEqual(t, texts["en"], texts["es"], where)
	for _, text := range texts {
		require.Regexp(t, `[.!?…»”"]$`, text, where)
		require.GreaterOrEqual(t, len(text), 30, where)
		require.LessOrEqual(t, len(text), longest, where)
	}
	require.Regexp(t, `(?i)\b(the|a|an|to|of|and|in|is|his|her|on|for|with|at)\b`, texts["en"], where)
	require.Regexp(t, `(?i)\b(el|la|los|las|un|una|de|y|en|que|su|se|al|del|con|por|no)\b`, texts["es"], where)
}

func TestCatalogueCounts(t *testing.T) {
	films, series, genres := catalogue(t)
	require.GreaterOrEqual(t, len(films), 120)
	require.GreaterOrEqual(t, len(series), 25)
	require.Len(t, genres, 20)

	long, childSafe, shelves := 0, 0, make(map[string]int)
	for _, e := range slices.Concat(films, series) {
		if len(e.Seasons) >= 2 {
			long++
		}
		if e.Maturity <= 7 {
			childSafe++
		}
		for _, g := range e.Genres {
			shelves[g]++
		}
	}
	require.GreaterOrEqual(t, long, 5, "series with more than one season")
	require.GreaterOrEqual(t, childSafe, 15)
	require.Len(t, shelves, len(genres))
	for _, g := range genres {
		require.GreaterOrEqual(t, shelves[g], 5, g)
	}
}

func TestCatalogueTexts(t *testing.T) {
	films, series, genres := catalogue(t)
	slugs, synopses := make(map[string]bool), make(map[string]string)
	unique := func(where string, texts demo.Texts) {
		t.Helper()
		for _, text := range texts {
			require.Empty(t, synopses[text], where)
			synopses[text] = where
		}
	}
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, e := range slices.Concat(films, series) {
		both(t, e.Slug, e.Names)
		sentences(t, e.Slug, e.Synopses, 500)
		unique(e.Slug, e.Synopses)
		require.Regexp(t, slug, e.Slug)
		require.False(t, slugs[e.Slug], e.Slug)
		slugs[e.Slug] = true
		require.Contains(t, []int{0, 7, 12, 16, 18}, e.Maturity, e.Slug)
		require.Regexp(t, `^[a-z]{2}$`, e.Language, e.Slug)
		require.NotEqual(t, e.Names["en"], e.OriginalName, e.Slug)
		require.NotEmpty(t, e.Genres, e.Slug)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(e.Genres))), len(e.Genres), e.Slug)
		require.Subset(t, genres, e.Genres, e.Slug)
	}
	for _, s := range series {
		next := 1
		for _, season := range s.Seasons {
			if season.Number != 0 { // the specials
				require.Equal(t, next, season.Number, s.Slug)
				next++
			}
			require.NotEmpty(t, season.Episodes, s.Slug)
			for k, e := range season.Episodes {
				require.Equal(t, k+1, e.Number, s.Slug)
				both(t, s.Slug, e.Names)
				sentences(t, s.Slug, e.Synopses, 300)
				unique(s.Slug, e.Synopses)
			}
		}
	}
}

func TestFilmsArePublicDomain(t *testing.T) {
	films, _, _ := catalogue(t)
	for _, e := range films {
		require.GreaterOrEqual(t, e.Year, 1895, e.Slug)
		if e.Year > lastRenewed {
			require.Contains(t, withoutNotice, e.Slug)
		}
		require.True(t, strings.HasSuffix(e.Slug, "-"+time.Date(e.Year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")), e.Slug)
		if e.ReleasedOn != "" {
			d, err := time.Parse(time.DateOnly, e.ReleasedOn)
			require.NoError(t, err, e.Slug)
			require.Equal(t, e.Year, d.Year(), e.Slug)
		}
		require.GreaterOrEqual(t, e.Minutes, 1, e.Slug)
		require.LessOrEqual(t, e.Minutes, 450, e.Slug)
		require.Empty(t, e.Status, e.Slug)
		require.True(t, slices.ContainsFunc(e.Credits, func(c demo.Credit) bool { return c.Role == "DIRECTOR" }), e.Slug)
	}
}

func TestSeriesAreAired(t *testing.T) {
	_, series, _ := catalogue(t)
	for _, s := range series {
		require.Contains(t, []string{"RETURNING", "ENDED"}, s.Status, s.Slug)
		last := ""
		for _, season := range s.Seasons {
			for _, e := range season.Episodes {
				_, err := time.Parse(time.DateOnly, e.AiredOn)
				require.NoError(t, err, s.Slug)
				require.True(t, e.Minutes >= 3 && e.Minutes <= 120, s.Slug)
				if season.Number > 0 {
					require.LessOrEqual(t, last, e.AiredOn, s.Slug)
					last = e.AiredOn
				}
			}
		}
		require.Equal(t, s.ReleasedOn[:4], time.Date(s.Year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006"), s.Slug)
	}
}

// TestPeopleAreSpelledOneWay finds a person under two names: they differ in
// accents, case or punctuation only.
func TestPeopleAreSpelledOneWay(t *testing.T) {
	films, series, _ := catalogue(t)
	spelling := make(map[string]string)
	for _, e := range slices.Concat(films, series) {
		type part struct{ person, character, role string }
		seen := make(map[part]bool)
		for _, c := range e.Credits {
			require.NotEmpty(t, c.Person, e.Slug)
			require.Equal(t, strings.TrimSpace(c.Person), c.Person)
			key := strings.ReplaceAll(catalog.SortKey(c.Person, ""), " ", "")
			if other, ok := spelling[key]; ok {
				require.Equal(t, other, c.Person, e.Slug)
			}
			spelling[key] = c.Person
			p := part{c.Person, c.Character, c.Role}
			require.False(t, seen[p], "%s: %v twice", e.Slug, p)
			seen[p] = true
			if c.Character != "" {
				require.Contains(t, []string{"LEAD", "SUPPORTING", "GUEST"}, c.Role, e.Slug)
			}
		}
	}
}
