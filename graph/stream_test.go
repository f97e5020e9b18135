package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/graph/graphtest"
)

// Whoever adds a subscription says what it follows.
func TestEverySubscriptionHasATopic(t *testing.T) {
	var fields []string
	for _, f := range schema().Subscription.Fields {
		fields = append(fields, f.Name)
	}
	require.NotEmpty(t, fields)
	require.ElementsMatch(t, fields, graph.Topics())
}

// firstEvent asks for a stream and returns its first answer.
func firstEvent(t *testing.T, h http.Handler, who int, query string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if who != graphtest.Nobody {
		r.Header.Set("Authorization", "Bearer "+graphtest.Token(who))
	}
	w := impatient{httptest.NewRecorder(), cancel}
	h.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	event, ok := bytes.CutPrefix(w.Body.Bytes(), []byte("event: next\ndata: "))
	require.True(t, ok, "%s", w.Body)
	event, _, _ = bytes.Cut(event, []byte("\n\n"))
	return event
}

// impatient leaves after the first event.
type impatient struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

func (w impatient) Flush() { w.leave() }

// Places are bounded for each and for all, and come free again.
func TestPlaces(t *testing.T) {
	p := graph.NewPlaces()
	first, err := p.Enter("ana", 2)
	require.NoError(t, err)
	second, err := p.Enter("ana", 2)
	require.NoError(t, err)
	_, err = p.Enter("ana", 2)
	require.Error(t, err)
	require.Equal(t, 2, p.Taken("")) // who was refused holds none
	first()
	third, err := p.Enter("ana", 2)
	require.NoError(t, err)
	second()
	third()
	require.Zero(t, p.Taken("ana"))
	require.Zero(t, p.Taken(""))
	for range graph.AllStreams {
		_, err := p.Enter("everybody", 2*graph.AllStreams)
		require.NoError(t, err)
	}
	_, err = p.Enter("ana", 2)
	require.Error(t, err)
	require.Zero(t, p.Taken("ana"))
}

// No message of a client makes the server panic, and what it takes for one says
// what it is.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		`{"type":"connection_init","payload":{"authorization":"Bearer x"}}`, `{"type":"subscribe","id":"1","payload":{"query":"{a}"}}`,
		`{"type":"complete","id":"1"}`, `{"type":"ping"}`, `{"type":"pong","payload":null}`, `[]`, `null`, `{"type":1}`, "", "\xff", `{"type":"ping"} `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		kind, id, payload, err := graph.ParseMessage(text)
		if err != nil {
			require.Empty(t, kind)
			return
		}
		require.Contains(t, []string{"connection_init", "subscribe", "complete", "ping", "pong"}, kind)
		require.LessOrEqual(t, len(id), 256)
		if kind == "subscribe" || kind == "complete" {
			require.NotEmpty(t, id)
		}
		if kind == "subscribe" {
			require.True(t, strings.HasPrefix(string(payload), "{"))
		}
	})
}
