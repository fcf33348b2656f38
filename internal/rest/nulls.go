package rest

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
)

// withoutNulls is the value with an empty list wherever it holds a nil one: a client never meets null for a list. It
// copies what it changes, because an answer may share memory with what others read.
func withoutNulls(v any) any {
	if v == nil || !holdsLists(reflect.TypeOf(v)) {
		return v
	}
	return filled(reflect.ValueOf(v)).Interface()
}

var listTypes sync.Map // reflect.Type → bool

// holdsLists tells whether a value of the type can hold a nil list or map that JSON would show as null.
func holdsLists(t reflect.Type) bool {
	if known, ok := listTypes.Load(t); ok {
		return known.(bool)
	}
	holds := findLists(t, 0)
	listTypes.Store(t, holds)
	return holds
}

func findLists(t reflect.Type, depth int) bool {
	if t.Implements(marshaler) || t.Implements(textMarshaler) || reflect.PointerTo(t).Implements(marshaler) {
		return false
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Interface:
		return true
	case reflect.Pointer, reflect.Array:
		return depth > deepest || findLists(t.Elem(), depth+1)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && (depth > deepest || findLists(f.Type, depth+1)) {
				return true
			}
		}
	}
	return false
}

func filled(v reflect.Value) reflect.Value {
	if !holdsLists(v.Type()) {
		return v
	}
	switch v.Kind() {
	case reflect.Slice:
		return filledList(v)
	case reflect.Map:
		return filledMap(v)
	case reflect.Struct:
		return filledStruct(v)
	case reflect.Pointer, reflect.Interface:
		return filledPointer(v)
	}
	return v
}

func filledList(v reflect.Value) reflect.Value {
	if !v.IsNil() && !holdsLists(v.Type().Elem()) {
		return v
	}
	out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		out.Index(i).Set(filled(v.Index(i)))
	}
	return out
}

func filledMap(v reflect.Value) reflect.Value {
	out := reflect.MakeMapWithSize(v.Type(), v.Len())
	for _, k := range v.MapKeys() {
		out.SetMapIndex(k, filled(v.MapIndex(k)))
	}
	return out
}

func filledStruct(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.IsExported() && !strings.Contains(f.Tag.Get("json"), ",omitzero") {
			out.Field(i).Set(filled(v.Field(i)))
		}
	}
	return out
}

func filledPointer(v reflect.Value) reflect.Value {
	if v.IsNil() {
		return v
	}
	if v.Kind() == reflect.Interface {
		out := reflect.New(v.Type()).Elem()
		out.Set(filled(v.Elem()))
		return out
	}
	out := reflect.New(v.Type().Elem())
	out.Elem().Set(filled(v.Elem()))
	return out
}
