// Package settings reads what people write in YAML and TOML, the front matter of a
// letter and newsletter.yaml, into whatever values it is for: what stands in it becomes
// a tree of nodes, rows say what the value of a key means, and what is wrong has its
// place and says what was expected.
package settings

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A node is what stands at a place, in whichever language it is written.
type node struct {
	place Place
	kind  Kind
	text  string  // of a scalar, as written
	items []*node // of a list
	table []entry // of a table, in the order written; each key once
}

// An entry is a key of a table with what stands there.
type entry struct {
	place Place
	key   string
	node  *node
}

// A Kind is what stands at a place.
type Kind uint8

// The kinds.
const (
	Nothing Kind = iota
	Text         // text, a number or a date
	Truth
	List
	Table
)

func (k Kind) String() string {
	return [...]string{"nothing", "a text", "true or false", "a list", "a table"}[k]
}

// A Value is what a key states, and takes note of what is wrong with it.
type Value struct {
	*Faults
	Key   string // as it is written
	KeyAt Place  // zero if there is none, as in a list
	node  *node
	only  bool // a key that no row knows is a fault
}

// Strict makes a key that no row knows a fault, also in the tables within.
func (v Value) Strict() Value {
	v.only = true
	return v
}

// Kind is of what stands there.
func (v Value) Kind() Kind {
	if v.node == nil {
		return Nothing
	}
	return v.node.kind
}

// Place is where the value stands.
func (v Value) Place() Place { return v.node.place }

// Written is a scalar as it is written.
func (v Value) Written() string { return v.node.text }

// Fault reports that the value can't be what it is.
func (v Value) Fault(format string, args ...any) { v.FaultAt(v.node.place, format, args...) }

// FaultAt is Fault for a place within the value.
func (v Value) FaultAt(at Place, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if v.Kind() == Text && strings.IndexAny(v.node.text, typographic) == 0 {
		message += `; typographic quotation marks are text: write " in their place`
	}
	v.AddAs(RuleSetting, at, "%s: %s", v.Key, message)
}

// Is reports whether the value is of a kind; where it isn't, that is a fault.
func (v Value) Is(kind Kind, expected string) bool {
	if v.Kind() != kind {
		v.Fault("expected %s, found %s", expected, v.Kind())
	}
	return v.Kind() == kind
}

// of is another node under the same key.
func (v Value) of(n *node) Value {
	v.node = n
	return v
}

// As is the value under another key, for what is said of it.
func (v Value) As(key string) Value {
	v.Key = key
	return v
}

// Each calls read for every item of a list, or for the one value that stands
// there without a list.
func (v Value) Each(read func(Value)) {
	switch v.Kind() {
	case Nothing:
	case List:
		for _, item := range v.node.items {
			if item.kind != Nothing {
				read(v.of(item))
			}
		}
	default:
		read(v)
	}
}

// First is the first item of a list, or the value that stands there without a list.
func (v Value) First() Value {
	if v.Kind() == List && len(v.node.items) > 0 {
		return v.of(v.node.items[0])
	}
	return v
}

// Entries are those of a table, in the order in which they are written.
func (v Value) Entries() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for _, e := range v.node.table {
			if !yield(v.entry(e)) {
				return
			}
		}
	}
}

func (v Value) entry(e entry) Value {
	v.Key, v.KeyAt, v.node = e.key, e.place, e.node
	return v
}

// LookUp returns the first of the keys that states something, however its letters are
// cased and its words are joined ("publishDate", "publish_date"). Without one it states
// nothing.
func (v Value) LookUp(keys ...string) Value {
	if v.Kind() == Table {
		for _, key := range keys {
			for _, e := range v.node.table {
				if sameKey(e.key, key) && e.node.kind != Nothing {
					return v.entry(e)
				}
			}
		}
	}
	return v.of(nil)
}

