package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"streamex/internal/auth"
	"streamex/internal/database/dbtest"
)

// env is an environment for run.
type env map[string]string

func (e env) get(name string) string { return e[name] }

// command runs a command that ends by itself.
func command(t *testing.T, e env, stdin string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	err = run(t.Context(), args, e.get, strings.NewReader(stdin), &out, &log)
	return out.String(), log.String(), err
}

// program is a running `streamex serve`.
type program struct {
	url   string
	lines []string // printed after the address
	log   *safeBuffer
	stop  func() error
}

// safeBuffer is written by the program while the test reads it.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// start boots the program and waits until it answers.
func start(t *testing.T, e env, lines int, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	log := new(safeBuffer)
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, e.get, strings.NewReader(""), write, log)
		ended <- err
		write.CloseWithError(io.EOF)
	}()
	p := &program{log: log, stop: func() error {
		cancel()
		select {
		case err := <-ended:
			ended <- err
			return err
		case <-time.After(20 * time.Second):
			return context.DeadlineExceeded
		}
	}}
	t.Cleanup(func() { _ = p.stop() })
	s := bufio.NewScanner(read)
	require.True(t, s.Scan(), "%s", log)
	var found bool
	p.url, found = strings.CutPrefix(s.Text(), "StreamEx listening on ")
	require.True(t, found, s.Text())
	for range lines {
		require.True(t, s.Scan())
		p.lines = append(p.lines, s.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	return p
}

func (p *program) get(t *testing.T, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	return p.do(t, "GET", path, "", headers...)
}

func (p *program) do(t *testing.T, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(text)
}

// query sends a GraphQL operation and returns its data.
func (p *program) query(t *testing.T, query string, variables map[string]any, headers ...string) (*http.Response, map[string]any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	resp, text := p.do(t, "POST", "/graphql", string(body), append(headers, "Content-Type", "application/json")...)
	var answer struct {
		Data   map[string]any
		Errors []any
	}
	require.NoError(t, json.Unmarshal([]byte(text), &answer), text)
	require.Empty(t, answer.Errors, "%s", p.log)
	return resp, answer.Data
}

// at walks down an answer.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	return v
}

const signIn = `mutation($i: SignInInput!) { signIn(input: $i) { token viewer { profiles { id name } } userErrors { code } } }`

func TestServeDemo(t *testing.T) {
	e := env{"STREAMEX_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "new", "x.db"), "STREAMEX_LOG": "json"}
	p := start(t, e, 4, "--addr", "127.0.0.1:0", "--demo")
	require.Contains(t, p.lines[0], "streamex-demo")
	require.Contains(t, p.lines[1], "viewer@example.com")

	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/art/none/nosferatu/card.svg"} {
		resp, _ := p.get(t, path)
		require.Equal(t, 200, resp.StatusCode, path)
		require.NotEmpty(t, resp.Header.Get("X-Request-Id"))
	}
	resp, text := p.get(t, "/") // 404 in a binary without the web app, which says so
	require.Contains(t, []int{200, 404}, resp.StatusCode)
	require.Contains(t, text, "StreamEx")

	input := map[string]any{"i": map[string]any{"email": "Viewer@Example.com", "password": "streamex-demo"}}
	resp, data := p.query(t, signIn, input, "Origin", p.url)
	require.Nil(t, at(data, "signIn", "token"), "a page must not see the token")
	require.Len(t, resp.Cookies(), 1)
	cookie := resp.Cookies()[0]
	require.Equal(t, "streamex_session", cookie.Name)
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
	require.Len(t, at(data, "signIn", "viewer", "profiles"), 3)
	profile := at(data, "signIn", "viewer", "profiles", 0, "id")

	session := []string{"Cookie", cookie.Name + "=" + cookie.Value, "Origin", p.url}
	_, data = p.query(t, `mutation($id: ID!) { selectProfile(id: $id) { viewer { profile { id } } userErrors { code } } }`,
		map[string]any{"id": profile}, session...)
	require.Equal(t, profile, at(data, "selectProfile", "viewer", "profile", "id"))
	_, data = p.query(t, `{ home { rows(first: 5) { edges { node { heading items(first: 5) { edges { node { title { name } } } } } } } } }`, nil, session...)
	require.NotEmpty(t, at(data, "home", "rows", "edges"))
	require.NotEmpty(t, at(data, "home", "rows", "edges", 0, "node", "items", "edges", 0, "node", "title", "name"))

	resp, data = p.query(t, `mutation { signOut { signedOut } }`, nil, session...)
	require.Equal(t, true, at(data, "signOut", "signedOut"))
	require.Negative(t, resp.Cookies()[0].MaxAge)
	_, data = p.query(t, `{ viewer { user { id } } }`, nil, session...)
	require.Nil(t, data["viewer"])

	_, data = p.query(t, signIn, input) // no browser
	require.Len(t, at(data, "signIn", "token"), 43)
	input["i"].(map[string]any)["password"] = "wrong password"
	resp, data = p.query(t, signIn, input)
	require.Equal(t, "BAD_USER_INPUT", at(data, "signIn", "userErrors", 0, "code"))
	require.Empty(t, resp.Cookies())

	require.NoError(t, p.stop())
	_, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.Error(t, err)

	// The database is kept, and its passwords are: the demo's opens nothing to other machines.
	_, _, err = command(t, e, "", "serve", "--addr", "0.0.0.0:0")
	require.ErrorContains(t, err, "default password")
	again := start(t, e, 4, "--addr", "127.0.0.1:0", "--demo")
	require.Contains(t, again.lines[0], "streamex-demo")
	require.NoError(t, again.stop())
	e["STREAMEX_DEMO_PASSWORD"] = "another password"
	again = start(t, e, 1, "--addr", "127.0.0.1:0", "--demo")
	require.Contains(t, again.lines[0], "kept")
	require.NoError(t, again.stop())
}

