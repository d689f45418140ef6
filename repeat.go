package newsletter

import (
	"fmt"

	"github.com/automationregion/newsletter/internal/repeat"
)

// What a list of a letter or a newsletter has twice, feeds have once: an author
// or a category that equals one before it, an attachment of the same URL, a link
// of the same relation and URL. Readers take the second for the first again. Each
// of these returns what package repeat does.

func sameAuthors(list []Author) []int { return repeat.Of(list, repeat.It) }

// sameCategories finds too one without a label where there is one with it.
func sameCategories(list []Category) []int {
	return repeat.Less(list, repeat.Of(list, repeat.It), func(c *Category) (Category, bool) {
		return Category{Term: c.Term, Scheme: c.Scheme}, c.Label != ""
	})
}

func sameAttachments(list []Attachment) []int {
	return repeat.Of(list, func(a *Attachment) string { return a.URL })
}

func sameLinks(list []Link) []int {
	return repeat.Of(list, func(l *Link) [2]string { return [2]string{l.Rel, l.URL} })
}

func sameHubs(list []string) []int { return repeat.Of(list, repeat.It) }

// repeats visits what the letter has twice.
func (l *Letter) repeats(visit func(list string, i int)) {
	visitRepeats("Authors", sameAuthors(l.Authors), visit)
	visitRepeats("Categories", sameCategories(l.Categories), visit)
	visitRepeats("Attachments", sameAttachments(l.Attachments), visit)
	visitRepeats("Links", sameLinks(l.Links), visit)
}

// repeats visits what the newsletter itself has twice.
func (n *Newsletter) repeats(visit func(list string, i int)) {
	visitRepeats("Authors", sameAuthors(n.Authors), visit)
	visitRepeats("Categories", sameCategories(n.Categories), visit)
	visitRepeats("Hubs", sameHubs(n.Hubs), visit)
}

func visitRepeats(name string, same []int, visit func(list string, i int)) {
	for i, first := range same {
		if first >= 0 {
			visit(name, i)
		}
	}
}

// dropRepeats returns the list with each of its elements once.
func dropRepeats[T any](r *repair, extensions *Extensions, name string, list []T, same func([]T) []int) []T {
	firsts := same(list)
	if firsts == nil {
		return list
	}
	return dropFrom(extensions, name, list, func(i int, _ T) bool {
		if firsts[i] < 0 {
			return false
		}
		r.note(fmt.Sprintf("%s[%d]", name, i), "dropped: it is there before")
		return true
	})
}
