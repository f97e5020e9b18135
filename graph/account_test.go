package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent"
	"streamex/graph"
	"streamex/graph/generated"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/policy"
	"streamex/internal/viewer"
)

const secret = "correct horse battery"

// household is the API with the accounts of Ana (profiles Ana and, a child's,
// Leo), of Bob and of an administrator, a clock and a letter box.
type household struct {
	t       *testing.T
	db      *database.DB
	auth    *auth.Service
	handler http.Handler
	key     *auth.Key
	tokens  map[string]string // by name
	secrets []string          // that must be nowhere
	log     logged

	mu      sync.Mutex
	now     time.Time
	letters []string
}

type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (h *household) Send(_ context.Context, to, subject, text string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.letters = append(h.letters, to+": "+subject+"\n"+text)
	return nil
}

func (h *household) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *household) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// token is what the link in the last letter ends in.
func (h *household) token() string {
	h.auth.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	m := regexp.MustCompile(`https://streamex.example/reset-password#(\S+)`).FindStringSubmatch(h.letters[len(h.letters)-1])
	require.Len(h.t, m, 2)
	return m[1]
}

func eachHousehold(t *testing.T, test func(*testing.T, *household)) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := &household{t: t, db: db, tokens: map[string]string{}, now: time.Now()}
		key, err := auth.ParseKey(auth.NewKey())
		require.NoError(t, err)
		h.key = key
		h.auth, h.handler = h.replica(db)
		for _, name := range []string{"Ana", "Bob", "Root"} {
			require.NoError(t, h.auth.Create(t.Context(), auth.Account{Email: name + "@example.com", Password: secret, Name: name, Admin: name == "Root"}))
			h.signIn(name, name)
		}
		owner := h.user("ana@example.com").ID
		db.Client.Profile.Create().SetUserID(owner).SetName("Leo").SetChild(true).SetMaturity(7).ExecX(t.Context())
		test(t, h)
		h.auth.Wait()
		h.keepsSecrets()
	})
}

// replica is another server of the same accounts.
func (h *household) replica(db *database.DB) (*auth.Service, http.Handler) {
	log := slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a := auth.New(db.Client, auth.Options{Address: from, Log: log, Now: h.clock, Mail: h, Key: h.key, URL: "https://streamex.example"})
	return a, a.Middleware(graph.New(graph.Config{DB: db, Auth: a, Log: log}))
}

// signIn starts another session of an account, under a name of the test's own.
func (h *household) signIn(account, session string) {
	token, _, err := h.auth.SignIn(h.t.Context(), account+"@example.com", secret, "device of "+session, "")
	require.NoError(h.t, err)
	h.tokens[session] = token
}

func (h *household) user(email string) *ent.User {
	users := h.db.Client.User.Query().AllX(h.t.Context())
	for _, u := range users {
		if u.Email == email {
			return u
		}
	}
	require.FailNow(h.t, "no account", email)
	return nil
}

func (h *household) profile(name string) *ent.Profile {
	for _, p := range h.db.Client.Profile.Query().AllX(h.t.Context()) {
		if p.Name == name {
			return p
		}
	}
	require.FailNow(h.t, "no profile", name)
	return nil
}

// remote is the key under which send says from where.
type remote struct{}

func from(ctx context.Context) netip.Addr {
	a, ok := ctx.Value(remote{}).(netip.Addr)
	if !ok {
		return netip.MustParseAddr("192.0.2.200")
	}
	return a
}

