package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"streamex/internal/artwork"
)

var shapes = map[string]artwork.Shape{
	"poster.svg":   artwork.Poster,
	"card.svg":     artwork.Card,
	"backdrop.svg": artwork.Backdrop,
}

var (
	sceneSlug = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	titleSlug = regexp.MustCompile(`^[a-z0-9-]{1,200}$`)
)

// art draws a title's picture. Nothing is looked up: what may be asked for has a
// picture, whether a title has that slug or not, so no slug gives a title away.
func (s *Server) art(w http.ResponseWriter, r *http.Request) {
	scene, slug := chi.URLParam(r, "scene"), chi.URLParam(r, "slug")
	shape, ok := shapes[chi.URLParam(r, "file")]
	if !ok || !sceneSlug.MatchString(scene) || !titleSlug.MatchString(slug) {
		http.NotFound(w, r)
		return
	}
	if scene == "none" {
		scene = ""
	}
	body := artwork.SVG(slug, scene, shape)
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:12])
	h := w.Header()
	if acceptsGzip(r) {
		body = pack(body)
		tag += "-gzip" // another representation
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(body))) // ServeContent leaves it out beside an encoding
	}
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox") // opened as a page
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+tag+`"`)
	h.Set("Vary", "Accept-Encoding")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip tells whether the client of r takes gzip.
func acceptsGzip(r *http.Request) bool {
	for item := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q, found := strings.CutPrefix(strings.TrimSpace(params), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return !found || err == nil && weight > 0
		}
	}
	return false
}

// packers are reused: each holds some hundred kilobytes of tables.
var packers = sync.Pool{New: func() any {
	zw, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is valid
	return zw
}}

func pack(body []byte) []byte {
	zw := packers.Get().(*gzip.Writer)
	defer packers.Put(zw)
	var out bytes.Buffer
	out.Grow(len(body) / 3)
	zw.Reset(&out)
	_, _ = zw.Write(body) // a bytes.Buffer takes everything
	_ = zw.Close()
	return out.Bytes()
}
