package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"streamex/internal/database/dbtest"
	"streamex/internal/payment"
)

// household tells the program all kinds of secrets, in right and in wrong
// places, and remembers them.
type household struct {
	t       *testing.T
	p       *program
	token   string
	secrets map[string]string // by what they are
	errors  []string          // bodies that refused something
}

// ask sends a mutation and returns its payload.
func (h *household) ask(mutation string) (payload map[string]any) {
	headers := []string{"Content-Type", "application/json"}
	if h.token != "" {
		headers = append(headers, "Authorization", "Bearer "+h.token)
	}
	body, err := json.Marshal(map[string]string{"query": "mutation{payload:" + mutation + "}"})
	require.NoError(h.t, err)
	_, text := h.p.do(h.t, "POST", "/graphql", string(body), headers...)
	var answer struct {
		Data   struct{ Payload map[string]any }
		Errors []any
	}
	require.NoError(h.t, json.Unmarshal([]byte(text), &answer), text)
	problems, _ := answer.Data.Payload["userErrors"].([]any)
	if len(answer.Errors)+len(problems) > 0 {
		h.errors = append(h.errors, text)
	}
	return answer.Data.Payload
}

// must asks for what has to be granted.
func (h *household) must(mutation string) map[string]any {
	h.t.Helper()
	payload := h.ask(mutation)
	require.NotNil(h.t, payload, "%s: %s", mutation, h.errors)
	require.Empty(h.t, payload["userErrors"], mutation)
	return payload
}

// refused asks for what must not be granted.
func (h *household) refused(mutation string) {
	h.t.Helper()
	before := len(h.errors)
	h.ask(mutation)
	require.Len(h.t, h.errors, before+1, mutation)
}

// keep remembers a secret.
func (h *household) keep(what string, value any) string {
	text := fmt.Sprint(value)
	require.GreaterOrEqual(h.t, len(text), 4, what)
	h.secrets[fmt.Sprintf("%s %d", what, len(h.secrets))] = text
	return text
}