// send asks as somebody, "" for nobody.
func (h *household) send(who, query string, headers ...string) *httptest.ResponseRecorder {
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(h.t, err)
	r := httptest.NewRequestWithContext(h.t.Context(), "POST", "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token := h.tokens[who]; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Remote" {
			r = r.WithContext(context.WithValue(r.Context(), remote{}, netip.MustParseAddr(headers[i+1])))
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// ask returns the value of the only root field, as JSON, or "!CODE" of the
// first error.
func (h *household) ask(who, query string, headers ...string) string {
	w := h.send(who, query, headers...)
	var answer struct {
		Data   map[string]json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	require.NoError(h.t, json.Unmarshal(w.Body.Bytes(), &answer), w.Body.String())
	if len(answer.Errors) > 0 {
		return "!" + answer.Errors[0].Extensions.Code
	}
	require.Len(h.t, answer.Data, 1)
	for _, value := range answer.Data {
		return string(value)
	}
	return ""
}

// insist asks again when there was too much to do.
func (h *household) insist(who, query string) (got string) {
	for got = "!OVERLOADED"; got == "!OVERLOADED"; {
		got = h.ask(who, query)
	}
	return got
}

// expect asks and compares.
func (h *household) expect(who, query, want string) {
	h.t.Helper()
	got := h.ask(who, query)
	if strings.HasPrefix(want, "!") || strings.HasPrefix(got, "!") {
		require.Equal(h.t, want, got, query)
		return
	}
	require.JSONEq(h.t, want, got, query)
}

// refused asks for something that must not happen, and compares what it says:
// "code path" of each problem.
func (h *household) refused(who, query string, problems ...string) {
	h.t.Helper()
	got := h.ask(who, query)
	var payload map[string]json.RawMessage
	require.NoError(h.t, json.Unmarshal([]byte(got), &payload), got)
	var list []struct {
		Code, Message string
		Path          []string
	}
	require.NoError(h.t, json.Unmarshal(payload["userErrors"], &list), got)
	var found []string
	for _, e := range list {
		require.NotEmpty(h.t, e.Message)
		found = append(found, e.Code+" "+strings.Join(e.Path, "."))
	}
	require.Equal(h.t, problems, found, query)
	for field, value := range payload {
		if field != "userErrors" {
			require.Equal(h.t, "null", string(value), query)
		}
	}
}

// keepsSecrets looks for what was secret in the log and in the database.
func (h *household) keepsSecrets() {
	h.log.mu.Lock()
	defer h.log.mu.Unlock()
	var stored strings.Builder
	for _, u := range h.db.Client.User.Query().AllX(h.t.Context()) {
		stored.WriteString(u.PasswordHash)
	}
	for _, p := range h.db.Client.Profile.Query().AllX(h.t.Context()) {
		stored.WriteString(p.PinHash)
	}
	for _, s := range h.db.Client.Session.Query().AllX(h.t.Context()) {
		stored.Write(s.TokenHash)
	}
	all := dump(h.t, h.db)
	require.Contains(h.t, all, "@example.com")
	for _, text := range append(h.secrets, secret) {
		for _, written := range []string{text, strings.ReplaceAll(text, "-", "")} {
			require.NotContains(h.t, h.log.text.String(), written)
			require.False(h.t, strings.Contains(all, written), written) // all is long
		}
	}
	secrets := []string{secret, "another secret", "2468"}
	for _, token := range h.tokens {
		secrets = append(secrets, token)
	}
	for _, s := range secrets {
		require.NotContains(h.t, h.log.text.String(), s)
		require.NotContains(h.t, stored.String(), s)
	}
}

const bad = ` userErrors { code message path }`

func TestWhoMayChangeAccounts(t *testing.T) {
	// Every mutation of accounts, with input that is wrong in every way: who may not ask hears nothing of it.
	calls := map[string]string{
		"signOut": `signedOut`, "updateAccount": `(input: {email: ""})`, "changePassword": `(input: {currentPassword: "", newPassword: ""})`,
		"deleteAccount": `(input: {password: ""})`, "renameSession": `(id: "x", name: "")`, "revokeSession": `(id: "x")`, "revokeOtherSessions": `revoked`,
		"createProfile": `(input: {name: ""})`, "updateProfile": `(id: "x", input: {name: ""})`, "deleteProfile": `(id: "x")`, "selectProfile": `(id: "x")`,
		"setUpSecondFactor": `(input: {password: ""})`, "confirmSecondFactor": `(input: {code: ""})`,
		"removeSecondFactor": `(input: {password: "", code: ""})`, "renewRecoveryCodes": `(input: {password: "", code: ""})`,
		"createUser": `(input: {email: ""})`, "updateUser": `(id: "x", input: {name: ""})`, "deleteUser": `(id: "x")`,
	}
	public := map[string]bool{"signUp": true, "signIn": true, "requestPasswordReset": true, "resetPassword": true}
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	eachHousehold(t, func(t *testing.T, h *household) {
		for _, f := range schema.Mutation.Fields {
			if !strings.HasSuffix(f.Position.Src.Name, "account.graphqls") {
				continue
			}
			call, known := calls[f.Name]
			require.NotEqual(t, known, public[f.Name], f.Name)
			require.Equal(t, public[f.Name], f.Directives.ForName("public") != nil, f.Name)
			if public[f.Name] {
				continue
			}
			query := "mutation { " + f.Name + call + " { __typename } }"
			if !strings.HasPrefix(call, "(") {
				query = "mutation { " + f.Name + " { " + call + " } }"
			}
			require.Equal(t, "!UNAUTHENTICATED", h.ask("", query))
			if f.Directives.ForName("admin") != nil {
				require.Equal(t, "!FORBIDDEN", h.ask("Ana", query))
			}
		}
		require.Equal(t, "!UNAUTHENTICATED", h.ask("", `{ users { nodes { id } } }`))
		require.Equal(t, "!FORBIDDEN", h.ask("Ana", `{ users { nodes { id } } }`))
	})
}

func TestSignUp(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		signUp := func(input string) string {
			return `mutation { signUp(input: {` + input + `}) { viewer { user { name email role } profiles { name language } sessions { name current } }` + bad + ` } }`
		}
		h.expect("", signUp(`email: " Eve@Example.com ", password: "another secret", name: "Eve", language: es, device: "tablet"`),
			`{"viewer": {"user": {"name": "Eve", "email": "eve@example.com", "role": "VIEWER"}, "profiles": [{"name": "Eve", "language": "es"}], "sessions": [{"name": "tablet", "current": true}]}, "userErrors": []}`)
		for input, problems := range map[string][]string{
			`email: "EVE@example.com", password: "another secret"`:                                 {"CONFLICT input.email"},
			`email: "eve", password: "short"`:                                                      {"BAD_USER_INPUT input.email", "BAD_USER_INPUT input.password"},
			`email: "eve", password: "short", name: "  "`:                                          {"BAD_USER_INPUT input.email", "BAD_USER_INPUT input.name", "BAD_USER_INPUT input.password"},
			`email: "eva@example.com", password: "password1"`:                                      {"BAD_USER_INPUT input.password"},
			`email: "eva@example.com", password: "!"`:                                              {"BAD_USER_INPUT input.password"},
			`email: "eva@example.com", password: "Eva@Example.com"`:                                {"BAD_USER_INPUT input.password"},
			`email: "eva@example.com", password: "another secret", name: "` + long(61) + `"`:       {"BAD_USER_INPUT input.name"},
			`email: "eva@example.com", password: "` + long(257) + `"`:                              {"BAD_USER_INPUT input.password"},
			`email: "` + long(300) + `@example.com", password: "another secret"`:                   {"BAD_USER_INPUT input.email"},
			`email: "a\u0007@example.com", password: "another secret", name: "` + long(9999) + `"`: {"BAD_USER_INPUT input.email", "BAD_USER_INPUT input.name"},
		} {
			h.pass(time.Hour)
			h.refused("", signUp(input), problems...)
		}
		require.Equal(t, 4, h.db.Client.User.Query().CountX(t.Context()))

		// A page gets a cookie, an app the token, and the account is open at once.
		w := h.send("", `mutation { signUp(input: {email: "web@example.com", password: "another secret"}) { token } }`, "Origin", "http://example.com")
		require.JSONEq(t, `{"signUp": {"token": null}}`, path(w.Body.String(), "data"))
		require.Contains(t, w.Header().Get("Set-Cookie"), "HttpOnly")
		var token string
		require.NoError(t, json.Unmarshal([]byte(path(h.ask("", `mutation { signUp(input: {email: "app@example.com", password: "another secret"}) { token } }`), "token")), &token))
		h.tokens["app"] = token
		h.expect("app", `{ viewer { user { email } } }`, `{"user": {"email": "app@example.com"}}`)

		// Nobody opens accounts by the hundred.
		h.pass(24 * time.Hour)
		limited := 0
		for i := range 20 {
			got := h.ask("", fmt.Sprintf(`mutation { signUp(input: {email: "%d@example.com", password: "short"}) { userErrors { code } } }`, i))
			if got == "!RATE_LIMITED" {
				limited++
			}
		}
		require.Equal(t, 10, limited)
	})
}

func long(n int) string { return strings.Repeat("x", n) }

// path walks down JSON.
func path(text string, steps ...string) string {
	for _, s := range steps {
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &object) != nil {
			return ""
		}
		text = string(object[s])
	}
	return text
}

func TestUpdateAccount(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		update := func(input string) string {
			return `mutation { updateAccount(input: {` + input + `}) { viewer { user { name email } }` + bad + ` } }`
		}
		h.expect("Ana", update(`name: " Ana María "`), `{"viewer": {"user": {"name": "Ana María", "email": "ana@example.com"}}, "userErrors": []}`)
		h.expect("Ana", update(`email: "ANNA@example.com", password: "`+secret+`"`), `{"viewer": {"user": {"name": "Ana María", "email": "anna@example.com"}}, "userErrors": []}`)
		h.refused("Ana", update(`email: "x", name: ""`), "BAD_USER_INPUT input.name", "BAD_USER_INPUT input.email", "PASSWORD_REQUIRED input.password")
		h.refused("Ana", update(`email: "x@example.com", password: "wrong"`), "BAD_USER_INPUT input.password")
		h.refused("Ana", update(`email: "Bob@example.com", password: "`+secret+`"`), "CONFLICT input.email")
		h.expect("Ana", `{ viewer { user { name email } } }`, `{"user": {"name": "Ana María", "email": "anna@example.com"}}`)
	})
}

