package auth

import "streamex/ent/schema/globalid"

// Occupy takes all places to hash in until release is called.
func (s *Service) Occupy() (release func()) {
	for range cap(s.hashing) {
		s.hashing <- struct{}{}
	}
	return func() {
		for range cap(s.hashing) {
			<-s.hashing
		}
	}
}

// What the tests look at by itself.
var (
	Common   = common
	DeviceOf = deviceOf
)

// Seal seals a secret for an account.
func (k *Key) Seal(secret string, of globalid.User) []byte { return k.seal(secret, of) }
