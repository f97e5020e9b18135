// Package webapp carries the built front end and serves it: hashed files for ever, the page for every
// route of the app. A binary built without Node has no front end; a plain page then says how to get one.
package webapp

import (
	"embed"
	"fmt"
	"io/fs"
)

// dist/README is committed so that the pattern always matches. Vite writes to dist/site and dist/graphiql.
//
//go:embed all:dist
var dist embed.FS

// What a page may load and do. Both are written for pages that load everything from our own server.
const (
	// SiteCSP is the web app's: no inline script or style, no string turned into markup (Trusted Types).
	// React sets style properties through the CSSOM, which the policy does not concern. The player adds
	// blob: media (MediaSource) and an empty data: text track of hls.js.
	SiteCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; media-src 'self' blob: data:; worker-src 'self'; manifest-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"

	// GraphiQLCSP is the playground's: its editor (monaco) makes <style> elements and blob: workers.
	GraphiQLCSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

// Sub returns one built tree, "site" or "graphiql". It is empty when the binary was built without it.
func Sub(name string) fs.FS {
	sub, err := fs.Sub(dist, "dist/"+name)
	if err != nil { // only for a name that is no valid path
		panic(fmt.Sprintf("webapp: %v", err))
	}
	return sub
}

// Open reads one built tree, "site" or "graphiql", to serve it under the given Content-Security-Policy.
func Open(name, csp string) (*Site, error) {
	site, err := New(Sub(name), csp)
	if err != nil {
		return nil, fmt.Errorf("webapp %s: %w", name, err)
	}
	return site, nil
}