func TestChangePassword(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		h.signIn("Ana", "other")
		change := func(current, password string) string {
			return fmt.Sprintf(`mutation { changePassword(input: {currentPassword: %q, newPassword: %q}) { viewer { sessions { current } } token`+bad+` } }`, current, password)
		}
		h.refused("Ana", change("wrong", "short"), "BAD_USER_INPUT input.currentPassword", "BAD_USER_INPUT input.newPassword")
		h.refused("Ana", change(secret, "ana@example.com"), "BAD_USER_INPUT input.newPassword")
		h.refused("Ana", change(long(5000), "another secret"), "BAD_USER_INPUT input.currentPassword")
		h.expect("other", `{ viewer { user { name } } }`, `{"user": {"name": "Ana"}}`)

		got := h.ask("Ana", change(secret, "another secret"))
		require.JSONEq(t, `[{"current": true}]`, path(got, "viewer", "sessions"), got)
		for _, dead := range []string{"Ana", "other"} {
			h.expect(dead, `{ viewer { user { name } } }`, `null`)
		}
		var token string
		require.NoError(t, json.Unmarshal([]byte(path(got, "token")), &token))
		h.tokens["renewed"] = token
		h.expect("renewed", `{ viewer { user { name } } }`, `{"user": {"name": "Ana"}}`)
		h.expect("", `mutation { signIn(input: {email: "ana@example.com", password: "`+secret+`"}) { userErrors { code } } }`, `{"userErrors": [{"code": "BAD_USER_INPUT"}]}`)
		h.expect("", `mutation { signIn(input: {email: "ana@example.com", password: "another secret"}) { userErrors { code } } }`, `{"userErrors": []}`)

		// A stolen session does not guess the password.
		for range 10 {
			h.refused("Bob", change("wrong", "another secret"), "BAD_USER_INPUT input.currentPassword")
		}
		h.expect("Bob", change(secret, "another secret"), "!RATE_LIMITED")
	})
}

func TestDeleteAccount(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		remove := func(password string) string {
			return `mutation { deleteAccount(input: {password: "` + password + `"}) { deletedId` + bad + ` } }`
		}
		id := h.user("ana@example.com").ID
		h.expect("", `mutation { requestPasswordReset(input: {email: "ana@example.com"}) { userErrors { code } } }`, `{"userErrors": []}`)
		h.auth.Wait()
		h.refused("Ana", remove("wrong"), "BAD_USER_INPUT input.password")
		h.expect("Ana", remove(secret), fmt.Sprintf(`{"deletedId": %q, "userErrors": []}`, id))
		h.expect("Ana", `{ viewer { user { id } } }`, `null`)
		require.Zero(t, rowsOf(t, h.db, "profiles", id)+rowsOf(t, h.db, "sessions", id)+rowsOf(t, h.db, "password_resets", id))
		require.Equal(t, 2, h.db.Client.User.Query().CountX(t.Context()))
		h.refused("Root", remove(secret), "CONFLICT input.password") // the only administrator
	})
}

// rowsOf counts the rows of a table that belong to an account.
func rowsOf(t *testing.T, db *database.DB, table string, id fmt.Stringer) (n int) {
	require.NoError(t, db.SQL().QueryRowContext(t.Context(), fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE user_id = %d", table, id)).Scan(&n))
	return n
}

func TestPasswordReset(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		request := func(email string) string {
			return fmt.Sprintf(`mutation { requestPasswordReset(input: {email: %q}) {`+bad+` } }`, email)
		}
		reset := func(token, password string) string {
			return fmt.Sprintf(`mutation { resetPassword(input: {token: %q, password: %q}) {`+bad+` } }`, token, password)
		}
		// Known and unknown: the same answer, the same statements.
		ask := func(email string) (string, []string) {
			ctx, recorder := database.WithRecorder(t.Context())
			body, err := json.Marshal(map[string]string{"query": request(email)})
			require.NoError(t, err)
			r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, r)
			h.auth.Wait()
			return w.Body.String(), recorder.Statements()
		}
		known, statements := ask("ANA@example.com")
		unknown, others := ask("eve@example.com")
		require.Equal(t, known, unknown)
		require.Equal(t, statements, others)
		require.Len(t, h.letters, 1)
		require.True(t, strings.HasPrefix(h.letters[0], "ana@example.com: Choose a new password\n"), h.letters[0])
		first := h.token()
		h.refused("", request("nobody"), "BAD_USER_INPUT input.email")

		// Another letter takes the first one's place, in the language of who asks.
		h.pass(20 * time.Minute)
		h.send("", request("ana@example.com"), "Accept-Language", "es")
		second := h.token()
		require.Contains(t, h.letters[1], "Elige una contraseña nueva")
		require.NotEqual(t, first, second)
		h.refused("", reset(first, "another secret"), "BAD_USER_INPUT input.token")
		h.refused("", reset("", "short"), "BAD_USER_INPUT input.token", "BAD_USER_INPUT input.password")
		h.refused("", reset(second, "password123"), "BAD_USER_INPUT input.password")
		h.refused("", reset(second, "ana@example.com"), "BAD_USER_INPUT input.password")
		h.expect("Ana", `{ viewer { user { name } } }`, `{"user": {"name": "Ana"}}`)
		h.expect("", reset(second, "another secret"), `{"userErrors": []}`)
		h.refused("", reset(second, "another secret"), "BAD_USER_INPUT input.token")
		h.expect("Ana", `{ viewer { user { name } } }`, `null`)
		h.expect("", `mutation { signIn(input: {email: "ana@example.com", password: "another secret"}) { userErrors { code } } }`, `{"userErrors": []}`)

		// A letter is good for half an hour.
		h.pass(time.Hour)
		h.ask("", request("ana@example.com"))
		late := h.token()
		h.pass(30 * time.Minute)
		h.refused("", reset(late, "another secret"), "BAD_USER_INPUT input.token")
		require.NotContains(t, h.log.text.String(), late)

		// Nobody's letter box is flooded, whether there is one or not.
		h.pass(24 * time.Hour)
		for _, email := range []string{"bob@example.com", "nobody@example.com"} {
			for range 3 {
				h.expect("", request(email), `{"userErrors": []}`)
			}
			h.expect("", request(email), "!RATE_LIMITED")
		}
	})
}

