package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"streamex/ent/schema/globalid"
)

// ErrKey says that a secret in the database was not sealed under our key, or was
// changed since.
var ErrKey = errors.New("auth: the key does not open what is sealed in the database")

// Key seals the secrets that the database keeps and that we must read again, so
// that who reads the database alone cannot. All replicas have the same one.
type Key struct{ aead cipher.AEAD }

// NewKey returns the text of a new key.
func NewKey() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return base64.StdEncoding.EncodeToString(b[:])
}

// ParseKey reads a key: 32 bytes in base64. Its error never holds the text.
func ParseKey(text string) (*Key, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) != 32 {
		return nil, errors.New("auth: a key is 32 bytes in base64, as `openssl rand -base64 32` makes them")
	}
	block, err := aes.NewCipher(b)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return &Key{aead}, nil
}

// seal encrypts a secret for an account: in another one's row it does not open.
func (k *Key) seal(secret string, of globalid.User) []byte {
	return k.aead.Seal(nil, nil, []byte(secret), []byte(of.String()))
}

// open is what was sealed for an account, or ErrKey.
func (k *Key) open(sealed []byte, of globalid.User) (string, error) {
	if k == nil {
		return "", ErrKey
	}
	secret, err := k.aead.Open(nil, nil, sealed, []byte(of.String()))
	if err != nil {
		return "", fmt.Errorf("%w: account %s", ErrKey, of)
	}
	return string(secret), nil
}
