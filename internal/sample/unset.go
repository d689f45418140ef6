package sample

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
)

// Unset returns the fields of a value, at any depth, that none of its elements
// states: "Letters[].Source.URL". A sample that is to state everything has none,
// so that a copy of it that loses a field is seen to. What stands among
// an extension's children counts as stated of an extension.
func Unset(value any) []string {
	stated := map[string]bool{}
	look(reflect.ValueOf(value), "", stated)
	maps.DeleteFunc(stated, func(_ string, is bool) bool { return is })
	return slices.Sorted(maps.Keys(stated))
}

func look(v reflect.Value, name string, stated map[string]bool) {
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil():
		look(v.Elem(), name, stated)
	case v.Kind() == reflect.Struct && !isLeaf(v.Type()):
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.IsExported() {
				look(v.Field(i), strings.TrimPrefix(name+"."+field.Name, "."), stated)
			}
		}
	case (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() > 0:
		stated[name] = true
		name = strings.TrimSuffix(name+"[]", ".Children[]")
		for _, element := range elements(v) {
			look(element, name, stated)
		}
	default:
		stated[name] = stated[name] || !v.IsZero()
	}
}

func elements(v reflect.Value) (list []reflect.Value) {
	for _, element := range v.Seq2() {
		list = append(list, element)
	}
	return list
}

// isLeaf reports whether a struct is one value, such as a time or a place.
func isLeaf(t reflect.Type) bool {
	if t == reflect.TypeFor[newsletter.Place]() {
		return true
	}
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			return false
		}
	}
	return true
}