func TestAdministratorsLookAfterUsers(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		users := func(args string) string { return `{ users` + args + ` { nodes { email name role disabled } } }` }
		const (
			ana  = `{"email": "ana@example.com", "name": "Ana", "role": "VIEWER", "disabled": false}`
			bob  = `{"email": "bob@example.com", "name": "Bob", "role": "VIEWER", "disabled": false}`
			root = `{"email": "root@example.com", "name": "Root", "role": "ADMIN", "disabled": false}`
		)
		h.expect("Root", users(""), `{"nodes": [`+ana+`,`+bob+`,`+root+`]}`)
		h.expect("Root", users(`(text: " BO")`), `{"nodes": [`+bob+`]}`)
		h.expect("Root", users(`(text: "example")`), `{"nodes": []}`)
		h.expect("Root", users(`(text: "%")`), `{"nodes": []}`)
		h.expect("Root", users(`(text: "`+long(501)+`")`), `{"nodes": []}`)
		h.expect("Root", users(`(first: 0)`), "!BAD_USER_INPUT")
		h.expect("Root", users(`(after: "x")`), "!BAD_USER_INPUT")
		page := h.ask("Root", `{ users(first: 1) { nodes { email } pageInfo { hasNextPage endCursor } } }`)
		require.JSONEq(t, `[{"email": "ana@example.com"}]`, path(page, "nodes"))
		h.expect("Root", users(`(first: 5, after: `+path(page, "pageInfo", "endCursor")+`)`), `{"nodes": [`+bob+`,`+root+`]}`)

		create := func(input string) string {
			return `mutation { createUser(input: {` + input + `}) { user { email name role }` + bad + ` } }`
		}
		h.expect("Root", create(`email: "Eva@example.com", password: "another secret", name: "Eva Martínez Ruiz", role: ADMIN`),
			`{"user": {"email": "eva@example.com", "name": "Eva Martínez Ruiz", "role": "ADMIN"}, "userErrors": []}`)
		for _, text := range []string{"martinez r", "RUIZ", "eva@", "Éva"} {
			h.expect("Root", users(`(text: "`+text+`")`), `{"nodes": [{"email": "eva@example.com", "name": "Eva Martínez Ruiz", "role": "ADMIN", "disabled": false}]}`)
		}
		h.refused("Root", create(`email: "eva@example.com", password: "another secret"`), "CONFLICT input.email")
		h.refused("Root", create(`email: "", password: ""`), "BAD_USER_INPUT input.email", "BAD_USER_INPUT input.password")
		h.expect("Root", create(`email: "guest@example.com"`), `{"user": {"email": "guest@example.com", "name": "guest", "role": "VIEWER"}, "userErrors": []}`)
		h.expect("", `mutation { signIn(input: {email: "guest@example.com", password: "!"}) { userErrors { code } } }`, `{"userErrors": [{"code": "BAD_USER_INPUT"}]}`)
		invitation := h.token()
		h.expect("", `mutation { resetPassword(input: {token: "`+invitation+`", password: "another secret"}) { userErrors { code } } }`, `{"userErrors": []}`)

		id := h.user("ana@example.com").ID
		update := func(id fmt.Stringer, input string) string {
			return fmt.Sprintf(`mutation { updateUser(id: %q, input: {%s}) { user { email name role disabled }`+bad+` } }`, id, input)
		}
		h.expect("Root", update(id, `name: "Anna", email: "anna@example.com"`), `{"user": {"email": "anna@example.com", "name": "Anna", "role": "VIEWER", "disabled": false}, "userErrors": []}`)
		h.expect("Ana", `{ viewer { user { name } } }`, `{"user": {"name": "Anna"}}`)
		h.refused("Root", update(id, `name: "", email: "bob@example.com"`), "BAD_USER_INPUT input.name")
		h.refused("Root", update(id, `email: "bob@example.com"`), "CONFLICT input.email")
		missing := h.ask("Root", update(id+1000, `name: ""`))
		require.Equal(t, missing, h.ask("Root", update(h.profile("Leo").ID, `name: ""`)))
		h.refused("Root", update(id+1000, `name: ""`), "BAD_USER_INPUT input.name", "NOT_FOUND id")

		// A role and being disabled count at once.
		h.expect("Root", update(id, `role: ADMIN`), `{"user": {"email": "anna@example.com", "name": "Anna", "role": "ADMIN", "disabled": false}, "userErrors": []}`)
		h.expect("Ana", `{ viewer { user { name } } }`, `null`)
		h.expect("Root", update(h.user("bob@example.com").ID, `disabled: true`), `{"user": {"email": "bob@example.com", "name": "Bob", "role": "VIEWER", "disabled": true}, "userErrors": []}`)
		h.expect("Bob", `{ viewer { user { name } } }`, `null`)
		h.expect("", `mutation { signIn(input: {email: "bob@example.com", password: "`+secret+`"}) { userErrors { code path } } }`, `{"userErrors": [{"code": "FORBIDDEN", "path": ["input", "email"]}]}`)
		h.expect("", `mutation { signIn(input: {email: "bob@example.com", password: "wrong"}) { userErrors { code path } } }`, `{"userErrors": [{"code": "BAD_USER_INPUT", "path": ["input", "password"]}]}`)
		h.expect("Root", update(h.user("bob@example.com").ID, `disabled: false, sendPasswordReset: true`), `{"user": {"email": "bob@example.com", "name": "Bob", "role": "VIEWER", "disabled": false}, "userErrors": []}`)
		require.NotEmpty(t, h.token())

		remove := func(id fmt.Stringer) string {
			return fmt.Sprintf(`mutation { deleteUser(id: %q) { deletedId`+bad+` } }`, id)
		}
		for _, email := range []string{"anna@example.com", "eva@example.com", "bob@example.com"} {
			id := h.user(email).ID
			h.expect("Root", remove(id), fmt.Sprintf(`{"deletedId": %q, "userErrors": []}`, id))
			require.Equal(t, h.ask("Root", remove(id)), h.ask("Root", remove(h.user("root@example.com").ID+1000)))
			h.refused("Root", remove(id), "NOT_FOUND id")
		}
		only := h.user("root@example.com").ID
		h.refused("Root", remove(only), "CONFLICT id")
		h.refused("Root", update(only, `role: VIEWER`), "CONFLICT input.role")
		h.refused("Root", update(only, `disabled: true`), "CONFLICT input.disabled")
		h.expect("Root", update(only, `role: ADMIN, disabled: false`), `{"user": {"email": "root@example.com", "name": "Root", "role": "ADMIN", "disabled": false}, "userErrors": []}`)
	})
}

