package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"streamex/internal/payment"
	"streamex/internal/viewer"
)

// maxBody bounds what describes a card, in bytes.
const maxBody = 4 << 10

// typed is a card as a client posts it. It must never be logged or kept.
type typed struct {
	Number      string `json:"number"`
	ExpiryMonth int    `json:"expiryMonth"`
	ExpiryYear  int    `json:"expiryYear"`
	CVC         string `json:"cvc"`
}

// problem is what is wrong with a field, in the form of the API's userErrors.
type problem struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Path    []string `json:"path"`
}

// ServeHTTP gives a token for a card, to who is signed in: 201 with the token
// and what may be shown of the card, or 422 with all that is wrong.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != Path {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "there is nothing here")
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "BAD_REQUEST", "use POST")
		return
	}
	v := viewer.From(r.Context())
	if !v.SignedIn() {
		refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "sign in first")
		return
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "BAD_REQUEST", "the body must be application/json")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		refuse(w, http.StatusRequestEntityTooLarge, "BAD_REQUEST", "the request is too large")
		return
	}
	in, ok := parse(body)
	if err != nil || !ok {
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "the body is not a card") // never with what it was
		return
	}
	card, problems := g.check(in)
	if len(problems) > 0 {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"userErrors": problems})
		return
	}
	token, ok := g.keep(v.User, card, digits(in.Number) == DeclinedNumber)
	if !ok {
		w.Header().Set("Retry-After", "60")
		refuse(w, http.StatusServiceUnavailable, "OVERLOADED", "too many cards at once, try again soon")
		return
	}
	answer(w, http.StatusCreated, map[string]any{
		"token": token, "brand": card.Brand, "lastFour": card.LastFour,
		"expiryMonth": card.Expiry.Month, "expiryYear": card.Expiry.Year,
	})
}

// parse reads one JSON object with the fields of a card and no others.
func parse(body []byte) (in typed, ok bool) {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if d.Decode(&in) != nil {
		return typed{}, false
	}
	_, err := d.Token()
	return in, err == io.EOF
}

// check returns what may be known of a card, or all that is wrong with it.
func (g *Gateway) check(in typed) (payment.Card, []problem) {
	var problems []problem
	wrong := func(field, message string) {
		problems = append(problems, problem{"BAD_USER_INPUT", message, []string{field}})
	}
	number := digits(in.Number)
	brand, fits, code, known := issuer(number)
	switch {
	case strings.TrimSpace(in.Number) == "":
		wrong("number", "Type the number of the card.")
	case number == "" || known && !fits || !payment.Luhn(number):
		wrong("number", "This is not the number of a card.")
	case !known:
		wrong("number", "Cards of this brand are not taken.")
	}
	expiry := payment.Expiry{Month: in.ExpiryMonth, Year: in.ExpiryYear}
	if message := expiry.Problem(g.now()); message != "" {
		field := "expiryYear"
		if in.ExpiryMonth < 1 || in.ExpiryMonth > 12 {
			field = "expiryMonth"
		}
		wrong(field, message)
	}
	if n := len(in.CVC); strings.Trim(in.CVC, "0123456789") != "" || known && n != code || !known && n != 3 && n != 4 {
		message := "The security code has three digits."
		if code == 4 {
			message = "The security code has four digits, on the front of the card."
		}
		wrong("cvc", message)
	}
	if problems != nil {
		return payment.Card{}, problems
	}
	return payment.Card{Brand: brand, LastFour: number[len(number)-4:], Expiry: expiry}, nil
}

// digits is a card number without the spaces and hyphens that people type, ""
// when it has anything else.
func digits(number string) string {
	number = strings.NewReplacer(" ", "", "-", "").Replace(number)
	if strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return number
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, map[string]any{"errors": []any{map[string]any{"message": message, "extensions": map[string]string{"code": code}}}})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
