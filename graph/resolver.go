package graph

import (
	"streamex/ent"
	"streamex/internal/auth"
	"streamex/internal/catalog/edit"
	"streamex/internal/database"
	"streamex/internal/payment"
)

// Resolver is what resolvers depend on.
type Resolver struct {
	db       *ent.Client  // keeps to the policy
	database *database.DB // does not
	auth     *auth.Service
	payments *payment.Service
	edit     *edit.Service
}