func TestSessionsOfAnAccount(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		h.pass(time.Second)
		h.signIn("Ana", "tv")
		h.pass(2 * time.Minute)
		got := h.ask("Ana", `{ viewer { sessions { name current } } }`)
		require.JSONEq(t, `{"sessions": [{"name": "device of Ana", "current": true}, {"name": "device of tv", "current": false}]}`, got, "the one used last first")
		var list struct {
			Sessions []struct {
				ID                               string
				CreatedAt, LastUsedAt, ExpiresAt time.Time
			}
		}
		require.NoError(t, json.Unmarshal([]byte(h.ask("Ana", `{ viewer { sessions { id createdAt lastUsedAt expiresAt } } }`)), &list))
		own, tv := list.Sessions[0], list.Sessions[1]
		require.Equal(t, 2*time.Minute+time.Second, own.LastUsedAt.Sub(own.CreatedAt))
		require.Equal(t, 30*24*time.Hour, own.ExpiresAt.Sub(own.LastUsedAt))
		var foreign struct{ Sessions []struct{ ID string } }
		require.NoError(t, json.Unmarshal([]byte(h.ask("Bob", `{ viewer { sessions { id } } }`)), &foreign))
		require.Len(t, foreign.Sessions, 1)

		rename := func(id, name string) string {
			return fmt.Sprintf(`mutation { renameSession(id: %q, name: %q) { session { name current }`+bad+` } }`, id, name)
		}
		h.expect("Ana", rename(tv.ID, " Living room "), `{"session": {"name": "Living room", "current": false}, "userErrors": []}`)
		h.expect("Ana", fmt.Sprintf(`{ node(id: %q) { ... on Session { name } } }`, tv.ID), `{"name": "Living room"}`)
		h.expect("Ana", fmt.Sprintf(`{ node(id: %q) { id } }`, foreign.Sessions[0].ID), `null`)
		h.refused("Ana", rename(tv.ID, ""), "BAD_USER_INPUT name")
		missing := (h.db.Client.Session.Query().Order(ent.Desc("id")).FirstX(t.Context()).ID + 1000).String()
		require.Equal(t, h.ask("Ana", rename(missing, "")), h.ask("Ana", rename(foreign.Sessions[0].ID, "")))
		h.refused("Ana", rename(missing, ""), "BAD_USER_INPUT name", "NOT_FOUND id")

		revoke := func(id string) string {
			return fmt.Sprintf(`mutation { revokeSession(id: %q) { revokedId`+bad+` } }`, id)
		}
		require.Equal(t, h.ask("Ana", revoke(missing)), h.ask("Ana", revoke(foreign.Sessions[0].ID)))
		h.refused("Ana", revoke(missing), "NOT_FOUND id")
		h.expect("Bob", `{ viewer { user { name } } }`, `{"user": {"name": "Bob"}}`)
		h.expect("Ana", revoke(tv.ID), fmt.Sprintf(`{"revokedId": %q, "userErrors": []}`, tv.ID))
		h.expect("tv", `{ viewer { user { name } } }`, `null`)

		for i := range 3 {
			h.signIn("Ana", strconv.Itoa(i))
		}
		h.expect("Ana", `mutation { revokeOtherSessions { revoked viewer { sessions { current } } } }`, `{"revoked": 3, "viewer": {"sessions": [{"current": true}]}}`)
		h.expect("0", `{ viewer { user { name } } }`, `null`)
		h.expect("Bob", `{ viewer { user { name } } }`, `{"user": {"name": "Bob"}}`)
		w := h.send("Ana", revoke(own.ID))
		require.Contains(t, w.Header().Get("Set-Cookie"), "Max-Age=0")
		h.expect("Ana", `{ viewer { user { name } } }`, `null`)

		// What says nothing of itself is called by what it is.
		require.JSONEq(t, `{"viewer": {"sessions": [{"name": "Firefox on Linux"}]}}`, h.ask("", `mutation { signIn(input: {email: "ana@example.com", password: "`+secret+`"}) { viewer { sessions { name } } } }`,
			"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"))
	})
}

