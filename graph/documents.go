package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"streamex/graph/guard"
)

// sentBytes bounds the documents that clients left with us under their hash.
const sentBytes = 8 << 20

// documents finds documents by their hash: the web app's own, and what clients
// sent once with its hash (automatic persisted queries).
type documents struct {
	own  map[string]string // text by SHA-256 in hex
	sent *bounded[string]
	// only tells that nothing but own documents runs, except for those whom it
	// lets; nil lets all.
	only func(context.Context) bool
}

func newDocuments(own map[string]string, only func(context.Context) bool) documents {
	return documents{own, newBounded(sentBytes, func(hash, text string) int { return len(hash) + len(text) }), only}
}

func (documents) ExtensionName() string                   { return "Documents" }
func (documents) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters puts a document's text in place of its hash.
func (d documents) MutateOperationParameters(ctx context.Context, p *graphql.RawParams) *gqlerror.Error {
	persisted, _ := p.Extensions["persistedQuery"].(map[string]any)
	hash, _ := persisted["sha256Hash"].(string)
	restricted := d.only != nil && !d.only(ctx)
	if text, ok := d.own[hash]; ok && (p.Query == "" || p.Query == text) {
		p.Query = text
		return nil
	}
	switch {
	case restricted && p.Query == "":
		return notFound
	case restricted:
		if sum := sha256.Sum256([]byte(p.Query)); d.own[hex.EncodeToString(sum[:])] != p.Query {
			return &gqlerror.Error{Message: "only the documents of our own apps run here", Extensions: map[string]any{"code": Forbidden}}
		}
	case persisted == nil:
	case p.Query == "":
		text, ok := d.sent.Get(ctx, hash)
		if !ok {
			return notFound
		}
		p.Query = text
	case len(p.Query) <= guard.MaxBytes: // larger ones are refused
		if sum := sha256.Sum256([]byte(p.Query)); hex.EncodeToString(sum[:]) != hash {
			return &gqlerror.Error{Message: "the hash is not the query's", Extensions: map[string]any{"code": BadUserInput}}
		}
		d.sent.Add(ctx, hash, p.Query)
	}
	return nil
}

// notFound has the message that clients' libraries wait for, to send the text.
var notFound = &gqlerror.Error{Message: "PersistedQueryNotFound", Extensions: map[string]any{"code": DocumentNotFound}}

func init() {
	errcode.RegisterErrorType(DocumentNotFound, errcode.KindProtocol)
	errcode.RegisterErrorType(Forbidden, errcode.KindProtocol)
}

var _ graphql.OperationParameterMutator = documents{}
