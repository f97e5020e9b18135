package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// newToken returns a token of 256 random bits and what is stored of it: who
// reads the database can sign in as nobody.
func newToken() (token string, hash []byte) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:]), digest(b[:])
}

// tokenHash is what is stored of a token. ok is false for text that is no token
// of ours, which then costs no statement.
func tokenHash(token string) (hash []byte, ok bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(32) {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return nil, false
	}
	return digest(b), true
}

func digest(token []byte) []byte {
	sum := sha256.Sum256(token)
	return sum[:]
}
