// Package guard refuses GraphQL requests that would cost more than they may,
// before they cost it. Validating a document takes time that grows with the
// square of its selections, so its shape is checked before the executor parses
// it; what the operation would read is counted before the first statement.
package guard

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Codes of refusals, in extensions.code.
const (
	TooComplex   = "QUERY_TOO_COMPLEX"
	BadUserInput = "BAD_USER_INPUT"
)

// Limits of a document. What fragments hold counts wherever they are spread.
const (
	MaxBytes      = 20_000
	MaxTokens     = 2_000
	MaxOperations = 5
	MaxFragments  = 40
	MaxDirectives = 30
	MaxDepth      = 15 // tools that read the schema need 13
	MaxSelections = 80 // of one selection set
	MaxRootFields = 20
	MaxFields     = 500
	MaxAliases    = 30
)

// maxName bounds an operation's name: the executor's errors repeat it.
const maxName = 100

// remembered is how many accepted documents are known by their hash.
const remembered = 4096

// Guard is the gqlgen extension that refuses.
type Guard struct {
	schema   *ast.Schema
	trusted  map[[sha256.Size]byte]bool
	largest  int // bytes of the largest trusted document
	accepted *lru.Cache[[sha256.Size]byte, struct{}]
}

// New returns a guard. Trusted documents, our own, may have any shape; what
// they read is counted all the same.
func New(trusted ...string) *Guard {
	accepted, err := lru.New[[sha256.Size]byte, struct{}](remembered)
	if err != nil {
		panic(err) // the size is positive
	}
	g := &Guard{trusted: make(map[[sha256.Size]byte]bool, len(trusted)), accepted: accepted}
	for _, text := range trusted {
		g.trusted[sha256.Sum256([]byte(text))] = true
		g.largest = max(g.largest, len(text))
	}
	return g
}

// ExtensionName names the extension.
func (*Guard) ExtensionName() string { return "Guard" }

// Validate learns the schema.
func (g *Guard) Validate(es graphql.ExecutableSchema) error {
	g.schema = es.Schema()
	return nil
}

// MutateOperationParameters checks variables and document as they came.
func (g *Guard) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	if len(p.OperationName) > maxName {
		return badInput(nil, "operationName is longer than %d characters", maxName)
	}
	if err := checkVariables(p.Variables); err != nil {
		return err
	}
	return g.checkDocument(p.Query)
}

func (g *Guard) checkDocument(text string) *gqlerror.Error {
	if len(text) > max(MaxBytes, g.largest) {
		return tooMany("bytes", MaxBytes)
	}
	hash := sha256.Sum256([]byte(text))
	if _, ok := g.accepted.Get(hash); ok || g.trusted[hash] {
		return nil
	}
	if len(text) > MaxBytes {
		return tooMany("bytes", MaxBytes)
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, MaxTokens)
	if err != nil {
		if strings.Contains(err.Error(), "token limit") {
			return tooMany("tokens", MaxTokens)
		}
		return nil // the executor meets the same and says where
	}
	if err := checkShape(document); err != nil {
		return err
	}
	g.accepted.Add(hash, struct{}{})
	return nil
}

// MutateOperationContext counts what the operation would read; see Cost.
func (g *Guard) MutateOperationContext(_ context.Context, oc *graphql.OperationContext) *gqlerror.Error {
	cost, err := measure(g.schema, oc)
	if err != nil {
		return err
	}
	oc.Stats.SetExtension(extension, cost)
	if cost > MaxCost {
		return refuse(TooComplex, nil, "the operation costs %d, at most %d is allowed", cost, MaxCost)
	}
	return nil
}

func tooMany(what string, limit int) *gqlerror.Error {
	return refuse(TooComplex, nil, "the query has more than %d %s", limit, what)
}

func badInput(path ast.Path, format string, args ...any) *gqlerror.Error {
	return refuse(BadUserInput, path, format, args...)
}

func refuse(code string, path ast.Path, format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Path: path, Extensions: map[string]any{"code": code}}
}

func init() {
	errcode.RegisterErrorType(TooComplex, errcode.KindProtocol)
	errcode.RegisterErrorType(BadUserInput, errcode.KindProtocol)
}

var (
	_ graphql.HandlerExtension          = (*Guard)(nil)
	_ graphql.OperationParameterMutator = (*Guard)(nil)
	_ graphql.OperationContextMutator   = (*Guard)(nil)
)
