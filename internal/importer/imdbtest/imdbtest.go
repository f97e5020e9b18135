// Package imdbtest writes files in the layout of IMDb's, with invented content
// and all that real ones are feared for. The same size gives the same bytes.
package imdbtest

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Size is how much Write writes.
type Size struct {
	Titles  int // movies and series; a tenth are series with 20 episodes
	Credits int // of each title and episode, on average
	Gzip    bool
}

// Write writes the seven files into a folder and returns how many credits they
// have.
func Write(folder string, size Size) (credits int, err error) {
	g := &generator{folder: folder, size: size, rand: rand.New(rand.NewPCG(7, uint64(size.Titles)))}
	g.titles()
	g.people = max(20, len(g.list)*size.Credits/4)
	for _, file := range []func() error{g.basics, g.episode, g.ratings, g.principals, g.names, g.akas, g.crew} {
		if err := file(); err != nil {
			return 0, err
		}
	}
	return g.credits, nil
}

type generator struct {
	folder  string
	size    Size
	rand    *rand.Rand
	list    []entry
	people  int
	credits int
}

type entry struct {
	id     string
	kind   string
	parent string
	season string
	number string
}

func title(n int) string { return fmt.Sprintf("tt%07d", n) }

// Person is the id of the n-th person. The last in a thousand are missing from
// name.basics.
func Person(n int) string { return fmt.Sprintf("nm%07d", n) }

func (g *generator) titles() {
	n := 1
	next := func() string {
		id := title(n)
		n++
		if n == g.size.Titles {
			n = 10_000_000 // of eight digits, which are before some of seven as texts
		}
		return id
	}
	kinds := []string{"movie", "movie", "movie", "short", "tvMovie", "video", "tvSpecial", "movie", "videoGame"}
	for k := range g.size.Titles {
		if k%10 != 9 {
			g.list = append(g.list, entry{id: next(), kind: kinds[k%len(kinds)]})
			continue
		}
		series := next()
		kind := "tvSeries"
		if k%20 == 9 {
			kind = "tvMiniSeries"
		}
		g.list = append(g.list, entry{id: series, kind: kind})
		for e := range 20 {
			season, number := strconv.Itoa(1+e/10), strconv.Itoa(1+e%10)
			switch e {
			case 7:
				season, number = `\N`, `\N`
			case 8:
				number = "0"
			case 9:
				season = "2017"
			}
			parent := series
			if e == 19 && k%50 == 49 {
				parent = title(99_000_000) // is absent
			}
			g.list = append(g.list, entry{next(), "tvEpisode", parent, season, number})
		}
	}
	slices.SortFunc(g.list, func(x, y entry) int { return strings.Compare(x.id, y.id) })
}

