package webapp

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	indexFile     = "index.html"
	documentsFile = "documents.json"
)

// Site serves one built tree.
type Site struct {
	assets    map[string]*asset
	page      page
	documents map[string]string
	csp       string
}

// asset is one file of the build in the forms that the build kept.
type asset struct {
	contentType string
	immutable   bool
	encoded     map[string]form // by content coding
	offers      []string        // the codings, preferred first
	plain       func() (form, error)
}

// form is one representation of a file.
type form struct {
	body []byte
	etag string
}

// New reads a built tree. A tree that does not exist is not an error: see [Site.Built].
func New(root fs.FS, csp string) (*Site, error) {
	s := &Site{assets: map[string]*asset{}, csp: csp}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		s.add(name, body)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for name, a := range s.assets {
		if err := a.settle(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, errors.Join(s.readPage(), s.readDocuments())
}

func (s *Site) add(name string, body []byte) {
	coding := identity
	switch ext := path.Ext(name); ext {
	case ".br":
		name, coding = strings.TrimSuffix(name, ext), brotli
	case ".gz":
		name, coding = strings.TrimSuffix(name, ext), gzipped
	}
	a := s.assets[name]
	if a == nil {
		a = &asset{contentType: contentType(name), immutable: hashedName.MatchString(name), encoded: map[string]form{}}
		s.assets[name] = a
	}
	a.encoded[coding] = newForm(body)
}

// settle fixes the order of the codings and where the unencoded form comes from.
func (a *asset) settle() error {
	for _, coding := range []string{brotli, gzipped} {
		if _, ok := a.encoded[coding]; ok {
			a.offers = append(a.offers, coding)
		}
	}
	plain, hasPlain := a.encoded[identity]
	packed, hasPacked := a.encoded[gzipped]
	switch {
	case hasPlain:
		a.plain = func() (form, error) { return plain, nil }
	case hasPacked:
		a.plain = sync.OnceValues(func() (form, error) {
			body, err := gunzip(packed.body)
			return newForm(body), err
		})
	default:
		return errors.New("only a brotli copy: clients without brotli need a .gz beside it")
	}
	return nil
}

func newForm(body []byte) form {
	sum := sha256.Sum256(body)
	return form{body: body, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
}

func gunzip(body []byte) ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zr)
}

func (s *Site) readDocuments() error {
	a := s.assets[documentsFile]
	if a == nil {
		return nil
	}
	text, err := a.plain()
	if err == nil {
		err = json.Unmarshal(text.body, &s.documents)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", documentsFile, err)
	}
	return nil
}

// Built tells whether the binary carries this tree.
func (s *Site) Built() bool { return s.page.asset != nil }

// Documents returns the GraphQL documents that this build sends, by their SHA-256: what relay-compiler
// wrote to documents.json. It is empty when the tree has none.
func (s *Site) Documents() map[string]string { return maps.Clone(s.documents) }

// Under serves the tree below a path such as "/graphiql", which redirects to "/graphiql/".
func (s *Site) Under(prefix string) http.Handler {
	below := http.StripPrefix(prefix, s)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == prefix {
			target := *r.URL
			target.Path, target.RawPath = prefix+"/", ""
			http.Redirect(w, r, target.RequestURI(), http.StatusMovedPermanently)
			return
		}
		below.ServeHTTP(w, r)
	})
}

// ServeHTTP serves a file of the build, 404 for a file that it does not have, the page for all other paths.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	switch a := s.assets[name]; {
	case name == indexFile:
		s.Page(w, r, nil, nil)
	case a != nil:
		a.ServeHTTP(w, r)
	case path.Ext(name) != "" || strings.HasPrefix(name, "assets/"):
		http.NotFound(w, r)
	default:
		s.Page(w, r, nil, nil)
	}
}

// ServeHTTP serves the form of the file that the client likes best. Files with a hash in their name never change.
func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cache := "public, max-age=3600"
	if a.immutable {
		cache = "public, max-age=31536000, immutable"
	}
	w.Header().Set("Cache-Control", cache)
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	a.send(w, r)
}

// send answers conditional, HEAD and range requests too.
func (a *asset) send(w http.ResponseWriter, r *http.Request) {
	coding := negotiate(r.Header.Get("Accept-Encoding"), a.offers...)
	chosen, err := a.encoded[coding], error(nil)
	if coding == identity {
		chosen, err = a.plain()
	}
	if err != nil {
		http.Error(w, "this file is broken in the build", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	h.Set("Content-Type", a.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", chosen.etag)
	if coding != identity {
		h.Set("Content-Encoding", coding)
		h.Set("Content-Length", strconv.Itoa(len(chosen.body))) // ServeContent leaves it out beside an encoding
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(chosen.body))
}

// hashedName matches what Vite calls a file by its content: name-B3k_x9Zq.js.
var hashedName = regexp.MustCompile(`-[A-Za-z0-9_-]{8}\.[a-z0-9]+$`)

// contentTypes are those a Vite build emits; the system's table of types is not relied upon.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".ttf":         "font/ttf",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
}

func contentType(name string) string {
	if known, ok := contentTypes[path.Ext(name)]; ok {
		return known
	}
	return "application/octet-stream"
}
