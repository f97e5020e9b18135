package webapp

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Where index.html takes what the server knows already.
const (
	headMark = "<!--head-->"
	bootMark = "<!--boot-->"
)

// page is index.html, cut at its marks.
type page struct {
	asset               *asset // nil: not built
	top, middle, bottom []byte // before the head mark, between the marks, after the boot mark
}

func (s *Site) readPage() error {
	a := s.assets[indexFile]
	if a == nil {
		return nil
	}
	text, err := a.plain()
	if err != nil {
		return fmt.Errorf("%s: %w", indexFile, err)
	}
	top, rest, hasHead := bytes.Cut(text.body, []byte(headMark))
	if !hasHead {
		top, rest = nil, text.body
	}
	middle, bottom, hasBoot := bytes.Cut(rest, []byte(bootMark))
	if hasHead != hasBoot {
		return fmt.Errorf("%s: %s and %s go together, in this order", indexFile, headMark, bootMark)
	}
	s.page = page{asset: a, top: top, middle: middle, bottom: bottom}
	return nil
}

// Page writes the page of the app, for any route. With head, markup for the end of <head> such as preload
// links, and boot, JSON that the app finds in <script type="application/json" id="boot">, the answer is the
// viewer's own and never stored; without, it is revalidated. Head must be trusted markup; boot may hold anything.
func (s *Site) Page(w http.ResponseWriter, r *http.Request, head, boot []byte) {
	h := w.Header()
	h.Set("Content-Security-Policy", s.csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	switch {
	case !s.Built():
		writeNotBuilt(w, r)
	case len(head) == 0 && len(boot) == 0:
		h.Set("Cache-Control", "no-cache")
		s.page.asset.send(w, r)
	default:
		h.Set("Cache-Control", "private, no-store")
		writeHTML(w, r, http.StatusOK, s.page.with(head, boot))
	}
}

// with puts head and boot in their places.
func (p page) with(head, boot []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(p.top) + len(head) + len(p.middle) + len(boot) + len(boot)/16 + 128 + len(p.bottom))
	out.Write(p.top)
	out.Write(head)
	out.Write(p.middle)
	if len(boot) > 0 {
		out.WriteString(`<script type="application/json" id="boot">`)
		out.Write(bytes.ReplaceAll(boot, []byte("<"), []byte(`\u003c`))) // JSON keeps its meaning and cannot close the element
		out.WriteString(`</script>`)
	}
	out.Write(p.bottom)
	return out.Bytes()
}

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>StreamEx</title>
<h1>StreamEx</h1>
<p>This binary was built without the web app. Run <code>make web</code> (it needs Node 20 or later), then build again.
<p>The API is here all the same: <a href="/graphql">/graphql</a>.
`

func writeNotBuilt(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	writeHTML(w, r, http.StatusNotFound, []byte(notBuilt))
}

// writeHTML writes a page made for this request.
func writeHTML(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	const onePacket = 1400 // below it, packing saves no round trip
	if len(body) > onePacket && negotiate(r.Header.Get("Accept-Encoding"), gzipped) == gzipped {
		h.Set("Content-Encoding", gzipped)
		body = pack(body)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that went away needs no answer
	}
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
	out.Grow(len(body) / 4)
	zw.Reset(&out)
	_, _ = zw.Write(body) // a bytes.Buffer takes everything
	_ = zw.Close()
	return out.Bytes()
}
