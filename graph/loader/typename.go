package loader

import (
	"reflect"
	"strings"
	"sync"
)

// reflectNames remembers the GraphQL name of each Go type.
type reflectNames struct{ byType sync.Map }

var names reflectNames

// typeName returns the GraphQL name of an object's Go type: the same name,
// but that connections and edges are one generic type each.
func typeName(v any) string {
	t := reflect.TypeOf(v)
	if n, ok := names.byType.Load(t); ok {
		return n.(string)
	}
	e := t
	if e.Kind() == reflect.Pointer {
		e = e.Elem()
	}
	name, _, _ := strings.Cut(e.Name(), "[")
	names.byType.Store(t, name)
	return name
}
