package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/graph/graphtest"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/server"
)

// counting returns a server that knows where tries come from, as the program's
// does.
func counting(t *testing.T, db *database.DB, trustProxy bool) *server.Server {
	a := auth.New(db.Client, auth.Options{Address: server.ClientAddress})
	s, _ := newServer(t, db, func(c *server.Config) { c.Auth, c.TrustProxy = a, trustProxy }, func(c *graph.Config) { c.Auth = a })
	return s
}

// enter signs in from an address and returns what came of it: "" or a code.
func enter(t *testing.T, s http.Handler, email, password, from string, headers ...string) (code string, retryAfter int) {
	body := post(fmt.Sprintf(`mutation{signIn(input:{email:%q,password:%q}){token userErrors{code}}}`, email, password), nil)
	w := send(s, "POST", "/graphql", body, append(headers, "Content-Type", "application/json", "Remote", from)...)
	if errs := problems(t, w.Body.Bytes()); len(errs) > 0 {
		return errs[0].Extensions.Code, errs[0].Extensions.RetryAfter
	}
	var answer struct {
		SignIn struct{ UserErrors []struct{ Code string } }
	}
	require.NoError(t, json.Unmarshal(data(t, w.Body.Bytes()), &answer))
	if len(answer.SignIn.UserErrors) > 0 {
		return answer.SignIn.UserErrors[0].Code, 0
	}
	return "", 0
}

// Ten wrong tries for an account and twenty from an address are one too few to
// guess a password, whatever a client says of where it is.
func TestGuessingThroughTheDoor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		a := auth.New(db.Client, auth.Options{})
		for _, name := range []string{"ana", "bob", "eve"} {
			require.NoError(t, a.Create(t.Context(), auth.Account{Email: name + "@example.com", Password: password}))
		}
		for _, trust := range []bool{false, true} {
			s := counting(t, db, trust)
			// tries returns how many wrong ones were looked at before one was refused.
			tries := func(email func(int) string, from func(int) (string, []string)) int {
				for i := range 100 {
					address, headers := from(i)
					code, wait := enter(t, s, email(i), "a wrong one", address, headers...)
					if code == graph.RateLimited {
						require.Positive(t, wait)
						require.LessOrEqual(t, wait, 60)
						return i
					}
					require.Equal(t, graph.BadUserInput, code)
				}
				return 100
			}
			proxied := func(address string) (string, []string) { // through the proxy, if there is one
				if trust {
					return "127.0.0.1:9", []string{"X-Forwarded-For", "203.0.113.77, " + address}
				}
				return address + ":5", nil
			}
			one := func(email string) func(int) string { return func(int) string { return email } }
			another := func(i int) string { return fmt.Sprintf("nobody%d@example.com", i) }

			require.Equal(t, 10, tries(one("ana@example.com"), func(i int) (string, []string) { return proxied(fmt.Sprintf("198.51.100.%d", i)) }), "an account from everywhere")
			require.Equal(t, 20, tries(another, func(int) (string, []string) { return proxied("192.0.2.1") }), "everybody from an address")
			require.Equal(t, 20, tries(another, func(i int) (string, []string) {
				address, headers := proxied("192.0.2.2")
				if !trust {
					headers = []string{"X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i), "X-Real-Ip", fmt.Sprintf("198.51.100.%d", i), "Forwarded", fmt.Sprintf("for=198.51.100.%d", i)}
				} else {
					headers[1] = fmt.Sprintf("198.51.100.%d, 192.0.2.2", i)
				}
				return address, headers
			}), "an address that says it is others")
			require.Equal(t, 20, tries(another, func(i int) (string, []string) {
				if trust {
					return proxied(fmt.Sprintf("2001:db8::%x", i+1))
				}
				return fmt.Sprintf("[2001:db8::%x]:5", i+1), nil
			}), "one network")

			// Others are served, from where nobody guessed.
			address, headers := proxied("203.0.113.5")
			code, _ := enter(t, s, "bob@example.com", password, address, headers...)
			require.Empty(t, code)
			code, _ = enter(t, s, "ana@example.com", password, address, headers...)
			require.Equal(t, graph.RateLimited, code, "the account under attack waits")
		}

		// Fifty tries in one request are none: it is refused before anything is read or hashed.
		s := counting(t, db, false)
		for _, format := range []string{"a#:%s ", "...F# "} {
			signIn := `signIn(input:{email:"eve@example.com",password:"wrong #"}){token}`
			query := "mutation{" + times(50, strings.Replace(format, "%s", signIn, 1)) + "}"
			if strings.HasPrefix(format, "...") {
				query += times(50, "fragment F# on Mutation{a#:"+signIn+"}")
			}
			start := cpu(t)
			w, statements := ask(s, post(query, nil))
			require.Less(t, cpu(t)-start, slowdown*50*time.Millisecond)
			require.Equal(t, 400, w.Code)
			require.Equal(t, graph.TooComplex, problems(t, w.Body.Bytes())[0].Extensions.Code)
			require.Zero(t, statements)
		}
		code, _ := enter(t, s, "eve@example.com", password, "192.0.2.1:5")
		require.Empty(t, code)
	})
}

