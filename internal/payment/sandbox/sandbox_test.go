package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/schema/globalid"
	"streamex/internal/payment"
	"streamex/internal/payment/sandbox"
	"streamex/internal/viewer"
)

var now = time.Date(2030, time.March, 15, 12, 0, 0, 0, time.UTC)

// post sends a body on behalf of a user, 0 being nobody.
func post(t testing.TB, g *sandbox.Gateway, user globalid.User, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", sandbox.Path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r.WithContext(viewer.NewContext(t.Context(), viewer.Viewer{User: user})))
	return w
}

func card(number string, month, year int, cvc string) string {
	return fmt.Sprintf(`{"number":%q,"expiryMonth":%d,"expiryYear":%d,"cvc":%q}`, number, month, year, cvc)
}

type answer struct {
	Token, Brand, LastFour  string
	ExpiryMonth, ExpiryYear int
	UserErrors              []struct {
		Code, Message string
		Path          []string
	}
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
}

func read(t testing.TB, w *httptest.ResponseRecorder) (a answer) {
	require.Equal(t, "application/json; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a))
	return a
}

// checked is a number with the digit that makes it pass.
func checked(number string) string {
	for d := range 10 {
		if n := fmt.Sprint(number, d); payment.Luhn(n) {
			return n
		}
	}
	panic("one of ten passes")
}

func TestBrands(t *testing.T) {
	g := sandbox.New(func() time.Time { return now })
	for start, want := range map[string]string{
		"4": "VISA", "51": "MASTERCARD", "55": "MASTERCARD", "2221": "MASTERCARD", "2720": "MASTERCARD",
		"6011": "DISCOVER", "644": "DISCOVER", "649": "DISCOVER", "65": "DISCOVER",
		"5018": "MAESTRO", "5020": "MAESTRO", "5038": "MAESTRO", "5893": "MAESTRO", "6304": "MAESTRO", "6759": "MAESTRO", "6763": "MAESTRO", "56": "MAESTRO",
		"3528": "JCB", "3589": "JCB", "62": "UNIONPAY", "305": "DINERS", "36": "DINERS", "39": "DINERS",
		"34": "AMEX", "37": "AMEX",
		"1": "", "2220": "", "2721": "", "3527": "", "640": "", "306": "", "5019": "", "50": "", "9": "",
	} {
		length, cvc := 16, "123"
		if want == "AMEX" {
			length, cvc = 15, "1234"
		}
		number := checked(start + strings.Repeat("7", length-1-len(start)))
		a := read(t, post(t, g, 1, card(number, 3, 2030, cvc)))
		require.Equal(t, want, a.Brand, number)
		if want == "" {
			require.Equal(t, []string{"number"}, a.UserErrors[0].Path)
			continue
		}
		require.Equal(t, number[length-4:], a.LastFour)
		require.Equal(t, []int{3, 2030}, []int{a.ExpiryMonth, a.ExpiryYear})
		require.NotContains(t, a.Token, number)
	}
}

func TestFieldErrors(t *testing.T) {
	g := sandbox.New(func() time.Time { return now })
	const visa = "4242424242424242"
	for body, want := range map[string][]string{
		card(visa, 3, 2030, "123"):                    nil,
		card(" 4242 4242-4242 4242 ", 3, 2030, "123"): nil,
		card("", 3, 2030, "123"):                      {"number"},
		card("4242424242424241", 3, 2030, "123"):      {"number"}, // Luhn
		card("424242424242", 3, 2030, "123"):          {"number"}, // too short, though it passes
		card("4242x42424242424", 3, 2030, "123"):      {"number"},
		card("４２４２４２４２４２４２４２４２", 3, 2030, "123"):      {"number"},
		card(strings.Repeat("4", 3000), 3, 2030, "1"): {"number", "cvc"},
		card(visa, 0, 2030, "123"):                    {"expiryMonth"},
		card(visa, 13, 2030, "123"):                   {"expiryMonth"},
		card(visa, 2, 2030, "123"):                    {"expiryYear"}, // last month
		card(visa, 3, 30, "123"):                      {"expiryYear"},
		card(visa, 3, 2051, "123"):                    {"expiryYear"},
		card(visa, 3, 2030, ""):                       {"cvc"},
		card(visa, 3, 2030, "12"):                     {"cvc"},
		card(visa, 3, 2030, "1234"):                   {"cvc"},
		card(visa, 3, 2030, "12a"):                    {"cvc"},
		card("378282246310005", 3, 2030, "123"):       {"cvc"}, // four with this brand
		card("378282246310005", 3, 2030, "1234"):      nil,
		`{}`:                                          {"number", "expiryMonth", "cvc"},
	} {
		w := post(t, g, 1, body)
		a := read(t, w)
		var fields []string
		for _, e := range a.UserErrors {
			require.Equal(t, "BAD_USER_INPUT", e.Code)
			require.NotEmpty(t, e.Message)
			fields = append(fields, e.Path...)
		}
		require.Equal(t, want, fields, body)
		if want == nil {
			require.Equal(t, 201, w.Code, body)
			require.NotEmpty(t, a.Token)
		} else {
			require.Equal(t, 422, w.Code, body)
			require.Empty(t, a.Token)
		}
	}
}

func TestRefusals(t *testing.T) {
	g := sandbox.New(func() time.Time { return now })
	good := card("4242424242424242", 3, 2030, "123")
	for _, c := range []struct {
		method, path, media, body string
		user                      globalid.User
		status                    int
		code                      string
	}{
		{"POST", sandbox.Path, "application/json", good, 0, 401, "UNAUTHENTICATED"},
		{"POST", sandbox.Path, "application/json", "nonsense", 0, 401, "UNAUTHENTICATED"},
		{"GET", sandbox.Path, "application/json", good, 1, 405, "BAD_REQUEST"},
		{"POST", "/payments/test/other", "application/json", good, 1, 404, "NOT_FOUND"},
		{"POST", sandbox.Path, "text/plain", good, 1, 415, "BAD_REQUEST"},
		{"POST", sandbox.Path, "application/x-www-form-urlencoded", good, 1, 415, "BAD_REQUEST"},
		{"POST", sandbox.Path, "", good, 1, 415, "BAD_REQUEST"},
		{"POST", sandbox.Path, "application/json", strings.Repeat(" ", 4<<10) + good, 1, 413, "BAD_REQUEST"},
		{"POST", sandbox.Path, "application/json", "", 1, 400, "BAD_REQUEST"},
		{"POST", sandbox.Path, "application/json", good + good, 1, 400, "BAD_REQUEST"},
		{"POST", sandbox.Path, "application/json", `{"number":4242424242424242}`, 1, 400, "BAD_REQUEST"},
		{"POST", sandbox.Path, "application/json", `{"number":"4242424242424242","holder":"Ana"}`, 1, 400, "BAD_REQUEST"},
		{"POST", sandbox.Path, "application/json", `["4242424242424242"]`, 1, 400, "BAD_REQUEST"},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.media)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r.WithContext(viewer.NewContext(t.Context(), viewer.Viewer{User: c.user})))
		require.Equal(t, c.status, w.Code, "%+v", c)
		require.Equal(t, c.code, read(t, w).Errors[0].Extensions.Code, "%+v", c)
		require.NotContains(t, w.Body.String(), "4242")
	}
}

