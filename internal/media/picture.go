package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/kovidgoyal/imaging"
)

// pictures is where uploaded pictures are in the store.
const pictures = "art/"

// MaxPicture bounds the bytes of an uploaded picture, and maxPixels how many
// points it may have: both are held in memory.
const (
	MaxPicture = 20 << 20
	maxPixels  = 24_000_000
	quality    = 84 // of JPEG: no difference is seen on a card
)

// What can be wrong with an uploaded picture.
var (
	ErrFormat   = errors.New("this is no picture in JPEG, PNG or WebP")
	ErrAnimated = errors.New("animated pictures cannot be used")
	ErrLarge    = errors.New("the picture is too large: at most 20 MB and 24 million points")
	ErrSmall    = errors.New("the picture is too small")
)

// Shape is what an uploaded picture is for.
type Shape string

// The shapes that can be uploaded. What a card shows is cut from the backdrop.
const (
	Poster   Shape = "poster"
	Backdrop Shape = "backdrop"
)

// cut is one size of a picture.
type cut struct {
	name          string
	width, height int
}

// cuts are the sizes that are kept of a shape, the largest first; the least is
// how wide an upload must be.
var cuts = map[Shape]struct {
	least int
	sizes []cut
}{
	Poster:   {200, []cut{{"poster", 800, 1200}, {"poster", 400, 600}, {"poster", 200, 300}}},
	Backdrop: {640, []cut{{"backdrop", 1920, 1080}, {"backdrop", 960, 540}, {"card", 640, 360}, {"card", 320, 180}}},
}

// Picture is an uploaded picture, made ready to be shown.
type Picture struct {
	Name  string // unique to what it shows and for what
	Color string // dominant, #rrggbb
	files map[string][]byte
}

// NewPicture reads an uploaded picture and cuts it to the sizes of its shape:
// the middle of it, never enlarged, turned upright, in sRGB and without what the
// file says of who took it and where. The owner is whose picture it is; the same
// upload for the same owner has the same name. It returns ErrFormat,
// ErrAnimated, ErrLarge or ErrSmall.
func NewPicture(owner string, shape Shape, upload []byte) (*Picture, error) {
	kind, ok := cuts[shape]
	if !ok {
		return nil, fmt.Errorf("media: no shape %q", shape)
	}
	if len(upload) > MaxPicture {
		return nil, ErrLarge
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(upload)) // by content, whatever its name and type say
	switch {
	case err != nil, head.Width < 1, head.Height < 1, !slices.Contains([]string{"jpeg", "png", "webp"}, format):
		return nil, ErrFormat
	case animated(upload):
		return nil, ErrAnimated
	case head.Width > maxPixels/head.Height:
		return nil, ErrLarge
	}
	full, err := imaging.Decode(bytes.NewReader(upload), imaging.Backends(imaging.GO_IMAGE))
	if err != nil {
		return nil, ErrFormat
	}
	first := kind.sizes[0]
	full = middle(full, first.width, first.height)
	if full.Bounds().Dx() < kind.least {
		return nil, fmt.Errorf("%w: a %s must be at least %d points wide", ErrSmall, shape, kind.least)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %x", owner, shape, sha256.Sum256(upload)))
	p := &Picture{Name: hex.EncodeToString(sum[:16]), files: make(map[string][]byte)}
	for _, c := range kind.sizes {
		if full.Bounds().Dx() > c.width { // each from the one before: they become smaller
			full = imaging.Resize(full, c.width, c.height, imaging.Lanczos)
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, full, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("media: %w", err)
		}
		p.files[c.name+"-"+strconv.Itoa(c.width)] = out.Bytes()
	}
	p.Color = dominant(full)
	return p, nil
}

// middle cuts the largest part with the given proportions from the middle.
func middle(m image.Image, width, height int) image.Image {
	size := m.Bounds().Size()
	if size.X*height > size.Y*width {
		size.X = max(1, size.Y*width/height)
	} else {
		size.Y = max(1, size.X*height/width)
	}
	return imaging.CropCenter(m, size.X, size.Y)
}

// animated tells whether a PNG or WebP has more than one frame. Decoding them
// would take the memory of all.
func animated(upload []byte) bool {
	if bytes.HasPrefix(upload, []byte("RIFF")) {
		const flags, animation = 20, 1 << 1 // of the VP8X chunk (RFC 9649, 2.7.1)
		return len(upload) > flags && string(upload[12:16]) == "VP8X" && upload[flags]&animation != 0
	}
	if !bytes.HasPrefix(upload, []byte("\x89PNG")) {
		return false
	}
	pixels := bytes.Index(upload, []byte("IDAT"))
	return bytes.Contains(upload[:max(pixels, 0)], []byte("acTL")) // stands before the pixels (PNG, third edition, 11.3.4.1)
}

// dominant is the colour that most of a picture has, colourful parts counting
// more than grey ones.
func dominant(m image.Image) string {
	small := imaging.Resize(m, 48, 0, imaging.Box)
	type bucket struct{ r, g, b, n, weight uint32 }
	buckets := make(map[uint32]*bucket)
	var best *bucket
	bounds := small.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ { // in a fixed order: the first of equals wins
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			r, g, b, _ := small.At(x, y).RGBA()
			r, g, b = r>>8, g>>8, b>>8
			key := r>>5<<6 | g>>5<<3 | b>>5
			k := buckets[key]
			if k == nil {
				k = &bucket{}
				buckets[key] = k
			}
			k.r, k.g, k.b, k.n = k.r+r, k.g+g, k.b+b, k.n+1
			k.weight += 32 + max(r, g, b) - min(r, g, b)
			if best == nil || k.weight > best.weight {
				best = k
			}
		}
	}
	return fmt.Sprintf("#%02x%02x%02x", best.r/best.n, best.g/best.n, best.b/best.n)
}

// SavePicture stores all sizes of a picture.
func (s *Store) SavePicture(ctx context.Context, p *Picture) error {
	for file, body := range p.files {
		if err := s.write(ctx, pictures+p.Name+"/"+file+".jpg", "image/jpeg", body); err != nil {
			return err
		}
	}
	return nil
}

// Picture opens what is shown of a picture under a name such as "card": the
// smallest size that is at least width points wide, the largest when width is 0
// or no size is. It returns ErrNotFound.
func (s *Store) Picture(ctx context.Context, name, as string, width int) (io.ReadSeekCloser, time.Time, error) {
	if !isName(name) {
		return nil, time.Time{}, ErrNotFound
	}
	chosen := 0
	for _, kind := range cuts {
		for _, c := range kind.sizes { // the largest first
			if c.name == as && (chosen == 0 || c.width >= width && width > 0) {
				chosen = c.width
			}
		}
	}
	if chosen == 0 {
		return nil, time.Time{}, ErrNotFound
	}
	return s.open(ctx, pictures+name+"/"+as+"-"+strconv.Itoa(chosen)+".jpg")
}

// isName tells whether a text may be the name of a picture: nothing else
// reaches a path.
func isName(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 16 && hex.EncodeToString(b) == s
}
