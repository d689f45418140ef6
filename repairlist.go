package newsletter

import (
	"cmp"
	"fmt"
	"iter"
)

// addresses takes an e-mail address out of a name: "Ann <ann@example.org>".
func (r *repair) addresses(authors []Author) {
	for i := range authors {
		if a := &authors[i]; a.Email == "" {
			r.set(fmt.Sprintf("Authors[%d].Email", i), &a.Email, mendEmail(bracketed.FindString(a.Name)), "from the name")
		}
	}
}

// authors names the authors who have no name, and drops those of whom nothing
// is known.
func (r *repair) authors(authors []Author, extensions *[]Extension) []Author {
	return dropFrom(extensions, "Authors", authors, func(i int, a Author) bool {
		if a.Name != "" {
			return false
		}
		field := fmt.Sprintf("Authors[%d].Name", i)
		if name := mendLabel(a.Organization); name != "" {
			r.set(field, &authors[i].Name, name, "the organization")
			authors[i].Organization = ""
			return false
		}
		if name := cmp.Or(a.Email, hostOf(a.URL), a.URL); name != "" {
			r.set(field, &authors[i].Name, name, "what else is known of the author")
			return false
		}
		r.note(fmt.Sprintf("Authors[%d]", i), "dropped: nothing names the author")
		return true
	})
}

func (r *repair) categories(categories []Category, extensions *[]Extension) []Category {
	return dropFrom(extensions, "Categories", categories, func(i int, c Category) bool {
		if c.Term == "" {
			r.note(fmt.Sprintf("Categories[%d]", i), "dropped: a category without a term")
		}
		return c.Term == ""
	})
}

func (r *repair) attachments(l *Letter) {
	l.Attachments = dropFrom(&l.Extensions, "Attachments", l.Attachments, func(i int, a Attachment) bool {
		at := fmt.Sprintf("Attachments[%d]", i)
		if a.URL == "" {
			r.note(at, "dropped: an attachment without a URL")
			return true
		}
		p := &l.Attachments[i]
		r.set(at+".MediaType", &p.MediaType, cmp.Or(MediaType(a.URL), "application/octet-stream"), "from the name of the file")
		return false
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
		r.set(at+".Rel", &l.Links[i].Rel, "related", "how a page without a relation relates")
		return false
	})
	for i := range l.Links {
		if reason := l.alternateFault(i); reason != "" {
			l.Links[i].Rel = "related"
			r.note(fmt.Sprintf("Links[%d].Rel", i), `"alternate" is now "related": %s`, reason)
		}
	}
}

// paging drops what contradicts RFC 5005.
func (r *repair) paging() {
	n := r.newsletter
	for {
		was := n.Paging
		n.Paging.faults(n.FeedURL, func(field, reason string) {
			if n.Paging != was {
				return
			}
			switch field {
			case "Paging.Complete":
				n.Paging.Complete = false
			case "Paging.Archive":
				n.Paging.Archive = false
			case "Paging.Current":
				if n.Paging.Current == "" {
					n.Paging.Archive = false
				}
				n.Paging.Current = ""
			case "Paging.Previous":
				n.Paging.Previous = ""
			case "Paging.Next":
				n.Paging.Next = ""
			}
			r.note(field, "dropped: %s", reason)
		})
		if n.Paging == was {
			return
		}
	}
}

// extensions drops those that no format can hold.
func (r *repair) extensions(list []Extension, fields iter.Seq[Field]) []Extension {
	gone := map[int]bool{}
	extensionFaults(list, fields, func(i int, reason string) {
		r.note(extensionName(i), "dropped: %s", reason)
		gone[i] = true
	})
	if len(gone) == 0 {
		return list
	}
	return drop(list, func(i int, _ Extension) bool { return gone[i] })
}

// dropFrom is drop for a list of a letter or a newsletter, whose extensions
// follow the elements that they belong to.
func dropFrom[T any](extensions *[]Extension, name string, list []T, gone func(i int, element T) bool) []T {
	if len(*extensions) == 0 {
		return drop(list, gone)
	}
	to, next := make([]int, len(list)), 0
	list = drop(list, func(i int, element T) bool {
		if gone(i, element) {
			to[i] = -1
			return true
		}
		to[i] = next
		next++
		return false
	})
	*extensions = moveExtensions(*extensions, name, to)
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
