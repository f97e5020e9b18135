package graph_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"streamex/internal/auth"
)

// field decodes what is at a path of an answer.
func field[T any](t *testing.T, answer string, steps ...string) (v T) {
	require.NoError(t, json.Unmarshal([]byte(path(answer, steps...)), &v), answer)
	return v
}

// app is what shows the codes of an account.
type app struct {
	h      *household
	secret string
}

func (a app) code() string {
	text, err := totp.GenerateCode(a.secret, a.h.clock())
	require.NoError(a.h.t, err)
	a.h.secrets = append(a.h.secrets, a.secret)
	return text
}

const setUp = `mutation { setUpSecondFactor(input: {password: "` + secret + `"}) { secret uri` + bad + ` } }`

func confirm(code string) string {
	return fmt.Sprintf(`mutation { confirmSecondFactor(input: {code: %q}) { recoveryCodes token viewer { recoveryCodesLeft user { secondFactor } sessions { current } }`+bad+` } }`, code)
}

// turnOn gives somebody a second factor.
func (h *household) turnOn(who string) (a app, recovery []string) {
	got := h.ask(who, setUp)
	a = app{h, field[string](h.t, got, "secret")}
	got = h.ask(who, confirm(a.code()))
	h.tokens[who] = field[string](h.t, got, "token")
	recovery = field[[]string](h.t, got, "recoveryCodes")
	h.secrets = append(append(h.secrets, recovery...), h.tokens[who])
	h.pass(time.Minute)
	return a, recovery
}

// enter signs in with a code, "" for none.
func (h *household) enter(password, code string) string {
	with := ""
	if code != "" {
		with = fmt.Sprintf(", code: %q", code)
	}
	return h.ask("", fmt.Sprintf(`mutation { signIn(input: {email: "ana@example.com", password: %q%s}) { userErrors { code path } } }`, password, with))
}

const (
	entered    = `{"userErrors":[]}`
	codeWanted = `{"userErrors":[{"code":"SECOND_FACTOR_REQUIRED","path":["input","code"]}]}`
	codeWrong  = `{"userErrors":[{"code":"BAD_USER_INPUT","path":["input","code"]}]}`
	passWrong  = `{"userErrors":[{"code":"BAD_USER_INPUT","path":["input","password"]}]}`
)

