package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// guide sends what docs/clients.md shows, and compares what comes.
type guide struct {
	url   string
	known map[string]string // by the names that the guide gives them
	t     *testing.T
}

var (
	fence = regexp.MustCompile("(?ms)^```(http|websocket)\n(.*?)^```$")
	named = regexp.MustCompile(`\{([a-z]+)\}`)
)

// fill writes what is known in place of names.
func (g *guide) fill(text string) string {
	return named.ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := g.known[strings.Trim(name, "{}")]; ok {
			return value
		}
		return name
	})
}

// message is a request or an answer of the guide: its first line, headers and body.
func message(text string) (first string, headers http.Header, body string) {
	head, body, _ := strings.Cut(strings.TrimSuffix(text, "\n"), "\n\n")
	first, rest, _ := strings.Cut(head, "\n")
	headers = make(http.Header)
	for line := range strings.Lines(rest) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		headers.Add(name, value)
	}
	return first, headers, body
}

// send sends a request of the guide.
func (g *guide) send(text string) *http.Response {
	first, headers, body := message(g.fill(text))
	method, target, _ := strings.Cut(first, " ")
	path, query, _ := strings.Cut(target, "?")
	if name, value, ok := strings.Cut(query, "="); ok {
		path += "?" + name + "=" + url.QueryEscape(value)
	}
	r, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, strings.NewReader(body))
	require.NoError(g.t, err)
	r.Header = headers
	resp, err := http.DefaultClient.Do(r)
	require.NoError(g.t, err)
	return resp
}

// expect compares an answer with what the guide says.
func (g *guide) expect(text string, resp *http.Response) {
	defer resp.Body.Close()
	first, headers, body := message(text)
	require.Equal(g.t, strings.TrimPrefix(first, "HTTP/1.1 "), strconv.Itoa(resp.StatusCode), text)
	for name := range headers {
		require.Contains(g.t, resp.Header.Get(name), headers.Get(name))
	}
	if headers.Get("Content-Type") != "text/event-stream" {
		got, err := io.ReadAll(resp.Body)
		require.NoError(g.t, err)
		g.alike(text, body, got)
		return
	}
	lines := bufio.NewScanner(resp.Body)
	for want := range strings.Lines(body) {
		require.True(g.t, lines.Scan(), text)
		if want, ok := strings.CutPrefix(strings.TrimSpace(want), "data: "); ok {
			got, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
			require.True(g.t, ok, lines.Text())
			g.alike(text, want, got)
			continue
		}
		require.Equal(g.t, strings.TrimSpace(want), lines.Text())
	}
}

func (g *guide) alike(what, want string, got []byte) {
	var a, b any
	require.NoError(g.t, json.Unmarshal([]byte(want), &a), what)
	require.NoError(g.t, json.Unmarshal(got, &b), "%s", got)
	g.fits(what, a, b)
}

// fits compares a value of the guide with one of an answer: what the guide
// leaves out may be there.
func (g *guide) fits(what string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		require.True(g.t, ok, "%s: %v", what, got)
		for name, value := range want {
			require.Contains(g.t, object, name, what)
			g.fits(what, value, object[name])
		}
	case []any:
		list, ok := got.([]any)
		require.True(g.t, ok, "%s: %v", what, got)
		if len(want) > 0 && want[len(want)-1] == "…" {
			require.GreaterOrEqual(g.t, len(list), len(want), what)
			want, list = want[:len(want)-1], list[:len(want)-1]
		}
		require.Len(g.t, list, len(want), what)
		for i := range want {
			g.fits(what, want[i], list[i])
		}
	case string:
		if want == "…" {
			require.NotEmpty(g.t, got, what)
			return
		}
		if name := named.FindStringSubmatch(want); name != nil && name[0] == want {
			text, ok := got.(string)
			require.True(g.t, ok && text != "", what)
			if before, ok := g.known[name[1]]; ok {
				require.Equal(g.t, before, text, what)
			}
			g.known[name[1]] = text
			return
		}
		require.Equal(g.t, want, got, what)
	default:
		require.Equal(g.t, want, got, what)
	}
}

// talk plays a conversation over a WebSocket.
func (g *guide) talk(text string) {
	dialer := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: 10 * time.Second}
	conn, resp, err := dialer.DialContext(g.t.Context(), "ws"+strings.TrimPrefix(g.url, "http")+"/graphql", nil)
	require.NoError(g.t, err)
	resp.Body.Close()
	defer conn.Close()
	require.NoError(g.t, conn.SetReadDeadline(time.Now().Add(30*time.Second)))
	for line := range strings.Lines(text) {
		side, frame := line[0], strings.TrimSpace(line[1:])
		if side == '>' {
			require.NoError(g.t, conn.WriteMessage(websocket.TextMessage, []byte(g.fill(frame))))
			continue
		}
		_, got, err := conn.ReadMessage()
		require.NoError(g.t, err, frame)
		g.alike(frame, frame, got)
	}
}

// What the guide for authors of clients shows is what happens.
func TestClients(t *testing.T) {
	text, err := os.ReadFile("../../docs/clients.md")
	require.NoError(t, err)
	blocks := fence.FindAllStringSubmatch(string(text), -1)
	require.Greater(t, len(blocks), 20)
	p := start(t, nil, 4, "--demo", "--addr", "127.0.0.1:0", "--database", "sqlite:"+t.TempDir()+"/clients.db", "--mail", "folder:"+t.TempDir())
	g := &guide{url: p.url, known: make(map[string]string), t: t}
	for i := 0; i < len(blocks); i++ {
		switch kind, text := blocks[i][1], blocks[i][2]; kind {
		case "websocket":
			g.talk(text)
		case "http":
			require.Less(t, i+1, len(blocks))
			require.True(t, strings.HasPrefix(blocks[i+1][2], "HTTP/1.1 "), "no answer to %s", text)
			g.expect(blocks[i+1][2], g.send(text))
			i++
		}
	}
}
