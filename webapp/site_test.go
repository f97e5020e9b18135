package webapp_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"streamex/webapp"
)

const (
	script = "/assets/index-B3k_x9Zq.js"
	index  = `<!doctype html><head><title>StreamEx</title><!--head--></head><body><div id="root"></div><!--boot--><p>end</p></body>`
	code   = "console.log('StreamEx')"
	csp    = "default-src 'none'"
)

// built is a tree as the build leaves it.
func built(t *testing.T) fstest.MapFS {
	return fstest.MapFS{
		"index.html":                  {Data: []byte(index)},
		"index.html.gz":               {Data: zip(t, index)},
		"assets/index-B3k_x9Zq.js.br": {Data: []byte("brotli of " + code)},
		"assets/index-B3k_x9Zq.js.gz": {Data: zip(t, code)},
		"assets/face-Ab12cd34.woff2":  {Data: []byte("font")},
		"icon.svg.gz":                 {Data: zip(t, "<svg/>")},
		"documents.json.gz":           {Data: zip(t, `{"abc":"query HomeQuery { home { id } }"}`)},
	}
}

func zip(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func unzip(t *testing.T, body []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

func open(t *testing.T, tree fstest.MapFS) *webapp.Site {
	t.Helper()
	s, err := webapp.New(tree, csp)
	require.NoError(t, err)
	return s
}

// ask sends a request with headers given as name, value, name, value…
func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestEncodings(t *testing.T) {
	s := open(t, built(t))
	for _, c := range []struct{ accept, coding string }{
		{"", ""},
		{"br", "br"},
		{"gzip", "gzip"},
		{"gzip, deflate, br, zstd", "br"},
		{"br;q=0.5, gzip", "gzip"},
		{"br;q=0, gzip", "gzip"},
		{"GZIP ; q=0.3", "gzip"},
		{"*", "br"},
		{"*;q=0.1, br;q=0", "gzip"},
		{"identity;q=1, gzip;q=0.5", ""},
		{"identity;q=0, gzip;q=0.5", "gzip"},
		{"br;q=2, gzip;q=nonsense", ""},
		{"zstd", ""},
		{"*;q=0", ""},
	} {
		w := ask(s, http.MethodGet, script, "Accept-Encoding", c.accept)
		require.Equal(t, http.StatusOK, w.Code, c.accept)
		require.Equal(t, c.coding, w.Header().Get("Content-Encoding"), c.accept)
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
		require.Equal(t, "text/javascript; charset=utf-8", w.Header().Get("Content-Type"))
		switch c.coding {
		case "br":
			require.Equal(t, "brotli of "+code, w.Body.String())
		case "gzip":
			require.Equal(t, code, unzip(t, w.Body.Bytes()))
		default:
			require.Equal(t, code, w.Body.String(), "unpacked for who takes neither")
		}
	}
}

func TestCaching(t *testing.T) {
	s := open(t, built(t))
	for path, want := range map[string]string{
		script:                        "public, max-age=31536000, immutable",
		"/assets/face-Ab12cd34.woff2": "public, max-age=31536000, immutable",
		"/icon.svg":                   "public, max-age=3600",
		"/":                           "no-cache",
		"/title/faust-1926":           "no-cache",
	} {
		require.Equal(t, want, ask(s, http.MethodGet, path).Header().Get("Cache-Control"), path)
	}

	tags := map[string]bool{}
	for _, coding := range []string{"", "br", "gzip"} {
		first := ask(s, http.MethodGet, script, "Accept-Encoding", coding)
		tag := first.Header().Get("ETag")
		require.Regexp(t, `^"[0-9a-f]+"$`, tag)
		tags[tag] = true
		again := ask(s, http.MethodGet, script, "Accept-Encoding", coding, "If-None-Match", tag)
		require.Equal(t, http.StatusNotModified, again.Code)
		require.Empty(t, again.Body.Bytes())
		require.Equal(t, tag, again.Header().Get("ETag"))
	}
	require.Len(t, tags, 3, "each form is a representation of its own")
}

func TestMethods(t *testing.T) {
	s := open(t, built(t))
	for _, path := range []string{script, "/", "/profiles"} {
		get, head := ask(s, http.MethodGet, path, "Accept-Encoding", "gzip"), ask(s, http.MethodHead, path, "Accept-Encoding", "gzip")
		require.Equal(t, http.StatusOK, head.Code, path)
		require.Empty(t, head.Body.Bytes(), path)
		require.Equal(t, get.Header(), head.Header(), path)
		require.NotEmpty(t, head.Header().Get("Content-Length"), path)

		post := ask(s, http.MethodPost, path)
		require.Equal(t, http.StatusMethodNotAllowed, post.Code, path)
		require.Equal(t, "GET, HEAD", post.Header().Get("Allow"), path)
	}
	part := ask(s, http.MethodGet, script, "Range", "bytes=0-6")
	require.Equal(t, http.StatusPartialContent, part.Code)
	require.Equal(t, code[:7], part.Body.String())
}

// Only routes of the app get the page: who asks for a file of an older build
// must not get HTML for a script.
func TestMissing(t *testing.T) {
	s := open(t, built(t))
	for _, path := range []string{"/assets/index-OLDoldOL.js", "/assets/sub", "/robots.txt", "/a/b.map", "/../secret.env"} {
		require.Equal(t, http.StatusNotFound, ask(s, http.MethodGet, path).Code, path)
	}
	for _, path := range []string{"/", "/index.html", "/title/faust-1926", "/no/such/route", "/title/../profiles"} {
		w := ask(s, http.MethodGet, path)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Contains(t, w.Body.String(), `<div id="root">`, path)
		require.Equal(t, csp, w.Header().Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), path)
	}
}

func TestPage(t *testing.T) {
	s := open(t, built(t))
	page := func(method string, head, boot string, headers ...string) *httptest.ResponseRecorder {
		return ask(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Page(w, r, []byte(head), []byte(boot)) }), method, "/", headers...)
	}

	w := page(http.MethodGet, `<meta name="x">`, `{"a":"</script><script>alert(1)</script><!--"}`)
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
	require.Empty(t, w.Header().Get("ETag"))
	require.Equal(t, `<!doctype html><head><title>StreamEx</title><meta name="x"></head><body><div id="root"></div>`+
		`<script type="application/json" id="boot">{"a":"\u003c/script>\u003cscript>alert(1)\u003c/script>\u003c!--"}</script>`+
		`<p>end</p></body>`, w.Body.String())

	w = page(http.MethodGet, "<meta>", "")
	require.Contains(t, w.Body.String(), `<meta></head><body><div id="root"></div><p>end</p>`)

	boot := `{"long":"` + strings.Repeat("text ", 1000) + `"}`
	packed := page(http.MethodGet, "", boot, "Accept-Encoding", "br, gzip")
	require.Equal(t, "gzip", packed.Header().Get("Content-Encoding"))
	require.Contains(t, unzip(t, packed.Body.Bytes()), boot)
	require.Less(t, packed.Body.Len(), 1000)

	head := page(http.MethodHead, "", boot, "Accept-Encoding", "br, gzip")
	require.Empty(t, head.Body.Bytes())
	require.Equal(t, packed.Header(), head.Header())
}

