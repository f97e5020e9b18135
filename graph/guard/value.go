package guard

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Limits of the values in a document and of those in variables, where forms
// with long lists come: those are bounded by the size of a request as well.
const (
	MaxValueDepth    = 8
	MaxValues        = 500
	MaxListLength    = 250
	MaxVariables     = 5_000
	MaxVariableItems = 1_000
	MaxString        = 10_000 // bytes
)

// values counts the values met so far.
type values struct {
	n         int
	variables bool // they are not in a document
}

// most is how many there may be, and how many in one list.
func (v *values) most() (values, items int) {
	if v.variables {
		return MaxVariables, MaxVariableItems
	}
	return MaxValues, MaxListLength
}

// checkVariables refuses variables that are too large or too deep, and text
// that no database stores.
func checkVariables(variables map[string]any) *gqlerror.Error {
	v := values{variables: true}
	if len(variables) > MaxVariables {
		return tooMany("values", MaxVariables)
	}
	for name, value := range variables {
		if err := v.variable(value, ast.Path{ast.PathName("variable"), ast.PathName(name)}, 1); err != nil {
			return err
		}
	}
	return nil
}

// variable checks a value out of JSON.
func (v *values) variable(value any, path ast.Path, depth int) *gqlerror.Error {
	switch x := value.(type) {
	case map[string]any:
		if err := v.enter(depth, 0); err != nil {
			return err
		}
		for name, inner := range x {
			if err := v.variable(inner, below(path, ast.PathName(name)), depth+1); err != nil {
				return err
			}
		}
	case []any:
		if err := v.enter(depth, len(x)); err != nil {
			return err
		}
		for i, inner := range x {
			if err := v.variable(inner, below(path, ast.PathIndex(i)), depth+1); err != nil {
				return err
			}
		}
	case string:
		if err := v.enter(depth, 0); err != nil {
			return err
		}
		return checkText(x, path)
	case json.Number:
		if err := v.enter(depth, 0); err != nil {
			return err
		}
		return checkText(x.String(), path)
	default:
		return v.enter(depth, 0)
	}
	return nil
}

// literal checks a value in a document.
func (v *values) literal(value *ast.Value, path ast.Path, depth int) *gqlerror.Error {
	length := 0
	if value.Kind == ast.ListValue {
		length = len(value.Children)
	}
	if err := v.enter(depth, length); err != nil {
		return err
	}
	for i, child := range value.Children {
		at := below(path, ast.PathIndex(i))
		if value.Kind == ast.ObjectValue {
			at = below(path, ast.PathName(child.Name))
		}
		if err := v.literal(child.Value, at, depth+1); err != nil {
			return err
		}
	}
	switch value.Kind {
	case ast.IntValue:
		if _, err := strconv.ParseInt(value.Raw, 10, 64); err != nil { // on which the parser's own conversion panics
			return badInput(path, "the number is too large")
		}
	case ast.FloatValue:
		if _, err := strconv.ParseFloat(value.Raw, 64); err != nil {
			return badInput(path, "the number is too large")
		}
	}
	return checkText(value.Raw, path)
}

// enter counts a value at some depth, with so many elements if it is a list.
func (v *values) enter(depth, length int) *gqlerror.Error {
	v.n++
	switch values, items := v.most(); {
	case depth > MaxValueDepth:
		return tooMany("levels in a value", MaxValueDepth)
	case length > items:
		return tooMany("elements in a list", items)
	case v.n > values:
		return tooMany("values", values)
	}
	return nil
}

func checkText(text string, path ast.Path) *gqlerror.Error {
	switch {
	case len(text) > MaxString:
		return badInput(path, "the text has more than %d bytes", MaxString)
	case strings.ContainsRune(text, 0):
		return badInput(path, "the text has a NUL character")
	case !utf8.ValidString(text):
		return badInput(path, "the text is not UTF-8")
	}
	return nil
}

// below is path with one more element; path itself stays as it is.
func below(path ast.Path, element ast.PathElement) ast.Path {
	return append(slices.Clip(path), element)
}
