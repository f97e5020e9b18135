package auth

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// Bounds of a password, in characters.
const minPassword, maxPassword = 8, 256

// cost is OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
var cost = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is the hash that a password is compared with when there is none to
// compare with, so that the answer takes as long: 16 and 32 zero bytes.
var nobody = fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	cost.Memory, cost.Iterations, cost.Parallelism)

// locked is the hash of who cannot sign in by password: nothing has it.
const locked = "!"

// checkPassword checks a new password of the account with an address. Length and
// guessability count; what it is made of does not.
func checkPassword(p *Problems, field, password, email string) {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword || n > maxPassword:
		p.Add(field, codeInput, "A password has 8 to 256 characters.")
	case strings.EqualFold(strings.TrimSpace(password), email):
		p.Add(field, codeInput, "The password must not be the e-mail address.")
	case common(password):
		p.Add(field, codeInput, "This password is too common: anybody would guess it.")
	}
}

// Hash returns what to store of a new password. It returns Problems when the
// password is too short, too long or too common.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	var wrong Problems
	if checkPassword(&wrong, "password", password, ""); wrong != nil {
		return "", wrong
	}
	return s.hash(ctx, password)
}

func (s *Service) hash(ctx context.Context, secret string) (string, error) {
	if err := s.acquire(ctx); err != nil {
		return "", err
	}
	defer s.release()
	return argon2id.CreateHash(secret, cost)
}

// matches tells whether a password or PIN has the given hash. It works as long
// for a hash that is none: "" of a missing account, or locked.
func (s *Service) matches(ctx context.Context, secret, hash string) (bool, error) {
	_, _, _, broken := argon2id.DecodeHash(hash)
	if broken != nil {
		hash = nobody
	}
	if err := s.acquire(ctx); err != nil {
		return false, err
	}
	defer s.release()
	ok, err := argon2id.ComparePasswordAndHash(secret, hash)
	return ok && broken == nil, err
}

// outdated tells whether a hash was made at another cost than today's.
func outdated(hash string) bool {
	p, _, _, err := argon2id.DecodeHash(hash)
	return err == nil && *p != *cost
}

// queue is how long somebody waits for a place to hash in; a flood must not
// pile up behind it.
const queue = 5 * time.Second

// acquire waits for a place to hash in: hashing must starve neither the
// processors nor the memory of everything else.
func (s *Service) acquire(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queue)
	defer cancel()
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("auth: waiting to hash: %w", ctx.Err())
	}
}

func (s *Service) release() { <-s.hashing }
