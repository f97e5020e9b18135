package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxEmail  = 254 // bytes, RFC 5321
	maxDevice = 100 // characters
	maxName   = 60  // characters
)

// normalEmail is the form of an address that is stored and compared. ok is
// false for what can be no address.
func normalEmail(text string) (email string, ok bool) {
	if len(text) > 4*maxEmail || !utf8.ValidString(text) {
		return "", false
	}
	email = strings.ToLower(strings.TrimSpace(text))
	name, host, found := strings.Cut(email, "@")
	unfit := func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r == '@' }
	if !found || name == "" || host == "" || len(email) > maxEmail || strings.ContainsFunc(name+host, unfit) {
		return "", false
	}
	return email, true
}

// emailOf checks an address, and returns its normal form.
func emailOf(p *Problems, text string) string {
	email, ok := normalEmail(text)
	if !ok {
		p.Add("email", codeInput, "This is not a valid e-mail address.")
	}
	return email
}

// nameOf checks the name of an account, a profile or a device, and returns what is stored.
func nameOf(p *Problems, text string) string {
	name := line(text, maxName+1)
	switch {
	case name == "":
		p.Add("name", codeInput, "A name has at least one character.")
	case utf8.RuneCountInString(name) > maxName || len(text) > utf8.UTFMax*maxName:
		p.Add("name", codeInput, "A name has at most 60 characters.")
	}
	return name
}

// line is text as a name to show: one line, printable, not too long. What a
// database or a terminal would choke on is left out.
func line(text string, limit int) string {
	if len(text) > 4*limit {
		text = text[:4*limit]
	}
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit])
	}
	return strings.TrimSpace(text)
}
