package sample

import (
	"fmt"
	"net/netip"
	"reflect"
	"time"
	"unsafe"
)

// Fill states every field of what ptr points to, at any depth and unexported ones
// too, each with another value, for a test that holds a copy against it. It leaves
// alone what skip names, by type and field, such as "State.Index".
func Fill(ptr any, skip ...string) {
	f := filler{skip: map[string]bool{}}
	for _, name := range skip {
		f.skip[name] = true
	}
	f.fill(reflect.ValueOf(ptr).Elem(), 0)
}

type filler struct {
	skip  map[string]bool
	count int
}

func (f *filler) fill(v reflect.Value, depth int) {
	f.count++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 1, f.count, 0, 0, 0, CET)))
		return
	case netip.Addr:
		v.Set(reflect.ValueOf(netip.AddrFrom4([4]byte{192, 0, 2, byte(f.count)})))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", f.count))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int8:
		v.SetInt(int64(f.count % 100))
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(f.count % 100))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth)
	case reflect.Slice:
		if depth < 4 { // a type may be within itself
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			f.fill(v.Index(0), depth+1)
			f.fill(v.Index(1), depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, depth+1)
		f.fill(value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !f.skip[v.Type().Name()+"."+field.Name] {
				f.fill(reflect.NewAt(field.Type, unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem(), depth)
			}
		}
	default:
		panic("sample: nothing is known of " + v.Type().String())
	}
}