func TestProfilesOfAnAccount(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		const fields = `{ name avatar child maturity language hasPin preferences { autoplay subtitleLanguage audioLanguage } }`
		create := func(input string) string {
			return `mutation { createProfile(input: {` + input + `}) { profile ` + fields + bad + ` } }`
		}
		// Before a profile was chosen, nobody makes one that sees more than the youngest does.
		h.refused("Ana", create(`name: "Eva"`), "PASSWORD_REQUIRED input.password")
		h.refused("Ana", fmt.Sprintf(`mutation { deleteProfile(id: %q) { deletedId%s } }`, h.profile("Ana").ID, bad), "PASSWORD_REQUIRED password")
		h.ask("Ana", fmt.Sprintf(`mutation { selectProfile(id: %q) { userErrors { code } } }`, h.profile("Ana").ID))
		h.expect("Ana", create(`name: "Eva"`), `{"profile": {"name": "Eva", "avatar": "violet", "child": false, "maturity": "AGE_18", "language": "en", "hasPin": false,
			"preferences": {"autoplay": true, "subtitleLanguage": null, "audioLanguage": null}}, "userErrors": []}`)
		h.expect("Ana", create(`name: "Mia", avatar: violet, child: true, language: es, pin: "2468", preferences: {autoplay: false, subtitleLanguage: "ES", audioLanguage: "pt-br"}`),
			`{"profile": {"name": "Mia", "avatar": "violet", "child": true, "maturity": "AGE_12", "language": "es", "hasPin": true,
			"preferences": {"autoplay": false, "subtitleLanguage": "es", "audioLanguage": "pt-BR"}}, "userErrors": []}`)
		h.refused("Ana", create(`name: "", child: true, maturity: AGE_16, pin: "12a4", preferences: {subtitleLanguage: "xx-not-a-language", audioLanguage: ""}`),
			"BAD_USER_INPUT input.name", "BAD_USER_INPUT input.maturity", "BAD_USER_INPUT input.pin",
			"BAD_USER_INPUT input.preferences.subtitleLanguage", "BAD_USER_INPUT input.preferences.audioLanguage")
		h.expect("Ana", create(`name: "x", avatar: black`), "!GRAPHQL_VALIDATION_FAILED")

		update := func(id fmt.Stringer, input string) string {
			return fmt.Sprintf(`mutation { updateProfile(id: %q, input: {%s}) { profile %s%s } }`, id, input, fields, bad)
		}
		mia := h.profile("Mia").ID
		h.expect("Ana", update(mia, `name: "Mía", preferences: {audioLanguage: null}`), `{"profile": {"name": "Mía", "avatar": "violet", "child": true, "maturity": "AGE_12", "language": "es", "hasPin": true,
			"preferences": {"autoplay": false, "subtitleLanguage": "es", "audioLanguage": null}}, "userErrors": []}`)
		h.expect("Ana", update(mia, `maturity: AGE_7`), `{"profile": {"name": "Mía", "avatar": "violet", "child": true, "maturity": "AGE_7", "language": "es", "hasPin": true,
			"preferences": {"autoplay": false, "subtitleLanguage": "es", "audioLanguage": null}}, "userErrors": []}`)
		for _, more := range []string{`maturity: AGE_12`, `child: false`, `pin: null`, `pin: "1357"`} {
			h.refused("Ana", update(mia, more), "PASSWORD_REQUIRED input.password")
			h.refused("Ana", update(mia, more+`, password: "wrong"`), "BAD_USER_INPUT input.password")
		}
		h.expect("Ana", update(mia, `child: false, maturity: AGE_16, pin: null, password: "`+secret+`"`), `{"profile": {"name": "Mía", "avatar": "violet", "child": false, "maturity": "AGE_16", "language": "es", "hasPin": false,
			"preferences": {"autoplay": false, "subtitleLanguage": "es", "audioLanguage": null}}, "userErrors": []}`)
		h.expect("Ana", update(mia, `child: true`), `{"profile": {"name": "Mía", "avatar": "violet", "child": true, "maturity": "AGE_12", "language": "es", "hasPin": false,
			"preferences": {"autoplay": false, "subtitleLanguage": "es", "audioLanguage": null}}, "userErrors": []}`)
		h.refused("Ana", update(mia, `name: "`+long(61)+`", maturity: AGE_16, pin: "1"`), "BAD_USER_INPUT input.name", "BAD_USER_INPUT input.maturity", "BAD_USER_INPUT input.pin", "PASSWORD_REQUIRED input.password")

		// Somebody else's profile answers like none.
		bob, none := h.profile("Bob").ID, mia+1000
		remove := func(id fmt.Stringer, args string) string {
			return fmt.Sprintf(`mutation { deleteProfile(id: %q%s) { deletedId viewer { profiles { name } }%s } }`, id, args, bad)
		}
		for _, input := range []string{`name: "x"`, `name: "", maturity: ALL`, `pin: "2468", password: "` + secret + `"`} {
			require.Equal(t, h.ask("Ana", update(none, input)), h.ask("Ana", update(bob, input)))
		}
		h.refused("Ana", update(bob, `name: ""`), "BAD_USER_INPUT input.name", "NOT_FOUND id")
		require.Equal(t, h.ask("Ana", remove(none, "")), h.ask("Ana", remove(bob, "")))
		h.refused("Ana", remove(bob, ""), "NOT_FOUND id")
		h.refused("Ana", remove(h.user("ana@example.com").ID, ""), "NOT_FOUND id")
		require.Equal(t, "Bob", h.profile("Bob").Name)

		// A device that watched with a deleted profile is signed out, and the last profile stays.
		h.signIn("Ana", "tablet")
		h.ask("tablet", fmt.Sprintf(`mutation { selectProfile(id: %q) { userErrors { code } } }`, mia))
		h.expect("Ana", remove(mia, ""), fmt.Sprintf(`{"deletedId": %q, "viewer": {"profiles": [{"name": "Ana"}, {"name": "Leo"}, {"name": "Eva"}]}, "userErrors": []}`, mia))
		h.expect("tablet", `{ viewer { user { name } } }`, `null`)
		eva := h.profile("Eva").ID
		h.expect("Ana", update(eva, `pin: "2468", password: "`+secret+`"`), `{"profile": {"name": "Eva", "avatar": "violet", "child": false, "maturity": "AGE_18", "language": "en", "hasPin": true,
			"preferences": {"autoplay": true, "subtitleLanguage": null, "audioLanguage": null}}, "userErrors": []}`)
		h.refused("Ana", remove(eva, ""), "PASSWORD_REQUIRED password")
		h.refused("Ana", remove(eva, `, password: "wrong"`), "BAD_USER_INPUT password")
		require.JSONEq(t, `[]`, path(h.ask("Ana", remove(eva, `, password: "`+secret+`"`)), "userErrors"))
		h.refused("Bob", remove(bob, ""), "CONFLICT id")

		// Two changes in one operation each see what they wrote.
		w := h.send("Ana", `mutation { a: createProfile(input: {name: "A"}) { viewer { profiles { name } } } b: createProfile(input: {name: "B"}) { viewer { profiles { name } } } }`)
		require.JSONEq(t, `{"a": {"viewer": {"profiles": [{"name": "Ana"}, {"name": "Leo"}, {"name": "A"}]}}, "b": {"viewer": {"profiles": [{"name": "Ana"}, {"name": "Leo"}, {"name": "A"}, {"name": "B"}]}}}`, path(w.Body.String(), "data"))
	})
}

