package auth

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
