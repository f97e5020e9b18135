package graph

import (
	"streamex/ent"
	"streamex/internal/auth"
)

// Resolver is what resolvers depend on.
type Resolver struct {
	db   *ent.Client // keeps to the policy
	auth *auth.Service
}
