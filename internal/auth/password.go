package auth

import (
	"context"
	"fmt"
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

// Hash returns what to store of a new password. It returns ErrPassword when the
// password is too short or too long.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	if n := utf8.RuneCountInString(password); n < minPassword || n > maxPassword {
		return "", ErrPassword
	}
	if err := s.acquire(ctx); err != nil {
		return "", err
	}
	defer s.release()
	return argon2id.CreateHash(password, cost)
}

// matches tells whether password has the given hash. It works as long for a
// hash that is none: "" of a missing account, "!" of one that cannot sign in.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	_, _, _, broken := argon2id.DecodeHash(hash)
	if broken != nil {
		hash = nobody
	}
	if err := s.acquire(ctx); err != nil {
		return false, err
	}
	defer s.release()
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return ok && broken == nil, err
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
