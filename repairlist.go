package newsletter

import (
	"fmt"
	"iter"
)

// authors drops those of whom nothing is known.
func (r *repair) authors(authors []Author, extensions *Extensions) []Author {
	return dropFrom(extensions, "Authors", authors, func(i int, a Author) bool {
		if a != (Author{}) {
			return false
		}
		r.note(fmt.Sprintf("Authors[%d]", i), "dropped: nothing is known of the author")
		return true
	})
}

func (r *repair) categories(categories []Category, extensions *Extensions) []Category {
	return dropFrom(extensions, "Categories", categories, func(i int, c Category) bool {
		if c.Term != "" || c.Label != "" {
			return false
		}
		r.note(fmt.Sprintf("Categories[%d]", i), "dropped: a category without a term")
		return true
	})
}

func (r *repair) attachments(l *Letter) {
	l.Attachments = dropFrom(&l.Extensions, "Attachments", l.Attachments, func(i int, a Attachment) bool {
		if a.URL != "" {
			return false
		}
		r.note(fmt.Sprintf("Attachments[%d]", i), "dropped: an attachment without a URL")
		return true
	})
}

func (r *repair) links(l *Letter) {
	l.Links = dropFrom(&l.Extensions, "Links", l.Links, func(i int, link Link) bool {
		at := fmt.Sprintf("Links[%d]", i)
		if link.URL == "" {
			r.note(at, "dropped: a link without a URL")
			return true
		}
		if link.Rel == "alternate" && link.URL == l.URL {
			r.note(at, "dropped: it is the letter itself")
			return true
		}
		return false
	})
	l.relate(func(field, reason string) { r.note(field, "%s", reason) })
}

// relate makes "related" of what is no alternate of the letter. It reports whether it
// changed anything.
func (l *Letter) relate(changed func(field, reason string)) (any bool) {
	l.faults(func(i int, reason string) {
		any = true
		l.Links[i].Rel = "related"
		changed(fmt.Sprintf("Links[%d].Rel", i), `"alternate" is now "related": `+reason)
	})
	return any
}

// extensions drops those that no format can hold.
func (r *repair) extensions(x *Extensions, fields iter.Seq[Field]) {
	gone := map[faulty]bool{}
	extensionFaults(x, fields, func(at faulty, reason string) {
		r.note(at.String(), "dropped: %s", reason)
		gone[at] = true
	})
	if len(gone) == 0 {
		return
	}
	x.Elements = drop(x.Elements, func(i int, _ Extension) bool { return gone[faulty{"Elements", i}] })
	x.Attributes = drop(x.Attributes, func(i int, _ Attribute) bool { return gone[faulty{"Attributes", i}] })
	x.Members = drop(x.Members, func(i int, _ Member) bool { return gone[faulty{"Members", i}] })
}

// dropFrom is drop for a list of a letter or a newsletter, whose extensions
// follow the elements that they belong to.
func dropFrom[T any](extensions *Extensions, name string, list []T, gone func(i int, element T) bool) []T {
	if extensions.IsZero() {
		return drop(list, gone)
	}
	was := len(list)
	to, next := make([]int, was), 0
	list = drop(list, func(i int, element T) bool {
		if gone(i, element) {
			to[i] = -1
			return true
		}
		to[i] = next
		next++
		return false
	})
	if len(list) < was {
		*extensions = extensions.Moved(func(in Place) (Place, bool) {
			if in.List == name && in.Index >= 0 && in.Index < was {
				in.Index = to[in.Index]
			}
			return in, in.Index >= 0
		})
	}
	return list
}

// drop removes the elements that gone reports true for, and visits each once, in
// order.
func drop[T any](list []T, gone func(i int, element T) bool) []T {
	kept := list[:0:len(list)]
	for i := range list {
		if !gone(i, list[i]) {
			kept = append(kept, list[i])
		}
	}
	clear(list[len(kept):])
	if len(kept) == 0 && len(list) > 0 {
		return nil
	}
	return kept
}
