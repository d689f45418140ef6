package newsletter

import (
	"fmt"
	"slices"
)

// What a list of a letter or a newsletter has twice, feeds have once: an author
// or a category that equals one before it, an attachment of the same URL, a link
// of the same relation and URL. Readers take the second for the first again.

func repeatsAuthor(list []Author, i int) bool { return slices.Contains(list[:i], list[i]) }

// repeatsCategory is true too of one without a label where there is one with it.
func repeatsCategory(list []Category, i int) bool {
	c := list[i]
	return slices.Contains(list[:i], c) ||
		c.Label == "" && slices.ContainsFunc(list, func(o Category) bool { return o.Term == c.Term && o.Scheme == c.Scheme && o.Label != "" })
}

func repeatsAttachment(list []Attachment, i int) bool {
	return slices.ContainsFunc(list[:i], func(a Attachment) bool { return a.URL == list[i].URL })
}

func repeatsLink(list []Link, i int) bool {
	return slices.ContainsFunc(list[:i], func(l Link) bool { return l.Rel == list[i].Rel && l.URL == list[i].URL })
}

func repeatsHub(list []string, i int) bool { return slices.Contains(list[:i], list[i]) }

// repeats visits what the letter has twice.
func (l *Letter) repeats(visit func(list string, i int)) {
	visitRepeats("Authors", l.Authors, repeatsAuthor, visit)
	visitRepeats("Categories", l.Categories, repeatsCategory, visit)
	visitRepeats("Attachments", l.Attachments, repeatsAttachment, visit)
	visitRepeats("Links", l.Links, repeatsLink, visit)
}

// repeats visits what the newsletter itself has twice.
func (n *Newsletter) repeats(visit func(list string, i int)) {
	visitRepeats("Authors", n.Authors, repeatsAuthor, visit)
	visitRepeats("Categories", n.Categories, repeatsCategory, visit)
	visitRepeats("Hubs", n.Hubs, repeatsHub, visit)
}

func visitRepeats[T any](name string, list []T, repeats func([]T, int) bool, visit func(list string, i int)) {
	for i := range list {
		if repeats(list, i) {
			visit(name, i)
		}
	}
}

// dropRepeats returns the list with each of its elements once.
func dropRepeats[T any](r *repair, extensions *[]Extension, name string, list []T, repeats func([]T, int) bool) []T {
	return dropFrom(extensions, name, list, func(i int, _ T) bool {
		again := repeats(list, i)
		if again {
			r.note(fmt.Sprintf("%s[%d]", name, i), "dropped: it is there before")
		}
		return again
	})
}
