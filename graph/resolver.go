package graph

import (
	"streamex/ent"
	"streamex/internal/auth"
	"streamex/internal/catalog/edit"
	"streamex/internal/payment"
)

// Resolver is what resolvers depend on.
type Resolver struct {
	db       *ent.Client // keeps to the policy
	auth     *auth.Service
	payments *payment.Service
	edit     *edit.Service
}