func TestSecondFactor(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		h.signIn("Ana", "other")
		const state = `{ viewer { recoveryCodesLeft user { secondFactor } } }`
		off := `{"recoveryCodesLeft": 0, "user": {"secondFactor": false}}`

		// Set up, and nothing is different yet.
		h.refused("Ana", confirm("123456"), "CONFLICT input")
		h.refused("Ana", strings.Replace(setUp, secret, "wrong", 1), "BAD_USER_INPUT input.password")
		first := field[string](t, h.ask("Ana", setUp), "secret")
		got := h.ask("Ana", setUp)
		a := app{h, field[string](t, got, "secret")}
		require.NotEqual(t, first, a.secret)
		require.Len(t, a.secret, 32) // 160 bits
		uri, err := url.Parse(field[string](t, got, "uri"))
		require.NoError(t, err)
		h.secrets = append(h.secrets, first, uri.String())
		require.Equal(t, "otpauth://totp/StreamEx:ana@example.com", uri.Scheme+"://"+uri.Host+uri.Path)
		require.Equal(t, url.Values{"secret": {a.secret}, "issuer": {"StreamEx"}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}, uri.Query())
		h.expect("Ana", state, off)
		require.Equal(t, entered, h.enter(secret, ""))
		h.refused("Ana", confirm(app{h, first}.code()), "BAD_USER_INPUT input.code")
		h.refused("Ana", `mutation { removeSecondFactor(input: {password: "`+secret+`", code: "`+a.code()+`"}) { viewer { recoveryCodesLeft }`+bad+` } }`, "CONFLICT input")
		h.auth.Wait()
		require.Empty(t, h.letters)

		// Confirmed: codes are shown, others are signed out, this session has another token.
		got = h.ask("Ana", confirm(a.code()))
		recovery := field[[]string](t, got, "recoveryCodes")
		require.Len(t, recovery, 10)
		require.JSONEq(t, `{"recoveryCodesLeft": 10, "user": {"secondFactor": true}, "sessions": [{"current": true}]}`, path(got, "viewer"))
		for _, dead := range []string{"Ana", "other"} {
			h.expect(dead, state, `null`)
		}
		h.tokens["Ana"] = field[string](t, got, "token")
		h.secrets = append(h.secrets, recovery...)
		h.auth.Wait()
		require.Len(t, h.letters, 1)
		require.Contains(t, h.letters[0], "ana@example.com: Signing in needs a code now\n")
		h.refused("Ana", setUp, "CONFLICT input")
		h.refused("Ana", confirm(a.code()), "CONFLICT input")
		require.NotContains(t, h.send("Ana", `{ viewer { user { id } } }`).Body.String(), a.secret)

		// Only who knows the password hears of it; the code that confirmed is spent.
		require.Equal(t, codeWanted, h.enter(secret, ""))
		require.Equal(t, passWrong, h.enter("wrong", ""))
		require.Equal(t, passWrong, h.enter("wrong", recovery[0]))
		require.Equal(t, codeWrong, h.enter(secret, a.code()))
		h.pass(30 * time.Second)
		require.Equal(t, entered, h.enter(secret, a.code()))
		require.Equal(t, codeWrong, h.enter(secret, a.code()))
		require.Equal(t, entered, h.enter(secret, strings.ToLower(recovery[0])))
		require.Equal(t, codeWrong, h.enter(secret, recovery[0]))
		h.expect("Ana", state, `{"recoveryCodesLeft": 9, "user": {"secondFactor": true}}`)
		w := h.send("", `mutation { signIn(input: {email: "ana@example.com", password: "`+secret+`", code: "`+recovery[1]+`"}) { token } }`, "Origin", "http://example.com")
		require.JSONEq(t, `{"signIn": {"token": null}}`, path(w.Body.String(), "data"))
		require.Contains(t, w.Header().Get("Set-Cookie"), "HttpOnly")

		// New recovery codes, and the end, need both.
		h.pass(30 * time.Second)
		renew := func(password, code string) string {
			return fmt.Sprintf(`mutation { renewRecoveryCodes(input: {password: %q, code: %q}) { recoveryCodes`+bad+` } }`, password, code)
		}
		remove := func(password, code string) string {
			return fmt.Sprintf(`mutation { removeSecondFactor(input: {password: %q, code: %q}) { viewer { recoveryCodesLeft user { secondFactor } }`+bad+` } }`, password, code)
		}
		for _, ask := range []func(string, string) string{renew, remove} {
			h.refused("Ana", ask("wrong", a.code()), "BAD_USER_INPUT input.password")
			h.refused("Ana", ask(secret, "wrong"), "BAD_USER_INPUT input.code")
			h.refused("Bob", ask(secret, a.code()), "CONFLICT input")
		}
		got = h.ask("Ana", renew(secret, a.code()))
		renewed := field[[]string](t, got, "recoveryCodes")
		require.Len(t, renewed, 10)
		h.secrets = append(h.secrets, renewed...)
		require.Equal(t, codeWrong, h.enter(secret, recovery[2]))
		h.refused("Ana", remove(secret, a.code()), "BAD_USER_INPUT input.code") // spent
		h.expect("Ana", remove(secret, renewed[0]), `{"viewer": `+off+`, "userErrors": []}`)
		h.auth.Wait()
		require.Contains(t, h.letters[1], "ana@example.com: Signing in needs no code any more\n")
		require.Equal(t, entered, h.enter(secret, ""))
		require.Equal(t, entered, h.enter(secret, renewed[1]), "a code that nothing asks for is no fault")
		require.Zero(t, rowsOf(t, h.db, "recovery_codes", h.user("ana@example.com").ID))
		require.Empty(t, h.user("ana@example.com").SecondFactor)
	})
}

// The password changes as before; a letter does not stand for the app.
func TestSecondFactorStaysOn(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		a, recovery := h.turnOn("Ana")
		h.send("", `mutation { requestPasswordReset(input: {email: "ana@example.com"}) { userErrors { code } } }`)
		require.Equal(t, entered, h.ask("", `mutation { resetPassword(input: {token: "`+h.token()+`", password: "another secret"}) { userErrors { code path } } }`))
		require.Equal(t, passWrong, h.enter(secret, a.code()))
		require.Equal(t, codeWanted, h.enter("another secret", ""))
		h.tokens["Ana"] = field[string](t, h.ask("", fmt.Sprintf(`mutation { signIn(input: {email: "ana@example.com", password: "another secret", code: %q}) { token } }`, a.code())), "token")
		got := h.ask("Ana", `mutation { changePassword(input: {currentPassword: "another secret", newPassword: "`+secret+`"}) { token } }`)
		h.tokens["Ana"] = field[string](t, got, "token")
		require.Equal(t, codeWanted, h.enter(secret, ""))
		h.pass(time.Minute)
		require.Equal(t, entered, h.enter(secret, a.code()))
		require.Equal(t, entered, h.enter(secret, recovery[0]))

		// With the account goes all of it.
		id := h.user("ana@example.com").ID
		require.Equal(t, 9, rowsOf(t, h.db, "recovery_codes", id))
		h.expect("Ana", `mutation { deleteAccount(input: {password: "`+secret+`"}) { userErrors { code } } }`, entered)
		require.Zero(t, rowsOf(t, h.db, "recovery_codes", id))
	})
}

