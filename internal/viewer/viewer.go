// Package viewer says who is asking: a user, with the profile that the session
// watches with.
package viewer

import (
	"context"

	"streamex/ent/schema/globalid"
)

// Adult is the maturity limit of a viewer who may see everything.
const Adult = 18

// Viewer is who is asking. The zero value is anonymous.
type Viewer struct {
	User    globalid.User    // 0 = nobody is signed in
	Admin   bool             // may look after the catalogue and the accounts; never with a child's profile
	Session globalid.Session // the session that the request came with
	Expired bool             // the password: may do nothing before it has another one
	Profile globalid.Profile // 0 = none chosen yet

	// The active profile's. Without one nobody is a child, and the limit is that of
	// the account's youngest profile; an administrator has none.
	Child    bool   // kids mode: may neither leave it nor manage the account
	Maturity int    // nothing above this minimum age, in years
	Language string // es or en
}

// SignedIn tells whether somebody is signed in.
func (v Viewer) SignedIn() bool { return v.User != 0 }

type key struct{}

// NewContext returns ctx on behalf of v.
func NewContext(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, key{}, v)
}

// From returns who is asking in ctx: nobody, if nothing was said.
func From(ctx context.Context) Viewer {
	v, _ := ctx.Value(key{}).(Viewer)
	return v
}