func TestTokens(t *testing.T) {
	at := now
	g := sandbox.New(func() time.Time { return at })
	token := func(user globalid.User) string {
		w := post(t, g, user, card("4242424242424242", 3, 2030, "123"))
		require.Equal(t, 201, w.Code)
		return read(t, w).Token
	}
	attach := func(user globalid.User, token, key string) (payment.Card, error) {
		return g.Attach(t.Context(), payment.Attachment{User: user, Token: token, Holder: "Ana", Key: key})
	}
	first := token(1)
	_, err := attach(2, first, "a")
	require.ErrorIs(t, err, payment.ErrToken)
	kept, err := attach(1, first, "a")
	require.NoError(t, err)
	require.Equal(t, payment.Card{Reference: kept.Reference, Brand: "VISA", LastFour: "4242", Holder: "Ana", Expiry: payment.Expiry{Month: 3, Year: 2030}}, kept)
	again, err := attach(1, first, "a")
	require.NoError(t, err)
	require.Equal(t, kept, again)
	_, err = attach(1, first, "b")
	require.ErrorIs(t, err, payment.ErrToken)

	// A token lives for a quarter of an hour.
	late := token(1)
	at = at.Add(15*time.Minute - time.Second)
	_, err = attach(1, late, "a")
	require.NoError(t, err)
	at = at.Add(time.Second)
	_, err = attach(1, late, "a")
	require.ErrorIs(t, err, payment.ErrToken)

	// Who asks for more than twenty loses their own oldest, and nobody else's.
	others, oldest, second := token(2), token(1), token(1)
	for range 19 {
		token(1)
	}
	_, err = attach(1, oldest, "a")
	require.ErrorIs(t, err, payment.ErrToken)
	_, err = attach(1, second, "a")
	require.NoError(t, err)
	_, err = attach(2, others, "a")
	require.NoError(t, err)
}

func TestTokensAreBounded(t *testing.T) {
	at := now
	g := sandbox.New(func() time.Time { return at })
	good := card("4242424242424242", 3, 2030, "123")
	for user := range 10_000 {
		require.Equal(t, 201, post(t, g, globalid.User(user+1), good).Code)
	}
	w := post(t, g, 20_000, good)
	require.Equal(t, 503, w.Code)
	require.Equal(t, "60", w.Header().Get("Retry-After"))
	require.Equal(t, "OVERLOADED", read(t, w).Errors[0].Extensions.Code)
	at = at.Add(15 * time.Minute)
	require.Equal(t, 201, post(t, g, 20_000, good).Code)
}

// FuzzTokens feeds the endpoint with anything: it must answer in its form, and
// never with the number or the code that it was sent.
func FuzzTokens(f *testing.F) {
	for _, body := range []string{
		card("4242424242424242", 3, 2030, "123"), card("378282246310005", 3, 2030, "1234"), card("4000 0000 0000 0002", 12, 2031, "999"),
		card("", 0, 0, ""), card("\x00", -1, 1<<31, "\xff"), `{}`, `[]`, `null`, `"`, `{"number":{}}`, strings.Repeat("[", 1000), "",
	} {
		f.Add(body)
	}
	g := sandbox.New(func() time.Time { return now })
	f.Fuzz(func(t *testing.T, body string) {
		w := post(t, g, 1, body)
		require.Contains(t, []int{201, 400, 413, 422}, w.Code)
		a := read(t, w)
		switch w.Code {
		case 201:
			var in struct{ Number string }
			require.NoError(t, json.Unmarshal([]byte(body), &in))
			number := strings.NewReplacer(" ", "", "-", "").Replace(in.Number)
			require.True(t, payment.Luhn(number))
			require.NotContains(t, w.Body.String(), number)
			c, err := g.Attach(t.Context(), payment.Attachment{User: 1, Token: a.Token, Key: "k"})
			if number != sandbox.DeclinedNumber {
				require.NoError(t, err)
				require.Equal(t, number[len(number)-4:], c.LastFour)
				require.NotEqual(t, payment.Expired, c.Expiry.At(now))
			}
		case 422:
			require.NotEmpty(t, a.UserErrors)
		default:
			require.NotEmpty(t, a.Errors)
		}
	})
}
