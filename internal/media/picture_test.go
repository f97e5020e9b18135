package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/internal/media"
)

var (
	red  = color.NRGBA{0xc0, 0x20, 0x20, 0xff}
	blue = color.NRGBA{0x20, 0x40, 0xc0, 0xff}
)

// picture is red, and blue in its left third.
func picture(width, height int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			if x < width/3 {
				m.SetNRGBA(x, y, blue)
			} else {
				m.SetNRGBA(x, y, red)
			}
		}
	}
	return m
}

func asPNG(t *testing.T, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

func asJPEG(t *testing.T, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}))
	return b.Bytes()
}

func file(t *testing.T, name string) []byte {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}

// turned adds Exif that says how a camera was held, and who held it.
func turned(upload []byte, orientation uint16) []byte {
	const author = "Jane Photographer\x00"
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, 0x01, 0x12, 0, 3, 0, 0, 0, 1, byte(orientation>>8), byte(orientation), 0, 0)
	tiff = append(tiff, 0x01, 0x3b, 0, 2, 0, 0, 0, byte(len(author)), 0, 0, 0, 38)
	tiff = append(append(tiff, 0, 0, 0, 0), author...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append(bytes.Clone(upload[:2]), segment...), body...), upload[2:]...)
}

// with puts a chunk behind the head of a PNG.
func with(upload []byte, kind string, body []byte) []byte {
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), append([]byte(kind), body...)...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const head = 33
	return append(append(bytes.Clone(upload[:head]), chunk...), upload[head:]...)
}

func open(t *testing.T) (*media.Store, string) {
	dir := filepath.Join(t.TempDir(), "media")
	s, err := media.Open("folder:" + dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, dir
}

func stored(t *testing.T, s *media.Store, name, as string, width int) (image.Image, []byte) {
	t.Helper()
	r, at, err := s.Picture(t.Context(), name, as, width)
	require.NoError(t, err)
	defer r.Close()
	require.WithinDuration(t, time.Now(), at, time.Minute)
	body, err := io.ReadAll(r)
	require.NoError(t, err)
	m, err := jpeg.Decode(bytes.NewReader(body))
	require.NoError(t, err)
	return m, body
}

// near tells whether a point has a colour, as far as JPEG keeps it.
func near(t *testing.T, want color.NRGBA, m image.Image, x, y int) {
	t.Helper()
	r, g, b, _ := m.At(x, y).RGBA()
	for i, c := range [][2]uint32{{r >> 8, uint32(want.R)}, {g >> 8, uint32(want.G)}, {b >> 8, uint32(want.B)}} {
		require.InDelta(t, c[1], c[0], 24, "channel %d at %d, %d", i, x, y)
	}
}

func TestPictures(t *testing.T) {
	s, _ := open(t)
	for _, c := range []struct {
		name   string
		upload []byte
		shape  media.Shape
		sizes  map[int][2]int // asked for to shown
		as     string
	}{
		{"large PNG", asPNG(t, picture(2400, 1500)), media.Backdrop, map[int][2]int{0: {1920, 1080}, 1920: {1920, 1080}, 5000: {1920, 1080}, 961: {1920, 1080}, 960: {960, 540}, 1: {960, 540}}, "backdrop"},
		{"its card", asPNG(t, picture(2400, 1500)), media.Backdrop, map[int][2]int{0: {640, 360}, 320: {320, 180}, 321: {640, 360}}, "card"},
		{"JPEG poster", asJPEG(t, picture(1500, 1500)), media.Poster, map[int][2]int{0: {800, 1200}, 400: {400, 600}, 200: {200, 300}}, "poster"},
		{"small: not enlarged", asJPEG(t, picture(450, 600)), media.Poster, map[int][2]int{0: {400, 600}, 400: {400, 600}, 200: {200, 300}}, "poster"},
		{"tiny", asJPEG(t, picture(200, 300)), media.Poster, map[int][2]int{0: {200, 300}, 400: {200, 300}, 200: {200, 300}}, "poster"},
		{"WebP", file(t, "still.webp"), media.Backdrop, map[int][2]int{0: {1000, 562}, 960: {960, 540}}, "backdrop"},
		{"held upright", turned(asJPEG(t, picture(900, 600)), 6), media.Poster, map[int][2]int{0: {600, 900}}, "poster"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := media.NewPicture("title 1", c.shape, c.upload)
			require.NoError(t, err)
			require.NoError(t, s.SavePicture(t.Context(), p))
			for width, want := range c.sizes {
				m, body := stored(t, s, p.Name, c.as, width)
				require.Equal(t, image.Pt(want[0], want[1]), m.Bounds().Size(), "asked for %d", width)
				require.NotContains(t, string(body), "Jane Photographer")
			}
		})
	}
}

func TestUpright(t *testing.T) {
	s, _ := open(t)
	lying := picture(900, 600) // as the sensor saw it: blue on the left
	for orientation, blueAt := range map[uint16]image.Point{1: {10, 300}, 6: {300, 10}, 3: {390, 300}, 8: {300, 890}} {
		p, err := media.NewPicture("title 1", media.Poster, turned(asJPEG(t, lying), orientation))
		require.NoError(t, err)
		require.NoError(t, s.SavePicture(t.Context(), p))
		m, _ := stored(t, s, p.Name, "poster", 0)
		near(t, blue, m, blueAt.X, blueAt.Y)
		near(t, red, m, m.Bounds().Dx()/2, m.Bounds().Dy()/2)
	}
}