func (g *generator) file(name, header string, write func(w *bufio.Writer)) (err error) {
	path := filepath.Join(g.folder, name+".tsv")
	if g.size.Gzip {
		path += ".gz"
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	var to io.Writer = f
	if g.size.Gzip {
		z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
		if err != nil {
			return err
		}
		defer z.Close()
		to = z
	}
	w := bufio.NewWriterSize(to, 1<<20)
	fmt.Fprintln(w, header)
	write(w)
	return w.Flush()
}

var words = strings.Fields("Night River Glass Paper Storm Harbour Iron Winter Garden Mirror Silent Golden Broken Distant Crimson Étoile Corazón Ñandú Fuchs Źródło")

func (g *generator) name(n int) string {
	name := "The " + words[n%len(words)] + " " + words[(n/7)%len(words)]
	switch n % 40 {
	case 3:
		return "Pilot" // as others are called
	case 5:
		return `"` + name + `"` // a quote is a text
	case 7:
		return name + ` "Dr" No`
	}
	return name
}

func (g *generator) basics() error {
	return g.file("title.basics", "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres", func(w *bufio.Writer) {
		genres := []string{"Drama", "Comedy,Drama", "Sci-Fi", `\N`, "Horror,Thriller", "Documentary", "Adult,Drama"}
		for n, e := range g.list {
			year, runtime, genre, adult := strconv.Itoa(1900+n%125), strconv.Itoa(20+n%120), genres[n%6], "0"
			if n%5 == 1 {
				year, runtime = `\N`, `\N`
			}
			switch n % 100 {
			case 33:
				adult = "1"
			case 34:
				genre = genres[6]
			}
			original := g.name(n)
			if n%9 == 0 {
				original = "Título original " + strconv.Itoa(n)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t\\N\t%s\t%s\n", e.id, e.kind, g.name(n), original, adult, year, runtime, genre)
		}
	})
}

func (g *generator) episode() error {
	return g.file("title.episode", "tconst\tparentTconst\tseasonNumber\tepisodeNumber", func(w *bufio.Writer) {
		for _, e := range g.list {
			if e.parent != "" {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.id, e.parent, e.season, e.number)
			}
		}
	})
}

func (g *generator) ratings() error {
	return g.file("title.ratings", "tconst\taverageRating\tnumVotes", func(w *bufio.Writer) {
		for n, e := range g.list {
			if n%3 != 0 {
				fmt.Fprintf(w, "%s\t%d.%d\t%d\n", e.id, 1+n%9, n%10, 5+n*37%100_000)
			}
		}
	})
}

func (g *generator) principals() error {
	return g.file("title.principals", "tconst\tordering\tnconst\tcategory\tjob\tcharacters", func(w *bufio.Writer) {
		for _, e := range g.list {
			n := g.size.Credits - g.size.Credits/2 + g.rand.IntN(g.size.Credits+1)
			order := make([]string, n)
			for k := range n {
				order[k] = strconv.Itoa(k + 1)
			}
			slices.Sort(order) // as texts
			for _, ordering := range order {
				k, _ := strconv.Atoi(ordering)
				g.principal(w, e, k)
				g.credits++
			}
		}
	})
}

func (g *generator) principal(w *bufio.Writer, e entry, k int) {
	person := 1 + g.rand.IntN(g.people)
	category, job, characters := "actor", `\N`, `["Captain `+words[person%len(words)]+`"]`
	switch (k + person) % 12 {
	case 1:
		category, characters = "actress", `["White Angel","Black Angel"]`
	case 2:
		category, characters = "actress", `["Woman - (segment: \"Fire Woman\")"]`
	case 3:
		characters = `\N`
	case 4:
		category, characters = "self", `["Self - Host"]`
	case 5:
		category, characters = "director", `\N`
	case 6:
		category, characters, job = "writer", `\N`, `based on the graphic novel "Une nuit" by`
	case 7:
		category, characters = "producer", `\N`
	case 8:
		characters = `"[""Rewritten ` + words[person%len(words)] + `""]"` // as some who rewrite the files do
	case 9:
		category, characters = "production_designer", `\N`
	}
	fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", e.id, k, Person(person), category, job, characters)
}

func (g *generator) names() error {
	return g.file("name.basics", "nconst\tprimaryName\tbirthYear\tdeathYear\tprimaryProfession\tknownForTitles", func(w *bufio.Writer) {
		for n := 1; n <= g.people; n++ {
			if n%1000 == 999 {
				continue // credits name somebody who is absent
			}
			name := words[n%len(words)] + " " + words[n/20%len(words)] + "son"
			birth := strconv.Itoa(1900 + n%100)
			switch n % 50 {
			case 1:
				birth = `\N`
			case 2:
				name = words[n%len(words)] // a single name
			case 3:
				name = `Stephen "Dr" Love`
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t\\N\tactor\t%s\n", Person(n), name, birth, title(1))
			if n%5000 == 10 { // twice
				fmt.Fprintf(w, "%s\t%s\t%s\t\\N\tactor\t%s\n", Person(n), name, birth, title(1))
			}
		}
	})
}

func (g *generator) akas() error {
	return g.file("title.akas", "titleId\tordering\ttitle\tregion\tlanguage\ttypes\tattributes\tisOriginalTitle", func(w *bufio.Writer) {
		fmt.Fprintf(w, "%s\t1\tOtro nombre\tES\t\\N\t\\N\t\\N\t0\n", title(1))
	})
}

func (g *generator) crew() error {
	return g.file("title.crew", "tconst\tdirectors\twriters", func(w *bufio.Writer) {
		fmt.Fprintf(w, "%s\t%s\t\\N\n", title(1), Person(1))
	})
}