func TestServeBeyondThisMachine(t *testing.T) {
	e := env{"STREAMEX_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db")}
	_, _, err := command(t, e, "", "serve", "--addr", "0.0.0.0:0", "--demo")
	require.ErrorContains(t, err, "default password")

	e = env{"STREAMEX_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "STREAMEX_DEMO_PASSWORD": "something else"}
	p := start(t, e, 4, "--addr", "0.0.0.0:0", "--demo")
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	p.url = "http://127.0.0.1:" + port
	_, text := p.get(t, "/")
	require.NotContains(t, text, `name="streamex-demo"`)
	resp, _ := p.get(t, "/graphiql/")
	require.Equal(t, 404, resp.StatusCode)
	require.NoError(t, p.stop())
}

func TestPayments(t *testing.T) {
	e := env{"STREAMEX_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "STREAMEX_DEMO_PASSWORD": "something else"}
	post := func(p *program, path string) int {
		resp, _ := p.do(t, "POST", path, "{}", "Content-Type", "application/json")
		return resp.StatusCode
	}
	p := start(t, e, 4, "--addr", "127.0.0.1:0", "--demo")
	_, data := p.query(t, signIn, map[string]any{"i": map[string]any{"email": "viewer@example.com", "password": "something else"}})
	_, data = p.query(t, `{ viewer { paymentMethods { default expiry { state } } } }`, nil, "Authorization", "Bearer "+at(data, "signIn", "token").(string))
	require.Equal(t, "VALID", at(data, "viewer", "paymentMethods", 0, "expiry", "state"))
	require.Equal(t, "EXPIRING", at(data, "viewer", "paymentMethods", 1, "expiry", "state"))
	require.Equal(t, 401, post(p, "/payments/test/tokens"))
	require.Equal(t, 404, post(p, "/payments/stripe/webhook"))
	require.NoError(t, p.stop())

	for _, name := range []string{"STREAMEX_STRIPE_SECRET_KEY", "STREAMEX_STRIPE_PUBLISHABLE_KEY", "STREAMEX_STRIPE_WEBHOOK_SECRET"} {
		_, _, err := command(t, e, "", "serve", "--addr", "127.0.0.1:0", "--payments", "stripe")
		require.ErrorContains(t, err, "$"+name)
		e[name] = "secret_of_stripe"
	}
	e["STREAMEX_PAYMENTS"] = "stripe"
	p = start(t, e, 0, "serve", "--addr", "127.0.0.1:0")
	require.Equal(t, 400, post(p, "/payments/stripe/webhook"), "not signed")
	require.Equal(t, 404, post(p, "/payments/test/tokens"))
	require.NotContains(t, p.log.String(), "secret_of_stripe")
	require.NoError(t, p.stop())
	_, _, err := command(t, e, "", "serve", "--payments", "cash")
	require.Error(t, err)
}

func TestLetters(t *testing.T) {
	folder := t.TempDir()
	e := env{"STREAMEX_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "STREAMEX_MAIL": "folder:" + folder, "STREAMEX_URL": "https://streamex.example/"}
	p := start(t, e, 4, "--addr", "127.0.0.1:0", "--demo")
	for _, email := range []string{"viewer@example.com", "nobody@example.com"} {
		_, data := p.query(t, `mutation($i: RequestPasswordResetInput!) { requestPasswordReset(input: $i) { userErrors { code } } }`, map[string]any{"i": map[string]any{"email": email}})
		require.Empty(t, at(data, "requestPasswordReset", "userErrors"))
	}
	require.NoError(t, p.stop()) // which waits for the letter
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	letter, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.Contains(t, string(letter), "To: <viewer@example.com>")
	require.Regexp(t, `https://streamex\.example/reset-password#[\w-]{43}`, strings.ReplaceAll(string(letter), "=\r\n", ""))

	for _, args := range [][]string{{"--mail", "imap://x"}, {"--mail-from", "nobody"}, {"--max-profiles", "0"}} {
		_, _, err := command(t, e, "", append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
		require.Error(t, err, args)
	}
}

// Second factors are sealed under a key: of the environment, or of a file beside
// an SQLite database that the first start makes and others cannot read.
func TestSecretKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.db")
	key := file + ".key"
	e := env{"STREAMEX_DATABASE": "sqlite:" + file, "STREAMEX_MAIL": "folder:" + t.TempDir()}
	p := start(t, e, 4, "--addr", "127.0.0.1:0", "--demo")
	require.NoError(t, p.stop())
	info, err := os.Stat(key)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode())
	text, err := os.ReadFile(key)
	require.NoError(t, err)

	// One account turns it on; the key is kept from start to start, and is needed.
	p = start(t, e, 4, "--addr", "127.0.0.1:0", "--demo")
	kept, err := os.ReadFile(key)
	require.NoError(t, err)
	require.Equal(t, text, kept)
	input := map[string]any{"email": "viewer@example.com", "password": "streamex-demo"}
	_, data := p.query(t, signIn, map[string]any{"i": input})
	bearer := []string{"Authorization", "Bearer " + at(data, "signIn", "token").(string)}
	_, data = p.query(t, `mutation($i: SetUpSecondFactorInput!) { setUpSecondFactor(input: $i) { secret } }`, map[string]any{"i": map[string]any{"password": "streamex-demo"}}, bearer...)
	secret := at(data, "setUpSecondFactor", "secret").(string)
	code, err := totp.GenerateCode(secret, time.Now())
	require.NoError(t, err)
	_, data = p.query(t, `mutation($i: ConfirmSecondFactorInput!) { confirmSecondFactor(input: $i) { recoveryCodes } }`, map[string]any{"i": map[string]any{"code": code}}, bearer...)
	require.Len(t, at(data, "confirmSecondFactor", "recoveryCodes"), 10)
	require.NoError(t, p.stop())
	require.NotContains(t, p.log.String(), secret)
	refused := func(why string) {
		t.Helper()
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second) // a server that starts would go on
		defer stop()
		var log safeBuffer
		err := run(ctx, []string{"serve", "--addr", "127.0.0.1:0"}, e.get, strings.NewReader(""), io.Discard, &log)
		require.ErrorContains(t, err, why)
		require.NotContains(t, log.String()+err.Error(), strings.TrimSpace(string(text)))
	}
	require.NoError(t, os.Chmod(key, 0o640))
	refused("can be read by others")
	require.NoError(t, os.Chmod(key, 0o600))
	for _, broken := range []string{"", "x", string(text[:40])} {
		require.NoError(t, os.WriteFile(key, []byte(broken), 0o600))
		refused("32 bytes in base64")
	}
	e["STREAMEX_SECRET_KEY"] = "not a key"
	refused("$STREAMEX_SECRET_KEY")
	e["STREAMEX_SECRET_KEY"] = auth.NewKey()
	refused("sealed under another key")
	e["STREAMEX_SECRET_KEY"] = string(text)
	p = start(t, e, 0, "serve", "--addr", "127.0.0.1:0")
	_, data = p.query(t, signIn, map[string]any{"i": input})
	require.Equal(t, "SECOND_FACTOR_REQUIRED", at(data, "signIn", "userErrors", 0, "code"))
	require.NoError(t, p.stop())

	// Lost keys and apps.
	delete(e, "STREAMEX_SECRET_KEY")
	require.NoError(t, os.Remove(key))
	refused("sealed under another key")
	for _, args := range [][]string{{}, {"--all", "viewer@example.com"}, {"eve@example.com"}} {
		_, _, err = command(t, e, "", append([]string{"user", "remove-second-factor"}, args...)...)
		require.Error(t, err, args)
	}
	out, _, err := command(t, e, "", "user", "remove-second-factor", "--all")
	require.NoError(t, err)
	require.Contains(t, out, "turned off: 1")
	out, _, err = command(t, e, "", "user", "remove-second-factor", "viewer@example.com")
	require.NoError(t, err)
	require.Contains(t, out, "signed out")
	p = start(t, e, 0, "serve", "--addr", "127.0.0.1:0")
	_, data = p.query(t, signIn, map[string]any{"i": input})
	require.Empty(t, at(data, "signIn", "userErrors"))
	require.NoError(t, p.stop())
}