// live is a life of an account: everything that takes a secret is used.
func (h *household) live(mail string) {
	first, second, third, wrong := h.keep("password", "violet umbrella parade"), h.keep("password", "seven lanterns drifting"), h.keep("password", "a quiet orchard at noon"), h.keep("wrong password", "not the umbrella of anybody")
	signIn := func(password, code string) string {
		return fmt.Sprintf(`signIn(input:{email:"eve@example.com",password:%q%s}){token userErrors{code message path}}`, password, code)
	}
	h.refused(fmt.Sprintf(`signUp(input:{email:"no address",password:%q}){token userErrors{code message path}}`, first))
	h.token = h.keep("token", h.must(fmt.Sprintf(`signUp(input:{email:"eve@example.com",password:%q,name:"Eve"}){token userErrors{code}}`, first))["token"])
	h.refused(signIn(wrong, ""))
	h.refused(fmt.Sprintf(`changePassword(input:{currentPassword:%q,newPassword:%q}){token userErrors{code message path}}`, wrong, second))
	h.token = h.keep("token", h.must(fmt.Sprintf(`changePassword(input:{currentPassword:%q,newPassword:%q}){token userErrors{code}}`, first, second))["token"])

	h.must(`requestPasswordReset(input:{email:"eve@example.com"}){userErrors{code}}`)
	var letter string
	require.Eventually(h.t, func() bool {
		files, err := filepath.Glob(mail + "/*")
		require.NoError(h.t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(h.t, err)
			if m := regexp.MustCompile(`reset-password#(\S+)`).FindStringSubmatch(strings.ReplaceAll(string(text), "=\r\n", "")); m != nil {
				letter = m[1]
			}
		}
		return letter != ""
	}, 20*time.Second, 20*time.Millisecond)
	h.keep("reset token", letter)
	h.must(fmt.Sprintf(`resetPassword(input:{token:%q,password:%q}){userErrors{code}}`, letter, third))
	h.refused(fmt.Sprintf(`resetPassword(input:{token:%q,password:%q}){userErrors{code message}}`, letter, third))
	h.token = h.keep("token", h.must(signIn(third, ""))["token"])

	pin := h.keep("PIN", "73915826")
	profile := h.must(fmt.Sprintf(`createProfile(input:{name:"Ada",pin:%q,password:%q}){profile{id} userErrors{code message}}`, pin, third))["profile"].(map[string]any)["id"]
	h.refused(fmt.Sprintf(`selectProfile(id:%q,pin:"73915827"){viewer{user{id}} userErrors{code message}}`, profile))
	h.must(fmt.Sprintf(`selectProfile(id:%q,pin:%q){viewer{user{id}} userErrors{code message}}`, profile, pin))

	for _, card := range []struct{ number, cvc string }{{h.keep("card", "4242424242424242"), "737"}, {h.keep("card", "378282246310005"), h.keep("CVC", "9173")}, {h.keep("card", "5555555555554444"), "12"}, {h.keep("declined card", "4000000000000002"), "737"}, {h.keep("mistyped card", "4242424242424241"), "737"}} {
		body := fmt.Sprintf(`{"number":%q,"expiryMonth":7,"expiryYear":%d,"cvc":%q}`, card.number, time.Now().Year()+2, card.cvc)
		_, text := h.p.do(h.t, "POST", "/payments/test/tokens", body, "Content-Type", "application/json", "Authorization", "Bearer "+h.token)
		var answer struct{ Token string }
		require.NoError(h.t, json.Unmarshal([]byte(text), &answer), text)
		if answer.Token == "" {
			h.errors = append(h.errors, text)
			continue
		}
		h.ask(fmt.Sprintf(`addPaymentMethod(input:{token:%q,holder:"Eve Example",idempotencyKey:%q}){paymentMethod{id} userErrors{code message}}`, h.keep("card's token", answer.Token), rand.Text()))
	}
	// A card's number where none belongs.
	h.refused(`addPaymentMethod(input:{token:"4242424242424242",holder:"4242 4242 4242 4242",idempotencyKey:"4242-4242-4242-4242"}){userErrors{code message}}`)

	secret := h.keep("second factor", h.must(fmt.Sprintf(`setUpSecondFactor(input:{password:%q}){secret userErrors{code}}`, third))["secret"])
	h.refused(`confirmSecondFactor(input:{code:"000000"}){token userErrors{code message}}`)
	code, err := totp.GenerateCode(secret, time.Now())
	require.NoError(h.t, err)
	confirmed := h.must(fmt.Sprintf(`confirmSecondFactor(input:{code:%q}){token recoveryCodes userErrors{code message}}`, code))
	h.token = h.keep("token", confirmed["token"])
	var recovery []string
	for _, code := range confirmed["recoveryCodes"].([]any) {
		recovery = append(recovery, h.keep("recovery code", code))
	}
	h.refused(signIn(third, ""))
	h.refused(signIn(third, `,code:"not-a-code"`))
	h.refused(signIn(wrong, fmt.Sprintf(`,code:%q`, recovery[1])))
	h.token = h.keep("token", h.must(signIn(third, fmt.Sprintf(`,code:%q`, recovery[0])))["token"])

	// Secrets where clients do not belong to send them.
	bearer := []string{"Authorization", "Bearer " + h.token, "Content-Type", "application/json"}
	for _, wrong := range []struct{ method, path, body string }{
		{"GET", "/graphql?query={viewer{id}}&token=" + h.token, ""}, {"GET", "/" + h.token, ""}, {"GET", "/graphql?access_token=" + h.token + "&password=" + strings.ReplaceAll(third, " ", "+"), ""},
		{"POST", "/graphql", `{"query":"mutation{signIn(password:\"` + third + `\"){token}}"}`}, {"POST", "/graphql", `{"query":"{viewer{id}} ` + third + `"}`},
		{"POST", "/graphql", `{"query":"mutation($p:Int!){signIn(input:$p){token}}","variables":{"p":"` + third + `"}}`}, {"POST", "/graphql", `{"query":"{x}","variables":{"` + third + `":"` + pin + `"}}`},
		{"POST", "/graphql", `{"query": broken ` + third}, {"POST", "/graphql", `[{"query":"` + third + `"}]`}, {"POST", "/graphql", `{"operationName":"` + third + `","query":"query A{viewer{user{id}}} query B{viewer{user{id}}}"}`},
		{"POST", "/graphql", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + h.token + `"}}}`}, {"POST", "/payments/test/tokens", `{"number":4242424242424242,"cvc":"9173"`}, {"POST", "/payments/test/tokens", `{"4242424242424242":"9173"}`},
		{"PUT", "/payments/test/tokens?number=4242424242424242", ""}, {"POST", "/graphql", `{"query":"mutation{selectProfile(id:\"` + pin + `\",pin:4711){viewer{user{id}}}}"}`},
	} {
		resp, text := h.p.do(h.t, wrong.method, wrong.path, wrong.body, bearer...)
		if resp.StatusCode >= 400 || strings.Contains(text, `"errors"`) {
			h.errors = append(h.errors, text)
		}
	}
	h.must(fmt.Sprintf(`removeSecondFactor(input:{password:%q,code:%q}){userErrors{code message}}`, third, recovery[2]))
}

