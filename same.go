package newsletter

import (
	"iter"
	"slices"
	"time"
)

// Same reports whether two newsletters say the same, letter by letter: each field, the
// zone of each time too, and each extension, whatever its prefix and the order of its
// attributes. A list that is nil and one that is empty are the same.
func Same(a, b *Newsletter) bool {
	if a == nil || b == nil {
		return a == b
	}
	return sameFields(a.Fields(), b.Fields()) && sameExtensions(&a.Extensions, &b.Extensions) && slices.EqualFunc(a.Letters, b.Letters, sameLetters)
}

func sameLetters(a, b *Letter) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	return sameFields(a.Fields(), b.Fields()) && sameExtensions(&a.Extensions, &b.Extensions)
}

func sameExtensions(a, b *Extensions) bool {
	return slices.EqualFunc(a.Elements, b.Elements, Extension.Equal) && slices.Equal(a.Members, b.Members) &&
		equalAttrs(a.Attributes, b.Attributes, func(a *Attribute) Attribute { return Attribute{a.In, a.said()} })
}

func sameFields(a, b iter.Seq[Field]) bool {
	var fields [32]Field
	rest := slices.AppendSeq(fields[:0], a)
	for f := range b {
		if len(rest) == 0 || !rest[0].same(f) {
			return false
		}
		rest = rest[1:]
	}
	return len(rest) == 0
}

func (f Field) same(o Field) bool {
	switch {
	case f.place != o.place:
		return false
	case f.text != nil:
		return *f.text == *o.text
	}
	if t, ok := f.other.(*time.Time); ok {
		u := o.other.(*time.Time)
		_, here := t.Zone()
		_, there := u.Zone()
		return t.Equal(*u) && here == there
	}
	return f.Format() == o.Format()
}