// Replicas share a key, so that on PostgreSQL none is made up.
func TestSecretKeyOnPostgres(t *testing.T) {
	e := env{"STREAMEX_DATABASE": dbtest.Postgres(t), "STREAMEX_MAIL": "folder:" + t.TempDir(), "STREAMEX_PASSWORD": "correct horse"}
	_, _, err := command(t, e, "", "user", "create", "ana@example.com")
	require.NoError(t, err)
	for _, key := range []string{"", auth.NewKey()} {
		e["STREAMEX_SECRET_KEY"] = key
		p := start(t, e, 0, "serve", "--addr", "127.0.0.1:0")
		_, data := p.query(t, signIn, map[string]any{"i": map[string]any{"email": "ana@example.com", "password": "correct horse"}})
		_, data = p.query(t, `mutation { setUpSecondFactor(input: {password: "correct horse"}) { secret userErrors { code } } }`, nil, "Authorization", "Bearer "+at(data, "signIn", "token").(string))
		if key == "" {
			require.Equal(t, "UNAVAILABLE", at(data, "setUpSecondFactor", "userErrors", 0, "code"))
		} else {
			require.Len(t, at(data, "setUpSecondFactor", "secret"), 32)
		}
		require.NoError(t, p.stop())
	}
}

func TestUsers(t *testing.T) {
	e := env{"STREAMEX_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db")}
	out, _, err := command(t, e, "", "migrate")
	require.NoError(t, err)
	require.Contains(t, out, "up to date")

	_, _, err = command(t, e, "correct horse\n", "user", "create", "Ana@example.com", "--role", "admin", "--language", "es")
	require.NoError(t, err)
	_, _, err = command(t, e, "correct horse\n", "user", "create", "ana@example.com")
	require.ErrorContains(t, err, "already")
	_, _, err = command(t, e, "", "user", "create", "bob@example.com")
	require.ErrorContains(t, err, "no password")
	_, _, err = command(t, e, "short", "user", "create", "bob@example.com")
	require.ErrorContains(t, err, "8 to 256")
	_, _, err = command(t, e, "", "user", "set-role", "eve@example.com", "admin")
	require.ErrorContains(t, err, "no account")
	_, _, err = command(t, e, "", "user", "set-role", "ana@example.com", "owner")
	require.Error(t, err)
	_, _, err = command(t, e, "", "user", "set-role", "ana@example.com", "viewer")
	require.NoError(t, err)
	e["STREAMEX_PASSWORD"] = "from the environment"
	_, _, err = command(t, e, "", "user", "set-password", "ana@example.com")
	require.NoError(t, err)

	p := start(t, e, 0, "serve", "--addr", "127.0.0.1:0")
	_, data := p.query(t, signIn, map[string]any{"i": map[string]any{"email": "ana@example.com", "password": "from the environment"}})
	require.Equal(t, "ana", at(data, "signIn", "viewer", "profiles", 0, "name"))
	require.NoError(t, p.stop())
}

