package parse

import (
	"strconv"
	"time"

	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/relref"
)

// jsonBase is what the URLs of a document are relative to.
type jsonBase struct {
	url  string
	room *relref.Room
}

// jsonObject is an object whose values are read leniently: what isn't there and
// what can't be meant is zero.
type jsonObject map[string]any

// text returns a string, or a number as it is written.
func (o jsonObject) text(key string) string {
	switch v := o[key].(type) {
	case string:
		return v
	case jsonNumber:
		return string(v)
	}
	return ""
}

func (o jsonObject) str(key string) string { return oneLine(o.text(key)) }

// id returns an ID as it is written, but for white space around it.
func (o jsonObject) id(key string) string { return trimSpace(o.text(key)) }

func (o jsonObject) url(key string, base *jsonBase) string {
	ref := o.str(key)
	if ref == "" {
		return ""
	}
	return base.room.Resolve(base.url, ref)
}

func (o jsonObject) time(key string) time.Time {
	t, _ := dates.Parse(o.text(key))
	return t
}

// number returns a number, or a string that holds one, from 0 to limit.
func (o jsonObject) number(key string, limit float64) float64 {
	f, err := strconv.ParseFloat(o.str(key), 64)
	if err != nil || !(f > 0) {
		return 0
	}
	return min(f, limit)
}

func (o jsonObject) object(key string) jsonObject {
	m, _ := o[key].(map[string]any)
	return m
}

// list returns the objects of an array, or an object that stands alone.
func (o jsonObject) list(key string) []jsonObject {
	switch v := o[key].(type) {
	case map[string]any:
		return []jsonObject{v}
	case []any:
		list := make([]jsonObject, 0, len(v))
		for _, e := range v {
			if m, ok := e.(map[string]any); ok {
				list = append(list, m)
			}
		}
		return list
	}
	return nil
}
