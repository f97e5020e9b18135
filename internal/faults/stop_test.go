//go:build faults

package faults_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStopped asks the program to end while 20 requests are on their way: eight
// wait for the database, which somebody else has locked, and twelve have sent
// half of their body. All get their answer, and nobody new is let in.
func TestStopped(t *testing.T) {
	url := sqlite(t)
	each(t, func(n int) {
		p := serve(t, url)
		var renaming, paying []*client
		for i := range 4 {
			renaming = append(renaming, renameSession.prepare(t, p, fmt.Sprintf("renamer%d.%d", n, i)))
			paying = append(paying, p.signUp(t, fmt.Sprintf("payer%d.%d@example.com", n, i)))
		}
		var tokens []string
		for _, c := range paying {
			token, a := c.card()
			require.NotEmpty(t, token, "%s", a)
			tokens = append(tokens, token)
		}
		db := open(t, url)
		lock, err := db.SQL().BeginTx(t.Context(), nil) // an immediate one: nobody else may write
		require.NoError(t, err)
		answers := make(chan answer, 20)
		for i := range 4 {
			go func() { answers <- renameSession.do(renaming[i], "renamed") }()
			go func() { answers <- paying[i].addCard(tokens[i], "a-key", false) }()
		}
		var halves []*half
		for i := range 12 {
			h := begin(t, renaming[i%4])
			halves = append(halves, h)
			go func() { answers <- h.answer() }()
		}
		waiting := func() {
			select {
			case a := <-answers:
				require.Fail(t, "it does not wait", "%s", a)
			default:
			}
		}
		time.Sleep(time.Second) // for all of them to be where they wait
		waiting()
		status, took := make(chan int, 1), time.Duration(0)
		go func() {
			var code int
			code, took = p.term()
			status <- code
		}()
		require.Eventually(t, func() bool { return refusesConnections(p.url) }, 10*time.Second, 5*time.Millisecond)
		waiting()
		for _, h := range halves {
			h.finish()
		}
		require.NoError(t, lock.Rollback())
		finished := 0
		for range 20 {
			a := <-answers
			require.True(t, a.ok(), "%s", a)
			finished++
		}
		require.Zero(t, <-status, "%s", p.log)
		require.Less(t, took, 12*time.Second)
		require.NoError(t, db.Close())
		say(t, "round %d: SIGTERM with 20 in flight: %d of 20 answered, status 0 after %.1f s", n, finished, took.Seconds())
	})
}

func refusesConnections(url string) bool {
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		return true
	}
	c.Close()
	return false
}

// half is a request of which half of the body was sent.
type half struct {
	write *io.PipeWriter
	rest  string
	done  chan answer
}

// begin sends half of a query that reads from the database.
func begin(t *testing.T, c *client) *half {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": "{ viewer { user { email } } }"})
	require.NoError(t, err)
	read, write := io.Pipe()
	h := &half{write: write, rest: string(body[len(body)/2:]), done: make(chan answer, 1)}
	r, err := http.NewRequest("POST", c.url+"/graphql", read)
	require.NoError(t, err)
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.token)
	go func() {
		resp, err := (&http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			h.done <- answer{err: err}
			return
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			h.done <- answer{err: err}
			return
		}
		h.done <- parse(resp.StatusCode, text, resp.Header.Get("Content-Type"))
	}()
	_, err = write.Write(body[:len(body)/2])
	require.NoError(t, err)
	return h
}

func (h *half) finish() {
	_, _ = io.WriteString(h.write, h.rest)
	_ = h.write.Close()
}

func (h *half) answer() answer { return <-h.done }
