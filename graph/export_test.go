package graph

// Topics are the fields of Subscription that follow something.
func Topics() (fields []string) {
	for f := range topics {
		fields = append(fields, f)
	}
	return fields
}

// ParseMessage reads a message of a WebSocket.
func ParseMessage(text []byte) (kind, id string, payload []byte, err error) {
	m, err := parseMessage(text)
	return m.Type, m.ID, m.Payload, err
}

// AllStreams is how many may be open.
const AllStreams = allStreams

// Places counts streams as the API does.
type Places struct{ s *streams }

// NewPlaces has none taken.
func NewPlaces() Places { return Places{newStreams()} }

// Enter takes a place of all, and one of somebody.
func (p Places) Enter(who string, limit int) (leave func(), err error) {
	return p.s.enter(place{"", allStreams}, place{who, limit})
}

// Taken is how many somebody has.
func (p Places) Taken(who string) int {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.open[who]
}