func TestSmallCommands(t *testing.T) {
	out, _, err := command(t, nil, "", "version")
	require.NoError(t, err)
	require.Contains(t, out, "streamex dev")
	out, _, err = command(t, nil, "", "schema", "print")
	require.NoError(t, err)
	require.Contains(t, out, "type Query")
	out, _, err = command(t, nil, "", "serve", "--help")
	require.NoError(t, err)
	require.Contains(t, out, "$STREAMEX_ADDR")
	for _, args := range [][]string{{"nothing"}, {"--log", "xml"}, {"--log-level", "loud"}, {"--database", "mysql:x"}, {"--addr", "nowhere"}} {
		_, _, err = command(t, nil, "", args...)
		require.Error(t, err, "%v", args)
	}
	_, _, err = command(t, env{"STREAMEX_LOG": "xml"}, "", "version")
	require.Error(t, err)
}

// What the flags of the API's door say reaches it.
func TestDoor(t *testing.T) {
	e := env{"STREAMEX_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db")}
	_, _, err := command(t, e, "", "serve", "--addr", "127.0.0.1:0", "--allow-origin", "tv.example.com/path")
	require.ErrorContains(t, err, "origin")

	e["STREAMEX_RATE"] = "1" // saves 40,000 of the cost, one address 400,000
	p := start(t, e, 0, "serve", "--addr", "127.0.0.1:0", "--allow-origin", "https://tv.example.com", "--trusted-documents")
	try := func() (*http.Response, string) {
		return p.do(t, "POST", "/graphql", `{"query":"{viewer{__typename}}"}`, "Content-Type", "application/json", "Origin", "https://tv.example.com")
	}
	resp, text := try()
	require.Equal(t, "https://tv.example.com", resp.Header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, text, "FORBIDDEN", "it is no document of the web app")
	for refused := 0; resp.StatusCode != http.StatusTooManyRequests; refused++ {
		require.Less(t, refused, 5_000)
		resp, _ = try()
	}
	require.NotEmpty(t, resp.Header.Get("Retry-After"))
	require.NoError(t, p.stop())
}