var digits = regexp.MustCompile(`\d(?:[ -]?\d){11,18}`)

// clean looks for secrets in what somebody might read, and for anything that
// may be the number of a card.
func (h *household) clean(where, text string) {
	h.t.Helper()
	for what, secret := range h.secrets {
		if len(secret) < 6 {
			require.NotRegexp(h.t, `\b`+secret+`\b`, text, "%s: a %s", where, what)
			continue
		}
		require.False(h.t, strings.Contains(text, secret), "%s: a %s in %.500s", where, what, text)
	}
	for _, at := range digits.FindAllStringIndex(text, -1) {
		if at[0] > 0 && text[at[0]-1] == '.' {
			continue // the fraction of a number
		}
		number := strings.NewReplacer(" ", "", "-", "").Replace(text[at[0]:at[1]])
		require.False(h.t, payment.Luhn(number), "%s: %s may be a card", where, number)
	}
}

// Whatever people tell the program, and wherever: what is secret is neither in
// the database, nor in the log, in metrics or in errors.
func TestSecretsStaySecret(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		mail := t.TempDir()
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		e := env{"STREAMEX_DATABASE": url, "STREAMEX_LOG": "json", "STREAMEX_LOG_LEVEL": "debug", "STREAMEX_SECRET_KEY": base64.StdEncoding.EncodeToString(key)}
		p := start(t, e, 0, "--addr", "127.0.0.1:0", "--mail", "folder:"+mail)
		h := &household{t: t, p: p, secrets: map[string]string{"key 0": e["STREAMEX_SECRET_KEY"]}}
		h.live(mail)
		require.Greater(t, len(h.secrets), 25)
		require.Greater(t, len(h.errors), 20)

		_, metrics := p.get(t, "/metrics")
		require.Contains(t, metrics, "streamex")
		require.NoError(t, p.stop())
		require.Contains(t, p.log.String(), "eve", "something was logged")
		h.clean("log", p.log.String())
		h.clean("metrics", metrics)
		for _, body := range h.errors {
			h.clean("error", body)
		}
		dbtest.EachValue(t, dbtest.Open(t, url), func(table, column string, value any) {
			if text, ok := value.(string); ok {
				h.clean(table+"."+column, text)
			}
		})
		if path, ok := strings.CutPrefix(url, "sqlite:"); ok { // what was deleted may still be in the file
			files, err := filepath.Glob(path + "*")
			require.NoError(t, err)
			for _, file := range files {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				for what, secret := range h.secrets {
					require.False(t, len(secret) > 6 && strings.Contains(string(text), secret), "%s: a %s", file, what)
				}
			}
		}
	})
}
