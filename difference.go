package newsletter

import (
	"fmt"
	"iter"
	"time"
)

// A Difference is one thing that [Diff] found.
type Difference struct {
	Letter int    // index in Letters of the second newsletter, or of the first for a letter that only it has; -1 for a field of the newsletter itself
	ID     string // of the letter, if it has one
	Field  string // such as "Title" or "Authors[1].Email"; "Letter" for a letter that only one has, or that stands elsewhere
	A, B   string // what the first and the second say, as [Field.Format] writes it; empty for what is not stated
}

// String names the letter, the field and both values in one line.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s in the first, %s in the second", place(d.Letter, d.ID, d.Field), said(d.A), said(d.B))
}

func said(s string) string {
	if s == "" {
		return "not stated"
	}
	return quote(s)
}

// Diff yields what differs between two newsletters: first their own fields, then
// those of each letter of the second, then the letters that only the first has.
// Letters are the same if their IDs are; those without an ID, or with one that
// several have, if their places are too. Times differ if the instant or the zone
// does; extensions as [Extension.Equal] has it; a list that is nil and one that is
// empty don't.
func Diff(a, b *Newsletter) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		a, b := orEmpty(a), orEmpty(b)
		if !diffFields(-1, "", fieldsOf(a.Fields()), b.Fields(), yield) || !diffExtensions(-1, "", a.Extensions, b.Extensions, yield) {
			return
		}
		where := pair(a.Letters, b.Letters)
		left := make([]bool, len(a.Letters))
		last := -1 // the furthest letter of a that was found
		for i, l := range b.Letters {
			l := orEmpty(l)
			j := where[i]
			if j < 0 {
				if !yield(Difference{i, l.ID, "Letter", "", "a letter"}) {
					return
				}
				continue
			}
			left[j] = true
			if j < last && !yield(Difference{i, l.ID, "Letter", fmt.Sprintf("letter %d", j), fmt.Sprintf("letter %d", i)}) {
				return
			}
			last = max(last, j)
			was := orEmpty(a.Letters[j])
			if !diffFields(i, l.ID, fieldsOf(was.Fields()), l.Fields(), yield) || !diffExtensions(i, l.ID, was.Extensions, l.Extensions, yield) {
				return
			}
		}
		for j, l := range a.Letters {
			if !left[j] && !yield(Difference{j, orEmpty(l).ID, "Letter", "a letter", ""}) {
				return
			}
		}
	}
}

func orEmpty[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

// pair returns, for each letter of b, the index of the same letter in a, or -1.
func pair(a, b []*Letter) []int {
	byID := make(map[string]int, len(a)) // -1 for an ID that several have
	for j, l := range a {
		id := orEmpty(l).ID
		if _, again := byID[id]; again || id == "" {
			j = -1
		}
		byID[id] = j
	}
	where := make([]int, len(b))
	taken := make([]bool, len(a))
	for i, l := range b {
		where[i] = -1
		id := orEmpty(l).ID
		j, known := byID[id]
		if j < 0 && i < len(a) && orEmpty(a[i]).ID == id {
			j = i
		}
		if known && j >= 0 && !taken[j] {
			where[i], taken[j] = j, true
		}
	}
	return where
}

// A fieldKey is a field's name, without the cost of writing it.
type fieldKey struct {
	list, name string
	index      int
}

// A fieldSet holds fields in their order, to be found by name.
type fieldSet struct {
	order []Field
	at    map[fieldKey]int
}

func fieldsOf(fields iter.Seq[Field]) fieldSet {
	s := fieldSet{at: map[fieldKey]int{}}
	for f := range fields {
		s.at[fieldKey{f.list, f.name, f.index}] = len(s.order)
		s.order = append(s.order, f)
	}
	return s
}

func diffFields(letter int, id string, a fieldSet, b iter.Seq[Field], yield func(Difference) bool) bool {
	found := make([]bool, len(a.order))
	for f := range b {
		i, ok := a.at[fieldKey{f.list, f.name, f.index}]
		if ok {
			found[i] = true
		}
		switch {
		case ok && !equalFields(a.order[i], f):
			if !yield(Difference{letter, id, f.String(), a.order[i].Format(), f.Format()}) {
				return false
			}
		case !ok && !f.IsZero():
			if !yield(Difference{letter, id, f.String(), "", f.Format()}) {
				return false
			}
		}
	}
	for i, f := range a.order {
		if !found[i] && !f.IsZero() && !yield(Difference{letter, id, f.String(), f.Format(), ""}) {
			return false
		}
	}
	return true
}

func equalFields(a, b Field) bool {
	if a.text != nil {
		return *a.text == *b.text
	}
	if t, ok := a.other.(*time.Time); ok {
		u := b.other.(*time.Time)
		_, here := t.Zone()
		_, there := u.Zone()
		return t.Equal(*u) && here == there
	}
	return a.Format() == b.Format()
}

func diffExtensions(letter int, id string, a, b []Extension, yield func(Difference) bool) bool {
	for i := range max(len(a), len(b)) {
		d := Difference{Letter: letter, ID: id, Field: fmt.Sprintf("Extensions[%d]", i)}
		switch {
		case i >= len(a):
			d.B = b[i].String()
		case i >= len(b):
			d.A = a[i].String()
		case a[i].Equal(b[i]):
			continue
		default:
			d.A, d.B = a[i].String(), b[i].String()
		}
		if !yield(d) {
			return false
		}
	}
	return true
}