// While 64 clients sign in as fast as they can, each with another address so that
// every try is hashed, the home page comes to all who ask for it.
func TestHomeBesideAFloodOfSignIns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, graphtest.Fill(t.Context(), db, 200))
		// However slow the machine, what is refused is refused by a gate.
		s, _ := newServer(t, db, nil, func(c *graph.Config) { c.Timeout = time.Minute })
		listener := httptest.NewServer(s)
		defer listener.Close()
		client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
		defer client.CloseIdleConnections()
		do := func(query, token string) (int, []byte) {
			r, err := http.NewRequestWithContext(t.Context(), "POST", listener.URL+"/graphql", strings.NewReader(post(query, nil)))
			if err != nil {
				return 0, nil
			}
			r.Header.Set("Content-Type", "application/json")
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			resp, err := client.Do(r)
			if err != nil {
				return 0, nil
			}
			defer resp.Body.Close()
			var body json.RawMessage
			if json.NewDecoder(resp.Body).Decode(&body) != nil {
				return 0, nil
			}
			return resp.StatusCode, body
		}
		var flood sync.WaitGroup
		stop := make(chan struct{})
		var hashed, shed, broken, n atomic.Int64
		for range 64 {
			flood.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					status, body := do(fmt.Sprintf(`mutation{signIn(input:{email:"nobody%d@example.com",password:"a wrong one"}){userErrors{code}}}`, n.Add(1)), "")
					switch {
					case status == 200 && strings.Contains(string(body), graph.BadUserInput):
						hashed.Add(1)
					case status == 503 && strings.Contains(string(body), graph.Overloaded):
						shed.Add(1)
						time.Sleep(250 * time.Millisecond) // less than it is told
					case strings.Contains(string(body), graph.Unavailable): // waited too long to be hashed
						shed.Add(1)
					default:
						broken.Add(1)
					}
				}
			})
		}
		require.Eventually(t, func() bool { return hashed.Load() > 0 && shed.Load() > 64 }, time.Minute, time.Millisecond, "the flood is there")
		var slowest time.Duration
		for range 20 {
			start := time.Now()
			status, body := do(`{home{rows(first:5){nodes{heading items(first:10){nodes{title{name}}}}}}}`, graphtest.Token(graphtest.Keen))
			slowest = max(slowest, time.Since(start))
			require.Equal(t, 200, status, "%s", body)
			require.Contains(t, string(body), `"heading"`)
		}
		before := hashed.Load()
		require.Eventually(t, func() bool { return hashed.Load() > before }, time.Minute, time.Millisecond, "signing in goes on")
		close(stop)
		flood.Wait()
		t.Logf("the slowest home took %s; of the flood %d were hashed, %d shed", slowest.Round(time.Millisecond), hashed.Load(), shed.Load())
		require.Zero(t, broken.Load())
		require.Less(t, slowest, slowdown*5*time.Second)
	})
}