func TestProfilesAreCountedAtOnce(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		var all sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for i := range 20 {
			all.Go(func() {
				got := h.insist("Bob", fmt.Sprintf(`mutation { createProfile(input: {name: "%d"}) { userErrors { code path } } }`, i))
				mu.Lock()
				defer mu.Unlock()
				if got == `{"userErrors":[]}` {
					made++
				} else if got != `{"userErrors":[{"code":"CONFLICT","path":["input"]}]}` {
					t.Error(got)
				}
			})
		}
		all.Wait()
		require.Equal(t, 4, made)
		require.Equal(t, 5, rowsOf(t, h.db, "profiles", h.user("bob@example.com").ID))

		// As many who delete at once leave one.
		for _, p := range h.db.Client.Profile.Query().AllX(t.Context()) {
			if p.UserID == h.user("bob@example.com").ID {
				all.Go(func() {
					h.insist("Bob", fmt.Sprintf(`mutation { deleteProfile(id: %q) { userErrors { code } } }`, p.ID))
				})
			}
		}
		all.Wait()
		require.Equal(t, 1, rowsOf(t, h.db, "profiles", h.user("bob@example.com").ID))
	})
}

func TestKidsMode(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		ana, leo := h.profile("Ana").ID, h.profile("Leo").ID
		choose := func(id fmt.Stringer, args string) string {
			return fmt.Sprintf(`mutation { selectProfile(id: %q%s) { viewer { profile { name } }%s } }`, id, args, bad)
		}
		in := func(name string) string { return `{"viewer": {"profile": {"name": "` + name + `"}}, "userErrors": []}` }
		h.expect("Ana", choose(leo, ""), in("Leo"))
		h.refused("Ana", choose(ana, ""), "PASSWORD_REQUIRED password")
		h.refused("Ana", choose(ana, `, pin: "2468"`), "PASSWORD_REQUIRED password")
		h.refused("Ana", choose(ana, `, password: "wrong"`), "BAD_USER_INPUT password")
		h.expect("Ana", choose(leo, ""), in("Leo"))

		// A child manages nothing: every mutation marked so, and those of administrators.
		require.Equal(t, "!FORBIDDEN", h.ask("Ana", fmt.Sprintf(`mutation { updateProfile(id: %q, input: {maturity: AGE_18, password: %q}) { profile { id } } }`, leo, secret)))
		for _, call := range []string{`updateAccount(input: {name: "x"}) { viewer { profile { id } } }`, `changePassword(input: {currentPassword: "x", newPassword: "x"}) { token }`,
			`deleteAccount(input: {password: "x"}) { deletedId }`, `renameSession(id: "x", name: "x") { session { id } }`, `revokeSession(id: "Tjk") { revokedId }`,
			`revokeOtherSessions { revoked }`, `createProfile(input: {name: "x"}) { profile { id } }`,
			`setUpSecondFactor(input: {password: "x"}) { secret }`, `confirmSecondFactor(input: {code: "x"}) { recoveryCodes }`,
			`removeSecondFactor(input: {password: "x", code: "x"}) { viewer { recoveryCodesLeft } }`, `renewRecoveryCodes(input: {password: "x", code: "x"}) { recoveryCodes }`, `deleteProfile(id: "` + ana.String() + `") { deletedId }`} {
			require.Equal(t, "!FORBIDDEN", h.ask("Ana", "mutation { "+call+" }"), call)
		}
		h.expect("Ana", choose(ana, `, password: "`+secret+`"`), in("Ana"))

		// With a PIN, it opens; five wrong ones lock the profile for a quarter of an hour, the password does not care.
		require.JSONEq(t, `[]`, path(h.ask("Ana", fmt.Sprintf(`mutation { updateProfile(id: %q, input: {pin: "2468", password: %q}) { userErrors { code } } }`, ana, secret)), "userErrors"))
		h.expect("Ana", choose(leo, ""), in("Leo"))
		h.refused("Ana", choose(ana, ""), "PIN_REQUIRED pin")
		h.expect("Ana", choose(ana, `, pin: "2468"`), in("Ana"))
		h.signIn("Ana", "tv") // no kids mode, but a PIN
		h.refused("tv", choose(ana, ""), "PIN_REQUIRED pin")
		for range 4 {
			h.refused("tv", choose(ana, `, pin: "0000"`), "BAD_USER_INPUT pin")
		}
		h.expect("tv", choose(ana, `, pin: "2468"`), in("Ana")) // a right one starts the count anew
		h.ask("tv", choose(leo, ""))
		for range 5 {
			h.refused("tv", choose(ana, `, pin: "000000000000000000"`), "BAD_USER_INPUT pin")
		}
		h.expect("tv", choose(ana, `, pin: "2468"`), "!RATE_LIMITED")
		h.pass(15*time.Minute - time.Second)
		w := h.send("tv", choose(ana, `, pin: "2468"`))
		require.Contains(t, w.Body.String(), `"retryAfter":1`)
		h.expect("tv", choose(ana, `, password: "`+secret+`"`), in("Ana"))
		h.ask("tv", choose(leo, ""))
		h.pass(time.Second)
		h.expect("tv", choose(ana, `, pin: "2468"`), in("Ana"))

		// As many at once as there are PINs: five are looked at.
		h.ask("tv", choose(leo, ""))
		var all sync.WaitGroup
		var mu sync.Mutex
		tried := 0
		for i := range 12 {
			all.Go(func() {
				if got := h.insist("tv", choose(ana, fmt.Sprintf(`, pin: "%04d"`, i))); got != "!RATE_LIMITED" {
					mu.Lock()
					defer mu.Unlock()
					tried++
				}
			})
		}
		all.Wait()
		require.Equal(t, 5, tried)

		// Foreign is missing, and a restricted profile needs the password for more than it may see.
		require.Equal(t, h.ask("Bob", choose(leo, `, pin: "2468"`)), h.ask("Bob", choose(leo+1000, `, pin: "2468"`)))
		h.refused("Bob", choose(leo, `, pin: "2468"`), "NOT_FOUND id")
		h.db.Client.Profile.UpdateOne(h.profile("Bob")).SetMaturity(16).ExecX(t.Context())
		h.expect("Bob", choose(h.profile("Bob").ID, ""), in("Bob"))
		h.refused("Bob", `mutation { createProfile(input: {name: "free"}) { profile { id }`+bad+` } }`, "PASSWORD_REQUIRED input.password")
		require.JSONEq(t, `[]`, path(h.ask("Bob", `mutation { createProfile(input: {name: "same", maturity: AGE_16}) { userErrors { code } } }`), "userErrors"))
		h.refused("Bob", fmt.Sprintf(`mutation { deleteProfile(id: %q) { deletedId%s } }`, h.profile("Bob").ID, bad), "PASSWORD_REQUIRED password")
	})
}

