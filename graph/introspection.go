package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// introspect opens the schema to those who may see it.
type introspect struct{ allowed func(context.Context) bool }

func (introspect) ExtensionName() string                   { return "Introspection" }
func (introspect) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext opens introspection for the operation, or refuses one
// that asks for it.
func (i introspect) MutateOperationContext(ctx context.Context, oc *graphql.OperationContext) *gqlerror.Error {
	if i.allowed != nil && i.allowed(ctx) {
		oc.DisableIntrospection = false
		return nil
	}
	for _, f := range graphql.CollectFields(oc, oc.Operation.SelectionSet, []string{"Query"}) {
		if f.Name == "__schema" || f.Name == "__type" {
			return &gqlerror.Error{Message: "the schema is not shown here", Extensions: map[string]any{"code": Forbidden}}
		}
	}
	return nil
}

// withoutSuggestions are the rules of validation with errors that do not tell
// what would have been right: who may not read the schema would guess it so.
func withoutSuggestions() *rules.Rules {
	r := rules.NewDefaultRules()
	for _, silent := range []core.Rule{rules.KnownArgumentNamesRuleWithoutSuggestions, rules.KnownTypeNamesRuleWithoutSuggestions, rules.ValuesOfCorrectTypeRuleWithoutSuggestions} {
		r.ReplaceRule(strings.TrimSuffix(silent.Name, "WithoutSuggestions"), silent.RuleFunc)
	}
	return r
}