// What ends a session ends it at once, on every replica.
func TestSessionsEndOnAllReplicas(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		db := dbtest.Open(t, url)
		first, _ := newServer(t, db, nil)
		second, _ := newServer(t, dbtest.Open(t, url), nil)
		a := auth.New(db.Client, auth.Options{})
		root := token(t, a, "root@example.com", true)
		ask := func(s http.Handler, who, query string) string {
			w, _ := ask(s, post(query, nil), "Authorization", "Bearer "+who)
			require.Less(t, w.Code, 500, "%s", w.Body)
			return w.Body.String()
		}
		const whoami = "{viewer{user{id email role}}}"
		for name, end := range map[string]func(own, id string) (who, mutation string){
			"signing out": func(own, _ string) (string, string) { return own, `signOut{signedOut}` },
			"disabled": func(_, id string) (string, string) {
				return root, `updateUser(id:"` + id + `",input:{disabled:true}){userErrors{code}}`
			},
			"another role": func(_, id string) (string, string) {
				return root, `updateUser(id:"` + id + `",input:{role:ADMIN}){userErrors{code}}`
			},
			"deleted": func(_, id string) (string, string) { return root, `deleteUser(id:"` + id + `"){userErrors{code}}` },
			"deleting itself": func(own, _ string) (string, string) {
				return own, `deleteAccount(input:{password:"` + password + `"}){userErrors{code}}`
			},
			"another password": func(own, _ string) (string, string) {
				return own, `changePassword(input:{currentPassword:"` + password + `",newPassword:"another password"}){userErrors{code}}`
			},
		} {
			own := token(t, a, strings.ReplaceAll(name, " ", "")+"@example.com", false)
			var answer struct {
				Viewer struct{ User struct{ ID string } }
			}
			for _, s := range []http.Handler{first, second} { // both have seen it
				require.NoError(t, json.Unmarshal(data(t, []byte(ask(s, own, whoami))), &answer))
				require.NotEmpty(t, answer.Viewer.User.ID, name)
			}
			who, mutation := end(own, answer.Viewer.User.ID)
			got := ask(first, who, "mutation{"+mutation+"}")
			require.Empty(t, problems(t, []byte(got)), "%s: %s", name, got)
			require.NotRegexp(t, `"code"`, got, name)
			for _, s := range []http.Handler{second, first} {
				require.JSONEq(t, `{"viewer":null}`, string(data(t, []byte(ask(s, own, whoami)))), name)
				require.Contains(t, ask(s, own, "{genres{id}}"), graph.Unauthenticated, name)
			}
		}

		// An administrator who is one no more may do nothing that the next request asks.
		other := token(t, a, "other@example.com", true)
		require.NotContains(t, ask(second, other, "{users{nodes{id}}}"), graph.Forbidden)
		require.NoError(t, a.SetAdmin(t.Context(), "other@example.com", false))
		for _, s := range []http.Handler{second, first} {
			require.Contains(t, ask(s, other, "{users{nodes{id}}}"), graph.Unauthenticated)
		}
		again, v, err := a.SignIn(t.Context(), "other@example.com", password, "", "")
		require.NoError(t, err)
		require.False(t, v.Admin)
		require.Contains(t, ask(second, again, "{users{nodes{id}}}"), graph.Forbidden)
	})
}

// token opens an account and signs in to it.
func token(t *testing.T, a *auth.Service, email string, admin bool) string {
	require.NoError(t, a.Create(t.Context(), auth.Account{Email: email, Password: password, Admin: admin}))
	token, _, err := a.SignIn(t.Context(), email, password, "", "")
	require.NoError(t, err)
	return token
}