// The clock stands still, so that nothing is paid back meanwhile.
func TestGuessingIsSlowed(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		signIn := func(email, password string) string {
			return fmt.Sprintf(`mutation { signIn(input: {email: %q, password: %q}) { userErrors { code } } }`, email, password)
		}
		const (
			wrong = `{"userErrors":[{"code":"BAD_USER_INPUT"}]}`
			right = `{"userErrors":[]}`
		)
		owner, stranger, third := []string{"Remote", "192.0.2.1"}, []string{"Remote", "198.51.100.7"}, []string{"Remote", "2001:db8::1"}
		require.Equal(t, right, h.ask("", signIn("ana@example.com", secret), owner...))
		for _, email := range []string{"ana@example.com", "unknown@example.com"} { // alike
			for range 10 {
				require.Equal(t, wrong, h.ask("", signIn(email, "wrong"), stranger...))
			}
			require.Equal(t, "!RATE_LIMITED", h.ask("", signIn(email, secret), third...))
		}
		// 20 from one address: others' accounts are closed to it.
		require.Equal(t, "!RATE_LIMITED", h.ask("", signIn("bob@example.com", secret), stranger...))
		require.Contains(t, h.send("", signIn("bob@example.com", secret), stranger...).Body.String(), `"retryAfter":30`)
		// The owner, at home, and everybody else are not kept out.
		require.Equal(t, right, h.ask("", signIn("ana@example.com", secret), owner...))
		require.Equal(t, right, h.ask("", signIn("bob@example.com", secret), third...))
		// It is never for ever.
		h.pass(time.Minute)
		require.Equal(t, wrong, h.ask("", signIn("ana@example.com", "wrong"), stranger...))
		require.Equal(t, "!RATE_LIMITED", h.ask("", signIn("ana@example.com", secret), stranger...))
		h.pass(time.Minute)
		require.Equal(t, right, h.ask("", signIn("ana@example.com", secret), stranger...))

		// Aliases count each.
		h.pass(time.Hour)
		var b strings.Builder
		for i := range 15 {
			fmt.Fprintf(&b, `a%d: signIn(input: {email: "root@example.com", password: "wrong %d"}) { token } `, i, i)
		}
		require.Contains(t, h.send("", "mutation { "+b.String()+" }", third...).Body.String(), "RATE_LIMITED")
		require.Equal(t, "!RATE_LIMITED", h.ask("", signIn("root@example.com", secret), stranger...))
	})
}

func TestOnlyOwnRowsAreWritten(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		db := policy.Guard(h.db.NewClient())
		ana, bob := h.user("ana@example.com").ID, h.user("bob@example.com").ID
		foreign := h.profile("Bob").ID
		ctx := viewer.NewContext(t.Context(), viewer.Viewer{User: ana, Maturity: viewer.Adult})
		require.True(t, ent.IsNotFound(db.Profile.UpdateOneID(foreign).SetName("x").Exec(ctx)))
		require.True(t, ent.IsNotFound(db.Profile.DeleteOneID(foreign).Exec(ctx)))
		require.Zero(t, db.Session.Delete().ExecX(viewer.NewContext(t.Context(), viewer.Viewer{})))
		require.Equal(t, 2, db.Profile.Update().SetName("own").SaveX(ctx))
		require.Equal(t, 1, db.User.Update().SetName("own").SaveX(ctx))
		require.Equal(t, 1, db.Session.Delete().ExecX(ctx))
		require.ErrorIs(t, db.Profile.Create().SetUserID(bob).SetName("x").Exec(ctx), policy.ErrForeign)
		require.ErrorIs(t, db.User.Create().SetEmail("x@example.com").SetName("x").SetPasswordHash("!").Exec(ctx), policy.ErrForeign)
		require.ErrorIs(t, db.Session.Create().SetUserID(bob).SetTokenHash([]byte("x")).SetExpiresAt(h.clock()).Exec(ctx), policy.ErrForeign)
		require.ErrorIs(t, db.RecoveryCode.Create().SetUserID(bob).SetCodeHash([]byte("x")).Exec(ctx), policy.ErrForeign)
		h.db.Client.RecoveryCode.Create().SetUserID(bob).SetCodeHash([]byte("x")).ExecX(t.Context())
		require.Zero(t, db.RecoveryCode.Query().CountX(ctx))
		require.Zero(t, db.RecoveryCode.Delete().ExecX(ctx))
		require.NoError(t, db.Profile.Create().SetUserID(ana).SetName("x").Exec(ctx))
		require.Equal(t, "Bob", h.profile("Bob").Name)
		require.Equal(t, "Bob", h.user("bob@example.com").Name)
	})
}