// An administrator sees who has a second factor, and turns it off for who lost
// the app: that signs out everywhere.
func TestAdministratorsTurnSecondFactorsOff(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		_, recovery := h.turnOn("Ana")
		h.expect("Root", `{ users { nodes { name secondFactor } } }`,
			`{"nodes": [{"name": "Ana", "secondFactor": true}, {"name": "Bob", "secondFactor": false}, {"name": "Root", "secondFactor": false}]}`)
		update := func(email, input string) string {
			return fmt.Sprintf(`mutation { updateUser(id: %q, input: {%s}) { user { name secondFactor }`+bad+` } }`, h.user(email).ID, input)
		}
		require.Equal(t, "!FORBIDDEN", h.ask("Bob", update("ana@example.com", `removeSecondFactor: true`)))
		h.expect("Root", update("ana@example.com", `removeSecondFactor: false`), `{"user": {"name": "Ana", "secondFactor": true}, "userErrors": []}`)
		h.refused("Root", update("ana@example.com", `removeSecondFactor: true, name: ""`), "BAD_USER_INPUT input.name")
		h.expect("Ana", `{ viewer { recoveryCodesLeft } }`, `{"recoveryCodesLeft": 10}`)
		h.auth.Wait()
		h.letters = nil
		h.expect("Root", update("ana@example.com", `removeSecondFactor: true`), `{"user": {"name": "Ana", "secondFactor": false}, "userErrors": []}`)
		h.expect("Ana", `{ viewer { recoveryCodesLeft } }`, `null`)
		require.Equal(t, entered, h.enter(secret, ""))
		require.Zero(t, rowsOf(t, h.db, "recovery_codes", h.user("ana@example.com").ID))
		h.expect("Root", update("bob@example.com", `removeSecondFactor: true`), `{"user": {"name": "Bob", "secondFactor": false}, "userErrors": []}`)
		h.expect("Bob", `{ viewer { recoveryCodesLeft } }`, `{"recoveryCodesLeft": 0}`) // had none: nothing happens
		h.auth.Wait()
		require.Len(t, h.letters, 1)
		require.Contains(t, h.letters[0], "ana@example.com: Signing in needs no code any more\n")
		require.NotContains(t, h.letters[0], recovery[0])
	})
}

// Codes are tried a few times, then there is a time to wait; another replica has
// counted them too.
func TestGuessingCodesIsSlowed(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		a, recovery := h.turnOn("Ana")
		wrong := "000000"
		if a.code() == wrong {
			wrong = "000001"
		}
		for range 5 {
			require.Equal(t, codeWrong, h.enter(secret, wrong))
		}
		enter := fmt.Sprintf(`mutation { signIn(input: {email: "ana@example.com", password: %q, code: %q}) { token } }`, secret, a.code())
		first := h.handler
		_, h.handler = h.replica(h.db)
		require.Contains(t, h.send("", enter).Body.String(), `"code":"RATE_LIMITED","retryAfter":900`)
		require.Equal(t, "!RATE_LIMITED", h.ask("Ana", `mutation { removeSecondFactor(input: {password: "`+secret+`", code: "`+a.code()+`"}) { viewer { recoveryCodesLeft } } }`))
		require.Equal(t, entered, h.enter(secret, recovery[0]))
		h.handler = first
		h.pass(15 * time.Minute)
		require.Equal(t, entered, h.enter(secret, a.code()))

		// Nor does a stolen session guess: its tries count as those at the password.
		renew := `mutation { renewRecoveryCodes(input: {password: "` + secret + `", code: "AAAA-AAAA-AAAA-AAAA"}) { recoveryCodes` + bad + ` } }`
		for range 10 {
			h.refused("Ana", renew, "BAD_USER_INPUT input.code")
		}
		require.Equal(t, "!RATE_LIMITED", h.ask("Ana", renew))
	})
}

// With another key codes cannot be checked: our fault, of which nobody hears more.
func TestSecondFactorUnderAnotherKey(t *testing.T) {
	eachHousehold(t, func(t *testing.T, h *household) {
		a, recovery := h.turnOn("Ana")
		other, err := auth.ParseKey(auth.NewKey())
		require.NoError(t, err)
		h.key = other
		_, h.handler = h.replica(h.db)
		w := h.send("", fmt.Sprintf(`mutation { signIn(input: {email: "ana@example.com", password: %q, code: %q}) { token } }`, secret, a.code()))
		require.Contains(t, w.Body.String(), `"message":"something went wrong on our side"`)
		require.NotRegexp(t, `(?i)key|seal|cipher|gcm`, w.Body.String())
		require.Contains(t, h.log.text.String(), "the key does not open")
		require.Equal(t, entered, h.enter(secret, recovery[0]))
		h.key = nil
		_, h.handler = h.replica(h.db)
		h.refused("Bob", setUp, "UNAVAILABLE input")
	})
}