func TestColor(t *testing.T) {
	p, err := media.NewPicture("title 1", media.Backdrop, asPNG(t, picture(1280, 720)))
	require.NoError(t, err)
	require.Equal(t, "#c02020", p.Color)
	grey := image.NewGray(image.Rect(0, 0, 640, 360))
	p, err = media.NewPicture("title 1", media.Backdrop, asPNG(t, grey))
	require.NoError(t, err)
	require.Equal(t, "#000000", p.Color)
}

// TestNames: the same upload for the same title and shape has the same name, and
// no other has.
func TestNames(t *testing.T) {
	one, other := asPNG(t, picture(700, 700)), asPNG(t, picture(701, 700))
	names := make(map[string]bool)
	for range 2 {
		for _, owner := range []string{"title 1", "title 2"} {
			for _, shape := range []media.Shape{media.Poster, media.Backdrop} {
				for _, upload := range [][]byte{one, other} {
					p, err := media.NewPicture(owner, shape, upload)
					require.NoError(t, err)
					names[p.Name] = true
				}
			}
		}
	}
	require.Len(t, names, 8)
}

func TestWhatIsNoPicture(t *testing.T) {
	good := asPNG(t, picture(640, 640))
	huge := bytes.Clone(asPNG(t, image.NewGray(image.Rect(0, 0, 4, 4)))) // says that it has 60,000 × 60,000 points
	binary.BigEndian.PutUint32(huge[16:], 60_000)
	binary.BigEndian.PutUint32(huge[20:], 60_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for name, c := range map[string]struct {
		upload []byte
		want   error
	}{
		"nothing":       {nil, media.ErrFormat},
		"text":          {[]byte("not a picture"), media.ErrFormat},
		"SVG":           {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), media.ErrFormat},
		"GIF":           {[]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), media.ErrFormat},
		"HTML in a PNG": {append([]byte("\x89PNG\r\n\x1a\n"), "<script>"...), media.ErrFormat},
		"cut off":       {good[:len(good)/2], media.ErrFormat},
		"damaged":       {append(bytes.Clone(good[:60]), good[70:]...), media.ErrFormat},
		"bomb":          {huge, media.ErrLarge},
		"too many":      {make([]byte, media.MaxPicture+1), media.ErrLarge},
		"animated WebP": {file(t, "moving.webp"), media.ErrAnimated},
		"animated PNG":  {with(good, "acTL", make([]byte, 8)), media.ErrAnimated},
		"small":         {asPNG(t, picture(199, 400)), media.ErrSmall},
		"a line":        {asPNG(t, picture(5000, 1)), media.ErrSmall},
	} {
		_, err := media.NewPicture("title 1", media.Poster, c.upload)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := media.NewPicture("title 1", "../poster", good)
	require.Error(t, err)
}

func FuzzPicture(f *testing.F) {
	var b bytes.Buffer
	require.NoError(f, png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))))
	f.Add(b.Bytes())
	b.Reset()
	require.NoError(f, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil))
	f.Add(turned(b.Bytes(), 6))
	for _, name := range []string{"still.webp", "moving.webp"} {
		body, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, upload []byte) {
		if config, _, err := image.DecodeConfig(bytes.NewReader(upload)); err == nil && config.Width*config.Height > 1<<20 {
			return // would only take time
		}
		_, _ = media.NewPicture("title 1", media.Poster, upload) // does not panic
	})
}

func TestNoOtherFiles(t *testing.T) {
	s, dir := open(t)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(dir), "secret.jpg"), []byte("x"), 0o600))
	for _, name := range []string{"", "..", "../..", "art", strings.Repeat("0", 31), strings.Repeat("0", 32), strings.Repeat("A", 32), "../" + strings.Repeat("0", 29), strings.Repeat("0", 30) + "/."} {
		for _, as := range []string{"poster", "", "..", "../../secret", "poster-800"} {
			_, _, err := s.Picture(t.Context(), name, as, 0)
			require.ErrorIs(t, err, media.ErrNotFound, "%q as %q", name, as)
		}
	}
	for _, address := range []string{"", "folder:", "media", "s3://bucket"} {
		_, err := media.Open(address)
		require.ErrorContains(t, err, "folder:PATH", address)
	}
}

func TestSweep(t *testing.T) {
	s, dir := open(t)
	save := func(owner string, age time.Duration) string {
		p, err := media.NewPicture(owner, media.Poster, asPNG(t, picture(300, 450)))
		require.NoError(t, err)
		require.NoError(t, s.SavePicture(t.Context(), p))
		files, err := filepath.Glob(filepath.Join(dir, "art", p.Name, "*"))
		require.NoError(t, err)
		require.Len(t, files, 3)
		for _, f := range files {
			require.NoError(t, os.Chtimes(f, time.Now(), time.Now().Add(-age)))
		}
		return p.Name
	}
	used, unused, fresh := save("used", 48*time.Hour), save("unused", 48*time.Hour), save("fresh", time.Hour)
	deleted, err := s.Sweep(t.Context(), func(_ context.Context, names []string) (map[string]bool, error) {
		require.ElementsMatch(t, []string{used, unused}, names)
		return map[string]bool{used: true}, nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, deleted)
	for name, want := range map[string]error{used: nil, unused: media.ErrNotFound, fresh: nil} {
		r, _, err := s.Picture(t.Context(), name, "poster", 0)
		require.ErrorIs(t, err, want)
		if err == nil {
			require.NoError(t, r.Close())
		}
	}
}
