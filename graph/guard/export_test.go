package guard

// Len is how many keys are remembered.
func (s *Shares) Len() int { return len(s.gates) }
