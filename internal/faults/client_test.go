//go:build faults

package faults_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// client is somebody who uses the API of a program, from an address of its own.
type client struct {
	url, address, token string
	session, user       string // ids, where they are needed
	http                *http.Client
}

var addresses atomic.Uint32

// stranger is a client that nobody knows.
func (p *program) stranger() *client { return newClient(p.url) }

func newClient(url string) *client {
	n := addresses.Add(1)
	return &client{
		url: url, address: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255),
		http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1}},
	}
}

// signIn is a client of the administrator.
func (p *program) signIn(t *testing.T) *client {
	t.Helper()
	c := p.stranger()
	a := c.ask(`mutation($i: SignInInput!) { signIn(input: $i) { token viewer { user { id } } userErrors { code } } }`,
		vars{"i": vars{"email": admin, "password": password}})
	require.True(t, a.ok(), "%s", a)
	c.token, c.user = a.text("signIn", "token"), a.text("signIn", "viewer", "user", "id")
	require.NotEmpty(t, c.token)
	return c
}

// signUp is a client of a new account.
func (p *program) signUp(t *testing.T, email string) *client {
	t.Helper()
	c := p.stranger()
	a := c.signUp(email)
	require.True(t, a.ok(), "%s", a)
	c.token = a.text("signUp", "token")
	return c
}

func (c *client) signUp(email string) answer {
	return c.ask(`mutation($i: SignUpInput!) { signUp(input: $i) { token userErrors { code } } }`,
		vars{"i": vars{"email": email, "password": password}})
}

type vars map[string]any

// answer is what came of a request.
type answer struct {
	err    error // nobody answered
	status int
	body   string
	took   time.Duration
	data   map[string]any
	codes  []string // of errors, then of user errors
	faults bool     // some are errors
}

func (a answer) String() string {
	return fmt.Sprintf("%d %v in %s: %v %s", a.status, a.codes, a.took, a.err, a.body)
}

// ok tells whether everything that was asked for was done.
func (a answer) ok() bool { return a.err == nil && a.status == 200 && len(a.codes) == 0 }

// is tells whether the answer has a code and no other.
func (a answer) is(codes ...string) bool {
	for _, c := range codes {
		if len(a.codes) > 0 && a.codes[0] == c {
			return true
		}
	}
	return false
}

// refused tells whether the program said in its own words that it cannot do
// this now.
func (a answer) refused() bool {
	return a.err == nil && a.faults && a.is("UNAVAILABLE", "OVERLOADED") && !a.leaks()
}

// inside is what no answer may hold: words of drivers, of SQL and of the system.
var inside = regexp.MustCompile(`(?i)\bpq\b|postgres|sqlite|\bsql|disk|\bi/o\b|\bdial|\btcp\b|socket|errno|constraint|syntax|transaction|relation|goroutine|\.go:|/tmp`)

// trace is a random text that may hold any word.
var trace = regexp.MustCompile(`"traceId":"[A-Z0-9]*"`)

func (a answer) leaks() bool {
	return a.faults && inside.MatchString(trace.ReplaceAllString(a.body, ""))
}

func (a answer) at(path ...string) any {
	var v any = a.data
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func (a answer) text(path ...string) string {
	text, _ := a.at(path...).(string)
	return text
}

// ask sends an operation.
func (c *client) ask(query string, v vars) answer {
	body, err := json.Marshal(map[string]any{"query": query, "variables": v})
	if err != nil {
		return answer{err: err}
	}
	return c.send("POST", "/graphql", body)
}

func (c *client) send(method, path string, body []byte) (a answer) {
	start := time.Now()
	defer func() { a.took = time.Since(start) }()
	r, err := http.NewRequest(method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return answer{err: err}
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("X-Forwarded-For", c.address)
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{err: err}
	}
	return parse(resp.StatusCode, text, resp.Header.Get("Content-Type"))
}

// parse takes an answer apart.
func parse(status int, text []byte, media string) answer {
	a := answer{status: status, body: string(text)}
	if !strings.Contains(media, "json") {
		return a
	}
	var in struct {
		Data   map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}
	if a.err = json.Unmarshal(text, &in); a.err != nil {
		return a
	}
	a.data = in.Data
	for _, e := range in.Errors {
		a.codes, a.faults = append(a.codes, e.Extensions.Code), true
	}
	for _, field := range in.Data {
		field, _ := field.(map[string]any)
		problems, _ := field["userErrors"].([]any)
		for _, p := range problems {
			code, _ := p.(map[string]any)["code"].(string)
			a.codes = append(a.codes, code)
		}
	}
	return a
}

// patient asks until the answer is no OVERLOADED: the gates of writes are
// narrow, and clients are told to come again.
func patient(ask func() answer) answer {
	for {
		if a := ask(); !a.is("OVERLOADED") {
			return a
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// card is a token of the test provider for a card.
func (c *client) card() (token string, a answer) {
	a = c.send("POST", "/payments/test/tokens", fmt.Appendf(nil, `{"number":"4242424242424242","expiryMonth":12,"expiryYear":%d,"cvc":"123"}`, time.Now().Year()+5))
	var in struct{ Token string }
	if a.err == nil {
		a.err = json.Unmarshal([]byte(a.body), &in)
	}
	return in.Token, a
}

func (c *client) addCard(token, key string, isDefault bool) answer {
	return c.ask(`mutation($i: AddPaymentMethodInput!) { addPaymentMethod(input: $i) { paymentMethod { id } userErrors { code } } }`,
		vars{"i": vars{"token": token, "holder": "A", "idempotencyKey": key, "default": isDefault}})
}