func TestNotBuilt(t *testing.T) {
	s := open(t, fstest.MapFS{})
	require.False(t, s.Built())
	require.Empty(t, s.Documents())
	w := ask(s, http.MethodGet, "/")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.Contains(t, w.Body.String(), "make web")
	require.Empty(t, ask(s, http.MethodHead, "/").Body.Bytes())
}

func TestDocuments(t *testing.T) {
	s := open(t, built(t))
	require.True(t, s.Built())
	documents := s.Documents()
	require.Equal(t, map[string]string{"abc": "query HomeQuery { home { id } }"}, documents)
	documents["abc"] = "changed"
	require.NotEqual(t, documents, s.Documents(), "a copy is handed out")
}

// A build that went wrong is found when the program starts, not by viewers.
func TestBrokenBuild(t *testing.T) {
	for name, file := range map[string]struct {
		path string
		data []byte
		want string
	}{
		"brotli alone":    {"assets/x-B3k_x9Zq.css.br", []byte("x"), "need a .gz"},
		"no documents":    {"documents.json.gz", zip(t, "[]"), "documents.json"},
		"one mark":        {"index.html", []byte("<head><!--head--></head>"), "go together"},
		"marks turned":    {"index.html", []byte("<!--boot--><!--head-->"), "go together"},
		"not gzip at all": {"documents.json.gz", []byte("{}"), "documents.json"},
	} {
		tree := built(t)
		tree[file.path] = &fstest.MapFile{Data: file.data}
		_, err := webapp.New(tree, csp)
		require.ErrorContains(t, err, file.want, name)
	}
}

func TestUnder(t *testing.T) {
	h := open(t, built(t)).Under("/graphiql")
	w := ask(h, http.MethodGet, "/graphiql?query=%7Bviewer%7Bid%7D%7D")
	require.Equal(t, http.StatusMovedPermanently, w.Code)
	require.Equal(t, "/graphiql/?query=%7Bviewer%7Bid%7D%7D", w.Header().Get("Location"))
	require.Contains(t, ask(h, http.MethodGet, "/graphiql/").Body.String(), `<div id="root">`)
	require.Equal(t, code, ask(h, http.MethodGet, "/graphiql"+script).Body.String())
	require.Equal(t, http.StatusNotFound, ask(h, http.MethodGet, "/graphiql/assets/none.js").Code)
}

// What this very binary carries can be served, built or not.
func TestOpen(t *testing.T) {
	for _, name := range []string{"site", "graphiql"} {
		s, err := webapp.Open(name, webapp.SiteCSP)
		require.NoError(t, err)
		w := ask(s, http.MethodGet, "/")
		if s.Built() {
			require.Equal(t, http.StatusOK, w.Code)
			require.NotContains(t, w.Body.String(), "<script>", "the policy allows no inline script")
		} else {
			require.Equal(t, http.StatusNotFound, w.Code)
		}
	}
}
