package artwork_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamex/internal/artwork"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var shapes = []artwork.Shape{artwork.Poster, artwork.Card, artwork.Backdrop}

// genreSlugs are all known genres, none, and one nobody has heard of.
func genreSlugs() []string { return append(slices.Clone(artwork.GenreNames), "", "telenovela") }

// TestGolden pins the pictures. A change of the drawing changes every title's artwork, so it must be meant: then update
// the hashes. A failure on one kind of machine only is a bug, see canvas.num.
func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		seed, genre string
		shape       artwork.Shape
		hash        string
	}{
		{"el-ultimo-oceano", "science-fiction", artwork.Backdrop, "4621ba88811cce80"},
		{"la-sombra-plata", "", artwork.Poster, "41ac9240f102e378"},
		{"ruta-los-cerezos", "romance", artwork.Card, "8f6326d643f624d3"},
		{"medianoche", "film-noir", artwork.Card, "08bc2ae1b0394389"},
	} {
		sum := sha256.Sum256(artwork.SVG(tt.seed, tt.genre, tt.shape))
		assert.Equal(t, tt.hash, hex.EncodeToString(sum[:8]), tt.seed)
	}
	all := sha256.New() // every scene, so that none depends on the machine
	for i := range 600 {
		genres := genreSlugs()
		all.Write(artwork.SVG(fmt.Sprintf("title-%d", i), genres[i%len(genres)], shapes[i%3]))
	}
	assert.Equal(t, "bb0b2eeef5da3754", hex.EncodeToString(all.Sum(nil)[:8]))
}

func TestSameSeedSamePicture(t *testing.T) {
	for _, shape := range shapes {
		assert.Equal(t, artwork.SVG("midnight", "horror", shape), artwork.SVG("midnight", "horror", shape))
	}
	assert.Equal(t, artwork.SVG("midnight", "sci-fi", artwork.Card), artwork.SVG("midnight", "science-fiction", artwork.Card), "aliases")
}

// forbidden is what must not be in a picture that is served to browsers and has its name laid over.
var forbidden = regexp.MustCompile(`<(text|script|style|image|foreignObject)|https?://[^w]|href="[^#]|style=|NaN|Inf|\d\.\d{3}`)

func TestWellFormedAndSmall(t *testing.T) {
	const seeds = 500
	limits := map[artwork.Shape]int{artwork.Poster: 12 << 10, artwork.Card: 14 << 10, artwork.Backdrop: 14 << 10}
	sizes := map[artwork.Shape][]int{}
	genres := genreSlugs()
	seen := map[string]bool{}
	for i := range seeds {
		seed := fmt.Sprintf("title-%d", i)
		checked := map[string]bool{} // genres often agree on a picture; parse it once
		for g, genre := range genres {
			seen[artwork.Scene(seed, genre)] = true
			for _, shape := range shapes {
				svg := artwork.SVG(seed, genre, shape)
				if checked[string(svg)] {
					continue
				}
				checked[string(svg)] = true
				sizes[shape] = append(sizes[shape], len(svg))
				require.LessOrEqual(t, len(svg), limits[shape], "%s %s %d", seed, genre, shape)
				if i >= 25 && (g+i)%11 != 0 {
					continue // reading all takes 20 seconds; this meets every seed, every genre and every shape
				}
				require.NoError(t, wellFormed(svg), "%s %s %d", seed, genre, shape)
				if found := forbidden.Find(svg); found != nil {
					require.Failf(t, "forbidden", "%s in %s %s %d", found, seed, genre, shape)
				}
			}
		}
	}
	assert.Len(t, seen, len(artwork.SceneNames), "every scene is drawn")
	for shape, all := range sizes {
		slices.Sort(all)
		t.Logf("shape %d: median %d, largest %d bytes", shape, all[len(all)/2], all[len(all)-1])
		assert.LessOrEqual(t, all[len(all)/2], 6<<10, "typical size of shape %d", shape)
	}
}

// wellFormed parses the picture and checks that every reference inside it leads somewhere.
func wellFormed(svg []byte) error {
	ids, refs := map[string]bool{}, map[string]bool{}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range element.Attr {
			switch {
			case a.Name.Local == "id":
				if ids[a.Value] {
					return fmt.Errorf("id %s twice", a.Value)
				}
				ids[a.Value] = true
			case a.Name.Local == "href":
				refs[strings.TrimPrefix(a.Value, "#")] = true
			case strings.HasPrefix(a.Value, "url(#"):
				refs[strings.TrimSuffix(strings.TrimPrefix(a.Value, "url(#"), ")")] = true
			case a.Name.Local == "d" && !strings.HasPrefix(a.Value, "M") && a.Value != "":
				return fmt.Errorf("path %q", a.Value)
			}
		}
	}
	for ref := range refs {
		if !ids[ref] {
			return fmt.Errorf("nothing has id %s", ref)
		}
	}
	return nil
}

func TestNoTwoAlike(t *testing.T) {
	for _, genre := range []string{"", "western", "comedy"} {
		pictures := map[string]string{}
		for i := range 200 {
			seed := fmt.Sprintf("seed-%d", i)
			svg := string(artwork.SVG(seed, genre, artwork.Card))
			require.Empty(t, pictures[svg], "%s repeats", seed)
			pictures[svg] = seed
		}
	}
}

// TestRowsVary: a row of one genre must not look repeated.
func TestRowsVary(t *testing.T) {
	const row = 20
	for _, genre := range genreSlugs() {
		var names []string
		for i := range 300 {
			names = append(names, artwork.Scene(fmt.Sprintf("the-%d-titles", i), genre))
		}
		for i := range len(names) - row {
			distinct := map[string]bool{}
			for _, name := range names[i : i+row] {
				distinct[name] = true
			}
			require.GreaterOrEqual(t, len(distinct), 5, "%q from %d", genre, i)
		}
	}
}

func TestGenreSteers(t *testing.T) {
	count := func(genre, scene string) (n int) {
		for i := range 400 {
			if artwork.Scene(fmt.Sprint("g", i), genre) == scene {
				n++
			}
		}
		return n
	}
	assert.Greater(t, count("western", "mesas"), 60)
	assert.Greater(t, count("horror", "haunted"), 30)
	assert.Zero(t, count("horror", "party"))
	assert.Empty(t, artwork.UnknownNames(), "genres list what exists")
	assert.GreaterOrEqual(t, len(artwork.SceneNames), 22)
}

func TestDominant(t *testing.T) {
	colors := map[string]bool{}
	for i := range 100 {
		c := artwork.Dominant(fmt.Sprint("d", i), "drama")
		require.Regexp(t, `^#[0-9a-f]{6}$`, c)
		colors[c] = true
	}
	assert.Greater(t, len(colors), 60)
	assert.Equal(t, "#410014", artwork.Dominant("midnight", "horror"))
}

func BenchmarkSVG(b *testing.B) {
	for _, shape := range shapes {
		b.Run(fmt.Sprint(shape), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				artwork.SVG(fmt.Sprint("title-", i%500), "", shape)
			}
		})
	}
}