// Flat puts the keys of the tables of some names behind those at the top, which win.
func (v Value) Flat(names ...string) Value {
	flat := &node{place: v.node.place, kind: Table, table: slices.Clip(v.node.table)}
	for _, name := range names {
		if inner := v.LookUp(name); inner.Kind() == Table {
			flat.table = append(flat.table, inner.node.table...)
		}
	}
	return v.of(flat)
}

// Size returns about how many bytes the value has, and stops when that is more than
// most: what a name stands for may stand in it again and again.
func (v Value) Size(most int) int { return v.node.size(most) }

func (n *node) size(most int) int {
	size := 8 + len(n.text)
	for _, item := range n.items {
		if size > most {
			return size
		}
		size += item.size(most - size)
	}
	for _, e := range n.table {
		if size > most {
			return size
		}
		size += len(e.key) + e.node.size(most-size)
	}
	return size
}

func sameKey(a, b string) bool { return a == b || Plain(a) == Plain(b) }

// keyJoints are what joins the words of a key.
var keyJoints = strings.NewReplacer("_", "", "-", "", " ", "")

// Plain is a key in small letters, without what joins its words.
func Plain(key string) string { return keyJoints.Replace(strings.ToLower(key)) }

// A Row says what the value of a key means.
type Row[T any] struct {
	Names string              // with spaces between; the first is the one that errors suggest
	Read  func(to T, v Value) // nil for a key that somebody else reads
	Now   string              // what to write instead of a key that is refused, as it has another name now
}

// Read reads a table key by key. Of several names of one row, the first
// that is stated counts.
func Read[T any](to T, v Value, rows []Row[T]) {
	if v.only {
		for _, e := range v.node.table {
			switch row := rowOf(rows, e.key); {
			case row != nil && row.Now != "":
				v.AddAs(RuleKeyUnknown, e.place, "the key %s has another name now: expected %s", e.key, row.Now)
			case row == nil:
				v.AddAs(RuleKeyUnknown, e.place, "unknown key %q%s", e.key, suggest(rows, e.key))
			}
		}
	}
	ReadKnown(to, v, rows)
}

// ReadKnown is Read for one of those who read a table, and passes over other keys.
func ReadKnown[T any](to T, v Value, rows []Row[T]) {
	for _, row := range rows {
		if found := v.LookUp(strings.Fields(row.Names)...); found.node != nil && row.Read != nil {
			row.Read(to, found)
		}
	}
}

// Knows reports whether one of the rows has a key.
func Knows[T any](rows []Row[T], key string) bool { return rowOf(rows, key) != nil }

// rowOf returns the row that has a key, or nil.
func rowOf[T any](rows []Row[T], key string) *Row[T] {
	for i := range rows {
		for name := range strings.FieldsSeq(rows[i].Names) {
			if sameKey(name, key) {
				return &rows[i]
			}
		}
	}
	return nil
}

// suggest returns ": did you mean …?", or the keys that there are.
func suggest[T any](rows []Row[T], key string) string {
	best, distance := "", 3
	firsts := make([]string, 0, len(rows))
	for _, row := range rows {
		first, _, _ := strings.Cut(row.Names, " ")
		if row.Now != "" {
			continue
		}
		firsts = append(firsts, first)
		for name := range strings.FieldsSeq(row.Names) {
			if d := Distance(Plain(name), Plain(key)); d < distance {
				best, distance = first, d
			}
		}
	}
	if best != "" {
		return fmt.Sprintf(": did you mean %q?", best)
	}
	return ": expected one of " + strings.Join(firsts, ", ")
}

// Distance counts the letters to add, drop or change (Levenshtein), and
// stops counting at long words.
func Distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 40
	}
	before := make([]int, len(b)+1)
	for j := range before {
		before[j] = j
	}
	for i := range len(a) {
		diagonal := before[0]
		before[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = before[j+1]
			before[j+1] = min(cost, before[j+1]+1, before[j]+1)
		}
	}
	return before[len(b)]
}
